/**
 * Answers as they leave the server: JSON text with a line end, rendered already.
 *
 * @module
 */
import type { CursorGone, IdempotencyKeyReused, WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { ProjectText } from "../Projects.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as AsciiJson from "./AsciiJson.js"
import * as FailureAnswer from "./FailureAnswer.js"
import type { Refused } from "./Refused.js"

type Headers = Readonly<Record<string, string>>

/** What an operation on projects, or what comes before it, can fail with. @category models */
export type Failure = CursorGone | IdempotencyKeyReused | Refused | StorageFailure | WriteRefused

/** The headers on which answers with projects depend: `path` is the asking machine's. @category constants */
export const perMachine: Headers = { vary: "X-Dev-Infra-Machine" }

/** The same for answers that are compressed if the client asks. @category constants */
export const perMachineAndEncoding: Headers = { vary: "Accept-Encoding, X-Dev-Infra-Machine" }

/**
 * An answer with a JSON body.
 *
 * @param text compact JSON in ASCII, without a line end
 * @category constructors
 */
export const json = (status: number, text: string, headers?: Headers): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.raw(`${text}\n`, { status, contentType: "application/json", contentLength: text.length + 1, ...(headers === undefined ? {} : { headers }) })

/**
 * An answer with a JSON body of any value.
 *
 * @category constructors
 */
export const value = (status: number, body: unknown, headers?: Headers): HttpServerResponse.HttpServerResponse => json(status, AsciiJson.write(body), headers)

/** An answer that says no. @param text a sentence @category constructors */
export const error = (status: number, text: string, headers?: Headers): HttpServerResponse.HttpServerResponse => value(status, { error: text }, headers)

/** The headers of an answer with one project. @category constructors */
export const projectHeaders = ({ etag }: ProjectText): Headers => ({ etag: `"${etag}"`, ...perMachine })

/** An answer with one project. @category constructors */
export const project = (status: number, text: ProjectText, headers?: Headers): HttpServerResponse.HttpServerResponse =>
  json(status, text.json, { ...projectHeaders(text), ...headers })

/** An answer without a body. @category constructors */
export const empty = (status: number, headers?: Headers): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.empty({ status, ...(headers === undefined ? {} : { headers }) })

/** The answer to a failure. @category conversions */
export const failure = (failure: Failure): HttpServerResponse.HttpServerResponse => {
  if (failure._tag === "Refused") return error(failure.status, failure.error, failure.closes === true ? { ...failure.headers, connection: "close" } : failure.headers)
  const { status, body } = FailureAnswer.fromFailure(failure)
  return value(status, body)
}
