/**
 * Waiting for the other side of a connection.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { ServerResponse } from "node:http"
import type { Writable } from "node:stream"

/** Ends when the other side takes more, or is gone. @category waiting */
export const drained = (target: Writable, node: ServerResponse): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (node.destroyed || !target.writableNeedDrain) return resume(Effect.void)
    const done = (): void => {
      stop()
      resume(Effect.void)
    }
    const stop = (): void => {
      target.off("drain", done)
      node.off("close", done)
    }
    target.once("drain", done)
    node.once("close", done)
    return Effect.sync(stop)
  })

/** Ends when everything was handed to the system, or the other side is gone. @category waiting */
export const finished = (node: ServerResponse): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (node.destroyed || node.writableFinished) return resume(Effect.void)
    const done = (): void => resume(Effect.void)
    node.once("finish", done)
    node.once("close", done)
  })
