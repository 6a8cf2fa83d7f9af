/**
 * Lists projects: page by page, or everything at once where the server has no pages.
 *
 * @module
 */
import { isObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as RemoteProject from "../RemoteProject.js"
import * as ServerFeatures from "../ServerFeatures.js"
import type { ListFilters } from "../WorkProd.js"
import { UnreadableProjects, type WorkProdError } from "../WorkProdError.js"
import * as ListFilter from "./ListFilter.js"
import * as Refusal from "./Refusal.js"
import { requestSeconds, type Answer } from "./ServerRequest.js"
import type { Operation, Session } from "./Session.js"

interface Page {
  readonly rows: ReadonlyArray<unknown>
  readonly next: Option.Option<string>
}

/** A page, or the bare list that servers without pages send. */
const readPage = ({ body }: Answer, cursor: string): Page | undefined => {
  const value = body._tag === "Json" ? body.value : undefined
  if (Array.isArray(value)) return { rows: value, next: Option.none() }
  if (!isObject(value) || !Array.isArray(value["projects"])) return undefined
  const next = value["next_cursor"]
  if (typeof next === "string" && next !== cursor) return { rows: value["projects"], next: Option.some(next) }
  return next === null ? { rows: value["projects"], next: Option.none() } : undefined
}

const readPages = (operation: Operation, filters: ListFilters) => {
  const hasPages = ServerFeatures.can(operation.features, "paging")
  const query = ListFilter.query(filters, hasPages)
  const pageQuery = (cursor: string) => {
    const page = `cursor=${encodeURIComponent(cursor)}&limit=${Limits.pageSize}`
    return hasPages ? (query === "" ? page : `${query}&${page}`) : query
  }
  return (cursor: string): Effect.Effect<Page, WorkProdError> =>
    Effect.flatMap(
      operation.send({ method: "GET", path: "/api/projects", query: pageQuery(cursor), isRepeatable: true, seconds: requestSeconds }),
      (answer) => {
        const page = readPage(answer, cursor)
        return page === undefined ? Effect.fail(Refusal.notWorkProd(answer)) : Effect.succeed(page)
      }
    )
}

const rowsOf = ({ next, rows }: Page, more: (cursor: string) => Effect.Effect<Page, WorkProdError>): Stream.Stream<unknown, WorkProdError> =>
  Stream.concat(
    Stream.fromChunk(Chunk.unsafeFromArray(rows)),
    Option.match(next, {
      onNone: () => Stream.empty,
      onSome: (start) => Stream.paginateChunkEffect(start, (cursor) => Effect.map(more(cursor), (page) => [Chunk.unsafeFromArray(page.rows), page.next] as const))
    })
  )

/**
 * The projects that the filters let through. After the last one the stream fails if rows could not be read.
 *
 * @param session knows the server
 * @param host for errors
 * @param filters what was asked for
 */
export const list = (session: Session, host: string, filters: ListFilters): Stream.Stream<RemoteProject.RemoteProject, WorkProdError> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const passes = yield* ListFilter.test(filters)
      // Only with the first page is it certain which server it is.
      const rows = yield* session.read((operation) => {
        const more = readPages(operation, filters)
        return Effect.map(more(""), (first) => rowsOf(first, more))
      })
      const unreadable: Array<RemoteProject.UnreadableRow> = []
      const projects = Stream.filterMap(rows, (row) =>
        Either.match(RemoteProject.read(row), {
          onLeft: (fault) => {
            unreadable.push(fault)
            return Option.none()
          },
          onRight: (project) => (passes(project) ? Option.some(project) : Option.none())
        })
      )
      const end = Stream.suspend(() =>
        unreadable.length === 0 ? Stream.empty : Stream.fail(new UnreadableProjects({ host, method: "GET", path: "/api/projects", rows: unreadable }))
      )
      return Stream.tapError(Stream.concat(projects, end), session.note)
    })
  )
