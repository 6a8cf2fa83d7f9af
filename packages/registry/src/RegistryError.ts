/**
 * What can go wrong with the registry, as data.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** A place in a text file; `line` and `column` count from 1. @category models */
export const Position = Schema.Struct({ line: Schema.Number, column: Schema.Number })

/**
 * The file cannot be read as a registry. Nothing is ever written over it.
 *
 * @category errors
 */
export class RegistryUnreadable extends Schema.TaggedError<RegistryUnreadable>("@dev-infra/registry/RegistryUnreadable")("RegistryUnreadable", {
  path: Schema.String,
  reason: Schema.Literal("Empty", "Truncated", "Binary", "MergeConflict", "InvalidJson", "WrongShape"),
  detail: Schema.String,
  position: Schema.optional(Position)
}) {
  override get message(): string {
    const where = this.position === undefined ? this.path : `${this.path}:${this.position.line}:${this.position.column}`
    return `${where}: ${this.detail}`
  }
}

/**
 * The file was written by a newer version of this program: it may be read, never written.
 *
 * @category errors
 */
export class RegistryNewer extends Schema.TaggedError<RegistryNewer>("@dev-infra/registry/RegistryNewer")("RegistryNewer", {
  path: Schema.String,
  found: Schema.String,
  supported: Schema.String
}) {
  override get message(): string {
    return `${this.path} has format version ${this.found}, newer than ${this.supported}, the newest that this program writes`
  }
}

/** No project fits the reference. `suggestions` are names that are close to it. @category errors */
export class ProjectNotFound extends Schema.TaggedError<ProjectNotFound>("@dev-infra/registry/ProjectNotFound")("ProjectNotFound", {
  reference: Schema.String,
  suggestions: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `no project fits ${JSON.stringify(this.reference)}`
  }
}

/** Several projects fit the reference. @category errors */
export class AmbiguousProject extends Schema.TaggedError<AmbiguousProject>("@dev-infra/registry/AmbiguousProject")("AmbiguousProject", {
  reference: Schema.String,
  candidates: Schema.Array(Schema.Struct({ id: Schema.String, name: Schema.String, path: Schema.String }))
}) {
  override get message(): string {
    return `${JSON.stringify(this.reference)} fits ${this.candidates.length} projects`
  }
}

/**
 * Two folders carry the same project id, yet they are not the same project: their repositories differ.
 *
 * @category errors
 */
export class IdentityConflict extends Schema.TaggedError<IdentityConflict>("@dev-infra/registry/IdentityConflict")("IdentityConflict", {
  id: Schema.String,
  path: Schema.String,
  repository: Schema.optional(Schema.String),
  registeredPath: Schema.String,
  registeredRepository: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `${this.path} carries the id of the project at ${this.registeredPath}, but has another repository`
  }
}
