/**
 * Finds out who is asking: by the key, or without keys everybody is the account `default`.
 *
 * @module
 */
import { Authentication, type CallerShape } from "@dev-infra/work-prod-api/Authentication"
import { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { Accounts, defaultName } from "../Accounts.js"
import { ApiKeys, type Grant, type KeyRefused } from "../ApiKeys.js"
import type { StorageFailure } from "../StorageFailure.js"
import * as CallingMachine from "./CallingMachine.js"
import * as FailureAnswer from "./FailureAnswer.js"
import { Refused } from "./Refused.js"
import * as RequestRecord from "./RequestRecord.js"
import * as TokenBuckets from "./TokenBuckets.js"

const unauthorized = (error: string): Refused => new Refused({ status: 401, error, headers: { "www-authenticate": "Bearer" } })

const noKey = unauthorized("A key is needed. Send the header Authorization: Bearer KEY")

const refusals: Readonly<Record<KeyRefused["reason"], Refused>> = {
  Unknown: unauthorized("The key is unknown"),
  Revoked: unauthorized("The key was revoked"),
  Expired: unauthorized("The key has expired")
}

const readsOnly = new Refused({ status: 403, error: "The key may only read" })

const tooMany = (error: string, millis: number): Refused =>
  new Refused({ status: 429, error, headers: { "retry-after": String(Math.max(1, Math.ceil(millis / 1000))) } })

const wrongKeys = "Too many requests with a wrong key from this address"

const keyOf = (authorization: string | undefined): string | undefined => /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1]

/** The public part of what may be a key. */
const prefixOf = (key: string): string => key.split("_", 2).join("_")

/** Keys, and addresses of clients, that are remembered for limits. */
const rememberedNames = 10_000

/** Tells a grant for a key, within the limits. */
const makeVerify = (keys: ApiKeys["Type"], rateLimit: number | undefined) => {
  if (rateLimit === undefined) {
    return (key: string): Effect.Effect<Grant, KeyRefused | Refused | StorageFailure> => keys.verify(Redacted.make(key))
  }
  const requests = TokenBuckets.make(rateLimit, rememberedNames)
  const failures = TokenBuckets.make(rateLimit, rememberedNames)
  const known = new Set<string>()
  return (key: string, address: string): Effect.Effect<Grant, KeyRefused | Refused | StorageFailure> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      // Who only guesses is not even looked at any more; keys that were good before are, from whatever address.
      const wait = known.has(prefixOf(key)) ? 0 : failures.wait(address, now)
      if (wait > 0) return Effect.fail(tooMany(wrongKeys, wait))
      return keys.verify(Redacted.make(key)).pipe(
        Effect.catchTag("KeyRefused", (refused) => {
          const millis = failures.take(address, now)
          return Effect.fail(millis === 0 ? refused : tooMany(wrongKeys, millis))
        }),
        Effect.flatMap((grant) => {
          known.add(prefixOf(key))
          const millis = requests.take(grant.prefix, now)
          return millis === 0 ? Effect.succeed(grant) : Effect.fail(tooMany("Too many requests with this key", millis))
        })
      )
    })
}

/** The contract has no failure of the database here, so it is noted for the log and becomes a refusal. */
const unavailable = (request: HttpServerRequest, failure: StorageFailure): Refused => {
  RequestRecord.noteFailure(request, failure)
  const { status, body } = FailureAnswer.fromFailure(failure)
  return new Refused({ status, error: body.error })
}

const everybody = (account: number): Grant => ({ account, prefix: "", readOnly: false })

const withKeys = (rateLimit: number | undefined) =>
  Effect.map(ApiKeys, (keys) => {
    const verify = makeVerify(keys, rateLimit)
    return (request: HttpServerRequest) => {
      const key = keyOf(request.headers["authorization"])
      return key === undefined ? Effect.fail(noKey) : verify(key, Option.getOrElse(request.remoteAddress, () => ""))
    }
  })

const withoutKeys = Effect.gen(function* () {
  const accounts = yield* Accounts
  const { id } = yield* accounts.ensure(defaultName)
  const grant = Effect.succeed(everybody(id))
  return () => grant
})

type GrantOf = (request: HttpServerRequest) => Effect.Effect<Grant, KeyRefused | Refused | StorageFailure>

const grants = (mode: "keys" | "none", rateLimit: number | undefined): Effect.Effect<GrantOf, StorageFailure, Accounts | ApiKeys> =>
  mode === "keys" ? withKeys(rateLimit) : withoutKeys

const toCaller = (request: HttpServerRequest, grant: Grant): Effect.Effect<CallerShape, Refused> => {
  const record = RequestRecord.of(request)
  if (record !== undefined) {
    record.account = grant.account
    record.key = grant.prefix === "" ? undefined : grant.prefix
  }
  if (grant.readOnly && request.method !== "GET" && request.method !== "HEAD") return Effect.fail(readsOnly)
  return Effect.map(CallingMachine.read(request.headers), (machine) => ({
    account: grant.account,
    keyId: grant.prefix === "" ? null : grant.prefix,
    readOnly: grant.readOnly,
    machine
  }))
}

/**
 * The authentication of the contract.
 *
 * @param mode `none`: any key is ignored and everybody is the account `default`
 * @param rateLimit requests of one key in a minute, and of one address with wrong keys; undefined: no limit
 * @category layers
 */
export const authentication = (mode: "keys" | "none", rateLimit: number | undefined): Layer.Layer<Authentication, StorageFailure, Accounts | ApiKeys> =>
  Layer.effect(
    Authentication,
    Effect.map(grants(mode, rateLimit), (grantOf) =>
      Authentication.of({
        key: () =>
          Effect.flatMap(HttpServerRequest, (request) =>
            grantOf(request).pipe(
              Effect.catchTag("KeyRefused", ({ reason }) => Effect.fail(refusals[reason])),
              Effect.catchTag("StorageFailure", (failure) => Effect.fail(unavailable(request, failure))),
              Effect.flatMap((grant) => toCaller(request, grant))
            )
          )
      })
    )
  )
