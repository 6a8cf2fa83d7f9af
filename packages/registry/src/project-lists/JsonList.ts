/**
 * Our own JSON: the registry's file, an export of it, or a bare list of its entries.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { positionAt } from "../JsonFault.js"
import { isObject } from "../RegistryEdit.js"
import { itemLines, parseJson } from "./JsonText.js"
import { type ListPlace, type ProjectList, ProjectListUnreadable } from "./ProjectList.js"

/** The newest major version of the file's format that this program reads. */
const supportedMajor = 1

const isList = (value: JsonValue | undefined): value is ReadonlyArray<JsonValue> => Array.isArray(value)

/** Every item comes back as it stands there, also one that is no project: the import says what is wrong with it. */
export const decodeJson = (text: string, place: ListPlace): Either.Either<ProjectList, ProjectListUnreadable> => {
  const unreadable = (detail: string, offset = 0) =>
    Either.left(new ProjectListUnreadable({ path: place.path, format: "json", detail, position: positionAt(text, offset) }))
  const parsed = parseJson(text)
  if (Either.isLeft(parsed)) return unreadable(parsed.left.detail, parsed.left.offset)
  const root = parsed.right
  const items = isObject(root) ? root["projects"] : root
  if (!isList(items)) return unreadable('the list must be {"version": "1.0", "projects": [...]} or a bare list of projects')
  const version = isObject(root) ? root["version"] : undefined
  if (typeof version === "string" && Number.parseInt(version, 10) > supportedMajor) {
    return unreadable(`the list has format version ${version}, which a newer version of this program wrote`)
  }
  const lines = itemLines(text, "projects")
  return Either.right({ format: "json", projects: items.map((entry, index) => ({ line: lines[index] ?? 1, entry })), skipped: [] })
}
