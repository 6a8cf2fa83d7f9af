/**
 * Tasks.
 *
 * @module
 */
import { isMap, isScalar, isSeq, type YAMLMap } from "yaml"
import type { SourceLocation } from "../SourceLocation.js"
import type { FilePattern, Precondition, Requirement, Task } from "../Task.js"
import { dependenciesOf, platformsOf, readCommand } from "./CommandFields.js"
import { type Field, type Reading, textOf } from "./Reading.js"
import { variablesOf } from "./VariableFields.js"

const taskKeys = [
  "cmds",
  "cmd",
  "deps",
  "label",
  "desc",
  "prompt",
  "summary",
  "aliases",
  "sources",
  "generates",
  "status",
  "preconditions",
  "dir",
  "set",
  "shopt",
  "vars",
  "env",
  "dotenv",
  "silent",
  "interactive",
  "internal",
  "method",
  "prefix",
  "ignore_error",
  "run",
  "platforms",
  "requires",
  "watch",
  "if",
  "failfast",
  "use_gitignore"
]

const filesOf = (reading: Reading, field: Field): ReadonlyArray<FilePattern> =>
  reading.list(field).flatMap((node): ReadonlyArray<FilePattern> => {
    if (reading.isNothing(node)) return []
    if (isScalar(node)) return [{ pattern: textOf(node), excluded: false }]
    if (!isMap(node)) {
      reading.fail(node, `an entry of ${field.key} must be a text, or a map with exclude, here is ${reading.kindOf(node)}`)
      return []
    }
    return reading.fields(node, "refuse").flatMap((inner) => {
      if (inner.key === "exclude") return [{ pattern: reading.text(inner) ?? "", excluded: true }]
      reading.unknown(inner, `an entry of ${field.key}`, ["exclude"])
      return []
    })
  })

const preconditionsOf = (reading: Reading, field: Field): ReadonlyArray<Precondition> =>
  reading.list(field).flatMap((node) => {
    if (reading.isNothing(node)) return []
    const location = reading.locate(node)
    if (isScalar(node)) return [{ command: textOf(node), message: undefined, location }]
    if (!isMap(node)) {
      reading.fail(node, `a precondition must be a text, or a map with sh and msg, here is ${reading.kindOf(node)}`)
      return []
    }
    let command = ""
    let message: string | undefined
    for (const inner of reading.fields(node, "refuse")) {
      if (inner.key === "sh") command = reading.text(inner) ?? ""
      else if (inner.key === "msg") message = reading.text(inner)
      else reading.unknown(inner, "a precondition", ["sh", "msg"])
    }
    return [{ command, message, location }]
  })

const allowedOf = (reading: Reading, field: Field): Requirement["allowed"] => {
  if (!isMap(field.value)) return reading.texts(field)
  let expression: string | undefined
  for (const inner of reading.fields(field.value, "refuse")) {
    if (inner.key === "ref") expression = reading.text(inner)
    else reading.unknown(inner, "enum", ["ref"])
  }
  if (expression === undefined) reading.fail(field.value, "enum says no values", "write a list, or `ref:` with an expression")
  return { expression: expression ?? "" }
}

const requirementOf = (reading: Reading, node: YAMLMap): Requirement => {
  let name: string | undefined
  let allowed: Requirement["allowed"]
  for (const inner of reading.fields(node, "refuse")) {
    if (inner.key === "name") name = reading.text(inner)
    else if (inner.key === "enum") allowed = reading.isNothing(inner.value) ? undefined : allowedOf(reading, inner)
    else reading.unknown(inner, "a required variable", ["name", "enum"])
  }
  if (name === undefined || name === "") reading.fail(node, "a required variable has no name", "write `- name: NAME`")
  return { name: name ?? "", allowed, location: reading.locate(node) }
}

const requirementsOf = (reading: Reading, field: Field): ReadonlyArray<Requirement> => {
  const map = reading.map(field)
  if (map === undefined) return []
  return reading.fields(map, "refuse").flatMap((inner) => {
    if (inner.key !== "vars") {
      reading.unknown(inner, "requires", ["vars"])
      return []
    }
    return reading.list(inner).flatMap((node): ReadonlyArray<Requirement> => {
      if (reading.isNothing(node)) return []
      if (isScalar(node)) return [{ name: textOf(node), allowed: undefined, location: reading.locate(node) }]
      if (isMap(node)) return [requirementOf(reading, node)]
      reading.fail(node, `a required variable must be a name, or a map with name and enum, here is ${reading.kindOf(node)}`)
      return []
    })
  })
}

/** A text, or a list of texts. */
const promptsOf = (reading: Reading, field: Field): ReadonlyArray<string> => {
  if (isSeq(field.value)) return reading.texts(field)
  const text = reading.text(field)
  return text === undefined || text === "" ? [] : [text]
}

const emptyToNone = (text: string | undefined): string | undefined => (text === "" ? undefined : text)

type Draft = { -readonly [key in keyof Task]: Task[key] }

const nothing: ReadonlyArray<never> = []
const noVariables: Task["variables"] = new Map()

const emptyTask = (name: string, location: SourceLocation): Draft => ({
  name,
  location,
  description: undefined,
  summary: undefined,
  label: undefined,
  prefix: undefined,
  aliases: nothing,
  commands: nothing,
  dependencies: nothing,
  variables: noVariables,
  environment: noVariables,
  dotenv: nothing,
  directory: undefined,
  sources: nothing,
  generates: nothing,
  status: nothing,
  preconditions: nothing,
  requires: nothing,
  prompts: nothing,
  condition: undefined,
  platforms: nothing,
  set: nothing,
  shopt: nothing,
  method: undefined,
  run: undefined,
  internal: false,
  interactive: false,
  ignoreError: false,
  failFast: false,
  watch: false,
  silent: undefined,
  useGitignore: undefined
})

/** What each key does; a table, because there are thirty of them. */
const readers: ReadonlyMap<string, (task: Draft, reading: Reading, field: Field) => void> = new Map<string, (task: Draft, reading: Reading, field: Field) => void>([
  [
    "cmds",
    (task, reading, field) => {
      task.commands = reading.list(field).flatMap((node) => readCommand(reading, node))
    }
  ],
  [
    "cmd",
    (task, reading, field) => {
      if (task.commands.length > 0) reading.fail(field.at, "a task has both cmd and cmds", "keep one of the two")
      if (isSeq(field.value)) reading.fail(field.value, "cmd must be one command, here is a list", "write cmds")
      else task.commands = readCommand(reading, field.value)
    }
  ],
  ["deps", (task, reading, field) => void (task.dependencies = dependenciesOf(reading, field))],
  ["label", (task, reading, field) => void (task.label = emptyToNone(reading.text(field)))],
  ["desc", (task, reading, field) => void (task.description = emptyToNone(reading.text(field)))],
  ["prompt", (task, reading, field) => void (task.prompts = promptsOf(reading, field))],
  ["summary", (task, reading, field) => void (task.summary = emptyToNone(reading.text(field)))],
  [
    "aliases",
    (task, reading, field) => {
      task.aliases = reading.texts(field)
      for (const alias of task.aliases) reading.name(field.value, alias, "task")
    }
  ],
  ["sources", (task, reading, field) => void (task.sources = filesOf(reading, field))],
  ["generates", (task, reading, field) => void (task.generates = filesOf(reading, field))],
  ["status", (task, reading, field) => void (task.status = reading.texts(field))],
  ["preconditions", (task, reading, field) => void (task.preconditions = preconditionsOf(reading, field))],
  ["dir", (task, reading, field) => void (task.directory = emptyToNone(reading.text(field)))],
  ["set", (task, reading, field) => void (task.set = reading.texts(field))],
  ["shopt", (task, reading, field) => void (task.shopt = reading.texts(field))],
  ["vars", (task, reading, field) => void (task.variables = variablesOf(reading, field))],
  ["env", (task, reading, field) => void (task.environment = variablesOf(reading, field))],
  ["dotenv", (task, reading, field) => void (task.dotenv = reading.texts(field))],
  ["silent", (task, reading, field) => void (task.silent = reading.boolean(field))],
  ["interactive", (task, reading, field) => void (task.interactive = reading.boolean(field) ?? false)],
  ["internal", (task, reading, field) => void (task.internal = reading.boolean(field) ?? false)],
  ["method", (task, reading, field) => void (task.method = reading.choice(field, ["checksum", "timestamp", "none"]))],
  ["prefix", (task, reading, field) => void (task.prefix = emptyToNone(reading.text(field)))],
  ["ignore_error", (task, reading, field) => void (task.ignoreError = reading.boolean(field) ?? false)],
  ["run", (task, reading, field) => void (task.run = reading.choice(field, ["always", "once", "when_changed"]))],
  ["platforms", (task, reading, field) => void (task.platforms = platformsOf(reading, field))],
  ["requires", (task, reading, field) => void (task.requires = requirementsOf(reading, field))],
  ["watch", (task, reading, field) => void (task.watch = reading.boolean(field) ?? false)],
  ["if", (task, reading, field) => void (task.condition = emptyToNone(reading.text(field)))],
  ["failfast", (task, reading, field) => void (task.failFast = reading.boolean(field) ?? false)],
  ["use_gitignore", (task, reading, field) => void (task.useGitignore = reading.boolean(field))]
])

const readTask = (reading: Reading, field: Field): Task => {
  const task = emptyTask(field.key, reading.locate(field.at))
  const node = field.value
  if (isSeq(node)) task.commands = node.items.flatMap((item) => readCommand(reading, reading.follow(item)))
  else if (isScalar(node)) task.commands = readCommand(reading, node)
  else if (isMap(node)) {
    const fields = reading.fields(node, "refuse")
    for (const inner of fields) {
      const read = readers.get(inner.key)
      if (read !== undefined) read(task, reading, inner)
      else if (inner.key === "task") reading.warn("KEY001", inner.at, "task means nothing in a task", "cmds: [{task: NAME}]")
      else reading.unknown(inner, "a task", taskKeys)
    }
    if (fields.some(({ key }) => key === "cmd") && fields.some(({ key }) => key === "cmds")) reading.fail(node, "a task has both cmd and cmds", "keep one of the two")
  }
  return task
}

/** `tasks:`; of two tasks of one name the last one counts, at the place of the first. */
export const tasksOf = (reading: Reading, owner: Field): ReadonlyMap<string, Task> => {
  const map = reading.map(owner)
  const tasks = new Map<string, Task>()
  if (map === undefined) return tasks
  for (const field of reading.fields(map, { code: "DUP001", what: "task" })) if (reading.name(field.at, field.key, "task")) tasks.set(field.key, readTask(reading, field))
  return tasks
}
