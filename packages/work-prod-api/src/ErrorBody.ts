/**
 * The bodies of answers that say no: `error` is a sentence for people, `code` a word for programs where the status alone does not
 * say enough.
 *
 * @module
 */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as Schema from "effect/Schema"
import { Project, Timestamp, Uid } from "./Project.js"

const plain = (identifier: string, status: number, description: string) =>
  Schema.Struct({ error: Schema.String }).annotations({ ...HttpApiSchema.annotations({ status, description }), identifier })

/** @category schemas */
export const BadRequest = plain("BadRequest", 400, "The request says something that cannot be.")
/** @category schemas */
export const Unauthorized = plain("Unauthorized", 401, "The key is missing, unknown, revoked or expired.")
/** @category schemas */
export const Forbidden = plain("Forbidden", 403, "The key may only read.")
/** @category schemas */
export const NotFound = plain("NotFound", 404, "There is no such project in this account.")
/** @category schemas */
export const RequestTimeout = plain("RequestTimeout", 408, "The request did not arrive, or was not done, in time.")

/** `project` is the row that stands in the way. @category schemas */
export const Conflict = Schema.Struct({
  error: Schema.String,
  code: Schema.optional(Schema.Literal("path_taken", "uid_taken", "uid_fixed", "deleted")),
  project: Schema.optional(Project),
  uid: Schema.optional(Uid),
  deleted_at: Schema.optional(Timestamp)
}).annotations({
  ...HttpApiSchema.annotations({ status: 409, description: "Another project has this path or uid, or a project with this uid was deleted." }),
  identifier: "Conflict"
})

/** @category schemas */
export const Gone = Schema.Struct({ error: Schema.String, code: Schema.Literal("cursor_gone") }).annotations({
  ...HttpApiSchema.annotations({ status: 410, description: "The cursor is unknown, expired or of an earlier life of the database: start from the beginning." }),
  identifier: "Gone"
})

/** @category schemas */
export const PreconditionFailed = Schema.Struct({
  error: Schema.String,
  code: Schema.Literal("precondition_failed"),
  project: Schema.NullOr(Project)
}).annotations({
  ...HttpApiSchema.annotations({ status: 412, description: "The project has changed since: here is how it is now." }),
  identifier: "PreconditionFailed"
})

/** @category schemas */
export const PayloadTooLarge = plain("PayloadTooLarge", 413, "The body is larger than 10 MiB.")
/** @category schemas */
export const UnsupportedMediaType = plain("UnsupportedMediaType", 415, "The body is not said to be JSON.")
/** @category schemas */
export const OtherServer = Schema.Struct({ error: Schema.String, code: Schema.Literal("other_server") }).annotations({
  ...HttpApiSchema.annotations({ status: 421, description: "The request is meant for another server: its X-Dev-Infra-Instance is not this one." }),
  identifier: "OtherServer"
})
/** @category schemas */
export const Unprocessable = plain("Unprocessable", 422, "The Idempotency-Key was used with another body.")
/** @category schemas */
export const TooManyRequests = plain("TooManyRequests", 429, "The key has sent too many requests; Retry-After says how many seconds to wait.")
/** @category schemas */
export const InternalError = plain("InternalError", 500, "The server has a fault; its log has the request's id.")
/** @category schemas */
export const Unavailable = plain("Unavailable", 503, "The database cannot be used at the moment; nothing was changed.")
/** @category schemas */
export const StorageFull = plain("StorageFull", 507, "The server's disk is full; nothing was changed.")
