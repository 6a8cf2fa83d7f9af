/**
 * The endpoints for projects: what a request says, the operation, and the answer.
 *
 * @module
 */
import { Caller, type CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { InvalidInput, ProjectNotFound } from "@dev-infra/work-prod-api/ProjectFailure"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import type { HttpServerResponse } from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { ProjectBatch, type Idempotency } from "../ProjectBatch.js"
import { ProjectChanges } from "../ProjectChanges.js"
import { ProjectImport } from "../ProjectImport.js"
import { Projects } from "../Projects.js"
import * as Answer from "./Answer.js"
import * as BodyHash from "./BodyHash.js"
import * as EtagCondition from "./EtagCondition.js"
import * as ListQuery from "./ListQuery.js"
import * as ProjectList from "./ProjectList.js"
import { Refused } from "./Refused.js"
import * as RequestBody from "./RequestBody.js"
import * as RequestBytes from "./RequestBytes.js"
import * as RequestRecord from "./RequestRecord.js"

/** Does what is asked for the caller, and answers whatever it fails with. */
const answer = <E extends Answer.Failure, R>(
  request: HttpServerRequest,
  operation: (caller: CallerShape) => Effect.Effect<HttpServerResponse, E, R>
): Effect.Effect<HttpServerResponse, never, Caller | R> =>
  Effect.catchAll(Effect.flatMap(Caller, operation), (failure: Answer.Failure) => {
    if (failure._tag === "StorageFailure") RequestRecord.noteFailure(request, failure)
    return Effect.succeed(Answer.failure(failure))
  })

/** The number of a project. One that cannot be, such as 0, is that of no project. */
const readId = (id: string): Effect.Effect<number, InvalidInput | ProjectNotFound> => {
  if (!/^\d+$/.test(id)) return Effect.fail(new InvalidInput({ text: ErrorText.invalidId }))
  const number = Number(id)
  return number > 0 && Number.isSafeInteger(number) ? Effect.succeed(number) : Effect.fail(new ProjectNotFound({}))
}

/** The value of a body that must be said to be JSON. */
const readJson = (request: HttpServerRequest, otherwise: Refused): Effect.Effect<unknown, Refused> =>
  RequestBody.isJson(request.headers["content-type"]) ? Effect.flatMap(RequestBytes.read(request), RequestBody.parse) : Effect.fail(otherwise)

/** What a PATCH says; a body that is empty says nothing, whatever its type. */
const readPatch = (request: HttpServerRequest, bytes: Uint8Array): Either.Either<ProjectInput.ProjectPatch, InvalidInput | Refused> => {
  if (bytes.length === 0) return ProjectInput.readPatch(undefined)
  return RequestBody.isJson(request.headers["content-type"]) ? Either.flatMap(RequestBody.parse(bytes), ProjectInput.readPatch) : Either.left(RequestBody.notJson)
}

const readIdempotency = (request: HttpServerRequest, bytes: Uint8Array): Either.Either<Idempotency | undefined, InvalidInput> => {
  const key = request.headers[RequestHeader.idempotencyKey]
  if (key === undefined) return Either.right(undefined)
  return key.length <= Limits.idempotencyKeyLength && /^[\x20-\x7e]+$/.test(key)
    ? Either.right({ key, bodyHash: BodyHash.sha256(bytes) })
    : Either.left(new InvalidInput({ text: `Invalid Idempotency-Key. Must be 1 to ${Limits.idempotencyKeyLength} printable ASCII characters` }))
}

const importNotJson = new Refused({ status: 400, error: ErrorText.contentType })

/**
 * The handlers of the group `projects`.
 *
 * @category layers
 */
export const handlers = HttpApiBuilder.group(WorkProdApi, "projects", (group) =>
  Effect.gen(function* () {
    const projects = yield* Projects
    const imports = yield* ProjectImport
    const batches = yield* ProjectBatch
    const feed = yield* ProjectChanges

    /** The condition of `If-Match`. Of several etags the one that the project now has counts. */
    const readCondition = (request: HttpServerRequest, caller: CallerShape, id: number) => {
      const etags = EtagCondition.read(request.headers["if-match"])
      if (etags === undefined || etags === "*") return Effect.succeed<Batch.Condition>({ _tag: "Any" })
      const [first = ""] = etags
      if (etags.length <= 1) return Effect.succeed<Batch.Condition>({ _tag: "Etag", etag: first })
      return Effect.map(projects.get(caller, id), ({ etag }): Batch.Condition => ({ _tag: "Etag", etag: etags.includes(etag) ? etag : first }))
    }

    return group
      .handleRaw("list", ({ request, urlParams }) =>
        answer(request, (caller) =>
          Effect.flatMap(ListQuery.read(urlParams), ({ query, page }) => {
            if (request.method === "HEAD") return Effect.succeed(ProjectList.head)
            return page === undefined ? ProjectList.whole(projects.list(caller, query)) : Effect.map(projects.page(caller, query, page), ProjectList.page)
          })
        )
      )
      .handleRaw("create", ({ request }) =>
        answer(request, (caller) =>
          readJson(request, RequestBody.notJson).pipe(
            Effect.flatMap(ProjectInput.readNew),
            Effect.flatMap((project) => projects.create(caller, project)),
            Effect.map((project) => Answer.project(201, project, { location: `/api/projects/${project.id}` }))
          )
        )
      )
      .handleRaw("changes", ({ request, urlParams: { since = "", limit } }) =>
        answer(request, (caller) =>
          Effect.flatMap(ListQuery.readLimit(limit), (most) =>
            request.method === "HEAD"
              ? Effect.succeed(ProjectList.head)
              : Effect.map(feed.since(caller, since, most), ({ changes, cursor, more }) =>
                  Answer.json(200, `{"changes":[${changes.join(",")}],"cursor":${JSON.stringify(cursor)},"more":${more}}`, Answer.perMachineAndEncoding)
                )
          )
        )
      )
      .handleRaw("batch", ({ request, urlParams: { since } }) =>
        answer(request, (caller) =>
          Effect.gen(function* () {
            if (!RequestBody.isJson(request.headers["content-type"])) return yield* RequestBody.notJson
            const bytes = yield* RequestBytes.read(request)
            const idempotency = yield* readIdempotency(request, bytes)
            const items = yield* Either.flatMap(RequestBody.parse(bytes), Batch.readBatch)
            if (since === undefined) return Answer.json(200, `{"results":[${(yield* batches.run(caller, items, idempotency)).join(",")}]}`, Answer.perMachine)
            const { cursor, results } = yield* batches.follow(caller, items, idempotency, since)
            return Answer.json(200, `{"cursor":${JSON.stringify(cursor)},"results":[${results.join(",")}]}`, Answer.perMachine)
          })
        )
      )
      .handleRaw("import", ({ request }) =>
        answer(request, (caller) =>
          readJson(request, importNotJson).pipe(
            Effect.flatMap(ProjectInput.readImport),
            Effect.flatMap((elements) => imports.run(caller, elements)),
            Effect.map(({ errors, imported, skipped }) => Answer.value(201, { errors, imported, skipped }))
          )
        )
      )
      .handleRaw("get", ({ request, path }) =>
        answer(request, (caller) =>
          Effect.map(
            Effect.flatMap(readId(path.id), (id) => projects.get(caller, id)),
            (project) => (EtagCondition.matches(request.headers["if-none-match"], project.etag) ? Answer.empty(304, Answer.projectHeaders(project)) : Answer.project(200, project))
          )
        )
      )
      .handleRaw("update", ({ request, path }) =>
        answer(request, (caller) =>
          Effect.gen(function* () {
            const id = yield* readId(path.id)
            // The body arrives before the change begins, which others wait for; what is wrong in it is told only if there is a project.
            const bytes = yield* RequestBytes.read(request)
            const condition = yield* readCondition(request, caller, id)
            const patch = Effect.suspend(() => readPatch(request, bytes))
            return Answer.project(200, yield* projects.update(caller, id, patch, condition))
          })
        )
      )
      .handleRaw("remove", ({ request, path }) =>
        answer(request, (caller) =>
          Effect.gen(function* () {
            const id = yield* readId(path.id)
            yield* projects.remove(caller, id, yield* readCondition(request, caller, id))
            return Answer.empty(204)
          })
        )
      )
      .handleRaw("archive", ({ request, path }) =>
        answer(request, (caller) =>
          Effect.gen(function* () {
            const id = yield* readId(path.id)
            return Answer.project(200, yield* projects.archive(caller, id, yield* readCondition(request, caller, id)))
          })
        )
      )
  })
)
