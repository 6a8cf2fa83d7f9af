/**
 * The identity of a project: one UUID for life, the same on every machine.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { derivedId } from "./ProjectEntry.js"
import { allowed, isUuid } from "./ProjectRules.js"

/**
 * A UUID in its canonical lower-case form, e.g. `3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11`.
 *
 * @category schemas
 */
export const ProjectId = Schema.String.pipe(
  Schema.filter(isUuid, { message: () => `a project id must be ${allowed.id}, in lower case`, arbitrary: () => (fc) => fc.uuid() }),
  Schema.brand("@dev-infra/metadata/ProjectId"),
  Schema.annotations({ identifier: "ProjectId" })
)

/** @category models */
export type ProjectId = typeof ProjectId.Type

/**
 * A project id as people write it: upper case and surrounding blanks are accepted, the canonical form comes out.
 *
 * @category schemas
 */
export const ProjectIdFromText = Schema.transform(Schema.String, ProjectId, {
  strict: true,
  decode: (text) => text.trim().toLowerCase(),
  encode: (id) => id
})

/**
 * The id of an entry that was written without one: a UUID of version 5 whose namespace is the machine and whose name is the
 * path, so that every process on the machine derives the same one.
 *
 * @param machineId the machine's id; any text, usually a UUID
 * @param path the project's absolute path in its normalised form
 * @category constructors
 */
export const derive = (machineId: string, path: string): ProjectId =>
  // A derived UUID is in lower case, which is all that the brand says; a schema check would cost many times the hash.
  derivedId(machineId, path) as ProjectId
