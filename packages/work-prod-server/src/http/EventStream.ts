/**
 * A body of server-sent events that is sent as they happen.
 *
 * @module
 */
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ServerResponse } from "node:http"
import type { NextEvents, ProjectEvent } from "../ProjectEvents.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as NodeDrain from "./NodeDrain.js"

/** The streams that are being sent, and what is counted of them. @category models */
export interface EventStreams {
  readonly open: Set<ServerResponse>
  readonly onSent: (events: number) => void
  /** `slow`: the client did not take what it was sent; `storage`: the events could not be read any more */
  readonly onDropped: (reason: "slow" | "storage") => void
}

/**
 * What `first` and `next` give, until that gives none. `close` is to be run when no more is wanted. `takeMillis`: in which the
 * client has to take what it is sent.
 *
 * @category models
 */
export class EventStream extends Data.Class<{
  readonly first: ReadonlyArray<ProjectEvent>
  readonly next: NextEvents
  readonly close: Effect.Effect<void>
  readonly streams: EventStreams
  /** waits until the server stops */
  readonly ended: Effect.Effect<void>
  readonly takeMillis: number
}> {}

/** The client does not read what it is sent. @category errors */
class NotTaken extends Data.TaggedError("NotTaken")<Record<never, never>> {}

/** Characters that are handed over at once; that many, and one event, wait for a slow client at most. */
const largestPiece = 64 * 1024

/** ASCII, since changes are. */
const render = (event: ProjectEvent): string => {
  switch (event._tag) {
    case "Change":
      return `id: ${event.cursor}\nevent: change\ndata: ${event.json}\n\n`
    case "Ready":
      return `id: ${event.cursor}\nevent: ready\ndata: {}\n\n`
    case "Reset":
      // Without an id the client does not come back with the cursor that is gone.
      return `id\nevent: reset\ndata: ${JSON.stringify(Events.toReset(event))}\n\n`
  }
}

/** Milliseconds in which the client has to take the end. */
const lingerMillis = 2000

const alive = ": alive\n\n"

/** Says to all clients that wait that the server is there. Who has not taken the last thing is not sent another. @category sending */
export const sayAlive = ({ open }: EventStreams): Effect.Effect<void> =>
  Effect.sync(() => {
    for (const node of open) if (!node.destroyed && !node.writableEnded && !node.writableNeedDrain) node.write(alive, "latin1")
  })

/**
 * Sends the events, as fast as the client takes them, until there are no more. Gives the bytes.
 *
 * A client that takes nothing for too long is cut off: what it misses is not kept, but told when it comes again with the last id.
 * It is cut off too if the events cannot be read any more.
 *
 * @param node an answer whose head is written
 * @category sending
 */
export const send = (node: ServerResponse, { close, ended, first, next, streams: { onDropped, onSent, open }, takeMillis }: EventStream): Effect.Effect<number, StorageFailure> =>
  Effect.gen(function* () {
    let bytes = 0
    const notTaken = Effect.fail(new NotTaken())
    const taken = (wait: Effect.Effect<void>): Effect.Effect<void, NotTaken> =>
      Effect.timeoutFail(Effect.raceFirst(wait, Effect.zipRight(ended, notTaken)), { duration: takeMillis, onTimeout: () => new NotTaken() })
    const write = (text: string): Effect.Effect<void, NotTaken> => {
      bytes += text.length
      return node.write(text, "latin1") ? Effect.void : taken(NodeDrain.drained(node, node))
    }
    const writeAll = (events: ReadonlyArray<ProjectEvent>): Effect.Effect<void, NotTaken> =>
      Effect.gen(function* () {
        let piece = ""
        for (const event of events) {
          piece += render(event)
          if (piece.length < largestPiece) continue
          yield* write(piece)
          piece = ""
        }
        if (piece !== "") yield* write(piece)
        onSent(events.length)
      })
    const sending = Effect.gen(function* () {
      open.add(node)
      let events = Option.some(first)
      while (Option.isSome(events) && !node.destroyed) {
        yield* writeAll(events.value)
        events = yield* next
      }
      open.delete(node)
      node.end()
      yield* Effect.timeoutFail(NodeDrain.finished(node), { duration: lingerMillis, onTimeout: () => new NotTaken() })
    })
    yield* Effect.catchTag(sending, "NotTaken", () =>
      Effect.zipRight(
        Effect.sync(() => {
          onDropped("slow")
          node.destroy()
        }),
        Effect.logInfo("event stream cut off: the client did not take it in time")
      )
    )
    return bytes
  }).pipe(
    Effect.tapError(() => Effect.sync(() => onDropped("storage"))),
    Effect.interruptible,
    Effect.onExit((exit) =>
      Effect.sync(() => {
        open.delete(node)
        if (exit._tag === "Failure") node.destroy()
      })
    ),
    Effect.ensuring(close)
  )
