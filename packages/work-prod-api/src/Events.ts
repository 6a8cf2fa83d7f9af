/**
 * What `GET /api/events` sends: server-sent events of the changes of an account, as they are committed.
 *
 * - `change`: a change as the feed tells it (`Changes.Change`)
 * - `ready`: everything that was there when the stream began has been told; what follows is news
 * - `reset`: the cursor says nothing to this server any more; the stream ends
 *
 * The id of an event is a cursor of the feed: what comes after it can be asked for here and at `GET /api/projects/changes`.
 *
 * @module
 */
import * as Schema from "effect/Schema"
import type { CursorGone } from "./ProjectFailure.js"

/** Where events are. @category constants */
export const path = "/api/events"

/** The type of an answer with events. @category constants */
export const contentType = "text/event-stream"

/** The header by which a client goes on after the last event that it has. @category constants */
export const lastEventId = "last-event-id"

/** Seconds after which a stream on which nothing happens carries a comment. @category constants */
export const aliveSeconds = 15

/** The data of `ready`. @category schemas */
export const Ready = Schema.Struct({}).annotations({ identifier: "Ready" })

/** The data of `reset`: why the cursor says nothing. @category schemas */
export const Reset = Schema.Struct({ reason: Schema.Literal("unknown", "expired", "other_epoch", "other_account") }).annotations({ identifier: "Reset" })

/** @category models */
export type Reset = typeof Reset.Type

const reasons: Readonly<Record<CursorGone["reason"], Reset["reason"]>> = {
  Unknown: "unknown",
  Expired: "expired",
  OtherEpoch: "other_epoch",
  OtherAccount: "other_account"
}

/** The data of `reset` for a cursor that is gone. @category conversions */
export const toReset = ({ reason }: Pick<CursorGone, "reason">): Reset => ({ reason: reasons[reason] })
