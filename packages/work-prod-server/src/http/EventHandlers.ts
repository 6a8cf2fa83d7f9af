/**
 * The endpoint that tells changes as they are committed.
 *
 * @module
 */
import { Caller } from "@dev-infra/work-prod-api/Authentication"
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import { type NextEvents, ProjectEvents, type ProjectEventsShape, type TooManyFollowers } from "../ProjectEvents.js"
import { ServerMetrics } from "../ServerMetrics.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as Answer from "./Answer.js"
import { EventStream, type EventStreams, sayAlive } from "./EventStream.js"
import { Refused } from "./Refused.js"
import * as RequestRecord from "./RequestRecord.js"

/** Milliseconds. @category models */
export interface EventLimits {
  /** after which all streams carry a comment, again and again */
  readonly alive: number
  /** in which a client has to take what it is sent */
  readonly take: number
}

/** @category constants */
export const eventLimits: EventLimits = { alive: Events.aliveSeconds * 1000, take: Limits.eventSeconds * 1000 }

/** Neither is it kept anywhere on the way, nor held back until there is more. */
const headers = { "cache-control": "no-store", "x-accel-buffering": "no", ...Answer.perMachine }

const head = Answer.empty(200, { "content-type": Events.contentType, ...headers })

const tooMany = ({ limit }: TooManyFollowers): Refused =>
  new Refused({ status: 429, error: `Too many event streams are open. At most ${limit} may be`, headers: { "retry-after": String(Events.aliveSeconds) } })

/**
 * The answer with the events. It begins when there is something to tell, so that a database that cannot be read is an error like
 * others.
 */
const stream = (
  follow: Effect.Effect<NextEvents, TooManyFollowers, Scope.Scope>,
  ended: Effect.Effect<void>,
  streams: EventStreams,
  { take }: EventLimits
): Effect.Effect<HttpServerResponse.HttpServerResponse, TooManyFollowers | StorageFailure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const close = Scope.close(scope, Exit.void)
      const next = yield* Effect.onError(Scope.extend(follow, scope), () => close)
      const first = yield* Effect.onError(restore(next), () => close)
      const body = new EventStream({ first: Option.getOrElse(first, () => []), next, close, ended, streams, takeMillis: take })
      return HttpServerResponse.raw(body, { status: 200, contentType: Events.contentType, headers })
    })
  )

const makeStreams = (events: ProjectEventsShape): Effect.Effect<EventStreams, never, Scope.Scope | ServerMetrics> =>
  Effect.gen(function* () {
    const { counter, gauge } = yield* ServerMetrics
    yield* gauge({ name: "work_prod_event_listeners", meaning: "Streams of events that are open" }, events.count)
    const dropped = { name: "work_prod_event_listeners_dropped_total", meaning: "Streams of events that the server gave up" }
    const drops = { slow: counter(dropped, { reason: "slow" }), storage: counter(dropped, { reason: "storage" }) }
    return {
      open: new Set(),
      onSent: counter({ name: "work_prod_events_sent_total", meaning: "Events that were sent to listeners" }),
      onDropped: (reason) => drops[reason](1)
    }
  })

/**
 * The handlers of the group `events`.
 *
 * @category layers
 */
export const handlers = (limits: EventLimits) =>
  HttpApiBuilder.group(WorkProdApi, "events", (group) =>
    Effect.gen(function* () {
      const events = yield* ProjectEvents
      const streams = yield* makeStreams(events)
      yield* Effect.forkScoped(Effect.schedule(sayAlive(streams), Schedule.spaced(limits.alive)))
      return group.handleRaw("events", ({ request, urlParams: { since } }) =>
        request.method === "HEAD"
          ? Effect.succeed(head)
          : Effect.flatMap(Caller, (caller) => stream(events.follow(caller, request.headers[Events.lastEventId] ?? since), events.ended, streams, limits)).pipe(
              Effect.catchAll((failure) => {
                if (failure._tag === "StorageFailure") RequestRecord.noteFailure(request, failure)
                return Effect.succeed(Answer.failure(failure._tag === "TooManyFollowers" ? tooMany(failure) : failure))
              })
            )
      )
    })
  )
