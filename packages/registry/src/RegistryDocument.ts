/**
 * The registry's file as text: read with the place of what is wrong, written with every byte kept that did not change.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { findFault, type LinePosition, positionAt } from "./JsonFault.js"
import { elements, isJsonObject, type JsonObject, members, rewrite } from "./JsonSource.js"
import { RegistryUnreadable } from "./RegistryError.js"
import { compare, latest, migrateText, versionOf } from "./RegistryMigration.js"

/**
 * The document: what stands in the file, in the order in which it stands there. `projects` are the entries as JSON values
 * (hand-edited ones may be anything), `rest` every other key of the file. Whoever changes it keeps the entries that stay the
 * same as the same objects: these are written back byte for byte.
 *
 * @category models
 */
export interface RegistryDocument {
  readonly version: string
  readonly projects: ReadonlyArray<JsonValue>
  readonly rest: { readonly [key: string]: JsonValue }
}

/** A file as it was read: `text` is decoded, `bytes` tell whether it was text at all. @category models */
export interface RegistryText {
  readonly path: string
  readonly text: string
  readonly bytes?: Uint8Array
}

/** A document, and what is needed to write it back. @category models */
export interface ParsedRegistry {
  readonly document: RegistryDocument
  /** the version that the file had, if that was an older one; `document` is of the newest */
  readonly migratedFrom: Option.Option<string>
  /** the text that `root` was read from, without a byte order mark; after a migration the migrated one */
  readonly source: string
  readonly root: JsonObject
  readonly hasByteOrderMark: boolean
}

/** What stands where nothing was stored yet. @category constants */
export const empty: RegistryDocument = { version: latest, projects: [], rest: {} }

/** Whether a newer program wrote the document, so that this one must not. @category predicates */
export const isNewer = (document: RegistryDocument): boolean => compare(document.version, latest) > 0

const isUtf8 = (bytes: Uint8Array): boolean => Either.isRight(Either.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes)))

/** U+FFFD in the text may stand for bytes that are no UTF-8; writing the text back would then change them. */
const isBinary = ({ bytes, text }: RegistryText): boolean => bytes !== undefined && text.includes("\uFFFD") && !isUtf8(bytes)

const refuse = (file: RegistryText, reason: RegistryUnreadable["reason"], detail: string, offset?: number) =>
  Either.left(new RegistryUnreadable({ path: file.path, reason, detail, ...(offset === undefined ? {} : { position: positionAt(file.text, offset) }) }))

/** Why the text is not JSON. Only asked once it is known not to be, so it takes its time. */
const explain = (file: RegistryText): Either.Either<never, RegistryUnreadable> => {
  const { text } = file
  if (text.trim() === "") return refuse(file, "Empty", "the file is empty")
  if (text.includes("\0")) return refuse(file, "Binary", "this is no text: it holds a NUL character", text.indexOf("\0"))
  if (isBinary(file)) return refuse(file, "Binary", "this is no UTF-8 text", text.indexOf("\uFFFD"))
  const conflict = /^<{7}(?=[ \r\n]|$)/m.exec(text)
  if (conflict !== null) return refuse(file, "MergeConflict", "a merge was left unfinished here", conflict.index)
  const mark = text.startsWith("\uFEFF") ? 1 : 0
  const fault = findFault(text.slice(mark))
  if (fault === undefined) return refuse(file, "InvalidJson", "this is not JSON that can be read")
  return refuse(file, fault.isTruncated ? "Truncated" : "InvalidJson", fault.detail, fault.offset + mark)
}

const placeOf = (text: string, key: string): number => members(text, text.startsWith("\uFEFF") ? 1 : 0).findLast((member) => member.key === key)?.start ?? text.search(/\S/)

const withShape = (file: RegistryText, source: string, root: JsonObject, version: string, migratedFrom: Option.Option<string>): Either.Either<ParsedRegistry, RegistryUnreadable> => {
  const projects = root["projects"]
  if (!Object.hasOwn(root, "projects") || projects === undefined) return refuse(file, "WrongShape", "the list \"projects\" is missing", placeOf(file.text, "{"))
  if (!Array.isArray(projects)) {
    const detail = compare(version, latest) > 0 ? `"projects" is no list (the file has format version ${version}, newer than ${latest})` : "\"projects\" is no list"
    return refuse(file, "WrongShape", detail, placeOf(file.text, "projects"))
  }
  const rest = Object.fromEntries(Object.entries(root).filter(([key]) => key !== "version" && key !== "projects"))
  return Either.right({ document: { version, projects, rest }, migratedFrom, source, root, hasByteOrderMark: file.text.startsWith("\uFEFF") })
}

/**
 * Read a file. A byte order mark, any line ends and keys that stand twice are accepted; a missing `version` means `1.0`; a
 * newer version is read if its shape fits; an older one is migrated in memory.
 *
 * @example
 * ```ts
 * import * as RegistryDocument from "@dev-infra/registry/RegistryDocument"
 * import * as Either from "effect/Either"
 *
 * const result = RegistryDocument.parse({ path: "registry.json", text: `{"version": "1.0", "projects": [}` })
 * if (Either.isLeft(result)) console.log(result.left.position) // { line: 1, column: 33 }
 * ```
 * @category parsing
 */
export const parse = (file: RegistryText): Either.Either<ParsedRegistry, RegistryUnreadable> => {
  const source = file.text.startsWith("\uFEFF") ? file.text.slice(1) : file.text
  // JSON.parse returns what JSON can hold, nothing else
  const parsed = Either.try(() => JSON.parse(source) as JsonValue)
  if (Either.isLeft(parsed)) return explain(file)
  if (isBinary(file)) return explain({ ...file, text: file.text })
  const root = parsed.right
  if (!isJsonObject(root)) return refuse(file, "WrongShape", "the file holds no object { … }", file.text.search(/[^\s\uFEFF]/))
  const version = versionOf(root)
  if (Option.isNone(version)) return refuse(file, "WrongShape", "\"version\" is no version such as \"1.0\"", placeOf(file.text, "version"))
  if (compare(version.value, latest) >= 0) return withShape(file, source, root, version.value, Option.none())
  // values nested so deep that they cannot be printed are no reason to fall over
  const migrated = Option.flatten(Either.getRight(Either.try(() => migrateText(source, version.value))))
  if (Option.isNone(migrated)) return refuse(file, "WrongShape", `the format version ${version.value} is not known`, placeOf(file.text, "version"))
  // the same as above: what was just printed as JSON
  const root10 = JSON.parse(migrated.value) as JsonValue
  return isJsonObject(root10)
    ? withShape(file, migrated.value, root10, latest, Option.some(version.value))
    : refuse(file, "WrongShape", "the file holds no object { … }")
}

/**
 * Where entries begin in the text of a file that can be read, by their places in the list, counted from 0.
 *
 * @category parsing
 */
export const entryPositions = (text: string, indexes: ReadonlyArray<number>): ReadonlyMap<number, LinePosition> => {
  // of a key that stands twice the last one counts
  const list = members(text, text.startsWith("\uFEFF") ? 1 : 0).findLast((member) => member.key === "projects")?.start
  if (list === undefined || text[list] !== "[") return new Map()
  const { starts } = elements(text, list)
  return new Map(indexes.flatMap((index) => (starts[index] === undefined ? [] : [[index, positionAt(text, starts[index])] as const])))
}

/** The file's object for a document; keys keep the order that they have in `like`. */
const rootOf = (document: RegistryDocument, like: JsonObject): JsonObject => {
  const hasVersion = Object.hasOwn(like, "version")
  const entries: Array<readonly [string, JsonValue]> = hasVersion ? [] : [["version", document.version]]
  for (const [key, value] of Object.entries(like)) {
    if (key === "version") entries.push([key, Option.contains(versionOf(like), document.version) ? value : document.version])
    else if (key === "projects") entries.push([key, document.projects])
    else if (Object.hasOwn(document.rest, key)) entries.push([key, document.rest[key] ?? null])
  }
  if (!Object.hasOwn(like, "projects")) entries.push(["projects", document.projects])
  for (const [key, value] of Object.entries(document.rest)) if (!Object.hasOwn(like, key)) entries.push([key, value])
  return Object.fromEntries(entries)
}

/**
 * The text of a document. Entries that are the same objects as in `from` stay byte for byte; in changed ones only the values
 * that changed are replaced; new ones are laid out with two spaces. The last line is ended.
 *
 * @param from - what was read; none for a new file
 * @example
 * ```ts
 * import * as RegistryDocument from "@dev-infra/registry/RegistryDocument"
 * import * as Option from "effect/Option"
 *
 * const text = RegistryDocument.print({ version: "1.0", projects: [], rest: {} }, Option.none())
 * ```
 * @category printing
 */
export const print = (document: RegistryDocument, from: Option.Option<ParsedRegistry>): string => {
  if (Option.isNone(from)) return `${JSON.stringify(rootOf(document, {}), null, 2)}\n`
  const { hasByteOrderMark, root, source } = from.value
  const text = rewrite(source, root, rootOf(document, root))
  const ending = /^[^\n]*\r\n/.test(source) ? "\r\n" : "\n"
  return `${hasByteOrderMark ? "\uFEFF" : ""}${text}${text.endsWith("\n") ? "" : ending}`
}
