/**
 * The events of a server in memory: its feed, followed.
 *
 * @module
 */
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as PubSub from "effect/PubSub"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import type { EventMessage } from "../http/EventMessages.js"
import * as MemoryFeed from "./MemoryFeed.js"
import type * as MemoryRows from "./MemoryRows.js"

/** The server as a follower sees it at some moment. */
export interface Seen {
  readonly view: MemoryRows.View
  readonly epoch: string
}

/** The events of a page; if it is the first that leads to the present, also that everything is told now. */
const messagesOf = ({ changes, cursor, more }: MemoryFeed.Page, isReady: boolean): ReadonlyArray<EventMessage> => [
  ...changes.map(({ change, cursor: id }): EventMessage => ({ event: "change", id, data: JSON.stringify(change) })),
  ...(isReady || more ? [] : [{ event: "ready", id: cursor, data: "{}" }])
]

/**
 * What a server sends to a follower, for ever, or until its cursor means nothing any more.
 *
 * @param look the server as it is now
 * @param changed says that it changed
 * @param since where the follower has read to; undefined: it wants to know what comes from now on
 */
export const follow = (look: Effect.Effect<Seen>, changed: PubSub.PubSub<void>, since: string | undefined): Stream.Stream<EventMessage> =>
  Stream.unwrapScoped(
    Effect.gen(function* () {
      // Before the first look, so that nothing happens unheard between the two.
      const news = yield* PubSub.subscribe(changed)
      const start = since ?? (yield* Effect.map(look, ({ epoch, view }) => MemoryFeed.end(view, epoch)))
      return Stream.unfoldChunkEffect({ cursor: start, isReady: false, mayWait: false, isGone: false }, ({ cursor, isGone, isReady, mayWait }) =>
        Effect.gen(function* () {
          if (isGone) return yield* Effect.succeedNone
          if (mayWait) yield* Queue.take(news)
          const { epoch, view } = yield* look
          return yield* Effect.succeedSome(
            Either.match(MemoryFeed.page(view, epoch, cursor), {
              onLeft: (gone) => {
                const reset: EventMessage = { event: "reset", id: "", data: JSON.stringify(Events.toReset(gone)) }
                return [Chunk.of(reset), { cursor, isReady, mayWait, isGone: true }] as const
              },
              onRight: (page) => [Chunk.unsafeFromArray(messagesOf(page, isReady)), { cursor: page.cursor, isReady: isReady || !page.more, mayWait: !page.more, isGone }] as const
            })
          )
        })
      )
    })
  )
