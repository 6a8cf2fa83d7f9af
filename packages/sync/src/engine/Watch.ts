/**
 * Watching: with every sign from the remote that something changed, what it has is asked for as ever, and compared with what was told last.
 *
 * A sign only says that there is something. So it does no harm if one is told twice or if another sync of this home was quicker, and no row reaches this
 * machine by any other way than that of every sync. A remote that gives no signs is asked by the clock instead.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { RemoteEntry } from "../RemoteEntry.js"
import type { RemoteNews } from "../RemoteIndex.js"
import type { PollingTimes, SyncError, SyncReport, WatchEvent } from "../Sync.js"
import * as Differences from "./Differences.js"
import type { Services } from "./Home.js"

/** A push of another machine comes as many changes; what comes within so long is asked for together. */
const together = "250 millis"

/** Changes that are taken together at most. */
const atMost = 10_000

/** Seconds before the first new attempt to ask, and at most before a later one. */
const firstWait = 1
const longestWait = 60

const waitOf = (attempt: number): number => Math.min(longestWait, firstWait * 2 ** attempt)

/** How often a remote is asked that gives no signs. */
const polling: PollingTimes = { shortest: 5, longest: 60 }

/** Many machines may watch one server: they do not ask in step. */
const pollingSchedule = Schedule.exponential(polling.shortest * 1000, 1.5).pipe(Schedule.union(Schedule.spaced(polling.longest * 1000)), Schedule.jittered)

/** Failures that time may mend, once it has worked. */
const mayPass = (failure: SyncError): failure is Extract<WatchEvent, { readonly _tag: "Waiting" }>["failure"] => {
  if (failure._tag === "SyncBusy") return true
  return failure._tag === "RemoteFailed" && ["Unreachable", "Busy", "Faulty", "NotARemote", "Lost"].includes(failure.reason)
}

/** The rows that were told last; undefined if nothing was ever fetched from this remote. */
interface Told {
  readonly instance: string | undefined
  readonly entries: ReadonlyArray<RemoteEntry> | undefined
}

/**
 * What changes at the remote.
 *
 * @param sync what is done about it: a fetch or a pull
 */
export const watch = (services: Services, sync: Effect.Effect<SyncReport, SyncError>): Stream.Stream<WatchEvent, SyncError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { remote, snapshot, state } = services
      const { syncId } = yield* services.machine.identify
      const rowsOf = (instance: string) => Effect.map(snapshot.read(instance), (copy) => Option.getOrUndefined(copy)?.entries)
      const { current } = yield* state.read
      const told = yield* Ref.make<Told>({ instance: current?.instance, entries: current === null ? undefined : yield* rowsOf(current.instance) })
      const hasWorked = yield* Ref.make(false)

      const syncAndCompare = Effect.gen(function* () {
        const report = yield* sync
        const entries = (yield* rowsOf(report.instance)) ?? []
        const before = yield* Ref.getAndSet(told, { instance: report.instance, entries })
        yield* Ref.set(hasWorked, true)
        const isComparable = before.entries !== undefined && before.instance === report.instance
        return { report, differences: isComparable ? Differences.between(before.entries, entries, syncId) : [] }
      })

      /**
       * Until it has worked, what can be waited for is told and waited for.
       *
       * @param ready what to say at the end, after so many attempts that failed
       */
      const caughtUp = (ready: (report: SyncReport, failed: number) => ReadonlyArray<WatchEvent>): Stream.Stream<WatchEvent, SyncError> =>
        Stream.paginateChunkEffect(0, (attempt) =>
          Effect.gen(function* () {
            if (attempt > 0) yield* Effect.sleep(waitOf(attempt - 1) * 1000)
            const tried = yield* Effect.either(syncAndCompare)
            if (Either.isLeft(tried)) {
              const failure = tried.left
              if (!(yield* Ref.get(hasWorked)) || !mayPass(failure)) return yield* Effect.fail(failure)
              return [Chunk.of<WatchEvent>({ _tag: "Waiting", failure, seconds: waitOf(attempt) }), Option.some(attempt + 1)]
            }
            const { differences, report } = tried.right
            const isNews = differences.length > 0 || report.items.length > 0
            const events: ReadonlyArray<WatchEvent> = [...(isNews ? [{ _tag: "Changed", differences, report } as const] : []), ...ready(report, attempt)]
            return [Chunk.fromIterable(events), Option.none<number>()]
          })
        )

      /** Asks by the clock: less and less often while nothing changes. */
      const polled: Stream.Stream<WatchEvent, SyncError> = Stream.unwrap(
        Effect.map(Schedule.driver(pollingSchedule), (times) => {
          const watching = (report: SyncReport): ReadonlyArray<WatchEvent> => [{ _tag: "Watching", report, polling }]
          // The schedule has no end.
          const pause = Stream.drain(Stream.fromEffect(Effect.ignore(times.next(undefined))))
          const again = Stream.tap(
            caughtUp((report, failed) => (failed > 0 ? watching(report) : [])),
            ({ _tag }) => (_tag === "Changed" ? times.reset : Effect.void)
          )
          return Stream.concat(caughtUp(watching), Stream.forever(Stream.concat(pause, again)))
        })
      )

      const answered = (news: Chunk.Chunk<RemoteNews>): Stream.Stream<WatchEvent, SyncError> => {
        if (Chunk.some(news, ({ _tag }) => _tag === "Silent")) return polled
        const isReady = Chunk.some(news, ({ _tag }) => _tag === "Ready")
        const last = Option.getOrUndefined(Chunk.findLast(news, ({ _tag }) => _tag !== "Changed"))
        const isNews = isReady || Chunk.some(news, ({ _tag }) => _tag === "Changed")
        const lost: Stream.Stream<WatchEvent> =
          last?._tag === "Disconnected" ? Stream.succeed({ _tag: "Waiting", failure: last.failure, seconds: last.seconds }) : Stream.empty
        return isNews && last?._tag !== "Disconnected" ? caughtUp((report) => (isReady ? [{ _tag: "Watching", report }] : [])) : lost
      }
      return Stream.flatMap(Stream.groupedWithin(remote.watch, atMost, together), answered)
    })
  )
