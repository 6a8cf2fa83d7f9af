/**
 * Who follows which account in this process, and goes on with them when there may be something.
 *
 * An announcement of the database goes on with the followers of its account. After `Missed`, and from time to time in any case, one
 * query looks how far the feeds of all followed accounts have come.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { DatabaseShape } from "../Database.js"
import * as TextList from "../projects/TextList.js"
import * as AccountWatch from "./AccountWatch.js"
import type { IsValid } from "./KeyChecks.js"

/** As many follow already as may. @category errors */
export class TooManyFollowers extends Data.TaggedError("TooManyFollowers")<{ readonly limit: number }> {}

/** How many may follow at once. @category models */
export interface FollowerLimits {
  readonly ofAccount: number
  readonly ofServer: number
}

/** @category constants */
export const followerLimits: FollowerLimits = { ofAccount: Limits.eventStreams, ofServer: 4 * Limits.eventStreams }

/** A follower among the others of its account. */
interface Entered {
  readonly follower: AccountWatch.Follower
  readonly watch: AccountWatch.AccountWatch
}

/** @category models */
export interface Followers {
  /** One more, until the scope closes. */
  readonly enter: (caller: CallerShape) => Effect.Effect<Entered, TooManyFollowers, Scope.Scope>
  readonly count: Effect.Effect<number>
  /** No follower is told anything any more. */
  readonly end: Effect.Effect<void>
  /** waits until then */
  readonly ended: Effect.Effect<void>
  readonly haveEnded: () => boolean
}

/** What followers need. @category models */
export interface Parts {
  readonly database: DatabaseShape
  readonly isValid: IsValid
  readonly limits: FollowerLimits
}

/** How often a server looks, whatever it hears. */
const lookEvery = Duration.seconds(Events.aliveSeconds)

/** After a failure: soon at first, then every few seconds. */
const lookAgain = Schedule.exponential("100 millis").pipe(Schedule.union(Schedule.spaced("5 seconds")))

/** @category constructors */
export const make = ({ database, isValid, limits }: Parts): Effect.Effect<Followers, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const watches = new Map<number, AccountWatch.AccountWatch>()
    let count = 0
    const ended = yield* Deferred.make<void>()
    let hasEnded = false

    const announce = (account: number, position: number): Effect.Effect<void> => {
      const watch = watches.get(account)
      return watch === undefined ? Effect.void : AccountWatch.announce(watch, position, scope)
    }

    /** Looks how far the followed accounts have come. */
    const look = Effect.gen(function* () {
      if (watches.size === 0) return
      const { sql } = database
      const accounts = TextList.query(sql, Array.from(watches.keys(), String))
      const rows = yield* database.read(
        sql<{ readonly id: number; readonly position: number }>`SELECT id, position FROM accounts WHERE id IN (SELECT CAST(value AS BIGINT) FROM (${accounts}) AS followed)`
      )
      yield* Effect.forEach(rows, ({ id, position }) => announce(id, position), { discard: true })
    })

    /** Ends those whose key holds no more. */
    const checkKeys = Effect.suspend(() =>
      Effect.forEach(
        Array.from(watches.values(), (watch) => [...watch.followers]).flat(),
        (follower) =>
          Effect.map(isValid(follower.keyId), (holds) => {
            if (holds) return
            follower.hasEnded = true
            follower.wake()
          }),
        { discard: true }
      )
    )

    yield* database.announcements.pipe(
      Stream.runForEach((announcement) =>
        announcement._tag === "Missed" ? Effect.ignore(Effect.retry(look, lookAgain)) : announce(announcement.account, announcement.position)
      ),
      Effect.forkScoped
    )
    // What cannot be looked at is looked at the next time; who reads meets the same failure and tells it.
    yield* Effect.forkScoped(Effect.schedule(Effect.ignore(Effect.zipRight(checkKeys, look)), Schedule.spaced(lookEvery)))

    const enter = (caller: CallerShape): Effect.Effect<Entered, TooManyFollowers> =>
      Effect.suspend(() => {
        const watch = watches.get(caller.account) ?? AccountWatch.make(caller.account)
        if (watch.followers.size >= limits.ofAccount) return new TooManyFollowers({ limit: limits.ofAccount })
        if (count >= limits.ofServer) return new TooManyFollowers({ limit: limits.ofServer })
        const follower: AccountWatch.Follower = { keyId: caller.keyId, hasEnded: false, wake: () => undefined }
        watches.set(caller.account, watch)
        watch.followers.add(follower)
        count += 1
        return Effect.succeed({ follower, watch })
      })

    const leave = ({ follower, watch }: Entered): Effect.Effect<void> =>
      Effect.sync(() => {
        count -= 1
        watch.followers.delete(follower)
        if (watch.followers.size === 0) watches.delete(watch.account)
      })

    return {
      enter: (caller) => Effect.acquireRelease(enter(caller), leave),
      count: Effect.sync(() => count),
      end: Effect.suspend(() => {
        hasEnded = true
        for (const watch of watches.values()) for (const { wake } of watch.followers) wake()
        return Effect.asVoid(Deferred.succeed(ended, undefined))
      }),
      ended: Deferred.await(ended),
      haveEnded: () => hasEnded
    }
  })
