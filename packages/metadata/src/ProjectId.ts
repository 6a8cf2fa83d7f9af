/**
 * The identity of a project: one UUID for life, the same on every machine.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/**
 * A UUID in its canonical lower-case form, e.g. `3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11`.
 *
 * @category schemas
 */
export const ProjectId = Schema.String.pipe(
  Schema.pattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, {
    message: () => "a project id is a UUID in lower case, such as 3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11"
  }),
  Schema.brand("@dev-infra/metadata/ProjectId"),
  Schema.annotations({ identifier: "ProjectId" })
)

/** @category models */
export type ProjectId = typeof ProjectId.Type
