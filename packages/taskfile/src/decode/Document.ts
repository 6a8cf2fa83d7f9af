/**
 * A Taskfile as a whole.
 *
 * @module
 */
import * as Either from "effect/Either"
import { isMap, type Node, type YAMLMap } from "yaml"
import type { OutputStyle, Taskfile } from "../Taskfile.js"
import type { Decoded } from "../TaskfileDecoder.js"
import { TaskfileInvalid, TaskfileVersion, Unsupported } from "../TaskfileError.js"
import { includesOf } from "./IncludeFields.js"
import { type Field, makeReading, type Reading } from "./Reading.js"
import { snippetOf } from "./Snippet.js"
import { tasksOf } from "./TaskFields.js"
import { remember } from "./Texts.js"
import { variablesOf } from "./VariableFields.js"
import { compare, supported, versionOf } from "./Version.js"
import { parseYaml } from "./YamlTree.js"

type Failure = TaskfileInvalid | TaskfileVersion | Unsupported

const known = ["version", "output", "method", "includes", "vars", "env", "tasks", "silent", "dotenv", "run", "interval", "set", "shopt", "use_gitignore"]

const outputOf = (reading: Reading, field: Field): OutputStyle | undefined => {
  if (!isMap(field.value)) {
    const name = reading.choice(field, ["interleaved", "group", "prefixed"])
    if (name === undefined) return undefined
    return name === "group" ? { _tag: "Group", begin: undefined, end: undefined, errorOnly: false } : { _tag: name === "prefixed" ? "Prefixed" : "Interleaved" }
  }
  let style: OutputStyle | undefined
  for (const inner of reading.fields(field.value, "refuse")) {
    if (inner.key !== "group") reading.fail(inner.at, "output as a map has the key group only", "write interleaved, group or prefixed")
    let begin: string | undefined
    let end: string | undefined
    let errorOnly = false
    const group = reading.map(inner)
    for (const one of group === undefined ? [] : reading.fields(group, "refuse")) {
      if (one.key === "begin") begin = reading.text(one)
      else if (one.key === "end") end = reading.text(one)
      else if (one.key === "error_only") errorOnly = reading.boolean(one) ?? false
      else reading.unknown(one, "group", ["begin", "end", "error_only"])
    }
    style = { _tag: "Group", begin, end, errorOnly }
  }
  return style
}

const versionProblem = (reading: Reading, root: YAMLMap, field: Field | undefined): TaskfileVersion | undefined => {
  const text = field === undefined ? undefined : reading.text(field)
  // A list or a map is noted as what it is.
  if (field !== undefined && text === undefined && !reading.isNothing(field.value)) return undefined
  if (field === undefined || text === undefined || text === "") return new TaskfileVersion({ location: reading.locate(field?.at ?? root), reason: "Missing", version: "" })
  const version = versionOf(text)
  const location = reading.locate(field.value)
  if (version === undefined) {
    reading.fail(field.value, `version must be a version such as '3', here is ${JSON.stringify(text.slice(0, 40))}`)
    return undefined
  }
  if (version[0] < 3) return new TaskfileVersion({ location, reason: "TooOld", version: text })
  const newest = versionOf(supported)
  return newest !== undefined && compare(version, newest) > 0 ? new TaskfileVersion({ location, reason: "TooNew", version: text, other: supported }) : undefined
}

type Draft = { -readonly [key in keyof Taskfile]: Taskfile[key] }

const read = (reading: Reading, draft: Draft, field: Field): void => {
  switch (field.key) {
    case "version":
      draft.version = reading.text(field) ?? ""
      break
    case "output":
      draft.output = outputOf(reading, field)
      break
    case "method":
      draft.method = reading.choice(field, ["checksum", "timestamp", "none"])
      break
    case "includes":
      draft.includes = includesOf(reading, field)
      break
    case "vars":
      draft.variables = variablesOf(reading, field)
      break
    case "env":
      draft.environment = variablesOf(reading, field)
      break
    case "tasks":
      draft.tasks = tasksOf(reading, field)
      break
    case "silent":
      draft.silent = reading.boolean(field)
      break
    case "dotenv":
      draft.dotenv = reading.texts(field)
      break
    case "run":
      draft.run = reading.choice(field, ["always", "once", "when_changed"])
      break
    case "interval":
      draft.interval = reading.duration(field)
      break
    case "set":
      draft.set = reading.texts(field)
      break
    case "shopt":
      draft.shopt = reading.texts(field)
      break
    case "use_gitignore":
      draft.useGitignore = reading.boolean(field)
      break
    default:
      reading.unknown(field, "a Taskfile", known)
  }
}

/** Reads a text. */
export const decodeTaskfile = (source: string, file: string, limit: number): Either.Either<Decoded, Failure> => {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source
  const invalid = (line: number, column: number, problem: string, suggestion: string | undefined) =>
    Either.left(new TaskfileInvalid({ location: { file, line, column }, problem, snippet: text.length > limit ? "" : snippetOf(text, line, column), ...(suggestion === undefined ? {} : { suggestion }) }))
  if (text.length > limit) return invalid(1, 1, `it is larger than ${Math.floor(limit / 1024 / 1024)} MiB`, undefined)

  const tree = parseYaml(text)
  if ("offset" in tree) {
    const before = text.slice(0, tree.offset)
    const line = before.split("\n").length
    return invalid(line, tree.offset - before.lastIndexOf("\n"), tree.problem, tree.suggestion)
  }
  const reading = makeReading(tree, file)
  const root: Node | null = tree.root
  if (!isMap(root)) {
    const { column, line } = reading.locate(root)
    return invalid(line, column, reading.isNothing(root) ? "it is empty" : `a Taskfile is a map with version and tasks, here is ${reading.kindOf(root)}`, "begin with `version: '3'` and `tasks:`")
  }
  const fields = reading.fields(root, "refuse")
  const version = versionProblem(reading, root, fields.find(({ key }) => key === "version"))
  if (version !== undefined) return Either.left(version)

  const draft: Draft = {
    file,
    version: "",
    includes: new Map(),
    tasks: new Map(),
    variables: new Map(),
    environment: new Map(),
    dotenv: [],
    output: undefined,
    method: undefined,
    run: undefined,
    interval: undefined,
    silent: undefined,
    set: [],
    shopt: [],
    useGitignore: undefined
  }
  for (const field of fields) read(reading, draft, field)

  const noted = reading.noted()
  if (noted === undefined) {
    remember(draft, text)
    return Either.right({ taskfile: draft, warnings: reading.warnings })
  }
  const { column, line } = tree.placeOf(noted.offset)
  if (!noted.isUnsupported) return invalid(line, column, noted.problem, noted.suggestion)
  return Either.left(new Unsupported({ feature: noted.problem, location: { file, line, column }, ...(noted.suggestion === undefined ? {} : { hint: noted.suggestion }) }))
}
