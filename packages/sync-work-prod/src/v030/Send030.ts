/**
 * Changing rows of a server 0.3.0.
 *
 * @module
 */
import type { RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import * as Effect from "effect/Effect"
import * as Change030 from "./Change030.js"
import * as Create030 from "./Create030.js"
import type { Sending030 } from "./Sending030.js"
import { faultOf } from "../row/Unsendable.js"

/**
 * Sends changes. Rows that are there come first: what they give up is free for the new ones.
 *
 * @param known what is known of all rows
 * @category constructors
 */
export const send = (sending: Sending030, known: Create030.Known030, operations: ReadonlyArray<RemoteOperation>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { results } = sending
    const creations: Array<Create030.Creation> = []
    const changes: Array<{ readonly index: number; readonly operation: Exclude<RemoteOperation, { readonly _tag: "Create" }> }> = []
    for (const [index, operation] of operations.entries()) {
      const fault = operation._tag === "Delete" ? undefined : faultOf(operation.content)
      if (fault !== undefined) results.set(index, { _tag: "Refused", reason: fault })
      else if (operation._tag === "Create") creations.push({ index, operation })
      else changes.push({ index, operation })
    }
    yield* Effect.forEach(
      changes,
      ({ index, operation }) =>
        Effect.gen(function* () {
          if (results.stopped !== undefined) return
          results.set(index, yield* Change030.make(sending, known.rows, operation))
          yield* results.tell()
        }),
      { concurrency: 8, discard: true }
    )
    if (creations.length > 0 && results.stopped === undefined) yield* Create030.makeAll(sending, known, creations)
  })
