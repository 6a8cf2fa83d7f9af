/**
 * Changes told while they happen.
 *
 * A follower reads the feed of its account from its cursor on, and waits when it has come to the end; an announcement of the
 * database goes on with it. An announcement only says that there may be something: what is told always comes from the feed, so
 * that one that is lost, doubled or false delays at most. After `Missed`, and from time to time in any case, one query looks how
 * far the feeds of all followed accounts have come.
 *
 * Nothing is kept for a follower but its cursor: who does not ask for more gets no more.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import type { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { ApiKeys } from "./ApiKeys.js"
import { Database } from "./Database.js"
import * as AccountWatch from "./events/AccountWatch.js"
import * as KeyChecks from "./events/KeyChecks.js"
import { type FollowedPage, ProjectChanges } from "./ProjectChanges.js"
import * as TextList from "./projects/TextList.js"
import type { StorageFailure } from "./StorageFailure.js"

/**
 * `json` is one change as the feed tells it. `Ready` comes once: everything that was there at the start has been told. After
 * `Reset` nothing comes.
 *
 * @category models
 */
export type ProjectEvent =
  | { readonly _tag: "Change"; readonly cursor: string; readonly json: string }
  | { readonly _tag: "Ready"; readonly cursor: string }
  | { readonly _tag: "Reset"; readonly reason: CursorGone["reason"] }

/** The next events, as soon as there are some; none at the end. @category models */
export type NextEvents = Effect.Effect<Option.Option<ReadonlyArray<ProjectEvent>>, StorageFailure>

/** As many follow already as may. @category errors */
export class TooManyFollowers extends Data.TaggedError("TooManyFollowers")<{ readonly limit: number }> {}

/** How many may follow at once. @category models */
export interface FollowerLimits {
  readonly ofAccount: number
  readonly ofServer: number
}

/** @category constants */
export const followerLimits: FollowerLimits = { ofAccount: Limits.eventStreams, ofServer: 4 * Limits.eventStreams }

/** @category models */
export interface ProjectEventsShape {
  /**
   * Begins to follow, until the scope closes.
   *
   * @param since a cursor of the feed; "" for everything that there is; undefined for what happens from now on
   */
  readonly follow: (caller: CallerShape, since: string | undefined) => Effect.Effect<NextEvents, TooManyFollowers, Scope.Scope>
  /** Ends all that follow, and who comes later at once: the server stops. */
  readonly end: Effect.Effect<void>
  /** How many follow now. */
  readonly count: Effect.Effect<number>
}

/**
 * Events for followers of the feed.
 *
 * @example
 * ```ts
 * import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
 * import { ProjectEvents } from "@dev-infra/work-prod-server/ProjectEvents"
 * import * as Effect from "effect/Effect"
 *
 * export const first = (caller: CallerShape) =>
 *   Effect.scoped(
 *     Effect.gen(function* () {
 *       const events = yield* ProjectEvents
 *       const next = yield* events.follow(caller, undefined)
 *       return yield* next
 *     })
 *   )
 * ```
 *
 * @category tags
 */
export class ProjectEvents extends Context.Tag("@dev-infra/work-prod-server/ProjectEvents")<ProjectEvents, ProjectEventsShape>() {}

/** Changes that one read gives. */
const pageSize = 100

/** How often a server looks, whatever it hears. */
const lookEvery = Duration.seconds(Events.aliveSeconds)

/** After a failure: soon at first, then every few seconds. */
const lookAgain = Schedule.exponential("100 millis").pipe(Schedule.union(Schedule.spaced("5 seconds")))

const make = (limits: FollowerLimits) =>
  Effect.gen(function* () {
    const database = yield* Database
    const feed = yield* ProjectChanges
    const isValid = KeyChecks.make(yield* ApiKeys)
    const watches = new Map<number, AccountWatch.AccountWatch>()
    let followers = 0
    let hasEnded = false

    /** Looks how far the followed accounts have come. */
    const look = Effect.gen(function* () {
      if (watches.size === 0) return
      const { sql } = database
      const accounts = TextList.query(sql, Array.from(watches.keys(), String))
      const rows = yield* database.read(
        sql<{ readonly id: number; readonly position: number }>`SELECT id, position FROM accounts WHERE id IN (SELECT CAST(value AS BIGINT) FROM (${accounts}) AS followed)`
      )
      for (const { id, position } of rows) {
        const watch = watches.get(Number(id))
        if (watch !== undefined) AccountWatch.announce(watch, Number(position))
      }
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
      Stream.runForEach((announcement) => {
        if (announcement._tag === "Missed") return Effect.ignore(Effect.retry(look, lookAgain))
        const watch = watches.get(announcement.account)
        if (watch !== undefined) AccountWatch.announce(watch, announcement.position)
        return Effect.void
      }),
      Effect.forkScoped
    )
    // What cannot be looked at is looked at the next time; who reads meets the same failure and tells it.
    yield* Effect.forkScoped(Effect.schedule(Effect.ignore(Effect.zipRight(checkKeys, look)), Schedule.spaced(lookEvery)))

    const enter = (caller: CallerShape) =>
      Effect.suspend(() => {
        const watch = watches.get(caller.account) ?? AccountWatch.make(caller.account)
        if (watch.followers.size >= limits.ofAccount) return new TooManyFollowers({ limit: limits.ofAccount })
        if (followers >= limits.ofServer) return new TooManyFollowers({ limit: limits.ofServer })
        const follower: AccountWatch.Follower = { keyId: caller.keyId, hasEnded: false, wake: () => undefined }
        watches.set(caller.account, watch)
        watch.followers.add(follower)
        followers += 1
        return Effect.succeed({ follower, watch })
      })

    const leave = ({ follower, watch }: { readonly follower: AccountWatch.Follower; readonly watch: AccountWatch.AccountWatch }) =>
      Effect.sync(() => {
        followers -= 1
        watch.followers.delete(follower)
        if (watch.followers.size === 0) watches.delete(watch.account)
      })

    const follow: ProjectEventsShape["follow"] = (caller, since) =>
      Effect.map(Effect.acquireRelease(enter(caller), leave), ({ follower, watch }) => {
        let cursor = since
        let position = -1
        let generation = -1
        let epoch = database.epoch
        let isBehind = true
        let isReady = false

        const page = Effect.suspend(() => {
          const from = cursor
          const read = from === undefined ? feed.latest(caller) : feed.follow(caller, from, pageSize)
          return AccountWatch.shared(watch, `${caller.machine.uid ?? ""} ${from ?? "now"}`, read)
        })

        const told = (read: FollowedPage): ReadonlyArray<ProjectEvent> => {
          cursor = read.cursor
          position = read.position
          isBehind = read.more
          const changes = read.changes.map((change): ProjectEvent => ({ _tag: "Change", ...change }))
          if (isReady || read.more) return changes
          isReady = true
          return [...changes, { _tag: "Ready", cursor: read.cursor }]
        }

        const isOver = (): boolean => follower.hasEnded || hasEnded

        const finish = Effect.sync(() => {
          follower.hasEnded = true
        })

        const read: Effect.Effect<ReadonlyArray<ProjectEvent>, StorageFailure> = Effect.flatMap(isValid(caller.keyId), (holds) =>
          holds ? Effect.map(page, told) : Effect.as(finish, [])
        ).pipe(Effect.catchTag("CursorGone", ({ reason }) => Effect.as(finish, [{ _tag: "Reset", reason } as const])))

        const next: NextEvents = Effect.suspend(() => {
          if (isOver()) return Effect.succeedNone
          // In another life of the database the position is that of something else.
          const isNews = generation !== watch.generation && (watch.position > position || database.epoch !== epoch)
          const seen = watch.generation
          generation = seen
          if (!isBehind && !isNews) return Effect.zipRight(AccountWatch.wait(follower, () => isOver() || watch.generation !== seen), next)
          isBehind = true
          epoch = database.epoch
          return Effect.flatMap(read, (events) => (events.length > 0 ? Effect.succeedSome(events) : next))
        })
        return next
      })

    return ProjectEvents.of({
      follow,
      end: Effect.sync(() => {
        hasEnded = true
        for (const watch of watches.values()) for (const { wake } of watch.followers) wake()
      }),
      count: Effect.sync(() => followers)
    })
  })

/**
 * Events of a database, with other limits than those of the contract.
 *
 * @example
 * ```ts
 * import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
 * import * as ProjectEvents from "@dev-infra/work-prod-server/ProjectEvents"
 * import * as Layer from "effect/Layer"
 *
 * export const events = ProjectEvents.layerWith({ ofAccount: 10, ofServer: 100 }).pipe(Layer.provide(ProjectChanges.layer))
 * ```
 *
 * @category layers
 */
export const layerWith = (limits: FollowerLimits): Layer.Layer<ProjectEvents, never, ApiKeys | Database | ProjectChanges> => Layer.scoped(ProjectEvents, make(limits))

/**
 * Events of a database.
 *
 * @example
 * ```ts
 * import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
 * import * as ProjectEvents from "@dev-infra/work-prod-server/ProjectEvents"
 * import * as Layer from "effect/Layer"
 *
 * export const events = ProjectEvents.layer.pipe(Layer.provide(ProjectChanges.layer))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<ProjectEvents, never, ApiKeys | Database | ProjectChanges> = layerWith(followerLimits)
