/**
 * What an answer that says no means.
 *
 * @module
 */
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as RemoteProject from "../RemoteProject.js"
import * as Failure from "../WorkProdError.js"
import { shownText } from "./Answer.js"
import type { Answer } from "./ServerRequest.js"

/** The JSON object of an answer; without fields if it is none. */
const fieldsOf = ({ body }: Answer): JsonObject => (body._tag === "Json" && isObject(body.value) ? body.value : {})

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)

const projectOf = ({ project }: JsonObject): RemoteProject.RemoteProject | null => Either.getOrElse(RemoteProject.read(project), () => null)

/** Says that the answer is none of work-prod's. `detail` begins the sentence: "a web page", "an empty answer". */
export const notWorkProd = ({ body, exchange, status }: Answer, detail?: string): Failure.NotWorkProd => {
  const kind = body._tag === "Json" ? "other JSON" : body._tag === "Empty" ? "an empty answer" : "a text that is no JSON"
  return new Failure.NotWorkProd({ ...exchange, status, title: body._tag === "Other" ? body.title : null, detail: detail ?? kind })
}

/**
 * The error for an answer whose status says no.
 *
 * @param answer an answer that is neither 2xx nor a redirect
 * @param key the key that was sent
 */
export const read = (answer: Answer, key: Redacted.Redacted | undefined): Failure.WorkProdError => {
  const { body, exchange, request, retryAfter, status } = answer
  const fields = fieldsOf(answer)
  const error = textOrNull(fields["error"])
  const text = error !== null ? shownText(error, key) : body._tag === "Other" ? body.title : null
  const saysNothing = error === null
  switch (status) {
    case 401:
      return new Failure.Unauthorized({ ...exchange, text, keySent: key !== undefined })
    case 403:
      return new Failure.Forbidden({ ...exchange, text })
    case 404:
      return saysNothing ? notWorkProd(answer) : new Failure.NotFound({ ...exchange, text })
    case 405:
      return saysNothing ? notWorkProd(answer) : new Failure.Rejected({ ...exchange, status, text })
    case 407:
      return new Failure.Unreachable({ ...exchange, reason: "Proxy", detail: "it answered 407" })
    case 409:
      return fields["code"] === "deleted"
        ? new Failure.UidDeleted({ ...exchange, text, uid: textOrNull(fields["uid"]), deletedAt: textOrNull(fields["deleted_at"]) })
        : new Failure.Conflict({ ...exchange, text, code: textOrNull(fields["code"]), project: projectOf(fields) })
    case 410:
      return new Failure.CursorGone({ ...exchange, text })
    case 412:
      return new Failure.PreconditionFailed({ ...exchange, text, project: projectOf(fields) })
    case 413:
      return new Failure.PayloadTooLarge({ ...exchange, text, bytes: request.body?.length ?? 0 })
    case 429:
      return new Failure.TooManyRequests({ ...exchange, text, retryAfter })
    case 408:
    case 502:
    case 504:
      // Whoever gave up waiting does not know what the server did.
      return request.isRepeatable
        ? new Failure.ServerFault({ ...exchange, status, text, retryAfter })
        : new Failure.LostAnswer({ ...exchange, detail: `status ${status}${text === null ? "" : `, ${text}`}` })
    default:
      if (status >= 500) return new Failure.ServerFault({ ...exchange, status, text, retryAfter })
      return status >= 400 ? new Failure.Rejected({ ...exchange, status, text }) : notWorkProd(answer)
  }
}
