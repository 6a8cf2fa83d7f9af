/**
 * What is known of one project on this machine: the shape of an entry of the registry.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { AbsolutePath } from "./AbsolutePath.js"
import { CalendarDate } from "./CalendarDate.js"
import * as ProjectEntry from "./ProjectEntry.js"
import { ProjectId } from "./ProjectId.js"
import { ProjectName } from "./ProjectName.js"
import { allowed, classifications, projectStatuses, projectTypes } from "./ProjectRules.js"

/**
 * Where a project stands: `archived` is put away; `paused`, `completed` and `cancelled` are what work-prod also knows.
 *
 * @category schemas
 */
export const ProjectStatus = Schema.Literal(...projectStatuses)
/** @category models */
export type ProjectStatus = typeof ProjectStatus.Type

/**
 * How important a project is to its owner.
 *
 * @category schemas
 */
export const Classification = Schema.Literal(...classifications)
/** @category models */
export type Classification = typeof Classification.Type

/**
 * The sphere of life a project belongs to.
 *
 * @category schemas
 */
export const ProjectType = Schema.Literal(...projectTypes)
/** @category models */
export type ProjectType = typeof ProjectType.Type

/**
 * A value that JSON can hold, as it stands in a file.
 *
 * @category models
 */
export type JsonValue = null | boolean | number | string | ReadonlyArray<JsonValue> | { readonly [key: string]: JsonValue }

/**
 * One project. Keys that are not named here are kept as they are; what lies below the key `local` never leaves the machine.
 * `path` is the primary checkout, `checkouts` are further ones of the same project on this machine.
 *
 * @category schemas
 */
export const Project = Schema.Struct(
  {
    id: ProjectId,
    name: ProjectName,
    path: AbsolutePath,
    template: Schema.String,
    version: Schema.String,
    created: Schema.optional(CalendarDate),
    status: ProjectStatus,
    repository: Schema.optional(
      Schema.String.pipe(Schema.filter(ProjectEntry.isStoredRepository, { message: () => `repository must be ${allowed.repository}` }))
    ),
    description: Schema.optional(Schema.String),
    organization: Schema.optional(Schema.String),
    classification: Schema.optional(Classification),
    project_type: Schema.optional(ProjectType),
    tags: Schema.optional(Schema.Array(Schema.String)),
    work_prod_id: Schema.optional(Schema.Union(Schema.Number, Schema.String)),
    last_sync: Schema.optional(Schema.String),
    checkouts: Schema.optional(Schema.Array(AbsolutePath))
  },
  { key: Schema.String, value: Schema.Unknown }
).annotations({ identifier: "Project" })

/** @category models */
export type Project = typeof Project.Type

/**
 * An entry that cannot be read, with everything that is wrong with it. Nothing of it may be lost: whoever reads a file keeps
 * the entry as it stands.
 *
 * @category errors
 */
export class ProjectInvalid extends Schema.TaggedError<ProjectInvalid>("@dev-infra/metadata/ProjectInvalid")("ProjectInvalid", {
  problems: Schema.Array(Schema.Struct({ field: Schema.String, message: Schema.String }))
}) {
  override get message(): string {
    return this.problems.map((problem) => problem.message).join("; ")
  }
}

/**
 * Whether a value is a complete, valid entry as this program writes it; then it *is* the project and needs no decoding.
 *
 * @category guards
 */
export const isCanonical: (value: unknown) => value is Project = ProjectEntry.isCanonical

/**
 * Reads an entry as a program or a person wrote it: `id` absent is derived from machine and path, `name` absent is the last
 * part of the path, `status` absent is `active`, `template` and `version` absent are `unknown`, null counts as absent, a
 * path with trailing slashes or `..` is normalised, an id may be in upper case, a password in `repository` is dropped, and
 * unknown keys stay. An entry that needs nothing of this comes back as the same object.
 *
 * @param json one element of `projects`, as `JSON.parse` returned it
 * @param context the id of this machine
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import * as Project from "@dev-infra/metadata/Project"
 *
 * const read = Project.decode({ path: "/home/me/api" }, { machineId: "7d0e0f5a-9a55-4c56-8f1f-2f0c7c9b1a10" })
 * export const name = Either.isRight(read) ? read.right.name : read.left.message // "api"
 * ```
 * @category constructors
 */
export const decode = (json: unknown, context: ProjectEntry.EntryContext): Either.Either<Project, ProjectInvalid> => {
  const result = ProjectEntry.decode(json, context)
  return result._tag === "Decoded" ? Either.right(result.project) : Either.left(new ProjectInvalid({ problems: result.problems }))
}
