/**
 * The forms that `.dev-infra.yml` has had. Each is frozen: it describes files that exist in repositories, so it is never
 * changed, only followed by a new one. Reading accepts all of them and folds to the latest; writing knows the latest only.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { CalendarDate } from "./CalendarDate.js"
import { Classification, ProjectStatus, ProjectType } from "./Project.js"
import { ProjectIdFromText } from "./ProjectId.js"
import { ProjectName } from "./ProjectName.js"

/** Absent = no opinion; null = cleared. */
const field = <A, I>(schema: Schema.Schema<A, I>) => Schema.optional(Schema.NullOr(schema))

/**
 * The first form, written by the scripts that came before this program.
 *
 * @category schemas
 */
export const MetadataV0 = Schema.Struct({
  template_type: Schema.String,
  dev_infra_version: field(Schema.String),
  created_date: field(Schema.String),
  project_name: field(ProjectName)
}).annotations({ identifier: "MetadataV0" })

/** @category models */
export type MetadataV0 = typeof MetadataV0.Type

/**
 * A file that the owner changed on purpose, so that an update of the template leaves it alone.
 *
 * @category schemas
 */
export const Customization = Schema.Struct({
  file: Schema.String,
  reason: field(Schema.String),
  date: CalendarDate
}).annotations({ identifier: "Customization" })

/** @category models */
export type Customization = typeof Customization.Type

/**
 * Which files an update of the template may change: always, after asking, never. Each is a list of patterns.
 *
 * @category schemas
 */
export const SyncRules = Schema.Struct({
  always: field(Schema.Array(Schema.String)),
  ask: field(Schema.Array(Schema.String)),
  never: field(Schema.Array(Schema.String))
}).annotations({ identifier: "SyncRules" })

/** @category models */
export type SyncRules = typeof SyncRules.Type

/**
 * What was answered when the project was made from its template, by the name of the variable.
 *
 * @category schemas
 */
export const RecordedAnswers = Schema.Record({
  key: Schema.String,
  value: Schema.Union(Schema.String, Schema.Finite, Schema.Boolean, Schema.Array(Schema.String))
}).annotations({ identifier: "RecordedAnswers" })

/** @category models */
export type RecordedAnswers = typeof RecordedAnswers.Type

/**
 * Where the template came from. The present form once lacked these fields, so there are files in which such a key is somebody's own and
 * holds something else. It is then an unknown key: the file stays readable, and the key stays as it is.
 *
 * @category schemas
 */
export const TemplateOrigin = Schema.Struct({
  source: field(Schema.String),
  commit: field(Schema.String),
  answers: field(RecordedAnswers)
}).annotations({ identifier: "TemplateOrigin" })

/** @category models */
export type TemplateOrigin = typeof TemplateOrigin.Type

/**
 * Tasks that the project inherits from another repository: from where, at which version, and under which name. What the texts may be is checked by whoever
 * follows them.
 *
 * @category schemas
 */
export const InheritedTasks = Schema.Struct({
  name: Schema.String,
  from: Schema.String,
  ref: field(Schema.String),
  path: field(Schema.String),
  dir: field(Schema.Literal("caller", "library")),
  flatten: field(Schema.Boolean),
  excludes: field(Schema.Array(Schema.String)),
  floating: field(Schema.Boolean)
}).annotations({ identifier: "InheritedTasks" })

/** @category models */
export type InheritedTasks = typeof InheritedTasks.Type

/**
 * What ties the tasks of a project to other repositories. The present form once lacked these fields too, so a key of this name with another kind of value is
 * somebody's own; commands that need the field say what is wrong with it.
 *
 * @category schemas
 */
export const TaskLinks = Schema.Struct({
  inherits: field(Schema.Array(InheritedTasks)),
  depends_on: field(Schema.Array(Schema.String))
}).annotations({ identifier: "TaskLinks" })

/** @category models */
export type TaskLinks = typeof TaskLinks.Type

/**
 * The present form. Every field may be absent (the file has no opinion) or null (cleared on purpose).
 *
 * @category schemas
 */
export const MetadataV1 = Schema.Struct({
  template: field(Schema.String),
  version: field(Schema.String),
  source: TemplateOrigin.fields.source,
  commit: TemplateOrigin.fields.commit,
  created: field(CalendarDate),
  id: field(ProjectIdFromText),
  name: field(ProjectName),
  description: field(Schema.String),
  organization: field(Schema.String),
  classification: field(Classification),
  project_type: field(ProjectType),
  status: field(ProjectStatus),
  tags: field(Schema.Array(Schema.String)),
  migrated: field(Schema.Union(Schema.Boolean, CalendarDate)),
  last_sync: field(Schema.String),
  managed_by: field(Schema.String),
  auto_update: field(Schema.Boolean),
  answers: TemplateOrigin.fields.answers,
  sync: field(SyncRules),
  customizations: field(Schema.Array(Customization)),
  inherits: TaskLinks.fields.inherits,
  depends_on: TaskLinks.fields.depends_on
}).annotations({ identifier: "MetadataV1" })

/** @category models */
export type MetadataV1 = typeof MetadataV1.Type

/** How the fields of the first form are called now. */
export const renamedSinceV0: ReadonlyMap<string, string> = new Map([
  ["template_type", "template"],
  ["dev_infra_version", "version"],
  ["created_date", "created"],
  ["project_name", "name"]
])

/**
 * Whether the keys of a file are those of the first form: it has `template_type` and none of the keys that replaced them.
 *
 * @category guards
 */
export const isV0 = (fields: object): boolean =>
  Object.hasOwn(fields, "template_type") && ![...renamedSinceV0.values()].some((name) => Object.hasOwn(fields, name))

/**
 * A file of the first form in the present one. Its date could carry a time of day, which is dropped.
 *
 * @category combinators
 */
export const foldV0 = (old: MetadataV0): { readonly [key: string]: unknown } => ({
  template: old.template_type,
  ...(old.dev_infra_version === undefined ? {} : { version: old.dev_infra_version }),
  ...(old.created_date === undefined ? {} : { created: old.created_date === null ? null : old.created_date.replace(/[T ].*$/s, "") }),
  ...(old.project_name === undefined ? {} : { name: old.project_name })
})
