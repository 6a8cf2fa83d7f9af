/**
 * The keys by which callers prove which account they are.
 *
 * A key is `wp_PREFIX_SECRET`: the prefix is public and finds the row, the secret has 256 random bits. Only the SHA-256 of the
 * whole key is stored, and it is compared in constant time.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { Accounts } from "./Accounts.js"
import { Database } from "./Database.js"
import * as Prepared from "./database/Prepared.js"
import { RandomValues, sameHash, sha256 } from "./RandomValues.js"
import type { StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"

/** A key without its secret. Times as in `created_at`, or null for never. @category models */
export interface ApiKey {
  readonly prefix: string
  readonly account: string
  readonly label: string
  readonly readOnly: boolean
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly revokedAt: string | null
}

/** What a verified key allows. @category models */
export interface Grant {
  readonly account: number
  readonly prefix: string
  readonly readOnly: boolean
}

/** @category errors */
export class KeyRefused extends Data.TaggedError("KeyRefused")<{ readonly reason: "Unknown" | "Revoked" | "Expired" }> {}

/** There is no key with this prefix. @category errors */
export class KeyNotFound extends Data.TaggedError("KeyNotFound")<{ readonly prefix: string }> {}

/** @category models */
export interface NewKey {
  readonly account: string
  readonly label: string
  readonly readOnly: boolean
  /** undefined: never */
  readonly expiresInDays: number | undefined
}

/** @category models */
export interface ApiKeysShape {
  /** Makes a key, and the account if there is none of this name. The secret is given this once. */
  readonly create: (key: NewKey) => Effect.Effect<{ readonly key: ApiKey; readonly secret: Redacted.Redacted }, StorageFailure>
  /** All keys, or those of one account, in the order in which they were made. */
  readonly list: (account: string | undefined) => Effect.Effect<ReadonlyArray<ApiKey>, StorageFailure>
  /** Revoking a revoked key changes nothing. */
  readonly revoke: (prefix: string) => Effect.Effect<ApiKey, KeyNotFound | StorageFailure>
  readonly verify: (key: Redacted.Redacted) => Effect.Effect<Grant, KeyRefused | StorageFailure>
  /** Whether a key that was verified, of which only the prefix is known, is still neither revoked nor expired. */
  readonly isValid: (prefix: string) => Effect.Effect<boolean, StorageFailure>
  /** Whether there is any key at all, revoked ones included. */
  readonly isEmpty: Effect.Effect<boolean, StorageFailure>
}

/**
 * Keys: made, listed, revoked and verified.
 *
 * @example
 * ```ts
 * import * as Accounts from "@dev-infra/work-prod-server/Accounts"
 * import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = ApiKeys.layer.pipe(
 *   Layer.provide(Accounts.layer),
 *   Layer.provide(RandomValues.layer),
 *   Layer.provide(LibsqlDatabase.layerTemporary)
 * )
 *
 * export const grant = Effect.gen(function* () {
 *   const keys = yield* ApiKeys.ApiKeys
 *   const { secret } = yield* keys.create({ account: "acme", label: "laptop", readOnly: false, expiresInDays: 90 })
 *   return yield* keys.verify(secret)
 * }).pipe(Effect.provide(layer))
 * ```
 *
 * @category tags
 */
export class ApiKeys extends Context.Tag("@dev-infra/work-prod-server/ApiKeys")<ApiKeys, ApiKeysShape>() {}

interface KeyRow {
  readonly prefix: string
  readonly account: string
  readonly label: string
  readonly read_only: number
  readonly created_at: string
  readonly expires_at: string | null
  readonly revoked_at: string | null
}

interface SecretRow {
  readonly account_id: number
  readonly hash: string
  readonly read_only: number
  readonly expires_at: string | null
  readonly revoked_at: string | null
}

/** A row that was read when the database was as `revision` says; `at` in milliseconds. */
interface Remembered {
  readonly at: number
  readonly revision: string
  readonly row: SecretRow
}

const rememberedMillis = 1000
const rememberedKeys = 1000

const toKey = (row: KeyRow): ApiKey => ({
  prefix: row.prefix,
  account: row.account,
  label: row.label,
  readOnly: row.read_only === 1,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  revokedAt: row.revoked_at
})

const prefixLetters = "abcdefghijklmnopqrstuvwxyz234567"
const form = /^(wp_[a-z0-9]{12})_[A-Za-z0-9_-]{43}$/
const day = 86_400_000
/** What a key without a row is compared with, so that it takes as long as one with a row. */
const nobody = sha256("")

const make = Effect.gen(function* () {
  const database = yield* Database
  const { read, sql, write } = database
  const accounts = yield* Accounts
  const random = yield* RandomValues
  const now = Effect.map(Clock.currentTimeMillis, Timestamp.fromMillis)
  const columns = sql.literal("k.prefix, a.name AS account, k.label, k.read_only, k.created_at, k.expires_at, k.revoked_at")
  const byPrefix = (prefix: string) =>
    Effect.map(sql<KeyRow>`SELECT ${columns} FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE k.prefix = ${prefix}`, ([row]) => row)

  const readSecret = Prepared.makeFirst(database)(
    (_, prefix: string) => sql<SecretRow>`SELECT account_id, hash, read_only, expires_at, revoked_at FROM api_keys WHERE prefix = ${prefix}`
  )

  const remembered = new Map<string, Remembered>()
  /** The row of a key. It is read again after any commit, of this process or another, so that a revocation holds at once. */
  const secretOf = (prefix: string, at: number) =>
    Effect.flatMap(database.revision, (revision) => {
      const last = remembered.get(prefix)
      if (last !== undefined && last.revision === revision && at - last.at < rememberedMillis && at >= last.at) return Effect.succeed(last.row)
      return Effect.map(read(readSecret(prefix)), (row) => {
        if (remembered.size >= rememberedKeys) remembered.clear()
        if (row !== undefined && revision !== undefined) remembered.set(prefix, { at, revision, row })
        return row
      })
    })

  const keys: ApiKeysShape = {
    create: ({ account, expiresInDays, label, readOnly }) =>
      Effect.gen(function* () {
        const owner = yield* accounts.ensure(account)
        const letters = Array.from(yield* random.bytes(12), (byte) => prefixLetters[byte % 32]).join("")
        const prefix = `wp_${letters}`
        const secret = `${prefix}_${Encoding.encodeBase64Url(yield* random.bytes(32))}`
        const millis = yield* Clock.currentTimeMillis
        const createdAt = Timestamp.fromMillis(millis)
        const expiresAt = expiresInDays === undefined ? null : Timestamp.fromMillis(millis + expiresInDays * day)
        yield* write(
          sql`INSERT INTO api_keys (prefix, account_id, label, hash, read_only, created_at, expires_at)
              VALUES (${prefix}, ${owner.id}, ${label}, ${sha256(secret)}, ${readOnly ? 1 : 0}, ${createdAt}, ${expiresAt})`
        )
        return { key: { prefix, account, label, readOnly, createdAt, expiresAt, revokedAt: null }, secret: Redacted.make(secret) }
      }),
    list: (account) =>
      read(
        Effect.map(
          account === undefined
            ? sql<KeyRow>`SELECT ${columns} FROM api_keys k JOIN accounts a ON a.id = k.account_id ORDER BY k.created_at, k.prefix`
            : sql<KeyRow>`SELECT ${columns} FROM api_keys k JOIN accounts a ON a.id = k.account_id WHERE a.name = ${account} ORDER BY k.created_at, k.prefix`,
          (rows) => rows.map(toKey)
        )
      ),
    revoke: (prefix) =>
      write(
        Effect.gen(function* () {
          yield* sql`UPDATE api_keys SET revoked_at = ${yield* now} WHERE prefix = ${prefix} AND revoked_at IS NULL`
          const row = yield* byPrefix(prefix)
          return row === undefined ? yield* new KeyNotFound({ prefix }) : toKey(row)
        })
      ),
    verify: (key) => {
      const text = Redacted.value(key)
      const prefix = form.exec(text)?.[1]
      if (prefix === undefined) return Effect.fail(new KeyRefused({ reason: "Unknown" }))
      return Effect.flatMap(Clock.currentTimeMillis, (millis) =>
        Effect.flatMap(secretOf(prefix, millis), (row) => {
          const isRight = sameHash(sha256(text), row?.hash ?? nobody)
          if (row === undefined || !isRight) return Effect.fail(new KeyRefused({ reason: "Unknown" }))
          if (row.revoked_at !== null) return Effect.fail(new KeyRefused({ reason: "Revoked" }))
          if (row.expires_at !== null && row.expires_at <= Timestamp.fromMillis(millis)) return Effect.fail(new KeyRefused({ reason: "Expired" }))
          return Effect.succeed<Grant>({ account: row.account_id, prefix, readOnly: row.read_only === 1 })
        })
      )
    },
    isValid: (prefix) =>
      Effect.flatMap(Clock.currentTimeMillis, (millis) =>
        Effect.map(secretOf(prefix, millis), (row) => row !== undefined && row.revoked_at === null && (row.expires_at === null || row.expires_at > Timestamp.fromMillis(millis)))
      ),
    isEmpty: read(Effect.map(sql`SELECT 1 AS found FROM api_keys LIMIT 1`, (rows) => rows.length === 0))
  }
  return keys
})

/** Keys in the database. @category layers */
export const layer: Layer.Layer<ApiKeys, never, Database | Accounts | RandomValues> = Layer.effect(ApiKeys, make)

/**
 * Make a key and hand its secret over to where it is kept. If that fails or is interrupted the key is revoked: one that nobody
 * keeps is of no use to anybody but a thief.
 *
 * @example
 * ```ts
 * import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
 * import * as Effect from "effect/Effect"
 * import type * as Redacted from "effect/Redacted"
 *
 * export const keep = (store: (secret: Redacted.Redacted) => Effect.Effect<void>) =>
 *   ApiKeys.handOver({ account: "default", label: "laptop", readOnly: false, expiresInDays: undefined }, ({ secret }) => store(secret))
 * ```
 *
 * @category constructors
 */
export const handOver = <A, E, R>(
  key: NewKey,
  keep: (made: { readonly key: ApiKey; readonly secret: Redacted.Redacted }) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | StorageFailure, ApiKeys | R> =>
  Effect.flatMap(ApiKeys, (keys) =>
    Effect.acquireUseRelease(keys.create(key), keep, ({ key: { prefix } }, exit) => (Exit.isSuccess(exit) ? Effect.void : Effect.ignoreLogged(keys.revoke(prefix))))
  )
