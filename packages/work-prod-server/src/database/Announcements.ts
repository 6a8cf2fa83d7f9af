/**
 * Announcements to everybody in this process who listens.
 *
 * Of each account only the last position waits for a listener, so that a slow one costs no more than a number by account; if there
 * are too many of those it is told that it missed some. Every subscription begins with `Missed`: what was announced just before
 * is not heard by it.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Announcement } from "../Database.js"

/** Accounts that wait for a listener, at most. */
const largestBacklog = 1000

/** What was announced and not yet heard by one listener. */
interface Listener {
  readonly waiting: Map<number, number>
  missed: boolean
  readonly latch: Effect.Latch
}

/** @category models */
export interface Announcements {
  /** Tells all who listen. Never waits. */
  readonly announce: (announcement: Announcement) => void
  /** What is announced from the moment of subscribing on. */
  readonly stream: Stream.Stream<Announcement>
}

const missed: Announcement = { _tag: "Missed" }

const hear = (listener: Listener, announcement: Announcement): void => {
  const { waiting } = listener
  if (announcement._tag === "Missed" || (waiting.size >= largestBacklog && !waiting.has(announcement.account))) {
    listener.missed = true
    waiting.clear()
  } else if (!listener.missed) waiting.set(announcement.account, Math.max(announcement.position, waiting.get(announcement.account) ?? 0))
  listener.latch.unsafeOpen()
}

/** Everything that waits, at least one. */
const take = (listener: Listener): Effect.Effect<Chunk.Chunk<Announcement>> =>
  Effect.map(listener.latch.await, () => {
    listener.latch.unsafeClose()
    const heard = Array.from(listener.waiting, ([account, position]): Announcement => ({ _tag: "Changed", account, position }))
    const all = listener.missed ? [missed] : heard
    listener.waiting.clear()
    listener.missed = false
    return Chunk.unsafeFromArray(all)
  })

/** @category constructors */
export const make = (): Announcements => {
  const listeners = new Set<Listener>()
  const subscribe = Effect.acquireRelease(
    Effect.sync(() => {
      const listener: Listener = { waiting: new Map(), missed: true, latch: Effect.unsafeMakeLatch(true) }
      listeners.add(listener)
      return listener
    }),
    (listener) => Effect.sync(() => listeners.delete(listener))
  )
  return {
    announce: (announcement) => {
      for (const listener of listeners) hear(listener, announcement)
    },
    stream: Stream.unwrapScoped(Effect.map(subscribe, (listener) => Stream.repeatEffectChunk(take(listener))))
  }
}
