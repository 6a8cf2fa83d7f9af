/**
 * Includes.
 *
 * @module
 */
import { isMap, isScalar, type YAMLMap } from "yaml"
import type { Include } from "../Taskfile.js"
import type { Variables } from "../Variable.js"
import { type Field, type Reading, textOf } from "./Reading.js"
import { variablesOf } from "./VariableFields.js"

const known = ["taskfile", "dir", "optional", "internal", "flatten", "aliases", "excludes", "vars", "checksum"]

const none: Variables = new Map()

const plainInclude = (reading: Reading, field: Field, taskfile: string): Include => ({
  namespace: field.key,
  location: reading.locate(field.at),
  taskfile,
  directory: undefined,
  optional: false,
  internal: false,
  flatten: false,
  aliases: [],
  excludes: [],
  variables: none,
  checksum: undefined
})

const includeOfMap = (reading: Reading, owner: Field, map: YAMLMap): Include => {
  const include: { -readonly [key in keyof Include]: Include[key] } = { ...plainInclude(reading, owner, ""), directory: "" }
  for (const field of reading.fields(map, "refuse")) {
    switch (field.key) {
      case "taskfile":
        include.taskfile = reading.text(field) ?? ""
        break
      case "dir":
        include.directory = reading.text(field) ?? ""
        break
      case "optional":
        include.optional = reading.boolean(field) ?? false
        break
      case "internal":
        include.internal = reading.boolean(field) ?? false
        break
      case "flatten":
        include.flatten = reading.boolean(field) ?? false
        break
      case "aliases":
        include.aliases = reading.texts(field)
        for (const alias of include.aliases) reading.name(field.value, alias, "namespace")
        break
      case "excludes":
        include.excludes = reading.texts(field)
        break
      case "vars":
        include.variables = variablesOf(reading, field)
        break
      case "checksum":
        include.checksum = reading.text(field)
        if (include.checksum !== undefined && !/^[0-9a-fA-F]{64}$/.test(include.checksum)) reading.fail(field.value, "checksum must be a SHA-256 of 64 hexadecimal digits")
        break
      default:
        reading.unknown(field, "an include", known)
    }
  }
  if (include.taskfile === "" && include.directory === "") reading.fail(map, `the include ${owner.key} names no file`, "write `taskfile:` with a path")
  return include.taskfile === "" ? { ...include, taskfile: include.directory ?? "" } : include
}

/** `includes:`. */
export const includesOf = (reading: Reading, owner: Field): ReadonlyMap<string, Include> => {
  const map = reading.map(owner)
  const includes = new Map<string, Include>()
  if (map === undefined) return includes
  for (const field of reading.fields(map, { code: "DUP003", what: "include" })) {
    if (!reading.name(field.at, field.key, "namespace")) continue
    if (isMap(field.value)) includes.set(field.key, includeOfMap(reading, field, field.value))
    else if (isScalar(field.value) && textOf(field.value) !== "") includes.set(field.key, plainInclude(reading, field, textOf(field.value)))
    else reading.fail(field.value ?? field.at, `the include ${field.key} must be a path or a map, here is ${reading.kindOf(field.value)}`)
  }
  return includes
}
