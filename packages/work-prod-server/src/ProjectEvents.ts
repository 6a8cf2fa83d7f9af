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
import type { CursorGone } from "@dev-infra/work-prod-api/ProjectFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { ApiKeys } from "./ApiKeys.js"
import { Database } from "./Database.js"
import * as AccountWatch from "./events/AccountWatch.js"
import * as Followers from "./events/Followers.js"
import * as KeyChecks from "./events/KeyChecks.js"
import * as Turns from "./events/Turns.js"
import { type FollowedPage, ProjectChanges } from "./ProjectChanges.js"
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

export { type FollowerLimits, followerLimits, TooManyFollowers } from "./events/Followers.js"

/** @category models */
export interface ProjectEventsShape {
  /**
   * Begins to follow, until the scope closes.
   *
   * @param since a cursor of the feed; "" for everything that there is; undefined for what happens from now on
   */
  readonly follow: (caller: CallerShape, since: string | undefined) => Effect.Effect<NextEvents, Followers.TooManyFollowers, Scope.Scope>
  /** Ends all that follow, and who comes later at once: the server stops. */
  readonly end: Effect.Effect<void>
  /** Waits until then. */
  readonly ended: Effect.Effect<void>
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

/** Reads for followers that the database is asked for together; the rest of it is for others. */
const readsAtOnce = 4

/** Changes that one read gives. */
const pageSize = 100

const make = (limits: Followers.FollowerLimits) =>
  Effect.gen(function* () {
    const database = yield* Database
    const feed = yield* ProjectChanges
    const isValid = KeyChecks.make(yield* ApiKeys)
    const reading = Turns.make(readsAtOnce)
    const followers = yield* Followers.make({ database, isValid, limits })

    const follow: ProjectEventsShape["follow"] = (caller, since) =>
      Effect.map(followers.enter(caller), ({ follower, watch }) => {
        let cursor = since
        let position = -1
        let generation = -1
        let epoch = database.epoch
        let isBehind = true
        let isReady = false

        const page = Effect.suspend(() => {
          const from = cursor
          // Where the feed stands is the same for all machines; what it says is not, since paths are those of the asking one.
          return from === undefined
            ? AccountWatch.shared(watch, "", reading(feed.latest(caller)))
            : AccountWatch.shared(watch, `${caller.machine.uid ?? ""} ${from}`, reading(feed.follow(caller, from, pageSize)))
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

        const isOver = (): boolean => follower.hasEnded || followers.haveEnded()

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

    return ProjectEvents.of({ follow, end: followers.end, ended: followers.ended, count: followers.count })
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
export const layerWith = (limits: Followers.FollowerLimits): Layer.Layer<ProjectEvents, never, ApiKeys | Database | ProjectChanges> => Layer.scoped(ProjectEvents, make(limits))

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
export const layer: Layer.Layer<ProjectEvents, never, ApiKeys | Database | ProjectChanges> = layerWith(Followers.followerLimits)
