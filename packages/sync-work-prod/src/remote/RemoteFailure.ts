/**
 * What goes wrong between this program and a work-prod server, in the words of the index.
 *
 * @module
 */
import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"

/** The failure of a request that other requests preceded. @category accessors */
export const causeOf = (error: WorkProdError): WorkProdError => (error._tag === "ImportStopped" || error._tag === "BatchStopped" ? causeOf(error.cause) : error)

/** Whether the server may have done what a request that failed so asked for. @category predicates */
export const mayBeDone = (error: WorkProdError): boolean => {
  switch (error._tag) {
    case "LostAnswer":
    case "TimedOut":
    case "Truncated":
    case "ServerFault":
    case "AnswerTooLarge":
      return true
    case "Unreachable":
      return error.reason === "Closed" || error.reason === "Other"
    case "NotWorkProd":
      return error.status < 400
    case "ServerChanged":
      return error.isSent
    default:
      return false
  }
}

const isWrite = (error: WorkProdError): boolean => "method" in error && error.method !== "GET"

const reasonOf = (error: WorkProdError): RemoteFailed["reason"] => {
  if (isWrite(error) && error._tag !== "ServerFault" && mayBeDone(error)) return "Lost"
  switch (error._tag) {
    case "Unreachable":
    case "TlsFailed":
    case "TimedOut":
      return "Unreachable"
    case "LostAnswer":
      return "Lost"
    case "Unauthorized":
      return "Unauthorized"
    case "Forbidden":
      return isWrite(error) ? "ReadOnly" : "Unauthorized"
    case "NotFound":
    case "NotWorkProd":
    case "AnswerTooLarge":
    case "RedirectRefused":
    case "ServerChanged":
      return "NotARemote"
    case "TooManyRequests":
      return "Busy"
    case "ServerFault":
      return error.retryAfter === null ? "Faulty" : "Busy"
    case "Truncated":
    case "CursorGone":
    case "UnreadableProjects":
      return "Faulty"
    case "ServerTooNew":
      return "TooNew"
    case "ImportStopped":
    case "BatchStopped":
      return reasonOf(error.cause)
    case "Conflict":
    case "UidDeleted":
    case "PreconditionFailed":
    case "PayloadTooLarge":
    case "Rejected":
    case "Unsendable":
    case "Unsupported":
      return "Refused"
  }
}

/**
 * The failure as the index tells it, with the sentence of the client. What a lost answer stands for, the next push finds out.
 *
 * @param address what a person calls the server
 * @category conversions
 */
export const toRemoteFailed = (error: WorkProdError, address: string): RemoteFailed => {
  const cause = causeOf(error)
  const reason = reasonOf(cause)
  return new RemoteFailed({ reason, address, detail: reason === "Lost" ? `${cause.message}. Run push again: it looks first what arrived` : cause.message })
}
