/**
 * Whose projects they are.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Database } from "./Database.js"
import { RandomValues } from "./RandomValues.js"
import type { StorageFailure } from "./StorageFailure.js"
import * as Timestamp from "./Timestamp.js"

/** The account that callers without keys act as. @category constants */
export const defaultName = "default"

/** @category models */
export interface Account {
  readonly id: number
  readonly name: string
}

/** @category models */
export interface AccountsShape {
  /** The account of this name, made if there is none. */
  readonly ensure: (name: string) => Effect.Effect<Account, StorageFailure>
  /** Undefined if there is none. */
  readonly find: (name: string) => Effect.Effect<Account | undefined, StorageFailure>
}

/**
 * Accounts, by name.
 *
 * @example
 * ```ts
 * import * as Accounts from "@dev-infra/work-prod-server/Accounts"
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const layer = Accounts.layer.pipe(Layer.provide(RandomValues.layer), Layer.provide(LibsqlDatabase.layerTemporary))
 *
 * export const id = Effect.gen(function* () {
 *   const accounts = yield* Accounts.Accounts
 *   return (yield* accounts.ensure("acme")).id
 * }).pipe(Effect.provide(layer))
 * ```
 *
 * @category tags
 */
export class Accounts extends Context.Tag("@dev-infra/work-prod-server/Accounts")<Accounts, AccountsShape>() {}

interface AccountRow {
  readonly id: number
  readonly name: string
}

const make = Effect.gen(function* () {
  const { read, sql, write } = yield* Database
  const random = yield* RandomValues
  const byName = (name: string) => Effect.map(sql<AccountRow>`SELECT id, name FROM accounts WHERE name = ${name}`, ([row]) => row)
  const shape: AccountsShape = {
    find: (name) => read(byName(name)),
    ensure: (name) =>
      Effect.flatMap(read(byName(name)), (known) =>
        known !== undefined
          ? Effect.succeed(known)
          : write(
              Effect.gen(function* () {
                const meanwhile = yield* byName(name)
                if (meanwhile !== undefined) return meanwhile
                const now = Timestamp.fromMillis(yield* Clock.currentTimeMillis)
                const rows = yield* sql<AccountRow>`INSERT INTO accounts (name, tag, created_at) VALUES (${name}, ${yield* random.uuid}, ${now}) RETURNING id, name`
                return yield* Effect.fromNullable(rows[0]).pipe(Effect.orDie) // RETURNING gives the row that was inserted
              })
            )
      )
  }
  return shape
})

/** Accounts in the database. @category layers */
export const layer: Layer.Layer<Accounts, never, Database | RandomValues> = Layer.effect(Accounts, make)
