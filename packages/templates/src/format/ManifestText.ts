/**
 * Reads `template.yml`: YAML within limits, then the shape, then what a shape cannot say. Every problem has its line.
 *
 * @module
 */
import * as YamlSource from "@dev-infra/metadata/YamlSource"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { TemplateProblem } from "../TemplateFailure.js"
import type { RenamedFile, SyncGlobs, TemplateManifest, Variable } from "../TemplateManifest.js"
import { isName, problemOfPattern, problemOfPath, problemOfText } from "./ManifestRules.js"
import { issuesOf, type Place, shapeProblem, shown } from "./SchemaProblems.js"
import { decodeVariable, WrittenVariable } from "./VariableText.js"

/** What the program answers by itself. */
export const builtInVariables: ReadonlyArray<string> = ["name", "date", "year", "author"]

const nullable = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))
const texts = Schema.Array(Schema.String)
// A record would lose a key called `__proto__`, instead of refusing it.
const group = Schema.declare((value: unknown): value is { readonly [key: string]: unknown } => typeof value === "object" && value !== null && !Array.isArray(value))

/** The shape of the file. */
const WrittenManifest = Schema.Struct({
  name: nullable(Schema.String),
  description: nullable(Schema.String),
  version: nullable(Schema.String),
  variables: nullable(group),
  sync: nullable(Schema.Struct({ always: nullable(texts), ask: nullable(texts), never: nullable(texts) })),
  exclude: nullable(texts),
  conditional: nullable(Schema.Array(Schema.Struct({ files: texts, when: Schema.String }))),
  renamed: nullable(Schema.Array(Schema.Struct({ from: Schema.String, to: Schema.String, version: nullable(Schema.String) }))),
  messages: nullable(Schema.Struct({ created: nullable(Schema.String), updated: nullable(Schema.String) })),
  commands: nullable(Schema.Array(Schema.Struct({ run: texts, after: Schema.Literal("create", "update") })))
})

/** What each key must be, as the end of a sentence. Numbers of lists are left out. */
const rules: { readonly [place: string]: string } = {
  name: "a text",
  description: "a text",
  version: "a text",
  variables: "a group of variables",
  sync: "a group of lists named always, ask and never",
  exclude: "a list of file patterns",
  conditional: "a list of groups, each with files (a list of patterns) and when (a condition)",
  renamed: "a list of groups, each with from, to and perhaps version",
  messages: "a group of texts named created and updated",
  commands: "a list of groups, each with run (a list of words) and after (create or update)"
}

const known: ReadonlyArray<string> = Object.keys(WrittenManifest.fields)

const decodeShape = Schema.decodeUnknownEither(WrittenManifest, { errors: "all", onExcessProperty: "error" })
const decodeWritten = Schema.decodeUnknownEither(WrittenVariable, { errors: "all", onExcessProperty: "error" })

const most = 1000

/** So many problems are told; a hostile file could have a million. */
const mostProblems = 100

/** Reads a text. */
export const decode = (text: string, path: string): Either.Either<TemplateManifest, ReadonlyArray<TemplateProblem>> => {
  // Texts are taken as they are written: `version: 1.10` is not 1.1. Which answers are numbers the variables say themselves.
  const parsed = YamlSource.parse(path, text, (at) => !(at[0] === "variables" && (at.length === 2 || (at.length === 3 && at[2] === "default"))))
  if (Either.isLeft(parsed)) return Either.left(parsed.left.problems.slice(0, mostProblems).map(({ line, problem }) => ({ path, line, problem })))
  const source = parsed.right
  const written = YamlSource.parse(path, text, () => true)
  const problems: Array<TemplateProblem> = []
  const tell = (at: Place, problem: string) => {
    if (problems.length < mostProblems) problems.push({ path, line: source.placeOf(YamlSource.offsetAt(source, at)).line, problem })
  }

  const shape = decodeShape(source.fields)
  if (Either.isLeft(shape)) {
    for (const issue of issuesOf(shape.left)) {
      const first = String(issue.path[0] ?? "")
      tell(issue.path, issue._tag === "Unexpected" && issue.path.length === 1 ? `there is no key ${JSON.stringify(first)}; the keys are ${known.join(", ")}` : shapeProblem(issue, rules[first] ?? "another kind of value"))
    }
    return Either.left(problems)
  }
  const manifest = shape.right
  const check = (at: Place, problem: string | undefined) => {
    if (problem !== undefined) tell(at, `${shown(at)} ${problem}`)
  }
  const few = (at: Place, list: ReadonlyArray<unknown>) => check(at, list.length > most ? `has more than ${most} entries` : undefined)
  const patterns = (at: Place, list: ReadonlyArray<string> | null | undefined): ReadonlyArray<string> => {
    few(at, list ?? [])
    for (const [index, pattern] of (list ?? []).entries()) check([...at, index], problemOfPattern(pattern))
    return list ?? []
  }

  for (const key of ["name", "version"] as const) check([key], problemOfText(manifest[key], 200))
  if (typeof manifest.name === "string" && !/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(manifest.name)) check(["name"], "must be letters, digits, dots, dashes and underscores, and begin with a letter or digit")
  if (typeof manifest.version === "string" && !/^[\p{L}\p{N}][\p{L}\p{N}.+_-]*$/u.test(manifest.version)) check(["version"], "must be a version, such as 1.2.0")

  const variables: Array<Variable> = []
  few(["variables"], Object.keys(manifest.variables ?? {}))
  for (const [name, value] of Object.entries(manifest.variables ?? {})) {
    const at = ["variables", name]
    if (!isName(name)) check(at, "is not a name that a variable can have: a letter, then letters, digits and underscores, and no word of Liquid")
    else if (builtInVariables.includes(name)) check(at, "is answered by the program itself")
    const asWritten = valueAt(Either.isRight(written) ? written.right.fields : {}, at)
    const decoded = decodeVariable(name, value, asWritten, decodeWritten)
    if (Either.isRight(decoded)) variables.push(decoded.right)
    else for (const { at: inside, problem } of decoded.left) tell([...at, ...inside], problem)
  }

  const sync: SyncGlobs = {
    always: patterns(["sync", "always"], manifest.sync?.always),
    ask: patterns(["sync", "ask"], manifest.sync?.ask),
    never: patterns(["sync", "never"], manifest.sync?.never)
  }
  few(["conditional"], manifest.conditional ?? [])
  const conditional = (manifest.conditional ?? []).map(({ files, when }, index) => {
    check(["conditional", index, "when"], when.trim() === "" ? "is empty" : problemOfText(when, most))
    return { files: patterns(["conditional", index, "files"], files), when }
  })
  few(["renamed"], manifest.renamed ?? [])
  const renamed = (manifest.renamed ?? []).map(({ from, to, version }, index): RenamedFile => {
    check(["renamed", index, "from"], problemOfPath(from))
    check(["renamed", index, "to"], problemOfPath(to))
    check(["renamed", index, "version"], problemOfText(version, 200))
    return { from, to, ...(typeof version === "string" ? { version } : {}) }
  })
  few(["commands"], manifest.commands ?? [])
  for (const [index, { run }] of (manifest.commands ?? []).entries()) {
    check(["commands", index, "run"], run.length === 0 || run[0]?.trim() === "" ? "names no program" : undefined)
    for (const [word, part] of run.entries()) check(["commands", index, "run", word], part.includes("\0") ? "holds a NUL" : undefined)
  }
  const exclude = patterns(["exclude"], manifest.exclude)
  if (problems.length > 0) return Either.left(problems)
  const { created, updated } = manifest.messages ?? {}
  return Either.right({
    ...(typeof manifest.name === "string" ? { name: manifest.name } : {}),
    ...(typeof manifest.description === "string" ? { description: manifest.description } : {}),
    ...(typeof manifest.version === "string" ? { version: manifest.version } : {}),
    variables,
    sync,
    exclude,
    conditional,
    renamed,
    messages: { ...(typeof created === "string" ? { created } : {}), ...(typeof updated === "string" ? { updated } : {}) },
    commands: manifest.commands ?? []
  })
}

/** The value at a place of plain values, own keys only. */
const valueAt = (root: unknown, at: Place): unknown =>
  at.reduce<unknown>((value, key) => (typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined), root)
