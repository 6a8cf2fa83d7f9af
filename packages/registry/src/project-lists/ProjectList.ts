/**
 * What every reader of a list gives back.
 *
 * @module
 */
import { normalisePath } from "@dev-infra/metadata/ProjectRules"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Schema from "effect/Schema"
import { Position } from "../RegistryError.js"

/** The formats that are read from a text. @category schemas */
export const ProjectListFormat = Schema.Literal("json", "csv", "myrepos", "gita", "project-manager")
/** @category models */
export type ProjectListFormat = typeof ProjectListFormat.Type

/**
 * One project of a list, as an entry that the registry can import. `line` is where it begins, counted from 1.
 * `onlyIfPresent`: the list itself means it only where the folder exists.
 *
 * @category models
 */
export interface ListedProject {
  readonly line: number
  readonly entry: JsonValue
  readonly onlyIfPresent?: true
}

/** A part of a list that is no project here, and why; `detail` is a clause without a subject. @category models */
export interface SkippedLine {
  readonly line: number
  readonly label?: string
  readonly detail: string
}

/** @category models */
export interface ProjectList {
  readonly format: ProjectListFormat
  readonly projects: ReadonlyArray<ListedProject>
  readonly skipped: ReadonlyArray<SkippedLine>
}

/**
 * Where a list lies. `path` is its absolute path (relative paths in it count from its folder), `homeDirectory` is what `~`
 * stands for.
 *
 * @category models
 */
export interface ListPlace {
  readonly path: string
  readonly homeDirectory: string | undefined
}

/**
 * The text is not a list of that format.
 *
 * @category errors
 */
export class ProjectListUnreadable extends Schema.TaggedError<ProjectListUnreadable>("@dev-infra/registry/ProjectListUnreadable")(
  "ProjectListUnreadable",
  { path: Schema.String, format: Schema.optional(ProjectListFormat), detail: Schema.String, position: Schema.optional(Position) }
) {
  override get message(): string {
    const where = this.position === undefined ? this.path : `${this.path}:${this.position.line}:${this.position.column}`
    return `${where}: ${this.detail}`
  }
}

/** The absolute form of a path in a list; undefined if `~` stands in it and nobody knows what that is. */
export const resolveListed = (path: string, place: ListPlace): string | undefined => {
  if (path === "~" || path.startsWith("~/")) {
    const home = place.homeDirectory ?? ""
    return home.startsWith("/") ? normalisePath(`${home}${path.slice(1)}`) : undefined
  }
  return normalisePath(path.startsWith("/") ? path : `${place.path.slice(0, place.path.lastIndexOf("/"))}/${path}`)
}
