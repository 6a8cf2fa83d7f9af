/**
 * What a work-prod server in memory does with a request: ours, or 0.3.0.
 *
 * @module
 */
import * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ErrorText from "@dev-infra/work-prod-api/ErrorText"
import * as Health from "@dev-infra/work-prod-api/Health"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import { Project } from "@dev-infra/work-prod-api/Project"
import { ProjectNotFound, type InvalidInput, type WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as ListFilter from "../http/ListFilter.js"
import type { ServerRequest } from "../http/ServerRequest.js"
import * as MemoryAnswer from "./MemoryAnswer.js"
import * as MemoryBatch from "./MemoryBatch.js"
import * as MemoryFeed from "./MemoryFeed.js"
import * as MemoryImport from "./MemoryImport.js"
import * as MemoryRows from "./MemoryRows.js"
import type { Row } from "./MemoryTables.js"

/** A server at the time of a request. `millis` since 1970; `survives`: elements that are done before the server dies. */
export interface Serving {
  readonly view: MemoryRows.View
  readonly api: number
  readonly instance: string
  readonly epoch: string
  readonly millis: number
  readonly survives: number
}

/** `isLost`: the server died, so nobody gets the answer. */
export interface Served extends Omit<MemoryAnswer.MemoryAnswer, "value"> {
  readonly value: unknown
  readonly isLost?: boolean
  /** the header that names it */
  readonly server?: string | undefined
}

const version = "0.1.0"

const toJson = ({ isOld }: MemoryRows.View, project: Project): ProjectInput.JsonObject => {
  if (!isOld) return project
  const { etag: _, locations: __, metadata: ___, uid: ____, ...known } = project
  return known
}

const written = (view: MemoryRows.View, status: number, row: Row): Served => ({ status, value: toJson(view, MemoryRows.project(view, row)) })

const settle = (view: MemoryRows.View, done: Either.Either<Served, WriteRefused>): Served => Either.getOrElse(done, view.isOld ? MemoryAnswer.oldRefusal : MemoryAnswer.refusal)

const isProjectType = Schema.is(Project.fields.project_type)

/** A page in order of id, or everything where there are no pages. The cursor is the id of the last project before it. */
const list = (view: MemoryRows.View, query: URLSearchParams): Served => {
  const type = query.get("project_type") ?? ""
  if (type !== "" && !isProjectType(type)) return { status: 400, value: { error: ErrorText.invalidProjectType } }
  const filters = ListFilter.test(Object.fromEntries(query))
  if (Either.isLeft(filters)) return { status: 400, value: { error: "Invalid updated_since" } }
  const cursor = view.isOld ? null : query.get("cursor")
  const after = Number(cursor ?? 0)
  const limit = cursor === null ? Infinity : Number(query.get("limit") ?? Limits.pageSize)
  const found: Array<ProjectInput.JsonObject> = []
  let last = 0
  for (const row of view.tables.rows.values()) {
    if (row.id <= after) continue
    const project = MemoryRows.project(view, row)
    if (!filters.right(project)) continue
    if (found.length === limit) return { status: 200, value: { projects: found, next_cursor: String(last) } }
    found.push(toJson(view, project))
    last = row.id
  }
  return { status: 200, value: cursor === null ? found : { projects: found, next_cursor: null } }
}

const condition = (headers: ServerRequest["headers"]): Batch.Condition => {
  const etag = headers?.["if-match"]
  return etag === undefined ? { _tag: "Any" } : { _tag: "Etag", etag: etag.replaceAll("\"", "") }
}

/** What 0.3.0 looks at before it tries to store anything. `own`: the project that is changed. */
const oldCheck = (view: MemoryRows.View, fields: ProjectInput.JsonObject, own: number | undefined): Either.Either<void, WriteRefused> =>
  Either.gen(function* () {
    const looked = Object.fromEntries(Object.entries(fields).filter(([field]) => field === "classification" || field === "status" || field === "path"))
    const { path } = yield* ProjectInput.readPatch(looked)
    if (path !== undefined && path !== null) yield* MemoryRows.checkPath(view, path, own)
  })

const onItem = ({ view }: Serving, { headers, method }: ServerRequest, id: number, isArchive: boolean, body: unknown): Served =>
  settle(
    view,
    Either.gen(function* () {
      const row = view.tables.rows.get(id)
      if (row === undefined) return yield* Either.left(new ProjectNotFound({}))
      if (method === "GET") return written(view, 200, row)
      if (!view.isOld) yield* MemoryRows.check(view, row, condition(headers))
      if (method === "DELETE") {
        MemoryRows.remove(view, row, null)
        return { status: 204, value: undefined }
      }
      if (isArchive) return written(view, 200, yield* MemoryRows.update(view, row, { classification: "archive", status: "completed", recreate: false }))
      if (!view.isOld || !ProjectInput.isObject(body)) return written(view, 200, yield* MemoryRows.update(view, row, yield* ProjectInput.readPatch(body)))
      const fields = MemoryImport.oldFields(body)
      yield* oldCheck(view, fields, row.id)
      if (fields["name"] === null) return { status: 409, value: { error: ErrorText.integrity } }
      return written(view, 200, yield* MemoryRows.update(view, row, yield* ProjectInput.readPatch(fields)))
    })
  )

const create = ({ view }: Serving, body: unknown): Served =>
  settle(
    view,
    Either.gen(function* () {
      if (!view.isOld || !ProjectInput.isObject(body)) return written(view, 201, yield* MemoryRows.insert(view, yield* ProjectInput.readNew(body)))
      const fields = MemoryImport.oldFields(body)
      const { name } = fields
      // Whether there is a name, not yet of which type.
      yield* ProjectInput.readNew({ name: typeof name === "object" && name !== null ? "any" : name })
      yield* oldCheck(view, fields, undefined)
      return written(view, 201, yield* MemoryRows.insert(view, yield* ProjectInput.readNew(fields)))
    })
  )

/** Answers what was read of a list, or why it cannot be read. */
const onElements = <A>(read: Either.Either<ReadonlyArray<A>, InvalidInput>, survives: number, use: (elements: ReadonlyArray<A>) => Served): Served =>
  Either.match(read, {
    onLeft: MemoryAnswer.refusal,
    onRight: (elements) => ({ ...use(elements.slice(0, survives)), isLost: survives < elements.length })
  })

const batch = ({ epoch, millis, survives, view }: Serving, { headers, query }: ServerRequest, body: unknown, text: string): Served => {
  const since = new URLSearchParams(query ?? "").get("since")
  const before = view.tables.position
  return onElements(Batch.readBatch(body), survives, (items) =>
    Either.match(MemoryBatch.runAll(view, { body: text, items, key: headers?.[RequestHeader.idempotencyKey], millis, survives }), {
      onLeft: MemoryAnswer.refusal,
      onRight: (results): Served => ({ status: 200, value: { results, ...(since === null ? {} : { cursor: MemoryFeed.follow(view, epoch, since, before) }) } })
    })
  )
}

const changes = ({ epoch, view }: Serving, query: URLSearchParams): Served => {
  const limit = query.get("limit")
  const most = Number(limit ?? Limits.pageSize)
  if (!Number.isInteger(most) || most < 1 || most > Limits.pageSize) return { status: 400, value: { error: `Invalid limit. Must be a number from 1 to ${Limits.pageSize}` } }
  return Either.match(MemoryFeed.page(view, epoch, query.get("since") ?? "", most), {
    onLeft: MemoryAnswer.refusal,
    onRight: ({ changes, cursor, more }): Served => ({ status: 200, value: { changes: changes.map(({ change }) => change), cursor, more } })
  })
}

const decoder = new TextDecoder()

const answer = (serving: Serving, request: ServerRequest): Served => {
  const { body: bytes, method, path, query = "" } = request
  const { isOld } = serving.view
  if (path === "/api/health") {
    const ours = { api: serving.api, capabilities: Health.capabilities, instance: serving.instance, version }
    return { status: 200, value: { message: "Flask backend is running", status: "ok", ...(isOld ? {} : ours) } }
  }
  const meant = request.headers?.[RequestHeader.instance]
  if (!isOld && meant !== undefined && meant !== serving.instance) return { status: 421, value: { code: "other_server", error: "The request is meant for another server" } }
  if (bytes !== undefined && bytes.length > Limits.bodyBytes && !isOld) return { status: 413, value: { error: "The body is larger than 10 MiB" } }
  const text = bytes === undefined ? undefined : decoder.decode(bytes)
  // The client of this package wrote it.
  const body: unknown = text === undefined ? undefined : JSON.parse(text)
  if (path === "/api/projects") return method === "POST" ? create(serving, body) : list(serving.view, new URLSearchParams(query))
  if (path === "/api/projects/import") {
    return onElements(ProjectInput.readImport(body), serving.survives, (elements) => ({ status: 201, value: MemoryImport.run(serving.view, elements) }))
  }
  if (!isOld && path === "/api/projects/batch") return batch(serving, request, body, text ?? "")
  if (!isOld && path === "/api/projects/changes") return changes(serving, new URLSearchParams(query))
  // What comes then is told by `MemoryEvents`.
  if (!isOld && path === "/api/events") return { status: 200, value: undefined }
  const [, id, archive] = /^\/api\/projects\/(\d+)(\/archive)?$/.exec(path) ?? []
  if (id === undefined) return isOld && method === "GET" ? { status: 400, value: { error: ErrorText.invalidId } } : { status: 404, value: undefined }
  return onItem(serving, request, Number(id), archive !== undefined, body)
}

/**
 * Does what a request asks for and gives the answer.
 *
 * @param serving the server, as it is now
 * @param request one that this package's client makes
 */
export const serve = (serving: Serving, request: ServerRequest): Served => {
  const { api, instance, view } = serving
  return { ...answer(serving, request), server: view.isOld ? undefined : ServerHeader.write({ api, instance, version, capabilities: Health.capabilities }) }
}
