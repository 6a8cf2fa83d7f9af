/**
 * Which machine a request is from, by its headers.
 *
 * @module
 */
import type { CallingMachine } from "@dev-infra/work-prod-api/Authentication"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { Uid } from "@dev-infra/work-prod-api/Project"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import { Refused } from "./Refused.js"

const isUuid = Schema.is(Uid)

const nameless: Either.Either<CallingMachine> = Either.right({ uid: null, name: null })

const decode = (text: string): string => Either.getOrElse(Either.try(() => decodeURIComponent(text)), () => text)

/** Without control characters, and not too long; null if nothing is left. */
const readName = (text: string): string | null => {
  const name = [...decode(text).replace(/[\p{Cc}\p{Surrogate}]/gu, "").trim()].slice(0, Limits.machineNameLength).join("")
  return name === "" ? null : name
}

/**
 * The machine that the headers name; the nameless one if they name none.
 *
 * @param headers names in lower case
 * @category parsing
 */
export const read = (headers: { readonly [name: string]: string | undefined }): Either.Either<CallingMachine, Refused> => {
  const given = headers[RequestHeader.machine]
  if (given === undefined) return nameless
  const uid = given.toLowerCase()
  if (!isUuid(uid)) return Either.left(new Refused({ status: 400, error: "Invalid X-Dev-Infra-Machine header. Must be a UUID" }))
  return Either.right({ uid, name: readName(headers[RequestHeader.machineName] ?? "") })
}
