/**
 * Who is asking: the account and the rights of a key, and the machine that the request names.
 *
 * @module
 */
import * as HttpApiMiddleware from "@effect/platform/HttpApiMiddleware"
import * as HttpApiSecurity from "@effect/platform/HttpApiSecurity"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Context from "effect/Context"
import * as Schema from "effect/Schema"
import * as ErrorBody from "./ErrorBody.js"

/**
 * The asking machine. `uid` is null for callers that name none: they are one machine together.
 *
 * @category models
 */
export interface CallingMachine {
  readonly uid: string | null
  readonly name: string | null
}

/**
 * Who is asking. `account` is the number of the account, `keyId` the public prefix of the key or null without keys.
 *
 * @category models
 */
export interface CallerShape {
  readonly account: number
  readonly keyId: string | null
  readonly readOnly: boolean
  readonly machine: CallingMachine
}

/**
 * The caller of the current request.
 *
 * @example
 * ```ts
 * import { Caller } from "@dev-infra/work-prod-api/Authentication"
 * import * as Effect from "effect/Effect"
 *
 * export const mayWrite = Effect.map(Caller, ({ readOnly }) => !readOnly)
 * ```
 *
 * @category tags
 */
export class Caller extends Context.Tag("@dev-infra/work-prod-api/Caller")<Caller, CallerShape>() {}

/** Finds the caller by `Authorization: Bearer KEY`. @category tags */
export class Authentication extends HttpApiMiddleware.Tag<Authentication>()("@dev-infra/work-prod-api/Authentication", {
  failure: Schema.Union(ErrorBody.Unauthorized, ErrorBody.Forbidden),
  provides: Caller,
  security: {
    key: HttpApiSecurity.bearer.pipe(
      HttpApiSecurity.annotate(OpenApi.Description, "A key made with `work-prod keys create`, sent as `Authorization: Bearer KEY`.")
    )
  }
}) {}
