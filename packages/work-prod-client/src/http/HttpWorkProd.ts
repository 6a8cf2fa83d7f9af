/**
 * The operations of the client over HTTP.
 *
 * @module
 */
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as RemoteProject from "../RemoteProject.js"
import type { ServerFeatures } from "../ServerFeatures.js"
import type { WorkProdShape, WriteOptions } from "../WorkProd.js"
import { UnreadableProjects, Unsendable, type WorkProdError } from "../WorkProdError.js"
import * as Written from "../Written.js"
import * as ChangesFeed from "./ChangesFeed.js"
import * as Chunks from "./Chunks.js"
import * as EventFeed from "./EventFeed.js"
import * as ProjectBatch from "./ProjectBatch.js"
import * as ProjectImport from "./ProjectImport.js"
import * as ProjectList from "./ProjectList.js"
import * as Refusal from "./Refusal.js"
import { requestSeconds, type Answer, type ServerRequest } from "./ServerRequest.js"
import * as Session from "./Session.js"
import type { Transport } from "./Transport.js"

const checkId = (id: number): Either.Either<number, Unsendable> =>
  Number.isSafeInteger(id) && id >= 0 ? Either.right(id) : Either.left(new Unsendable({ detail: `${id} is no number of a project` }))

const readProject = (answer: Answer): Either.Either<RemoteProject.RemoteProject, WorkProdError> =>
  answer.body._tag === "Json"
    ? Either.mapLeft(RemoteProject.read(answer.body.value), (row) =>
        row.id === null ? Refusal.notWorkProd(answer) : new UnreadableProjects({ ...answer.exchange, rows: [row] })
      )
    : Either.left(Refusal.notWorkProd(answer))

const encoder = new TextEncoder()

/**
 * @param transport what sends requests
 * @param known what an earlier process found out about the server
 */
export const make = (transport: Transport, known: ServerFeatures | undefined): Effect.Effect<WorkProdShape> =>
  Effect.map(Session.make(transport, known), (session) => {
    const once = (request: Omit<ServerRequest, "seconds">, options?: WriteOptions): Effect.Effect<Answer, WorkProdError> =>
      (request.method === "GET" ? session.read : session.write)((operation) =>
        Effect.gen(function* () {
          if (options?.ifMatch === undefined) return yield* operation.send({ ...request, seconds: requestSeconds })
          yield* operation.needs("etag")
          if (!/^[\x21\x23-\x7e]+$/.test(options.ifMatch)) return yield* new Unsendable({ detail: "an etag is printable ASCII without blanks and quotes" })
          return yield* operation.send({ ...request, seconds: requestSeconds, headers: { "if-match": `"${options.ifMatch}"` } })
        })
      )

    const write = (request: Omit<ServerRequest, "seconds" | "body" | "isRepeatable">, fields: JsonObject, options?: WriteOptions) =>
      Effect.gen(function* () {
        const sent = ProjectImport.withoutEmptyTexts(fields)
        const body = encoder.encode(yield* Chunks.encode(sent, "the project"))
        const answer = yield* once({ ...request, body, isRepeatable: false }, options)
        return Written.compare(sent, yield* readProject(answer))
      })

    return {
      health: session.health,
      features: session.features,
      list: (filters = {}) => ProjectList.list(session, transport.host, filters),
      get: (id) =>
        Effect.flatMap(checkId(id), () => Effect.flatMap(once({ method: "GET", path: `/api/projects/${id}`, isRepeatable: true }), readProject)),
      create: (fields) => write({ method: "POST", path: "/api/projects" }, fields),
      update: (id, fields, options) => Effect.flatMap(checkId(id), () => write({ method: "PATCH", path: `/api/projects/${id}` }, fields, options)),
      remove: (id, options) =>
        Effect.flatMap(checkId(id), () => Effect.asVoid(once({ method: "DELETE", path: `/api/projects/${id}`, isRepeatable: false }, options))),
      archive: (id, options) =>
        Effect.flatMap(checkId(id), () =>
          Effect.flatMap(once({ method: "PUT", path: `/api/projects/${id}/archive`, isRepeatable: false }, options), readProject)
        ),
      import: (projects) => ProjectImport.run(session, projects),
      batch: (items, idempotencyKey) => Effect.map(ProjectBatch.run(session, items, idempotencyKey === undefined ? {} : { idempotencyKey }), ({ results }) => results),
      follow: (items, options) => ProjectBatch.run(session, items, options),
      changes: (since, limit) => ChangesFeed.read(session, since, limit),
      events: ({ since } = {}) => EventFeed.follow(session, transport.host, since)
    }
  })
