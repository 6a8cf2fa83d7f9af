/**
 * `projects.json` of the extension Project Manager for Visual Studio Code: a list of `{name, rootPath, paths, tags, enabled}`.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { positionAt } from "../JsonFault.js"
import { isObject } from "../RegistryEdit.js"
import { itemLines, parseJson } from "./JsonText.js"
import {
  type ListedProject,
  type ListPlace,
  type ProjectList,
  ProjectListUnreadable,
  resolveListed,
  type SkippedLine
} from "./ProjectList.js"

const textsOf = (value: JsonValue | undefined): ReadonlyArray<string> =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string" && item.trim() !== "") : []

/** Why a root is no folder of this machine; undefined if it can be one. */
const elsewhere = (rootPath: string): string | undefined => {
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(rootPath)) return "lies on another machine"
  if (/^[A-Z]:[\\/]|^\\\\/i.test(rootPath)) return "is a path of Windows"
  return rootPath.endsWith(".code-workspace") ? "is a workspace file, not a folder" : undefined
}

/** Read the extension's list. A project that is switched off there comes as archived. */
export const decodeProjectManager = (text: string, place: ListPlace): Either.Either<ProjectList, ProjectListUnreadable> => {
  const unreadable = (detail: string, offset = 0) =>
    Either.left(new ProjectListUnreadable({ path: place.path, format: "project-manager", detail, position: positionAt(text, offset) }))
  const parsed = parseJson(text)
  if (Either.isLeft(parsed)) return unreadable(parsed.left.detail, parsed.left.offset)
  if (!Array.isArray(parsed.right)) return unreadable("the list must be a list of projects with name and rootPath")
  const items: ReadonlyArray<JsonValue> = parsed.right
  const lines = itemLines(text, "")
  const projects: Array<ListedProject> = []
  const skipped: Array<SkippedLine> = []
  for (const [index, item] of items.entries()) {
    const line = lines[index] ?? 1
    const name = isObject(item) && typeof item["name"] === "string" ? item["name"] : undefined
    const skip = (detail: string, label = name) => skipped.push({ line, detail, ...(label === undefined ? {} : { label }) })
    const rootPath = isObject(item) ? item["rootPath"] : undefined
    if (!isObject(item) || typeof rootPath !== "string" || rootPath === "") {
      skip("has no rootPath")
      continue
    }
    const tags = textsOf(item["tags"])
    const shared = {
      ...(item["enabled"] === false ? { status: "archived" } : {}),
      ...(tags.length === 0 ? {} : { tags })
    }
    for (const folder of new Set([rootPath, ...textsOf(item["paths"])])) {
      const path = resolveListed(folder.replace(/^\$home(?=\/|$)/, "~"), place)
      const reason = elsewhere(folder) ?? (path === undefined ? "begins with ~, and HOME is not set" : undefined)
      if (path === undefined || reason !== undefined) skip(reason ?? "", folder)
      // Only the first folder is what the name stands for; the others are called after themselves.
      else projects.push({ line, entry: { ...(folder === rootPath && name !== undefined ? { name } : {}), path, ...shared } })
    }
  }
  return Either.right({ format: "project-manager", projects, skipped })
}
