/**
 * Follows the events of a server for as long as somebody reads them, over as many connections as it takes.
 *
 * @module
 */
import * as Events from "@dev-infra/work-prod-api/Events"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { ProjectEvent } from "../WorkProd.js"
import { CursorGone, NotWorkProd, Unreachable, type Exchange, type WorkProdError } from "../WorkProdError.js"
import * as ChangesFeed from "./ChangesFeed.js"
import type { EventMessage } from "./EventMessages.js"
import { requestSeconds, type ServerRequest } from "./ServerRequest.js"
import type { Session } from "./Session.js"

const { path } = Events

/** Seconds before the first new attempt, and at most before a later one; each is up to a half more or less. */
const firstWait = 0.5
const longestWait = 30

/** Seconds that a server may ask for. */
const longestAskedWait = 300

/** A connection that lasted so long was a good one: waiting begins anew after it. */
const goodMillis = 10_000

/** Failures that time may mend. The others are for somebody to look at. */
const mayPass = (failure: WorkProdError): boolean => {
  switch (failure._tag) {
    case "Unreachable":
    case "TimedOut":
    case "Truncated":
    case "TooManyRequests":
    // On the way between networks anything may answer for a while: the page of a hotel, a proxy that is restarted.
    case "TlsFailed":
    case "NotWorkProd":
    case "RedirectRefused":
      return true
    case "ServerFault":
      // 501: there are no events.
      return failure.status !== 501
    default:
      return false
  }
}

const readReset = Schema.decodeUnknownOption(Schema.parseJson(Events.Reset))

const reasonTexts: Readonly<Record<Events.Reset["reason"], string>> = {
  unknown: "that cursor is none of its own",
  expired: "it no longer tells all deletions since then",
  other_epoch: "its content was put back since",
  other_account: "that cursor is of another account"
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Where following stands. `cursor`: undefined if it began at now and nothing was told yet. `isHeard`: something was told. `attempts`: those since
 * the last good connection. `toldAt`: milliseconds since 1970 at which the present connection told its first event.
 */
interface Place {
  readonly cursor: string | undefined
  readonly isHeard: boolean
  readonly attempts: number
  readonly toldAt: number | undefined
}

/**
 * The events of a server.
 *
 * @param session knows the server
 * @param host what a person recognises it by
 * @param since a cursor of the feed, "" for everything, undefined for what comes from now on
 */
export const follow = (session: Session, host: string, since: string | undefined): Stream.Stream<ProjectEvent, WorkProdError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const exchange: Exchange = { host, method: "GET", path }
      const place = yield* Ref.make<Place>({ cursor: since, isHeard: false, attempts: 0, toldAt: undefined })

      const request = (cursor: string | undefined): ServerRequest => ({
        method: "GET",
        path,
        ...(cursor === undefined ? {} : { query: `since=${encodeURIComponent(cursor.replace(/\p{Surrogate}/gu, "\uFFFD"))}` }),
        headers: { accept: Events.contentType, "cache-control": "no-cache" },
        isRepeatable: true,
        seconds: requestSeconds
      })

      const readMessage = ({ data, event, id }: EventMessage): Effect.Effect<Option.Option<ProjectEvent>, WorkProdError> =>
        Effect.gen(function* () {
          if (event === "reset") {
            const text = Option.match(readReset(data), { onNone: () => null, onSome: ({ reason }) => reasonTexts[reason] })
            return yield* new CursorGone({ ...exchange, text })
          }
          if (event !== "ready" && event !== "change") return Option.none()
          // Without a place to go on from, a lost connection would lose changes.
          if (id === undefined || id === "") return yield* new NotWorkProd({ ...exchange, status: 200, title: null, detail: "an event without an id" })
          const now = yield* Clock.currentTimeMillis
          yield* Ref.update(place, (before): Place => ({ ...before, cursor: id, isHeard: true, toldAt: before.toldAt ?? now }))
          if (event === "ready") return Option.some<ProjectEvent>({ type: "ready", cursor: id })
          return Option.some<ProjectEvent>({ type: "change", change: ChangesFeed.readChange(parse(data)), cursor: id })
        })

      const connection: Stream.Stream<ProjectEvent, WorkProdError> = Stream.unwrapScoped(
        Effect.gen(function* () {
          const { cursor } = yield* Ref.updateAndGet(place, (before): Place => ({ ...before, toldAt: undefined }))
          const messages = yield* session.read((operation) => Effect.zipRight(operation.needs("events"), operation.open(request(cursor))))
          // A server never ends the stream by itself, unless it is stopped.
          const ended = Stream.fail(new Unreachable({ ...exchange, reason: "Closed", detail: "the stream of events ended" }))
          return Stream.filterMap(Stream.mapEffect(Stream.concat(messages, ended), readMessage), (event) => event)
        })
      )

      /** What to do about a failure: wait for so many seconds, or end with it. */
      const recover = (failure: WorkProdError): Effect.Effect<Either.Either<number, WorkProdError>> =>
        Effect.gen(function* () {
          yield* session.note(failure)
          const { attempts, isHeard, toldAt } = yield* Ref.get(place)
          if (!isHeard || !mayPass(failure)) return Either.left(failure)
          const isGood = toldAt !== undefined && (yield* Clock.currentTimeMillis) - toldAt >= goodMillis
          const count = isGood ? 0 : attempts
          yield* Ref.update(place, (before): Place => ({ ...before, attempts: count + 1 }))
          const asked = "retryAfter" in failure && failure.retryAfter !== null ? failure.retryAfter : 0
          const own = Math.min(longestWait, firstWait * 2 ** count) * (yield* Random.nextRange(0.5, 1.5))
          return Either.right(Math.max(Math.min(longestAskedWait, asked), own))
        })

      const attempt: Stream.Stream<ProjectEvent, WorkProdError> = Stream.catchAll(connection, (failure) =>
        Stream.unwrap(
          Effect.map(
            recover(failure),
            Either.match({
              onLeft: (error) => Stream.fail(error),
              onRight: (seconds) =>
                Stream.concat(Stream.succeed<ProjectEvent>({ type: "disconnected", failure, seconds }), Stream.drain(Stream.fromEffect(Effect.sleep(seconds * 1000))))
            })
          )
        )
      )
      return Stream.forever(attempt)
    })
  )
