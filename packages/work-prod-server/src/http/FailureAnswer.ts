/**
 * How a server says no: the status and the body for each failure of an operation on projects, alone or as an item of a batch.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import type { CursorGone, IdempotencyKeyReused, WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import type { StorageFailure } from "../StorageFailure.js"

/** `body` is a JSON object with sorted keys. @category models */
export interface FailureAnswer {
  readonly status: number
  readonly body: { readonly error: string; readonly [key: string]: unknown }
}

const gone: Readonly<Record<CursorGone["reason"], string>> = {
  Unknown: "The cursor is unknown; start again without one",
  Expired: "The cursor is too old: deletions since then are no longer told; start again without one",
  OtherEpoch: "The cursor is of an earlier life of this database, which was restored since; start again without one",
  OtherAccount: "The cursor is of another account; start again without one"
}

/**
 * The answer to a failure. Nothing in it is from a failure's cause, which may quote SQL.
 *
 * @param failure what an operation failed with
 * @category conversions
 */
export const fromFailure = (failure: CursorGone | IdempotencyKeyReused | StorageFailure | WriteRefused): FailureAnswer => {
  switch (failure._tag) {
    case "InvalidInput":
      return { status: 400, body: { error: failure.text } }
    case "ProjectNotFound":
      return { status: 404, body: { ...(failure.deleted === true ? { code: "deleted" } : {}), error: ErrorText.notFound } }
    case "PathTaken":
      return { status: 409, body: { code: "path_taken", error: ErrorText.pathTaken, project: failure.project } }
    case "UidTaken":
      return { status: 409, body: { code: "uid_taken", error: "Project with this uid already exists", project: failure.project } }
    case "UidFixed":
      return { status: 409, body: { code: "uid_fixed", error: "Project already has another uid", project: failure.project } }
    case "UidDeleted":
      return {
        status: 409,
        body: {
          code: "deleted",
          deleted_at: failure.deletedAt,
          error: "Project with this uid was deleted; send recreate: true to create it again",
          uid: failure.uid
        }
      }
    case "CursorGone":
      return { status: 410, body: { code: "cursor_gone", error: gone[failure.reason] } }
    case "PreconditionFailed":
      return {
        status: 412,
        body: {
          code: "precondition_failed",
          error: failure.project === null ? "There is no such project, but the condition is that there is one" : "Project is not as the condition says",
          project: failure.project
        }
      }
    case "IdempotencyKeyReused":
      return { status: 422, body: { error: "The Idempotency-Key was used with another body" } }
    case "StorageFailure":
      return failure.reason === "Full"
        ? { status: 507, body: { error: "The server's disk is full" } }
        : { status: 503, body: { error: "The database cannot be used at the moment" } }
  }
}
