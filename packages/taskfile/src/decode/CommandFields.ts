/**
 * Commands, dependencies and what they are repeated over.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import { isMap, isScalar, isSeq, type Node, type YAMLMap } from "yaml"
import type { Command, Loop, Platform, TaskCall } from "../Task.js"
import type { Variables } from "../Variable.js"
import { type Field, type Reading, textOf } from "./Reading.js"
import { variablesOf } from "./VariableFields.js"

const operatingSystems = new Set("aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos".split(" "))
const architectures = new Set(
  "386 amd64 amd64p32 arm armbe arm64 arm64be loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split(" ")
)

/** `platforms:`. */
export const platformsOf = (reading: Reading, field: Field): ReadonlyArray<Platform> =>
  reading.list(field).flatMap((node) => {
    if (reading.isNothing(node)) return []
    const text = isScalar(node) ? textOf(node) : ""
    const [first = "", second, ...rest] = text.split("/")
    const isFirstSystem = operatingSystems.has(first)
    const isFirstArchitecture = architectures.has(first)
    const isRight = rest.length === 0 && (isFirstSystem || isFirstArchitecture) && (second === undefined || (isFirstSystem && architectures.has(second)))
    if (!isRight) {
      reading.fail(node, `${text === "" ? "an entry of platforms" : JSON.stringify(text)} is no platform`, "write an operating system, an architecture or both, such as linux, amd64 or linux/amd64")
      return []
    }
    return [{ os: isFirstSystem ? first : undefined, arch: second ?? (isFirstArchitecture ? first : undefined), text }]
  })

const matrixOf = (reading: Reading, field: Field): ReadonlyMap<string, ReadonlyArray<GoValue> | { readonly expression: string }> => {
  const rows = new Map<string, ReadonlyArray<GoValue> | { readonly expression: string }>()
  const map = reading.map(field)
  if (map === undefined) return rows
  for (const row of reading.fields(map, "refuse")) {
    if (isSeq(row.value)) rows.set(row.key, row.value.items.map((item) => reading.value(reading.follow(item))))
    else if (isMap(row.value)) {
      for (const inner of reading.fields(row.value, "refuse")) {
        if (inner.key === "ref") rows.set(row.key, { expression: reading.text(inner) ?? "" })
        else reading.fail(inner.at, `${inner.key} means nothing in a row of a matrix`, "a row is a list, or `ref:` with an expression")
      }
    } else reading.fail(row.value ?? row.at, `${row.key} of a matrix must be a list, here is ${reading.kindOf(row.value)}`)
  }
  return rows
}

const loopOfMap = (reading: Reading, field: Field, map: YAMLMap): Loop | undefined => {
  let variable: string | undefined
  let from: "sources" | "generates" | undefined
  let split: string | undefined
  let as: string | undefined
  let rows: ReturnType<typeof matrixOf> | undefined
  for (const one of reading.fields(map, "refuse")) {
    if (one.key === "var") variable = reading.text(one)
    else if (one.key === "matrix") rows = matrixOf(reading, one)
    else if (one.key === "split") split = reading.text(one)
    else if (one.key === "as") as = reading.text(one)
    else if (one.key === "from") from = reading.choice(one, ["sources", "generates"])
    else reading.unknown(one, "for", ["var", "matrix", "split", "as"])
  }
  if (variable !== undefined && rows !== undefined) reading.fail(field.value, "for has both var and matrix", "keep one of the two")
  if (variable !== undefined) return { _tag: "Variable", name: variable, split: split === "" ? undefined : split, as }
  if (rows !== undefined) return { _tag: "Matrix", rows, as }
  if (from !== undefined) return { _tag: from === "sources" ? "Sources" : "Generates", as }
  reading.fail(field.value, "for says nothing to repeat over", "write a list, sources, generates, `var:` or `matrix:`")
  return undefined
}

/** `for:`. */
const loopOf = (reading: Reading, field: Field): Loop | undefined => {
  if (reading.isNothing(field.value)) return undefined
  if (isSeq(field.value)) return { _tag: "List", items: field.value.items.map((item) => reading.value(reading.follow(item))), as: undefined }
  if (isMap(field.value)) return loopOfMap(reading, field, field.value)
  const from = reading.choice(field, ["sources", "generates"])
  return from === undefined ? undefined : { _tag: from === "sources" ? "Sources" : "Generates", as: undefined }
}

/** What commands and dependencies may say. */
interface Draft {
  command: string | undefined
  task: string | undefined
  deferred: Node | null | undefined
  loop: Loop | undefined
  silent: boolean | undefined
  ignoreError: boolean
  condition: string | undefined
  platforms: ReadonlyArray<Platform>
  timeout: number | undefined
  variables: Variables
  set: ReadonlyArray<string>
  shopt: ReadonlyArray<string>
}

const none: Variables = new Map()

const emptyDraft = (): Draft => ({
  command: undefined,
  task: undefined,
  deferred: undefined,
  loop: undefined,
  silent: undefined,
  ignoreError: false,
  condition: undefined,
  platforms: [],
  timeout: undefined,
  variables: none,
  set: [],
  shopt: []
})

const commandKeys = ["cmd", "task", "defer", "for", "silent", "set", "shopt", "vars", "ignore_error", "if", "platforms", "timeout"]
const dependencyKeys = ["task", "for", "vars", "silent", "if"]

const readDraft = (reading: Reading, map: YAMLMap, what: string, known: ReadonlyArray<string>): Draft => {
  const draft = emptyDraft()
  for (const field of reading.fields(map, "refuse")) {
    if (!known.includes(field.key)) {
      reading.unknown(field, what, known)
      continue
    }
    switch (field.key) {
      case "cmd":
        draft.command = reading.text(field)
        break
      case "task":
        draft.task = reading.text(field)
        break
      case "defer":
        draft.deferred = field.value
        if (isScalar(field.value)) draft.command = reading.text(field)
        break
      case "for":
        draft.loop = loopOf(reading, field)
        break
      case "silent":
        draft.silent = reading.boolean(field)
        break
      case "set":
        draft.set = reading.texts(field)
        break
      case "shopt":
        draft.shopt = reading.texts(field)
        break
      case "vars":
        draft.variables = variablesOf(reading, field)
        break
      case "ignore_error":
        draft.ignoreError = reading.boolean(field) ?? false
        break
      case "if":
        draft.condition = reading.text(field)
        break
      case "platforms":
        draft.platforms = platformsOf(reading, field)
        break
      default:
        draft.timeout = reading.duration(field)
    }
  }
  return draft
}

const commandOf = (reading: Reading, node: Node | null, draft: Draft, deferred: boolean): Command | undefined => {
  const { condition, ignoreError, loop, platforms, silent, timeout } = draft
  const step = { location: reading.locate(node), loop, silent, ignoreError, condition, platforms, timeout, deferred }
  if (draft.task !== undefined && draft.task !== "") return { _tag: "Call", task: draft.task, variables: draft.variables, ...step }
  if (draft.command !== undefined && draft.command !== "") return { _tag: "Shell", command: draft.command, set: draft.set, shopt: draft.shopt, ...step }
  return undefined
}

/** `defer:` with a task or with a map; of what stands beside it only `silent` counts, as in `task`. */
const deferredOf = (reading: Reading, node: Node, outer: Draft): Command | undefined => {
  if (outer.condition !== undefined || outer.loop !== undefined || outer.ignoreError || outer.platforms.length > 0) {
    reading.warn("KEY002", node, "if, for, platforms and ignore_error mean nothing beside defer")
  }
  const own = isMap(outer.deferred) ? readDraft(reading, outer.deferred, "defer", ["defer", "cmd", "task", "vars", "silent", "timeout"]) : outer
  const draft = { ...own, silent: own.silent ?? outer.silent, timeout: own.timeout ?? outer.timeout, loop: undefined, condition: undefined, ignoreError: false, platforms: [] }
  return commandOf(reading, node, draft, true)
}

/** One command: a text, or a map with `cmd`, `task` or `defer`. */
export const readCommand = (reading: Reading, node: Node | null): ReadonlyArray<Command> => {
  if (node === null || reading.isNothing(node)) return []
  if (isScalar(node)) {
    const command = commandOf(reading, node, { ...emptyDraft(), command: textOf(node) }, false)
    return command === undefined ? [] : [command]
  }
  if (!isMap(node)) {
    reading.fail(node, `a command must be a text or a map, here is ${reading.kindOf(node)}`, "remove one level of `- `")
    return []
  }
  const draft = readDraft(reading, node, "a command", commandKeys)
  const command = draft.deferred !== undefined && draft.deferred !== null ? deferredOf(reading, node, draft) : commandOf(reading, node, draft, false)
  if (command === undefined && draft.command !== "") reading.fail(node, "a command has none of cmd, task and defer", "a command with `: ` in it needs quotes")
  return command === undefined ? [] : [command]
}

/** `deps:`, texts or maps. */
export const dependenciesOf = (reading: Reading, field: Field): ReadonlyArray<TaskCall> =>
  reading.list(field).flatMap((node) => {
    if (reading.isNothing(node)) return []
    if (!isScalar(node) && !isMap(node)) {
      reading.fail(node, `a dependency must be a text or a map, here is ${reading.kindOf(node)}`)
      return []
    }
    const draft = isScalar(node) ? { ...emptyDraft(), task: textOf(node) } : readDraft(reading, node, "a dependency", dependencyKeys)
    const call = commandOf(reading, node, draft, false)
    if (call?._tag === "Call") return [call]
    reading.fail(node, "a dependency names no task", "write `- task: NAME`")
    return []
  })
