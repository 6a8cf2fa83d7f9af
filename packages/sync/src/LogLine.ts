/**
 * A record of the log as a line of JSON.
 *
 * A log may have hundreds of thousands of lines, and the schema of `SyncLog` is slow for that many, so a predicate of the same meaning says
 * what is a record. A property test holds the two together.
 *
 * @module
 */
import type { Happened, Overridden, SyncRecord } from "./SyncLog.js"

type Fields = { readonly [key: string]: unknown }

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

const isOptional = (value: unknown, isValue: (value: unknown) => boolean): boolean => value === undefined || isValue(value)

const kinds: ReadonlySet<unknown> = new Set<Happened["kind"]>(["created", "updated", "adopted", "joined", "deleted", "taken", "unlinked", "refused"])

const hasHead = (value: Fields): boolean =>
  isText(value["time"]) && isText(value["command"]) && isText(value["id"]) && isText(value["name"]) && isText(value["source"])

/** Whether a value is what a sync did to a whole project. @category guards */
export const isHappened = (value: unknown): value is Happened =>
  isRecord(value) &&
  kinds.has(value["kind"]) &&
  hasHead(value) &&
  isOptional(value["fields"], (fields) => Array.isArray(fields) && fields.every(isText)) &&
  isOptional(value["reason"], isText)

/** Whether a value is one that was replaced; `kind` is absent where `refresh` wrote it. @category guards */
export const isOverridden = (value: unknown): value is Omit<Overridden, "kind"> & { readonly kind?: "overridden" } =>
  isRecord(value) &&
  (value["kind"] === undefined || value["kind"] === "overridden") &&
  hasHead(value) &&
  isText(value["field"]) &&
  Object.hasOwn(value, "old") &&
  Object.hasOwn(value, "new") &&
  isOptional(value["side"], (side) => side === "local" || side === "remote") &&
  isOptional(value["conflict"], (conflict) => typeof conflict === "boolean")

const valueOf = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    // cut off by a crash: no record
    return undefined
  }
}

/** The record in a line; undefined if it holds none. @category constructors */
export const parse = (line: string): SyncRecord | undefined => {
  const value = valueOf(line)
  if (isHappened(value)) return value
  return isOverridden(value) ? { ...value, kind: "overridden" } : undefined
}

/** The line of a record; `time` comes first, where `LogRotation` looks for it. @category constructors */
export const print = ({ time, ...rest }: SyncRecord): string => JSON.stringify({ time, ...rest })
