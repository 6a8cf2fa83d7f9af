/**
 * What becomes known about a request while it is answered, for its line in the log.
 *
 * @module
 */
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import type { IncomingMessage } from "node:http"
import type { StorageFailure } from "../StorageFailure.js"

/** `account` and `key` are set when the caller is known; `failure` is why the database could not be used. @category models */
export interface RequestRecord {
  readonly id: string
  account: number | undefined
  key: string | undefined
  failure: StorageFailure | undefined
  isTooLate: boolean
}

/** Records by the message that came over the connection, which stays the same when a request is rewritten. */
const records = new WeakMap<IncomingMessage, RequestRecord>()

/** Begins the record of a request. @category constructors */
export const begin = (request: HttpServerRequest, id: string): RequestRecord => {
  const record: RequestRecord = { id, account: undefined, key: undefined, failure: undefined, isTooLate: false }
  records.set(NodeHttpServerRequest.toIncomingMessage(request), record)
  return record
}

/** The record of a request, if it has one. @category accessors */
export const of = (request: HttpServerRequest): RequestRecord | undefined => records.get(NodeHttpServerRequest.toIncomingMessage(request))

/** Notes why the database could not be used. @category changes */
export const noteFailure = (request: HttpServerRequest, failure: StorageFailure): void => {
  const record = of(request)
  if (record !== undefined) record.failure = failure
}
