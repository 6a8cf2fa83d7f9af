/**
 * What changed since a client last asked.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import { Project, Timestamp, Uid } from "./Project.js"

/** The project as it now is. @category schemas */
export const Changed = Schema.Struct({ type: Schema.Literal("project"), id: Schema.Int, uid: Schema.NullOr(Uid), project: Project }).annotations({ identifier: "Changed" })

/** The project is gone. `merged_into` is the uid of the project that it became part of. @category schemas */
export const Deleted = Schema.Struct({
  type: Schema.Literal("deleted"),
  id: Schema.Int,
  uid: Schema.NullOr(Uid),
  deleted_at: Timestamp,
  merged_into: Schema.NullOr(Uid)
}).annotations({ identifier: "Deleted" })

/** @category schemas */
export const Change = Schema.Union(Changed, Deleted)

/** @category models */
export type Change = typeof Change.Type

/** `cursor` is where to go on, now if `more`, else later. @category schemas */
export const Changes = Schema.Struct({ changes: Schema.Array(Change), cursor: Schema.String, more: Schema.Boolean }).annotations({ identifier: "Changes" })

/** @category models */
export type Changes = typeof Changes.Type
