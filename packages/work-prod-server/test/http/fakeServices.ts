/**
 * The services behind the server, in memory and with faults on demand, for tests of what goes over HTTP.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import { Accounts } from "@dev-infra/work-prod-server/Accounts"
import { ApiKeys, KeyNotFound, KeyRefused } from "@dev-infra/work-prod-server/ApiKeys"
import { Database } from "@dev-infra/work-prod-server/Database"
import { ProjectBatch } from "@dev-infra/work-prod-server/ProjectBatch"
import { ProjectChanges } from "@dev-infra/work-prod-server/ProjectChanges"
import { ProjectEvents, type NextEvents, type TooManyFollowers } from "@dev-infra/work-prod-server/ProjectEvents"
import { ProjectImport } from "@dev-infra/work-prod-server/ProjectImport"
import { Projects, type ProjectQuery, type ProjectText } from "@dev-infra/work-prod-server/Projects"
import { StorageFailure, type StorageReason } from "@dev-infra/work-prod-server/StorageFailure"
import { CursorGone, PathTaken, PreconditionFailed, ProjectNotFound } from "@dev-infra/work-prod-api/ProjectFailure"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import type { Project } from "@dev-infra/work-prod-api/Project"
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"

/** What a test can look at and make happen. */
export interface Controls {
  /** run before every operation of `Projects` */
  before: Effect.Effect<void, StorageFailure>
  /** the pieces of the next lists, instead of the projects */
  pieces: Stream.Stream<string, StorageFailure> | undefined
  /** what followers are told, by where they begin */
  follow: (since: string | undefined) => Effect.Effect<NextEvents, TooManyFollowers>
  readonly ended: Deferred.Deferred<void>
  readonly queries: Array<ProjectQuery>
  readonly callers: Array<CallerShape>
  operations: number
}

export class Fake extends Context.Tag("test/Fake")<Fake, Controls>() {}

export const failure = (reason: StorageReason): StorageFailure => new StorageFailure({ reason, cause: new Error("SELECT secret FROM projects") })

export const instance = "7b0e1a52-6f0b-4a59-9c1e-6a2f0b9d4e11"

/** Keys that the fake knows, by their secret. */
export const keys = {
  good: "wp_good_secret",
  other: "wp_other_secret",
  reader: "wp_reader_secret",
  revoked: "wp_revoked_secret",
  expired: "wp_expired_secret",
  unavailable: "wp_unavailable_secret"
} as const

const accounts = Accounts.of({ ensure: (name) => Effect.succeed({ id: 1, name }), find: (name) => Effect.succeed({ id: 1, name }) })

const apiKeys = ApiKeys.of({
  create: () => Effect.dieMessage("not needed"),
  list: () => Effect.succeed([]),
  revoke: (prefix) => Effect.fail(new KeyNotFound({ prefix })),
  isEmpty: Effect.succeed(false),
  isValid: () => Effect.succeed(true),
  verify: (key) => {
    switch (Redacted.value(key)) {
      case keys.good:
        return Effect.succeed({ account: 1, prefix: "wp_good", readOnly: false })
      case keys.other:
        return Effect.succeed({ account: 2, prefix: "wp_other", readOnly: false })
      case keys.reader:
        return Effect.succeed({ account: 1, prefix: "wp_reader", readOnly: true })
      case keys.revoked:
        return Effect.fail(new KeyRefused({ reason: "Revoked" }))
      case keys.expired:
        return Effect.fail(new KeyRefused({ reason: "Expired" }))
      case keys.unavailable:
        return Effect.fail(failure("Busy"))
      default:
        return Effect.fail(new KeyRefused({ reason: "Unknown" }))
    }
  }
})

const ascii = (value: unknown): string => JSON.stringify(value).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const textOf = (project: Project): ProjectText => ({ id: project.id, etag: project.etag, json: ascii(project) })

const makeProjects = (controls: Controls) => {
  const rows = new Map<number, Project & { readonly account: number }>()
  let last = 0
  const told = (row: Project & { readonly account: number }): Project => Struct.omit(row, "account")
  const find = (caller: CallerShape, id: number) =>
    Effect.suspend(() => {
      controls.operations++
      controls.callers.push(caller)
      const row = rows.get(id)
      return row === undefined || row.account !== caller.account ? Effect.fail(new ProjectNotFound({})) : Effect.succeed(row)
    }).pipe(Effect.zipLeft(controls.before))
  const check = (project: Project, condition: Batch.Condition) =>
    condition._tag === "Etag" && condition.etag !== project.etag ? Effect.fail(new PreconditionFailed({ project })) : Effect.void
  const change = (caller: CallerShape, id: number, patch: Partial<ProjectPatch>, condition: Batch.Condition) =>
    Effect.gen(function* () {
      const row = yield* find(caller, id)
      yield* check(told(row), condition)
      const changed = { ...row, ...Struct.omit({ recreate: false, ...patch }, "recreate") }
      if (JSON.stringify(changed) === JSON.stringify(row)) return textOf(told(row))
      const stored = { ...changed, etag: String(Number(row.etag) + 1) }
      rows.set(id, stored)
      return textOf(told(stored))
    })
  const insert = (caller: CallerShape, fields: NewProject) =>
    Effect.gen(function* () {
      controls.operations++
      controls.callers.push(caller)
      yield* controls.before
      for (const row of rows.values()) if (fields.path !== null && row.path === fields.path) return yield* new PathTaken({ project: told(row) })
      const id = ++last
      const at = "2026-11-21T07:00:00"
      const row = { classification: fields.classification, created_at: at, description: fields.description, etag: "1", id, locations: [], metadata: fields.metadata, name: fields.name, organization: fields.organization, path: fields.path, project_type: fields.project_type, remote_url: fields.remote_url, status: fields.status, uid: fields.uid, updated_at: at, account: caller.account }
      rows.set(id, row)
      return textOf(told(row))
    })
  const texts = (caller: CallerShape) => [...rows.values()].filter(({ account }) => account === caller.account).map((row) => textOf(told(row)).json)
  return Projects.of({
    get: (caller, id) => Effect.map(find(caller, id), (row) => textOf(told(row))),
    list: (caller, query) =>
      Stream.unwrap(
        Effect.suspend(() => {
          controls.operations++
          controls.queries.push(query)
          controls.callers.push(caller)
          const all = texts(caller).join(",")
          return Effect.as(controls.before, controls.pieces ?? (all === "" ? Stream.empty : Stream.make(all)))
        })
      ),
    page: (caller, query, page) =>
      Effect.sync(() => {
        controls.queries.push(query)
        const first = Number(page.cursor === "" ? 0 : page.cursor)
        const all = texts(caller)
        return { projects: all.slice(first, first + page.limit), next: first + page.limit < all.length ? String(first + page.limit) : null }
      }),
    create: insert,
    update: (caller, id, patch, condition) => Effect.zipRight(find(caller, id), Effect.flatMap(patch, (fields) => change(caller, id, fields, condition))),
    remove: (caller, id, condition) => Effect.flatMap(find(caller, id), (row) => Effect.map(check(told(row), condition), () => void rows.delete(id))),
    archive: (caller, id, condition) => change(caller, id, { classification: "archive", status: "completed" }, condition)
  })
}

/** All services, fresh, with their controls. */
export const layer = Layer.effectContext(
  Effect.sync(() => {
    const controls: Controls = { before: Effect.void, pieces: undefined, follow: () => Effect.succeed(Effect.succeedNone), ended: Deferred.unsafeMake(FiberId.none), queries: [], callers: [], operations: 0 }
    const database = Database.of({
      instance,
      epoch: instance,
      get sql(): never {
        throw new Error("there is no database here")
      },
      execute: () => Effect.dieMessage("there is no database here"),
      executeFirst: () => Effect.dieMessage("there is no database here"),
      revision: Effect.succeed(undefined),
      write: () => Effect.dieMessage("there is no database here"),
      read: () => Effect.dieMessage("there is no database here"),
      snapshot: () => Effect.dieMessage("there is no database here"),
      announce: () => Effect.dieMessage("there is no database here"),
      announcements: Stream.empty,
      check: Effect.suspend(() => controls.before)
    })
    return Context.empty().pipe(
      Context.add(Fake, controls),
      Context.add(Database, database),
      Context.add(Accounts, accounts),
      Context.add(ApiKeys, apiKeys),
      Context.add(Projects, makeProjects(controls)),
      Context.add(
        ProjectImport,
        ProjectImport.of({ run: (_caller, elements) => Effect.succeed({ errors: [{ error: "Name is required", project: "é" }], imported: elements.length, skipped: 1 }) })
      ),
      Context.add(
        ProjectBatch,
        ProjectBatch.of({
          run: (_caller, items, idempotency) => Effect.succeed(items.map(() => JSON.stringify({ idempotency: idempotency ?? null, status: 200 }))),
          follow: (_caller, items, _idempotency, since) => Effect.succeed({ results: items.map(() => JSON.stringify({ status: 200 })), cursor: `${since}+` })
        })
      ),
      Context.add(
        ProjectEvents,
        ProjectEvents.of({ follow: (_caller, since) => controls.follow(since), end: Deferred.succeed(controls.ended, undefined), ended: Deferred.await(controls.ended), count: Effect.succeed(0) })
      ),
      Context.add(
        ProjectChanges,
        ProjectChanges.of({
          since: (_caller, since, limit) =>
            since === "old" ? Effect.fail(new CursorGone({ reason: "Expired" })) : Effect.succeed({ changes: [`{"limit":${limit}}`], cursor: "c", more: false }),
          follow: () => Effect.dieMessage("not needed"),
          latest: () => Effect.dieMessage("not needed"),
          prune: Effect.succeed(0)
        })
      )
    )
  })
)
