/**
 * What is decided when somebody trusts all tasks of a project as they are: the project's own files, and everything that its lock has.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { subjectOf } from "./folders/Places.js"
import type { LockUnreadable } from "./InheritanceFailure.js"
import * as LockFile from "./LockFile.js"
import type { Decision } from "./Trust.js"

/** The decision about a project as a whole. @category constructors */
export const ofProject = (folder: string, contentHash: string): Decision => ({ subject: `project:${folder}`, hash: contentHash })

/**
 * The decisions about what the lock of a project has.
 *
 * @param folder of the project, absolute
 * @example
 * ```ts
 * import * as ProjectTrust from "@dev-infra/inheritance/ProjectTrust"
 * import { Trust } from "@dev-infra/inheritance/Trust"
 * import * as Effect from "effect/Effect"
 *
 * export const trustAll = (folder: string) => Effect.flatMap(Trust, (trust) => Effect.flatMap(ProjectTrust.ofLock(folder), trust.trustAll))
 * ```
 * @category constructors
 */
export const ofLock = (folder: string): Effect.Effect<ReadonlyArray<Decision>, LockUnreadable | FileFailure, LocalFiles> =>
  Effect.map(LockFile.read(folder), (found) => {
    const { libraries, remotes } = Option.getOrElse(found, () => LockFile.empty)
    return [
      ...libraries.map((library): Decision => ({ subject: subjectOf(library), hash: library.tree, commit: library.commit })),
      ...remotes.map((remote): Decision => (remote._tag === "File" ? { subject: remote.key, hash: remote.sha256 } : { subject: remote.key, hash: remote.tree, commit: remote.commit }))
    ]
  })
