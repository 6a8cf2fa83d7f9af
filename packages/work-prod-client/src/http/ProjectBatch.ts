/**
 * Sends any number of changes in requests of a size that the server takes.
 *
 * @module
 */
import * as Batch from "@dev-infra/work-prod-api/Batch"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Ref from "effect/Ref"
import * as RemoteProject from "../RemoteProject.js"
import type { BatchItem, BatchResult, FollowedBatch, FollowOptions } from "../WorkProd.js"
import { BatchStopped, LostAnswer, Unsendable, type WorkProdError } from "../WorkProdError.js"
import * as Chunks from "./Chunks.js"
import * as Refusal from "./Refusal.js"
import { requestSeconds, type Answer } from "./ServerRequest.js"
import type { Operation, Session } from "./Session.js"

/** Characters for the place of a part, which stands behind the key that was given. */
const suffixLength = 12

const checkKey = (key: string | undefined, isOnePart: boolean): Either.Either<void, Unsendable> => {
  const length = Limits.idempotencyKeyLength - (isOnePart ? 0 : suffixLength)
  return key === undefined || (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key) && key.length <= length)
    ? Either.void
    : Either.left(new Unsendable({ detail: `an idempotency key for this has 1 to ${length} printable ASCII characters` }))
}

/** The uid that an item seems to be about, whatever else it says. */
const apparentUid = (item: BatchItem): string => ("merge" in item && typeof item.merge === "string" ? item.merge : "uid" in item ? String(item.uid) : "").toLowerCase()

/** The server sees one part at a time, so a uid that two parts are about is found here. */
const checkSubjects = (items: ReadonlyArray<BatchItem>): Either.Either<void, Unsendable> => {
  // Nearly always all are different, which is found out without reading them.
  if (new Set(items.map(apparentUid)).size === items.length) return Either.void
  const seen = new Map<string, number>()
  for (const [index, item] of items.entries()) {
    const operation = Batch.readItem(item)
    if (Either.isLeft(operation)) continue
    const uid = Batch.subject(operation.right)
    const before = seen.get(uid)
    if (before !== undefined) return Either.left(new Unsendable({ detail: `the items ${before} and ${index} are both about uid ${uid}; send one item for each project` }))
    seen.set(uid, index)
  }
  return Either.void
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

const readResult = (value: unknown): BatchResult | undefined => {
  if (!isObject(value)) return undefined
  const { code, error, project, status } = value
  if (typeof status !== "number") return undefined
  const texts = { ...(textOf(error) === undefined ? {} : { error: textOf(error) }), ...(textOf(code) === undefined ? {} : { code: textOf(code) }) }
  if (project === undefined) return { status, ...texts }
  if (project === null) return { status, project, ...texts }
  return Either.match(RemoteProject.read(project), {
    onLeft: (unreadable) => ({ status, unreadable, ...texts }),
    onRight: (read) => ({ status, project: read, ...texts })
  })
}

const isResult = (result: BatchResult | undefined): result is BatchResult => result !== undefined

/** Results of one part, and the cursor that follows it. */
interface Part {
  readonly results: ReadonlyArray<BatchResult>
  readonly cursor: string | null
}

const readResults = (answer: Answer, count: number): Either.Either<Part, WorkProdError> => {
  const value: JsonObject = answer.body._tag === "Json" && isObject(answer.body.value) ? answer.body.value : {}
  if (!Array.isArray(value["results"])) return Either.left(Refusal.notWorkProd(answer))
  const results = value["results"].map(readResult).filter(isResult)
  return results.length === count
    ? Either.right({ results, cursor: textOf(value["cursor"]) ?? null })
    : Either.left(new LostAnswer({ ...answer.exchange, detail: `it holds ${results.length} results for ${count} items` }))
}

/** Parts have keys by where they begin, so a repetition of the whole uses the same ones. */
const partKey = (key: string, first: number): string => (first === 0 ? key : `${key}.${first}`)

/**
 * Sends the items, one request after the other.
 *
 * @param session knows the server
 * @param items what to do
 * @param options `key` makes it safe to repeat; `since` is a cursor of the feed of changes
 */
export const run = (session: Session, items: ReadonlyArray<BatchItem>, { idempotencyKey: key, since }: FollowOptions): Effect.Effect<FollowedBatch, WorkProdError> =>
  Effect.gen(function* () {
    const elements = yield* Chunks.encodeAll(items, "item")
    const isOnePart = Chunks.part(elements, 0, Limits.batchItems).length === elements.length
    yield* checkKey(key, isOnePart)
    if (!isOnePart) yield* checkSubjects(items)
    const cursor = yield* Ref.make<string | null>(since ?? null)
    const sendAll = (operation: Operation) => Chunks.sendAll<ReadonlyArray<BatchResult>>({
      elements,
      count: Limits.batchItems,
      send: (chunk) =>
        Effect.gen(function* () {
          const from = yield* Ref.get(cursor)
          const answer = yield* operation.send({
            method: "POST",
            path: "/api/projects/batch",
            ...(from === null ? {} : { query: `since=${encodeURIComponent(from)}` }),
            body: Chunks.body("items", chunk),
            ...(key === undefined ? {} : { headers: { [RequestHeader.idempotencyKey]: partKey(key, chunk[0]?.index ?? 0) } }),
            isRepeatable: key !== undefined,
            seconds: requestSeconds
          })
          const part = yield* readResults(answer, chunk.length)
          yield* Ref.set(cursor, part.cursor)
          return part.results
        }),
      tooLarge: (_, { text }) => [{ status: 413, error: text ?? "The item is too large" }],
      stopped: (done, _, cause) => new BatchStopped({ results: done.flat(), total: items.length, cause })
    })
    const results = yield* session.writeLong((operation) => Effect.zipRight(operation.needs("batch"), sendAll(operation)))
    return { results: results.flat(), cursor: items.length === 0 ? null : yield* Ref.get(cursor) }
  })
