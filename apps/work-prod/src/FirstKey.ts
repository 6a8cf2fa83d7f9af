/**
 * The key that the first start makes, so that there is something to begin with.
 *
 * @module
 */
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import { Database } from "@dev-infra/work-prod-server/Database"
import type { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { open, rename, rm } from "node:fs/promises"
import { dirname } from "node:path"
import { CommandFailed } from "./CommandError.js"
import * as DatabasePlace from "./DatabasePlace.js"

/** Where the key is: shown to somebody who reads it, or in a file. @category models */
export type FirstKey = { readonly _tag: "Shown"; readonly secret: Redacted.Redacted } | { readonly _tag: "InFile"; readonly file: string }

const flushFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r")
  await handle.sync().finally(() => handle.close())
}

/** Longer than a key. */
const room = 256

/**
 * A file that only its owner reads. Its room on the disk is taken before the key is made: what cannot be written is known before.
 * It is put in the place of an older one, which belonged to a database that is gone.
 */
const withFile = <A, E, R>(file: string, make: Effect.Effect<Redacted.Redacted, E, R>, then: () => A): Effect.Effect<A, E | CommandFailed, R> => {
  const temporary = `${file}.${process.pid}`
  const attempt = <B>(run: () => Promise<B>) =>
    Effect.tryPromise({ try: run, catch: (cause) => new CommandFailed({ what: `the key cannot be written to ${file}: ${DatabasePlace.clause(cause)}`, cause }) })
  return Effect.acquireUseRelease(
    attempt(async () => {
      await rm(temporary, { force: true })
      const handle = await open(temporary, "wx", 0o600)
      await handle.write(" ".repeat(room), 0)
      await handle.sync()
      return handle
    }),
    (handle) =>
      Effect.gen(function* () {
        const secret = yield* make
        yield* attempt(async () => {
          const { bytesWritten } = await handle.write(`${Redacted.value(secret)}\n`, 0)
          await handle.truncate(bytesWritten)
          await handle.sync()
          await rename(temporary, file)
          await flushFolder(dirname(file))
        })
        return then()
      }),
    (handle) => Effect.promise(() => handle.close().then(() => rm(temporary, { force: true })))
  )
}

const create = Effect.gen(function* () {
  const keys = yield* ApiKeys
  const { secret } = yield* keys.create({ account: Accounts.defaultName, label: "first start", readOnly: false, expiresInDays: undefined })
  return secret
})

/** One server after another, where several may start at the same time: names the lock among the advisory locks of the database. */
const firstKeyLock = 7_305_200_003

/**
 * Make a key if there has never been one; undefined if there has.
 *
 * @param place where the key waits for whoever started the server without a terminal
 * @param isTerminal whether somebody reads standard output: then the key is not written to the file
 * @category constructors
 */
export const ensure = <R>(place: Effect.Effect<string, CommandFailed, R>, isTerminal: boolean): Effect.Effect<FirstKey | undefined, CommandFailed | StorageFailure, ApiKeys | Database | R> =>
  Effect.gen(function* () {
    const { read, sql } = yield* Database
    const keys = yield* ApiKeys
    const once = Effect.gen(function* () {
      if (!(yield* keys.isEmpty)) return undefined
      if (isTerminal) return { _tag: "Shown", secret: yield* create } as const
      const file = yield* place
      return yield* withFile(file, create, () => ({ _tag: "InFile", file }) as const)
    })
    const inTurn = sql.onDialectOrElse({
      pg: () => sql.withTransaction(Effect.zipRight(sql`SELECT pg_advisory_xact_lock(${firstKeyLock})`, once)),
      orElse: () => once
    })
    return yield* read(Effect.provide(inTurn, yield* Effect.context<ApiKeys | R>()))
  })
