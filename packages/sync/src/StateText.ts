/**
 * What a home remembers of its remotes, as the text of a file.
 *
 * The schema of `SyncState` says what a document is. It takes 75 ms the first time that it checks 10,000 bases, which is more than
 * everything else that `status` does, so what this program wrote itself is recognised by a predicate of the same meaning in 3 ms. Only what that refuses is
 * shown to the schema, which says what is wrong with it. A property test holds the two together.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { StateDocument } from "./SyncState.js"

type Fields = { readonly [key: string]: unknown }

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

const isNumber = (value: unknown): value is number => typeof value === "number"

/** Whether every value passes; keys that are inherited do not count. */
const isRecordOf = (value: unknown, isValue: (value: unknown) => boolean): boolean => {
  if (!isRecord(value)) return false
  for (const key of Object.keys(value)) if (!isValue(value[key])) return false
  return true
}

const isBase = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value["key"]) &&
  (value["createdAt"] === null || isText(value["createdAt"])) &&
  isText(value["uid"]) &&
  isRecord(value["fields"]) &&
  isNumber(value["confirmed"]) &&
  (value["writes"] === undefined || isRecordOf(value["writes"], isNumber)) &&
  isText(value["at"])

const isIntent = (value: unknown): boolean =>
  isRecord(value) &&
  isNumber(value["counter"]) &&
  isText(value["uid"]) &&
  isRecord(value["fields"]) &&
  (value["key"] === undefined || isText(value["key"])) &&
  (value["createdAt"] === undefined || value["createdAt"] === null || isText(value["createdAt"]))

const isPending = (value: unknown): boolean =>
  isRecord(value) &&
  (value["_tag"] !== "Remove" ||
    ((value["key"] === undefined || isText(value["key"])) && (value["createdAt"] === undefined || value["createdAt"] === null || isText(value["createdAt"])))) &&
  (value["_tag"] === "Remove" || value["_tag"] === "Recreate" || (value["_tag"] === "Edit" && isRecord(value["patch"]))) &&
  isText(value["uid"]) &&
  isText(value["name"]) &&
  isRecord(value["seen"]) &&
  isText(value["at"])

const isDropped = (value: unknown): boolean => isRecord(value) && isText(value["uid"]) && isText(value["name"]) && isText(value["at"])

const isRemote = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value["machine"]) &&
  isNumber(value["counter"]) &&
  isRecordOf(value["bases"], isBase) &&
  isRecordOf(value["intents"], isIntent) &&
  Array.isArray(value["pending"]) &&
  value["pending"].every(isPending) &&
  isRecordOf(value["dropped"], isDropped)

const isCurrent = (value: unknown): boolean => isRecord(value) && isText(value["address"]) && isText(value["instance"]) && Object.hasOwn(value, "note")

/** Whether a value is a whole document, as `JSON.parse` returns it. @category guards */
export const isDocument = (value: unknown): value is StateDocument =>
  isRecord(value) && value["version"] === 1 && (value["current"] === null || isCurrent(value["current"])) && isRecordOf(value["remotes"], isRemote)

const decode = Schema.decodeUnknownEither(StateDocument)

const parseJson = (text: string): Either.Either<unknown, string> =>
  Either.try({ try: (): unknown => JSON.parse(text), catch: () => (text.trim() === "" ? "it is empty" : "it is no JSON: it was cut off or edited") })

/** What is wrong, as a clause that names the place. */
const problemOf = (value: unknown, error: ParseResult.ParseError): string => {
  if (isRecord(value) && isNumber(value["version"]) && value["version"] > 1) {
    return `it was written by a newer version of dev-infra, as version ${value["version"]}; this one knows version 1`
  }
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  return first === undefined || first.path.length === 0 ? "it does not hold what dev-infra writes there" : `at ${first.path.map(String).join(".")}: ${first.message}`
}

/**
 * The document in a text, or what is wrong with it.
 *
 * @category constructors
 */
export const parse = (text: string): Either.Either<StateDocument, string> =>
  Either.flatMap(parseJson(text), (value) => (isDocument(value) ? Either.right(value) : Either.mapLeft(decode(value), (error) => problemOf(value, error))))

/** The text of a document. @category constructors */
export const print = (document: StateDocument): string => `${JSON.stringify(document)}\n`
