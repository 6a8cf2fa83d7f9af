/**
 * Reads an entry of the registry as a program or a person wrote it. Plain functions without a schema library: `list` reads
 * 10,000 entries at start-up and pays for nothing else. `Project` offers the same as a Schema and as a tagged error.
 *
 * @module
 */
import type { Project } from "./Project.js"
import {
  allowed,
  classifications,
  isAbsolutePath,
  isCalendarDate,
  isProjectName,
  isUuid,
  normalisePath,
  projectStatuses,
  projectTypes
} from "./ProjectRules.js"
import { hasCredentials, withoutCredentials } from "./RepositoryUrl.js"
import * as Uuid from "./Uuid.js"

/**
 * What is needed to complete an entry that was written by hand. `machineId` is the id of this machine.
 *
 * @category models
 */
export interface EntryContext {
  readonly machineId: string
}

/**
 * What is wrong with one field: its name (empty for the entry itself) and a sentence that says what is allowed.
 *
 * @category models
 */
export interface FieldProblem {
  readonly field: string
  readonly message: string
}

/**
 * An entry that was read, or everything that is wrong with it.
 *
 * @category models
 */
export type EntryResult =
  | { readonly _tag: "Decoded"; readonly project: Project }
  | { readonly _tag: "Refused"; readonly problems: ReadonlyArray<FieldProblem> }

type Fields = { readonly [key: string]: unknown }

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

const isOptionalText = (value: unknown): boolean => value === undefined || typeof value === "string"

const isOneOf = (values: ReadonlyArray<string>, value: unknown): boolean => typeof value === "string" && values.includes(value)

const isListOf = (isItem: (text: string) => boolean, value: unknown): boolean => {
  if (!Array.isArray(value)) return false
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index]
    if (typeof item !== "string" || !isItem(item)) return false
  }
  return true
}

const anyText = (): boolean => true

/** A URL that may be stored: it carries no password and no token. */
export const isStoredRepository = (url: string): boolean => !hasCredentials(url)

/**
 * Whether a value is a complete, valid entry as this program writes it. What it accepts needs no decoding: the value itself
 * is the project, unknown keys included. (An own key `__proto__` is left to the slow path, because a copy would lose it.)
 *
 * @param value one element of `projects`, as `JSON.parse` returned it
 * @category guards
 */
export const isCanonical = (value: unknown): value is Project => {
  if (!isRecord(value)) return false
  return (
    isText(value["id"]) && isUuid(value["id"]) &&
    isText(value["name"]) && isProjectName(value["name"]) &&
    isText(value["path"]) && isAbsolutePath(value["path"]) &&
    isText(value["template"]) &&
    isText(value["version"]) &&
    isOneOf(projectStatuses, value["status"]) &&
    (value["created"] === undefined || (isText(value["created"]) && isCalendarDate(value["created"]))) &&
    (value["repository"] === undefined || (isText(value["repository"]) && isStoredRepository(value["repository"]))) &&
    isOptionalText(value["description"]) &&
    isOptionalText(value["organization"]) &&
    (value["classification"] === undefined || isOneOf(classifications, value["classification"])) &&
    (value["project_type"] === undefined || isOneOf(projectTypes, value["project_type"])) &&
    (value["tags"] === undefined || isListOf(anyText, value["tags"])) &&
    (value["work_prod_id"] === undefined || typeof value["work_prod_id"] === "number" || isText(value["work_prod_id"])) &&
    isOptionalText(value["last_sync"]) &&
    (value["checkouts"] === undefined || isListOf(isAbsolutePath, value["checkouts"])) &&
    !Object.hasOwn(value, "__proto__")
  )
}

/** Namespace for machine ids that are no UUIDs themselves; itself a random UUID, fixed for ever. */
const machineNamespace = "6f0b2c0e-52b7-4d0a-9a0e-3f6c1c6d2b57"

/**
 * The id of an entry that was written without one: a UUID of version 5 whose namespace is the machine and whose name is the
 * path, so that every process on the machine derives the same one.
 *
 * @param machineId the machine's id; any text, usually a UUID
 * @param path the project's absolute path in its normalised form
 */
export const derivedId = (machineId: string, path: string): string => {
  const lower = machineId.toLowerCase()
  return Uuid.derived(isUuid(lower) ? lower : Uuid.derived(machineNamespace, machineId), path)
}

/** A whole, normalised path, or nothing if the text is none. */
const wholePath = (value: unknown): string | undefined =>
  typeof value === "string" && value.startsWith("/") && !value.includes("\0") ? normalisePath(value) : undefined

const nameFrom = (path: string): string => {
  const last = path.slice(path.lastIndexOf("/") + 1).slice(0, 1000)
  return last.trim() === "" ? path.slice(0, 1000) : last
}

/** Assigns also `__proto__` as an ordinary key. */
const put = (target: { [key: string]: unknown }, key: string, value: unknown): void => {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true })
  else target[key] = value
}

/** The value as an error shows it: short, on one line, and never more than a hint of a long text. */
const shown = (value: unknown): string => {
  if (Array.isArray(value)) return "a list"
  if (isRecord(value)) return "an object"
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const pathProblem = (value: unknown): string => {
  if (typeof value === "string" && value.startsWith("~")) return `must be written out: ${allowed.path}; ~ is only known to a shell`
  return `must be ${allowed.path}`
}

interface FieldRule {
  readonly allowed: string
  /** the value to store, or nothing if it is not allowed */
  readonly read: (value: unknown) => unknown
}

const where = (isAllowed: (text: string) => boolean) => (value: unknown): unknown =>
  typeof value === "string" && isAllowed(value) ? value : undefined

const oneOf = (values: ReadonlyArray<string>) => where((text) => values.includes(text))

const text: FieldRule = { allowed: allowed.text, read: where(anyText) }

/** The optional fields in the order of the file. */
const rules: ReadonlyMap<string, FieldRule> = new Map<string, FieldRule>([
  ["created", { allowed: allowed.created, read: where(isCalendarDate) }],
  ["repository", { allowed: allowed.repository, read: (value) => (typeof value === "string" ? withoutCredentials(value) : undefined) }],
  ["description", text],
  ["organization", text],
  ["classification", { allowed: allowed.classification, read: oneOf(classifications) }],
  ["project_type", { allowed: allowed.project_type, read: oneOf(projectTypes) }],
  ["tags", { allowed: allowed.tags, read: (value) => (isListOf(anyText, value) ? value : undefined) }],
  [
    "work_prod_id",
    { allowed: allowed.work_prod_id, read: (value) => (typeof value === "number" || typeof value === "string" ? value : undefined) }
  ],
  ["last_sync", text],
  [
    "checkouts",
    {
      allowed: allowed.checkouts,
      read: (value) => {
        if (!Array.isArray(value)) return undefined
        const paths = value.map(wholePath)
        return paths.includes(undefined) ? undefined : paths
      }
    }
  ]
])

const required = new Set(["id", "name", "path", "template", "version", "status"])

/**
 * Reads one entry. A complete one comes back as it is (the same object). In one written by hand a missing `id` is derived
 * from machine and path, a missing `name` is the last part of the path, `status` is `active`, `template` and `version` are
 * `unknown`; null in a known field counts as absent; ids in upper case and paths with trailing slashes are put right; a
 * password in `repository` is dropped. Unknown keys stay.
 *
 * @param value one element of `projects`, as `JSON.parse` returned it
 * @param context the id of this machine
 * @category constructors
 */
export const decode = (value: unknown, context: EntryContext): EntryResult => {
  if (isCanonical(value)) return { _tag: "Decoded", project: value }
  if (!isRecord(value)) {
    return { _tag: "Refused", problems: [{ field: "", message: `an entry must be an object with at least a path, not ${shown(value)}` }] }
  }
  const entry = value
  const problems: Array<FieldProblem> = []
  const project: { [key: string]: unknown } = {}
  const refuse = (field: string, rule: string): undefined => {
    const found = entry[field]
    // A refused repository or an unknown text may hold a secret; its type is enough to find it.
    problems.push({ field, message: `${field} ${rule}${found === undefined || found === null ? "" : `, not ${shown(found)}`}` })
    return undefined
  }
  const textOr = (field: string, missing: string, isAllowed: (text: string) => boolean, rule: string): string | undefined => {
    const found = entry[field]
    if (found === undefined || found === null) return missing
    return typeof found === "string" && isAllowed(found) ? found : refuse(field, `must be ${rule}`)
  }

  const found = entry["path"]
  const path = wholePath(found) ?? refuse("path", found === undefined || found === null ? `is missing: it must be ${allowed.path}` : pathProblem(found))
  const id = typeof entry["id"] === "string" ? entry["id"].trim().toLowerCase() : entry["id"]
  if (id === undefined || id === null) project["id"] = path === undefined ? undefined : derivedId(context.machineId, path)
  else project["id"] = typeof id === "string" && isUuid(id) ? id : refuse("id", `must be ${allowed.id}`)
  project["name"] = textOr("name", path === undefined ? "" : nameFrom(path), isProjectName, allowed.name)
  project["path"] = path
  project["template"] = textOr("template", "unknown", anyText, allowed.text)
  project["version"] = textOr("version", "unknown", anyText, allowed.text)
  project["status"] = textOr("status", "active", (word) => isOneOf(projectStatuses, word), allowed.status)
  for (const [field, rule] of rules) {
    const given = entry[field]
    if (given === undefined || given === null) continue
    const read = rule.read(given)
    if (read === undefined) refuse(field, `must be ${rule.allowed}`)
    else project[field] = read
  }
  for (const key of Object.keys(entry)) {
    if (!required.has(key) && !rules.has(key)) put(project, key, entry[key])
  }
  if (problems.length > 0) return { _tag: "Refused", problems }
  // Every field was checked by the predicate that its schema is made of; a property test holds the two together.
  return { _tag: "Decoded", project: project as unknown as Project }
}
