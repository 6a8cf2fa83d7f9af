/**
 * Imports any number of projects in requests that every server survives: 0.3.0 looks through its whole table for each element and
 * is ended by its supervisor after two minutes.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ImportResult } from "../WorkProd.js"
import { ImportStopped, Unsendable, type WorkProdError } from "../WorkProdError.js"
import * as Chunks from "./Chunks.js"
import * as Refusal from "./Refusal.js"
import { importSeconds, type Answer } from "./ServerRequest.js"
import type { Operation, Session } from "./Session.js"

/** Elements of one request to 0.3.0. */
const oldElements = 100

/** What is sent of one element: 0.3.0 stores an empty path, and only one of them. */
export const withoutEmptyTexts = (fields: JsonObject): JsonObject => ({
  ...fields,
  ...(fields["path"] === "" ? { path: null } : {}),
  ...(fields["remote_url"] === "" ? { remote_url: null } : {})
})

const readElements = (projects: ReadonlyArray<JsonObject>): Either.Either<ReadonlyArray<Chunks.Encoded>, Unsendable> => {
  const wrong = projects.findIndex((project) => !isObject(project))
  if (wrong >= 0) return Either.left(new Unsendable({ detail: `element ${wrong} of the import is no object` }))
  return Chunks.encodeAll(projects.map(withoutEmptyTexts), "element")
}

const isCount = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value)

const readResult = (answer: Answer): Either.Either<ImportResult, WorkProdError> => {
  const value = answer.body._tag === "Json" ? answer.body.value : undefined
  if (!isObject(value)) return Either.left(Refusal.notWorkProd(answer))
  const { errors, imported, skipped } = value
  if (!isCount(imported) || !isCount(skipped) || !Array.isArray(errors)) return Either.left(Refusal.notWorkProd(answer))
  const entries: ReadonlyArray<unknown> = errors
  return Either.right({
    imported,
    skipped,
    errors: entries.map((entry) =>
      isObject(entry) ? { error: typeof entry["error"] === "string" ? entry["error"] : "", project: entry["project"] } : { error: String(entry), project: null }
    )
  })
}

const sum = (results: ReadonlyArray<ImportResult>): ImportResult => ({
  imported: results.reduce((count, { imported }) => count + imported, 0),
  skipped: results.reduce((count, { skipped }) => count + skipped, 0),
  errors: results.flatMap(({ errors }) => errors)
})

/**
 * Imports projects, one request after the other.
 *
 * @param session knows the server
 * @param projects elements of an import
 */
export const run = (session: Session, projects: ReadonlyArray<JsonObject>): Effect.Effect<ImportResult, WorkProdError> =>
  Effect.gen(function* () {
    const elements = yield* readElements(projects)
    const sendAll = (operation: Operation) => Chunks.sendAll<ImportResult>({
      elements,
      count: operation.features.capabilities.size === 0 ? oldElements : Limits.batchItems,
      send: (chunk) =>
        Effect.flatMap(
          operation.send({
            method: "POST",
            path: "/api/projects/import",
            body: Chunks.body("projects", chunk),
            isRepeatable: false,
            seconds: importSeconds
          }),
          readResult
        ),
      tooLarge: ({ index }, { text }) => ({
        imported: 0,
        skipped: 1,
        errors: [{ error: text ?? "The project is too large", project: projects[index]?.["name"] ?? null }]
      }),
      stopped: (done, sent, cause) => new ImportStopped({ result: sum(done), sent, total: projects.length, cause })
    })
    return sum(yield* session.writeLong(sendAll))
  })
