/**
 * The projects of all accounts. Every operation is done for one caller and sees only the caller's account.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import { type InvalidInput, PreconditionFailed, ProjectNotFound, type WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import type { Classification, NewProject, ProjectPatch, ProjectType, WorkStatus } from "@dev-infra/work-prod-api/ProjectInput"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { Database } from "./Database.js"
import * as Prepared from "./database/Prepared.js"
import * as ProjectCursor from "./projects/ProjectCursor.js"
import * as ProjectJson from "./projects/ProjectJson.js"
import * as ProjectRows from "./projects/ProjectRows.js"
import * as ProjectSearch from "./projects/ProjectSearch.js"
import type { StorageFailure } from "./StorageFailure.js"

/**
 * A project as it is sent: `json` is the object in compact ASCII, keys sorted, without a line end.
 *
 * @category models
 */
export interface ProjectText {
  readonly id: number
  readonly etag: string
  readonly json: string
}

/** What a list is restricted to; what is undefined restricts nothing. `updatedSince` as in `updated_at`. @category models */
export interface ProjectQuery {
  readonly status?: WorkStatus | undefined
  readonly classification?: Classification | undefined
  readonly organization?: string | undefined
  readonly projectType?: ProjectType | undefined
  /** part of name or description; nothing in it has a special meaning */
  readonly search?: string | undefined
  readonly path?: string | undefined
  readonly remoteUrl?: string | undefined
  readonly uid?: string | undefined
  readonly updatedSince?: string | undefined
  readonly sort: { readonly by: "id" | "name" | "created_at" | "updated_at"; readonly descending: boolean }
}

/** `cursor` as `next` of the page before said, or "" for the first one; `limit` 1 to 1,000. @category models */
export interface PageRequest {
  readonly cursor: string
  readonly limit: number
}

/** Projects as JSON objects, and the cursor of the next page or null. @category models */
export interface ProjectPage {
  readonly projects: ReadonlyArray<string>
  readonly next: string | null
}

/** @category models */
export interface ProjectsShape {
  readonly get: (caller: CallerShape, id: number) => Effect.Effect<ProjectText, ProjectNotFound | StorageFailure>
  /** JSON objects joined by commas, in pieces of some hundred; an empty list gives no piece. */
  readonly list: (caller: CallerShape, query: ProjectQuery) => Stream.Stream<string, StorageFailure>
  /** Fails with `InvalidInput` if the cursor is none of this query and account. */
  readonly page: (caller: CallerShape, query: ProjectQuery, page: PageRequest) => Effect.Effect<ProjectPage, InvalidInput | StorageFailure>
  readonly create: (caller: CallerShape, project: NewProject) => Effect.Effect<ProjectText, WriteRefused | StorageFailure>
  /** Looks for the project before it looks at `patch`: the effect is run only if there is one. */
  readonly update: <E>(
    caller: CallerShape,
    id: number,
    patch: Effect.Effect<ProjectPatch, E>,
    condition: Batch.Condition
  ) => Effect.Effect<ProjectText, E | WriteRefused | StorageFailure>
  readonly remove: (caller: CallerShape, id: number, condition: Batch.Condition) => Effect.Effect<void, WriteRefused | StorageFailure>
  readonly archive: (caller: CallerShape, id: number, condition: Batch.Condition) => Effect.Effect<ProjectText, WriteRefused | StorageFailure>
}

/** @category tags */
export class Projects extends Context.Tag("@dev-infra/work-prod-server/Projects")<Projects, ProjectsShape>() {}

/** Projects of one piece of a list: few where other requests wait for it, more where it is another process that reads them. */
const pieceSizes = { pg: () => 500, orElse: () => 200 }

type Pieces = Stream.Stream<string, StorageFailure>

/** Where another process reads the pieces, it reads the next one while one is sent. */
const readAhead = {
  pg: () => (pieces: Pieces) => Stream.buffer(pieces, { capacity: 1 }),
  orElse: () => (pieces: Pieces) => pieces
}

const archived = { classification: "archive", status: "completed", recreate: false } as const

const make = Effect.gen(function* () {
  const database = yield* Database
  const { read, sql, write } = database
  const pieceSize = sql.onDialectOrElse(pieceSizes)
  const ahead = sql.onDialectOrElse(readAhead)
  const openRows = ProjectRows.make(database)

  const textOf = Prepared.makeFirst(database)(
    (_, machine: string, account: number, id: number) =>
      sql<{ readonly version: number; readonly json: string }>`
        SELECT p.version, ${ProjectJson.expression(sql, account, machine)} AS json FROM projects p WHERE p.account_id = ${account} AND p.id = ${id}`
  )

  /** The rows, and the row with this id as the caller must have seen it. */
  const found = (caller: CallerShape, id: number) =>
    Effect.gen(function* () {
      const rows = yield* openRows(caller)
      const row = yield* rows.byId(id)
      return row === undefined ? yield* new ProjectNotFound({}) : { rows, row }
    })
  const demand = (rows: ProjectRows.ProjectRows, row: ProjectRows.ProjectRow, condition: Batch.Condition) =>
    condition._tag === "Any" || (condition._tag === "Etag" && condition.etag === String(row.version))
      ? Effect.void
      : Effect.flatMap(rows.json(row.id), (project) => new PreconditionFailed({ project }))

  const changed = <E>(caller: CallerShape, id: number, patch: Effect.Effect<ProjectPatch, E>, condition: Batch.Condition) =>
    write(
      Effect.gen(function* () {
        const { row, rows } = yield* found(caller, id)
        yield* demand(rows, row, condition)
        return yield* rows.change(row, yield* patch)
      }),
      caller.account
    )

  const projects: ProjectsShape = {
    get: (caller, id) =>
      read(
        Effect.flatMap(textOf(caller.machine.uid ?? "", caller.account, id), (row) =>
          row === undefined ? new ProjectNotFound({}) : Effect.succeed({ id, etag: String(row.version), json: ProjectJson.toAscii(row.json) })
        )
      ),
    list: (caller, query) => {
      const beginning: ProjectCursor.LastProject | undefined = undefined
      return Stream.paginateChunkEffect<ProjectCursor.LastProject | undefined, string, StorageFailure, never>(beginning, (behind) =>
        Effect.map(read(ProjectSearch.piece(sql, caller, query, behind, pieceSize)), ({ last, text }) => [
          text === "" ? Chunk.empty() : Chunk.of(text),
          Option.map(Option.fromNullable(last), (project): ProjectCursor.LastProject | undefined => project)
        ])
      ).pipe(ahead)
    },
    page: (caller, query, { cursor, limit }) =>
      read(
        Effect.gen(function* () {
          const [account] = yield* sql<{ readonly tag: string }>`SELECT tag FROM accounts WHERE id = ${caller.account}`
          const tag = account?.tag ?? ""
          const behind = yield* ProjectCursor.read(tag, query.sort, cursor)
          const { last, projects } = yield* ProjectSearch.page(sql, caller, query, behind, limit)
          return { projects, next: last === undefined ? null : ProjectCursor.write(tag, query.sort, last) }
        })
      ),
    create: (caller, project) =>
      write(
        Effect.gen(function* () {
          const rows = yield* openRows(caller)
          return yield* rows.text(yield* rows.insert(project))
        }),
        caller.account
      ),
    update: changed,
    archive: (caller, id, condition) => changed(caller, id, Effect.succeed(archived), condition),
    remove: (caller, id, condition) =>
      write(
        Effect.gen(function* () {
          const { row, rows } = yield* found(caller, id)
          yield* demand(rows, row, condition)
          yield* rows.remove(row, null)
        }),
        caller.account
      )
  }
  return projects
})

/**
 * The projects in the database.
 *
 * @example
 * ```ts
 * import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
 * import * as Projects from "@dev-infra/work-prod-server/Projects"
 * import * as Layer from "effect/Layer"
 *
 * const database = LibsqlDatabase.layer({ file: "/srv/work-prod/work-prod.db", exclusive: true })
 * export const projects = Projects.layer.pipe(Layer.provide(database))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<Projects, never, Database> = Layer.effect(Projects, make)
