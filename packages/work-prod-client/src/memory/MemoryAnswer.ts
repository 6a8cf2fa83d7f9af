/**
 * What a server in memory answers, before it is known whether the answer arrives.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import type { CursorGone, IdempotencyKeyReused, WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"

/** A status and a JSON object; one without fields stands for no body. */
export interface MemoryAnswer {
  readonly status: number
  readonly value: JsonObject
}

const answer = (status: number, error: string, others: JsonObject = {}): MemoryAnswer => ({ status, value: { ...others, error } })

/** How our server says no. */
export const refusal = (failure: CursorGone | IdempotencyKeyReused | WriteRefused): MemoryAnswer => {
  switch (failure._tag) {
    case "InvalidInput":
      return answer(400, failure.text)
    case "ProjectNotFound":
      return answer(404, ErrorText.notFound, failure.deleted === true ? { code: "deleted" } : {})
    case "PathTaken":
      return answer(409, ErrorText.pathTaken, { code: "path_taken", project: failure.project })
    case "UidTaken":
      return answer(409, "Project with this uid already exists", { code: "uid_taken", project: failure.project })
    case "UidFixed":
      return answer(409, "Project already has another uid", { code: "uid_fixed", project: failure.project })
    case "UidDeleted":
      return answer(409, "Project with this uid was deleted; send recreate: true to create it again", {
        code: "deleted",
        uid: failure.uid,
        deleted_at: failure.deletedAt
      })
    case "CursorGone":
      return answer(410, "The cursor is not known here; start again without one", { code: "cursor_gone" })
    case "PreconditionFailed":
      return answer(412, "Project is not as the condition says", { code: "precondition_failed", project: failure.project })
    case "IdempotencyKeyReused":
      return answer(422, "The Idempotency-Key was used with another body")
  }
}

/** How 0.3.0 says no: with a text only, and with a fault where a value is of a wrong type. */
export const oldRefusal = (failure: WriteRefused): MemoryAnswer => {
  const isWrongType = failure._tag === "InvalidInput" && !oldTexts.has(failure.text)
  if (isWrongType) return answer(500, ErrorText.internal)
  const { status, value } = refusal(failure)
  return { status, value: { error: value["error"] } }
}

const oldTexts: ReadonlySet<string> = new Set([ErrorText.nameRequired, ErrorText.invalidClassification, ErrorText.invalidStatus, ErrorText.statusNull, ErrorText.invalidProjectType])
