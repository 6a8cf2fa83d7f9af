/**
 * Whose projects they are.
 *
 * @module
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageFailure } from "./StorageFailure.js"

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

/** @category tags */
export class Accounts extends Context.Tag("@dev-infra/work-prod-server/Accounts")<Accounts, AccountsShape>() {}
