/**
 * `feed_lag_seconds`: how far the feed is behind what was asked for.
 *
 * It is the age of the oldest change that has begun and is not visible yet, in this process or, where the database tells, in any
 * other one: followers of the feed will hear of it, and do not know of it yet. While the database cannot be asked, nobody hears
 * of anything, so the time since then counts as well.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Database } from "../Database.js"
import * as PostgresFeedLag from "../database/PostgresFeedLag.js"
import { ServerMetrics } from "../ServerMetrics.js"
import * as ChangesUnderWay from "./ChangesUnderWay.js"

/** Less than the time that reading a gauge may take: what this process knows by itself is told in any case. */
const patience = "800 millis"

const make = Effect.gen(function* () {
  const database = yield* Database
  const { gauge } = yield* ServerMetrics
  const own = ChangesUnderWay.make()
  let unreachableSince: number | undefined

  /** Whoever finds the database out of reach for the first time begins to count. */
  const outOfReach = Effect.map(Clock.currentTimeMillis, (now) => {
    unreachableSince ??= now
    return (now - unreachableSince) / 1000
  })
  const asked = Effect.suspend(() =>
    database.sql.onDialectOrElse({
      pg: () =>
        database.read(PostgresFeedLag.seconds(database.sql)).pipe(
          Effect.timeout(patience),
          Effect.tap(() => {
            unreachableSince = undefined
          }),
          // What is wrong is told by the requests that fail, and by the metric of the database itself.
          Effect.catchAll(() => outOfReach)
        ),
      orElse: () => Effect.succeed(0)
    })
  )
  yield* gauge(
    { name: "feed_lag_seconds", meaning: "Age of the oldest change that has begun and that followers of the feed cannot see yet" },
    Effect.zipWith(asked, own.seconds, Math.max, { concurrent: true })
  )
  return Database.of({
    ...database,
    get epoch() {
      return database.epoch
    },
    write: (change, account) => own.during(database.write(change, account))
  })
})

/**
 * The same database, whose changes are watched.
 *
 * @category layers
 */
export const watched: Layer.Layer<Database, never, Database | ServerMetrics> = Layer.scoped(Database, make)
