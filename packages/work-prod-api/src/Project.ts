/**
 * A project as the server tells it.
 *
 * The eleven fields of work-prod 0.3.0 have their names, types and texts; `uid`, `metadata`, `locations` and `etag` are new.
 * Keys are sorted, text is written in ASCII with `\uXXXX`.
 *
 * @module
 */
import { classifications, isUuid, projectTypes } from "@dev-infra/metadata/ProjectRules"
import * as Schema from "effect/Schema"
import { workStatuses } from "./ProjectStatus.js"

/** A UUID in lower case. @category schemas */
export const Uid = Schema.String.pipe(Schema.filter(isUuid, { message: () => "a UUID", jsonSchema: { format: "uuid" } })).annotations({
  identifier: "Uid",
  description: "A UUID in lower case: who a project is, for life and on every server."
})

/** A time in UTC without zone and fraction, as 0.3.0 writes it. @category schemas */
export const Timestamp = Schema.String.annotations({
  description: "A time in UTC, written YYYY-MM-DDTHH:MM:SS without a zone, in whole seconds.",
  examples: ["2026-11-21T07:00:00"]
})

/** Where one machine has the project. `machine` is null for callers that name none. @category schemas */
export class Location extends Schema.Class<Location>("Location")({
  machine: Schema.NullOr(Uid),
  name: Schema.NullOr(Schema.String),
  path: Schema.String
}) {}

/** Anything that can be written as a JSON object. @category schemas */
export const Metadata = Schema.Record({ key: Schema.String, value: Schema.Unknown }).annotations({
  identifier: "Metadata",
  description: "What clients keep beside the fields: a JSON object of at most 64 KiB, replaced as a whole."
})

const nullable = (description: string) => Schema.NullOr(Schema.String).annotations({ description })

/** @category schemas */
export const Project = Schema.Struct({
  classification: Schema.NullOr(Schema.Literal(...classifications)),
  created_at: Timestamp,
  description: nullable("Free text."),
  etag: Schema.String.annotations({
    description: "A counter of the changes of this project, as text. Send it in If-Match to change only what you have seen."
  }),
  id: Schema.Int.annotations({ description: "The server's number of the project. Numbers are not used again." }),
  locations: Schema.Array(Location).annotations({ description: "Where each machine has the project." }),
  metadata: Metadata,
  name: Schema.String,
  organization: nullable("Who the project belongs to."),
  path: nullable("Where the asking machine has the project."),
  project_type: Schema.NullOr(Schema.Literal(...projectTypes)),
  remote_url: nullable("Where the project's repository is."),
  status: Schema.Literal(...workStatuses),
  uid: Schema.NullOr(Uid).annotations({ description: "Null until a client claims the project by setting it." }),
  updated_at: Timestamp
}).annotations({ identifier: "Project" })

/** @category models */
export type Project = typeof Project.Type
