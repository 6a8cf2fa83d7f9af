/**
 * Functions that write values in other forms and read them.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import type { TemplateFunction } from "../Template.js"
import * as Base32 from "./Base32.js"
import { fromJson, toJson } from "./Json.js"
import { anything, guarded, partial, text, total } from "./Signature.js"
import { spew } from "./Spew.js"
import { fromYaml, toYaml } from "./YamlText.js"

const decoder = new TextDecoder()
const encoder = new TextEncoder()

const json = (html: boolean, indent: string): TemplateFunction => total([anything], ([value]) => toJson(value, { html, indent }))

/** What fails gives nothing; what is too much stays an error. */
const lenient =
  (work: TemplateFunction, otherwise: string | null): TemplateFunction =>
  (given, world) =>
    guarded(() => Either.orElse(work(given, world), (reason) => (typeof reason === "string" && given.length === 1 ? Either.right(otherwise) : Either.left(reason))))

const mustFromJson = partial([text], ([value]) => fromJson(value))
const mustFromYaml = partial([text], ([value]) => fromYaml(value))
const mustToJson = json(true, "")
const mustToPrettyJson = json(true, "  ")
const mustToRawJson = json(false, "")
const mustToYaml = total([anything], ([value]) => toYaml(value))

const base64 = (value: string): string => {
  const decoded = Encoding.decodeBase64(value)
  return Either.isRight(decoded) ? decoder.decode(decoded.right) : "illegal base64 data"
}

const base32 = (value: string): string => {
  const decoded = Base32.decode(value)
  return decoded === undefined ? "illegal base32 data" : decoder.decode(decoded)
}

/** By name. @category constants */
export const encodings: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["fromJson", lenient(mustFromJson, null)],
  ["mustFromJson", mustFromJson],
  ["toJson", lenient(mustToJson, "")],
  ["mustToJson", mustToJson],
  ["toPrettyJson", lenient(mustToPrettyJson, "")],
  ["mustToPrettyJson", mustToPrettyJson],
  ["toRawJson", lenient(mustToRawJson, "")],
  ["mustToRawJson", mustToRawJson],
  ["fromYaml", lenient(mustFromYaml, null)],
  ["mustFromYaml", mustFromYaml],
  ["toYaml", lenient(mustToYaml, "")],
  ["mustToYaml", mustToYaml],
  ["b64enc", total([text], ([value]) => Encoding.encodeBase64(value))],
  ["b64dec", total([text], ([value]) => base64(value))],
  ["b32enc", total([text], ([value]) => Base32.encode(encoder.encode(value)))],
  ["b32dec", total([text], ([value]) => base32(value))],
  ["spew", total([anything], ([value]) => spew(value))]
]
