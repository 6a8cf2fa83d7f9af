/**
 * What the body of a request says: JSON, read with all its limits.
 *
 * @module
 */
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as Either from "effect/Either"
import * as JsonScan from "./JsonScan.js"
import { Refused } from "./Refused.js"

const refuse = (status: number, error: string): Either.Either<never, Refused> => Either.left(new Refused({ status, error }))

const toText = (bytes: Uint8Array): Either.Either<string, Refused> =>
  Either.try({
    try: () => new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    catch: () => new Refused({ status: 400, error: "Invalid UTF-8 in the request body" })
  })

const toValue = (text: string): Either.Either<unknown, Refused> =>
  Either.try({
    try: (): unknown => JSON.parse(text),
    catch: () => new Refused({ status: 400, error: ErrorText.invalidJson })
  })

/**
 * Whether a body is said to be JSON: `application/json` with any parameter, or `application/*+json`.
 *
 * @param contentType the header
 * @category predicates
 */
export const isJson = (contentType: string | undefined): boolean => /^application\/(?:[^\s;]+\+)?json$/i.test((contentType ?? "").split(";", 1)[0]?.trim() ?? "")

/** The refusal of a body that is not said to be JSON. @category constants */
export const notJson = new Refused({ status: 415, error: "Unsupported Content-Type. Send JSON with the header Content-Type: application/json" })

/**
 * The value of a body. A number that JSON does not know but Python writes is null; of a key that comes twice the last one counts.
 *
 * @param bytes UTF-8, with a byte order mark or without
 * @category parsing
 */
export const parse = (bytes: Uint8Array): Either.Either<unknown, Refused> =>
  Either.flatMap(toText(bytes), (text) => {
    if (JsonScan.isDeeperThan(text, Limits.jsonDepth)) return refuse(400, `Invalid JSON: lists and objects may be ${Limits.jsonDepth} levels deep at most`)
    if (JsonScan.hasHugeInteger(text)) return refuse(400, `${ErrorText.invalidJson}: a number is too large`)
    return Either.orElse(toValue(text), (refused) => {
      const standard = JsonScan.withoutPythonNumbers(text)
      return standard === text ? Either.left(refused) : toValue(standard)
    })
  })
