/**
 * Reads one page of the feed of changes. What cannot be read in it is told, never left out.
 *
 * @module
 */
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as RemoteProject from "../RemoteProject.js"
import type { RemoteChange, RemoteChanges } from "../WorkProd.js"
import type { WorkProdError } from "../WorkProdError.js"
import * as Refusal from "./Refusal.js"
import { requestSeconds } from "./ServerRequest.js"
import type { Session } from "./Session.js"

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null)

const readDeleted = ({ deleted_at, id, merged_into, uid }: JsonObject): RemoteChange => {
  const row = { id: typeof id === "number" && Number.isSafeInteger(id) ? id : null, uid: textOrNull(uid) }
  return row.id === null || typeof deleted_at !== "string"
    ? { type: "unreadable", row: { ...row, fault: "a deletion without id or time" } }
    : { type: "deleted", id: row.id, uid: row.uid, deleted_at, merged_into: textOrNull(merged_into) }
}

/**
 * One change. What cannot be read is told as such.
 *
 * @param value what JSON.parse gave
 */
export const readChange = (value: unknown): RemoteChange => {
  if (!isObject(value)) return { type: "unreadable", row: { id: null, uid: null, fault: "a change that is no object" } }
  if (value["type"] === "deleted") return readDeleted(value)
  if (value["type"] !== "project") {
    const { id, uid } = value
    return { type: "unreadable", row: { id: typeof id === "number" ? id : null, uid: textOrNull(uid), fault: "a change of an unknown type" } }
  }
  return Either.match(RemoteProject.read(value["project"]), {
    onLeft: (row): RemoteChange => ({ type: "unreadable", row }),
    onRight: (project) => ({ type: "project", id: project.id, uid: project.uid, project })
  })
}

/**
 * What changed after a cursor.
 *
 * @param session knows the server
 * @param since a cursor, or "" for everything
 * @param limit how many at most
 */
export const read = (session: Session, since: string, limit: number | undefined): Effect.Effect<RemoteChanges, WorkProdError> =>
  session.read((operation) =>
    Effect.gen(function* () {
      yield* operation.needs("changes")
      const query = `since=${encodeURIComponent(since.replace(/\p{Surrogate}/gu, "\uFFFD"))}${limit === undefined ? "" : `&limit=${limit}`}`
      const answer = yield* operation.send({ method: "GET", path: "/api/projects/changes", query, isRepeatable: true, seconds: requestSeconds })
      const value: JsonObject = answer.body._tag === "Json" && isObject(answer.body.value) ? answer.body.value : {}
      const { changes, cursor, more } = value
      if (!Array.isArray(changes) || typeof cursor !== "string" || typeof more !== "boolean") return yield* Effect.fail(Refusal.notWorkProd(answer))
      return { changes: changes.map(readChange), cursor, more }
    })
  )
