/**
 * What is known of one project on this machine: the shape of an entry of the registry.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { AbsolutePath } from "./AbsolutePath.js"
import { CalendarDate } from "./CalendarDate.js"
import { ProjectId } from "./ProjectId.js"
import { ProjectName } from "./ProjectName.js"

/**
 * Where a project stands: `archived` is put away; `paused`, `completed` and `cancelled` are what work-prod also knows.
 *
 * @category schemas
 */
export const ProjectStatus = Schema.Literal("active", "archived", "paused", "completed", "cancelled")
/** @category models */
export type ProjectStatus = typeof ProjectStatus.Type

/**
 * How important a project is to its owner.
 *
 * @category schemas
 */
export const Classification = Schema.Literal("primary", "secondary", "archive", "maintenance")
/** @category models */
export type Classification = typeof Classification.Type

/**
 * The sphere of life a project belongs to.
 *
 * @category schemas
 */
export const ProjectType = Schema.Literal("Work", "Personal", "Learning", "Inactive")
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
    repository: Schema.optional(Schema.String),
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
