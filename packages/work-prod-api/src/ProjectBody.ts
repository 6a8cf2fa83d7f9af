/**
 * The fields of a project as clients send them.
 *
 * This schema describes and types them; what a value may be, with the errors in the words of work-prod 0.3.0, is decided by
 * `ProjectInput`.
 *
 * @module
 */
import { classifications, projectTypes } from "@dev-infra/metadata/ProjectRules"
import * as Schema from "effect/Schema"
import { Metadata, Uid } from "./Project.js"
import { workStatuses } from "./ProjectStatus.js"

const text = (description: string) => Schema.optional(Schema.NullOr(Schema.String).annotations({ description }))

/** Unknown fields are ignored. Numbers and booleans where text is due become text. @category schemas */
export const ProjectBody = Schema.Struct(
  {
    name: Schema.optional(Schema.String.annotations({ description: "Needed to create a project." })),
    description: text("Free text."),
    organization: text("Who the project belongs to."),
    classification: Schema.optional(Schema.NullOr(Schema.Literal(...classifications))),
    status: Schema.optional(Schema.Literal(...workStatuses).annotations({ description: "A new project is active if nothing is said." })),
    project_type: Schema.optional(Schema.NullOr(Schema.Literal(...projectTypes))),
    remote_url: text("Where the project's repository is. An empty text means none."),
    path: text("Where the asking machine has the project: one project at most per path and machine. An empty text means none."),
    metadata: Schema.optional(Schema.NullOr(Metadata)),
    uid: Schema.optional(Schema.NullOr(Uid)),
    recreate: Schema.optional(Schema.Boolean.annotations({ description: "Also if a project with this uid was deleted." }))
  },
  { key: Schema.String, value: Schema.Unknown }
).annotations({
  identifier: "ProjectBody",
  description: "Fields of a project; those that are not sent stay as they are.",
  examples: [{ name: "api", remote_url: "https://git.example.org/acme/api.git", path: "/home/me/api" }]
})
