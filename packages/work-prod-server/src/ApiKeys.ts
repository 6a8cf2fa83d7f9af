/**
 * The keys by which callers prove which account they are.
 *
 * A key is `wp_PREFIX_SECRET`: the prefix is public and finds the row, the secret has 256 random bits. Only the SHA-256 of the
 * whole key is stored, and it is compared in constant time.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { StorageFailure } from "./StorageFailure.js"

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
  /** Whether there is any key at all, revoked ones included. */
  readonly isEmpty: Effect.Effect<boolean, StorageFailure>
}

/** @category tags */
export class ApiKeys extends Context.Tag("@dev-infra/work-prod-server/ApiKeys")<ApiKeys, ApiKeysShape>() {}
