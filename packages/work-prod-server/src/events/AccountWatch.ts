/**
 * The followers of one account in this process: what they wait for, and the pages that they read last.
 *
 * Everybody who has come as far as the others is told the same, so that one of them reads for all.
 *
 * @module
 */
import type { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { FollowedPage } from "../ProjectChanges.js"
import type { StorageFailure } from "../StorageFailure.js"

/** Somebody who follows the feed of the account. */
export interface Follower {
  /** public prefix of the key; null without keys */
  readonly keyId: string | null
  /** is told nothing more */
  hasEnded: boolean
  /** goes on with a follower that waits */
  wake: () => void
}

/** What one of those read who ask for the same; none if it left before. */
type SharedPage = Deferred.Deferred<Option.Option<FollowedPage>, CursorGone | StorageFailure>

/** Pages of an account that are kept for others who ask for the same. */
const sharedPages = 16

/** @category models */
export interface AccountWatch {
  readonly account: number
  readonly followers: Set<Follower>
  /** how far the feed is said to have come, which may be a little too far: a change that was announced can fail */
  position: number
  /** grows each time that they are told to look */
  generation: number
  /** milliseconds before which they are not told again */
  quietUntil: number
  /** how far the feed is said to have come since they were told; undefined if nothing was said */
  waiting: number | undefined
  /** what was read since they were told, by what was asked for */
  pages: Map<string, SharedPage>
}

/** @category constructors */
export const make = (account: number): AccountWatch => ({
  account,
  followers: new Set(),
  position: 0,
  generation: 0,
  quietUntil: 0,
  waiting: undefined,
  pages: new Map()
})

/** Followers of an account that may be told in a millisecond: it takes a fraction of that. */
const followersPerMilli = 4

const wakeAll = (watch: AccountWatch, now: number): void => {
  watch.position = Math.max(watch.position, watch.waiting ?? 0)
  watch.waiting = undefined
  watch.quietUntil = now + Math.floor(watch.followers.size / followersPerMilli)
  watch.generation += 1
  watch.pages = new Map()
  for (const { wake } of watch.followers) wake()
}

/**
 * Goes on with all who wait, since the feed is said to have come so far. If there are many they are given a rest in between, in which
 * announcements gather, so that whoever changes the projects does not wait for all who listen.
 *
 * @param scope in which those are told later who are not told now
 */
export const announce = (watch: AccountWatch, position: number, scope: Scope.Scope): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    const isTold = watch.waiting !== undefined
    watch.waiting = Math.max(watch.waiting ?? 0, position)
    if (isTold) return Effect.void
    const now = clock.unsafeCurrentTimeMillis()
    if (now >= watch.quietUntil) return Effect.sync(() => wakeAll(watch, now))
    const later = Effect.sync(() => wakeAll(watch, clock.unsafeCurrentTimeMillis()))
    return Effect.asVoid(Effect.forkIn(Effect.delay(later, watch.quietUntil - now), scope))
  })

/**
 * Waits until something happens.
 *
 * @param isDue whether it has happened already
 */
export const wait = (follower: Follower, isDue: () => boolean): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    if (isDue()) return resume(Effect.void)
    const idle = follower.wake
    const stop = (): void => {
      follower.wake = idle
    }
    follower.wake = () => {
      stop()
      resume(Effect.void)
    }
    return Effect.sync(stop)
  })

/**
 * The page that others of the same key read since all were told to look, or what `read` gives.
 *
 * @param key names what is read; equal keys give equal pages
 */
export const shared = (
  watch: AccountWatch,
  key: string,
  read: Effect.Effect<FollowedPage, CursorGone | StorageFailure>
): Effect.Effect<FollowedPage, CursorGone | StorageFailure> =>
  Effect.suspend(() => {
    const { pages } = watch
    const known = pages.get(key)
    if (known !== undefined) {
      return Effect.flatMap(Deferred.await(known), (page) => (Option.isSome(page) ? Effect.succeed(page.value) : shared(watch, key, read)))
    }
    if (pages.size >= sharedPages) return read
    const page: SharedPage = Deferred.unsafeMake(FiberId.none)
    pages.set(key, page)
    return Effect.onExit(read, (exit) => {
      if (Exit.isSuccess(exit)) return Deferred.succeed(page, Option.some(exit.value))
      pages.delete(key)
      return Exit.isInterrupted(exit) ? Deferred.succeed(page, Option.none()) : Deferred.failCause(page, exit.cause)
    })
  })
