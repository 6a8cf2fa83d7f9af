/**
 * The versions that the registry's file has had, and the steps from each to the next.
 *
 * A step is frozen once it is released: it turns a whole file of one version into one of the next, and knows only these two.
 * Files are brought to the newest version as text, so that numbers which no double can hold come through unharmed.
 *
 * | version | what was new |
 * |---|---|
 * | `0.9` | `projects` is an object by name; an entry has `repo` and `archived: true`, and may be a path alone |
 * | `1.0` | `projects` is a list, an entry has `name`, `repository` and `status`; a file that names no version is of this one |
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Option from "effect/Option"
import { isJsonObject, type JsonObject } from "./JsonSource.js"

/**
 * The version that this program writes.
 *
 * @category constants
 */
export const latest = "1.0"

/** From one version to the next. @category models */
export interface Step {
  readonly from: string
  readonly to: string
  readonly migrate: (file: JsonObject) => JsonObject
}

/** `{…object}` would lose an own key `__proto__`; this does not. */
const objectOf = (entries: Iterable<readonly [string, JsonValue]>): JsonObject => Object.fromEntries(entries)

const entryFrom09 = (name: string, entry: JsonValue): JsonValue => {
  if (typeof entry === "string") return { name, path: entry, status: "active" }
  if (!isJsonObject(entry)) return { name, entry }
  const isRenamed = !Object.hasOwn(entry, "repository")
  const fields: Array<readonly [string, JsonValue]> = [["name", name]]
  for (const [key, value] of Object.entries(entry)) {
    if (key === "name") continue
    if (key === "repo" && isRenamed) fields.push(["repository", value])
    else if (key === "archived" && typeof value === "boolean" && !Object.hasOwn(entry, "status")) fields.push(["status", value ? "archived" : "active"])
    else fields.push([key, value])
  }
  if (!fields.some(([key]) => key === "status")) fields.push(["status", "active"])
  return objectOf(fields)
}

const from09: Step = {
  from: "0.9",
  to: "1.0",
  migrate: (file) => {
    const projects = file["projects"]
    return objectOf([
      ["version", "1.0"],
      ...(projects === undefined ? [] : [["projects", isJsonObject(projects) ? Object.entries(projects).map(([name, entry]) => entryFrom09(name, entry)) : projects] as const]),
      ...Object.entries(file).filter(([key]) => key !== "version" && key !== "projects")
    ])
  }
}

/**
 * Every step there is, oldest first.
 *
 * @category constants
 */
export const steps: ReadonlyArray<Step> = [from09]

/**
 * The version of a file; none if what it says is no version. A file without one is of version 1.0, or of 0.9 if its projects
 * are an object. A number is read as people mean it: `2` is `2.0`.
 *
 * @category parsing
 */
export const versionOf = (file: JsonObject): Option.Option<string> => {
  const version = Object.hasOwn(file, "version") ? file["version"] : undefined
  if (version === undefined) return Option.some(isJsonObject(file["projects"]) ? "0.9" : "1.0")
  const match = typeof version === "string" || typeof version === "number" ? /^(\d{1,6})(?:\.(\d{1,6})(?:\.\d{1,6})?)?$/.exec(String(version)) : null
  return match === null ? Option.none() : Option.some(`${Number(match[1])}.${Number(match[2] ?? 0)}`)
}

/**
 * Negative if the first version is older than the second, 0 if they are equal.
 *
 * @category predicates
 */
export const compare = (a: string, b: string): number => {
  const [[majorA = 0, minorA = 0], [majorB = 0, minorB = 0]] = [a.split(".").map(Number), b.split(".").map(Number)]
  return majorA - majorB || minorA - minorB
}

const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const placeholder = /"\\u0000number:([^"]*)"/g

/**
 * The text of a file in the newest version.
 *
 * @param text - valid JSON, an object
 * @param version - its version, older than `latest`
 * @returns none if there is no step from that version
 * @category migration
 */
export const migrateText = (text: string, version: string): Option.Option<string> => {
  // numbers that a double changes travel as marked texts
  const shielded = text.replace(tokens, (token) => token.startsWith("\"") || String(Number(token)) === token ? token : `"\\u0000number:${token}"`)
  // JSON.parse returns what JSON can hold, nothing else
  let file = JSON.parse(shielded) as JsonValue
  for (let current = version; current !== latest;) {
    const step = steps.find(({ from }) => from === current)
    if (step === undefined || !isJsonObject(file)) return Option.none()
    file = step.migrate(file)
    current = step.to
  }
  return Option.some(`${JSON.stringify(file, null, 2).replace(placeholder, "$1")}\n`)
}
