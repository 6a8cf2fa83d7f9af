/**
 * The connection on which a process hears what others commit.
 *
 * It is made again whenever it breaks. What was announced meanwhile is lost, so whoever follows feeds is told `Missed` then, and has to look.
 * On the same connection a server holds the lock that says that it is running.
 *
 * @module
 */
import { SqlError } from "@effect/sql/SqlError"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type Pg from "pg"
import type { Announcements } from "./Announcements.js"
import * as PostgresConnection from "./PostgresConnection.js"
import * as PostgresPool from "./PostgresPool.js"
import { changesChannel } from "./PostgresWriter.js"

/** The channel on which triggers tell that keys were made or revoked. */
const keysChannel = "work_prod_keys"

/** How often a connection on which nothing happens is tried: a network can forget it without telling. */
const heartbeat = "15 seconds"

/** What a listener needs. */
export interface PostgresListenerOptions {
  readonly url: Redacted.Redacted
  readonly announcements: Announcements
  /** runs whenever the connection was made, before anybody is told; its failure counts as a connection that broke */
  readonly onConnect: (client: Pg.ClientBase) => Effect.Effect<void, SqlError>
}

/** Hears what is committed, as long as its scope is open. */
export interface PostgresListener {
  /** another number after any change of keys; undefined while nothing is heard */
  readonly keysRevision: () => number | undefined
  /** says that keys have changed, without waiting to hear of it */
  readonly changedKeys: () => void
}

const announcement = /^(\d+):(\d+)$/

/** Milliseconds before an attempt, after so many that failed. */
const pause = (failed: number): number => Math.min(5000, 100 * 2 ** Math.min(failed, 10))

/**
 * Listens. Fails if the first connection cannot be made; from then on it goes on by itself.
 *
 * @category constructors
 */
export const make = ({ announcements, onConnect, url }: PostgresListenerOptions): Effect.Effect<PostgresListener, SqlError, Scope.Scope> =>
  Effect.gen(function* () {
    const first = yield* Deferred.make<void, SqlError>()
    let revision = 0
    let isListening = false
    let failed = 0

    const hear = ({ channel, payload }: Pg.Notification): void => {
      if (channel === keysChannel) revision += 1
      const [, account, position] = announcement.exec(payload ?? "") ?? []
      if (channel === changesChannel && account !== undefined) announcements.announce({ _tag: "Changed", account: Number(account), position: Number(position) })
    }

    /** Ends with a failure only, when the connection has broken. */
    const listen = Effect.gen(function* () {
      const client = yield* PostgresPool.connect(url)
      const broken = yield* Deferred.make<never, SqlError>()
      const breaks = (cause: unknown): void => Deferred.unsafeDone(broken, new SqlError({ cause, message: "the connection that listens has broken" }))
      client.on("error", breaks)
      client.on("end", () => breaks(undefined))
      client.on("notification", hear)
      yield* PostgresConnection.run(client, `LISTEN ${changesChannel}; LISTEN ${keysChannel}`)
      yield* onConnect(client)
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          isListening = false
        })
      )
      if (failed > 0) yield* Effect.logInfo("commits of other processes are heard again")
      failed = 0
      isListening = true
      revision += 1
      announcements.announce({ _tag: "Missed" })
      yield* Deferred.succeed(first, undefined)
      const beat = Effect.timeoutFail(Effect.disconnect(PostgresConnection.run(client, "SELECT 1")), {
        duration: heartbeat,
        onTimeout: () => new SqlError({ cause: undefined, message: "the server does not answer on the connection that listens" })
      })
      yield* Effect.raceFirst(Deferred.await(broken), Effect.forever(Effect.delay(beat, heartbeat)))
    })

    const tell = (failure: SqlError) =>
      failed === 0 ? Effect.logWarning("commits of other processes are not heard until the database can be reached", { reason: failure.message }) : Effect.void
    const attempt = Effect.catchAll(Effect.scoped(listen), (failure) =>
      Effect.gen(function* () {
        // Whoever waits for the first attempt gives up by itself.
        if (!(yield* Deferred.fail(first, failure))) yield* tell(failure)
        failed += 1
        yield* Effect.sleep(pause(failed))
      })
    )
    yield* Effect.forkScoped(Effect.forever(attempt))
    yield* Deferred.await(first)
    return {
      keysRevision: () => (isListening ? revision : undefined),
      changedKeys: () => {
        revision += 1
      }
    }
  })
