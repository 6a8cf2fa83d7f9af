/**
 * Why a server does not do what it is asked to do with projects. The in-memory server and the real one fail with the same.
 *
 * @module
 */
import * as Data from "effect/Data"
import type { Project } from "./Project.js"

/** The request says something that cannot be: `text` is the answer's `error`. 400. @category errors */
export class InvalidInput extends Data.TaggedError("InvalidInput")<{ readonly text: string }> {
  override get message(): string {
    return this.text
  }
}

/** There is no such project in this account. `deleted`: there was one with this uid. 404. @category errors */
export class ProjectNotFound extends Data.TaggedError("ProjectNotFound")<{ readonly deleted?: boolean }> {}

/** Another project of this account is at this path of the asking machine. 409. @category errors */
export class PathTaken extends Data.TaggedError("PathTaken")<{ readonly project: Project }> {}

/** Another project of this account has this uid. 409. @category errors */
export class UidTaken extends Data.TaggedError("UidTaken")<{ readonly project: Project }> {}

/** The project already has another uid, and a uid is for life. 409. @category errors */
export class UidFixed extends Data.TaggedError("UidFixed")<{ readonly project: Project }> {}

/** A project with this uid was deleted, and `recreate` was not asked for. `deletedAt` as in `created_at`. 409. @category errors */
export class UidDeleted extends Data.TaggedError("UidDeleted")<{ readonly uid: string; readonly deletedAt: string }> {}

/** The project is not as the caller has last seen it. `project` is null if it must have existed and does not. 412. @category errors */
export class PreconditionFailed extends Data.TaggedError("PreconditionFailed")<{ readonly project: Project | null }> {}

/** The cursor says nothing to this server any more: start from the beginning. 410. @category errors */
export class CursorGone extends Data.TaggedError("CursorGone")<{
  readonly reason: "Unknown" | "Expired" | "OtherEpoch" | "OtherAccount"
}> {}

/** The key was used with another body. 422. @category errors */
export class IdempotencyKeyReused extends Data.TaggedError("IdempotencyKeyReused")<{ readonly key: string }> {}

/** Why one project could not be written. @category errors */
export type WriteRefused = InvalidInput | ProjectNotFound | PathTaken | UidTaken | UidFixed | UidDeleted | PreconditionFailed
