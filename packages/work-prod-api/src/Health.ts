/**
 * What a server says of itself, without a key.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { Uid } from "./Project.js"

/** What 0.3.0 said here, letter by letter, for programs that look at it; what the server is stands in the other fields. @category constants */
export const message = "Flask backend is running"

/** What our server can do beyond 0.3.0. @category constants */
export const capabilities = ["batch", "changes", "etag", "events", "locations", "metadata", "paging"] as const

/**
 * The generation of the contract. What is added to it is told by `capabilities`; a program that knows an earlier generation only cannot
 * talk to the server.
 *
 * @category constants
 */
export const api = 1

/** `instance` stays the same for the life of the database, wherever it is reached. @category schemas */
export const Health = Schema.Struct({
  api: Schema.Int,
  capabilities: Schema.Array(Schema.String),
  instance: Uid,
  message: Schema.String,
  status: Schema.Literal("ok"),
  version: Schema.String
}).annotations({ identifier: "Health" })

/** @category models */
export type Health = typeof Health.Type
