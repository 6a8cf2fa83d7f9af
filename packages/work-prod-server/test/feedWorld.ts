/**
 * What the tests of batches and of the feed have in common.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as ProjectBatch from "@dev-infra/work-prod-server/ProjectBatch"
import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
import * as ProjectRows from "../src/projects/ProjectRows.js"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as TestDatabases from "./testDatabases.js"

/** Batches, the feed and accounts over a database. */
export const worldOn = <E>(over: Layer.Layer<Database, E>) =>
  Layer.mergeAll(ProjectBatch.layer, ProjectChanges.layer, Accounts.layer).pipe(Layer.provide(RandomValues.layer), Layer.provideMerge(over))

/** Batches, the feed and accounts over a new database. */
export const world = worldOn(TestDatabases.layer)

/** A database whose disk can be made full. */
export const failingWrites = Effect.gen(function* () {
  const left = yield* Ref.make(Infinity)
  const layer = Layer.effect(
    Database,
    Effect.map(Database, (real): Database["Type"] => ({
      ...real,
      write: (change, account) =>
        Effect.flatMap(
          Ref.getAndUpdate(left, (count) => count - 1),
          (count) => (count > 0 ? real.write(change, account) : Effect.fail(new StorageFailure({ reason: "Full", cause: undefined })))
        )
    }))
  ).pipe(Layer.provide(TestDatabases.layer))
  return { layer, failAfter: (count: number) => Ref.set(left, count), failNever: Ref.set(left, Infinity) }
})

/** A uid that is easy to read: ends with the number. */
export const uid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

export const firstMachine = uid(900_001)
export const secondMachine = uid(900_002)

/** Somebody of the account, at a machine or at none that has a name. */
export const callerOf = (account: string, machine: string | null = null): Effect.Effect<CallerShape, never, Accounts.Accounts> =>
  Accounts.Accounts.pipe(
    Effect.flatMap((accounts) => accounts.ensure(account)),
    Effect.orDie,
    Effect.map(({ id }) => ({ account: id, keyId: null, readOnly: false, machine: { uid: machine, name: null } }))
  )

/** Loosely typed: tests look at fields by name. */
export interface Told {
  readonly [key: string]: unknown
  readonly status: number
  readonly project?: Readonly<Record<string, unknown>> | null | undefined
}

const parse = (text: string): Told => JSON.parse(text)

/** The results as they are sent. */
export const sendRaw = (caller: CallerShape, items: ReadonlyArray<unknown>, idempotency?: ProjectBatch.Idempotency) =>
  Effect.gen(function* () {
    const batch = yield* ProjectBatch.ProjectBatch
    return yield* batch.run(caller, Either.getOrThrow(Batch.readBatch({ items })), idempotency)
  })

/** The results, parsed. */
export const send = (caller: CallerShape, ...items: ReadonlyArray<unknown>) => Effect.map(sendRaw(caller, items), (results) => results.map(parse))

/** The result of one item. */
export const sendOne = (caller: CallerShape, item: unknown) =>
  Effect.map(send(caller, item), ([result]) => {
    if (result === undefined) throw new Error("no result")
    return result
  })

/** The etag of a result's project. */
export const etagOf = ({ project }: Told): unknown => project?.["etag"]

export interface Page {
  readonly changes: ReadonlyArray<Readonly<Record<string, unknown>>>
  readonly cursor: string
  readonly more: boolean
}

/** A page of the feed, parsed. */
export const changesSince = (caller: CallerShape, since: string, limit = 1000): Effect.Effect<Page, unknown, ProjectChanges.ProjectChanges> =>
  Effect.gen(function* () {
    const feed = yield* ProjectChanges.ProjectChanges
    const page = yield* feed.since(caller, since, limit)
    return { ...page, changes: page.changes.map((change): Readonly<Record<string, unknown>> => JSON.parse(change)) }
  })

/** A row without uid, as old clients make them. Gives its id. */
export const plainRow = (caller: CallerShape, fields: Readonly<Record<string, unknown>>) =>
  Effect.flatMap(Database, (database) =>
    database.write(Effect.flatMap(ProjectRows.make(database)(caller), (rows) => rows.insert(Either.getOrThrow(ProjectInput.readNew(fields)))))
  )

/** What the account has, read from the tables. */
export const tableOf = ({ account, machine }: CallerShape) =>
  Effect.flatMap(
    Database,
    ({ sql }) => sql<Readonly<Record<string, unknown>>>`
      SELECT id, uid, CAST(version AS TEXT) AS etag, name,
        (SELECT path FROM locations JOIN machines ON machines.id = machine_id WHERE project_id = projects.id AND machines.uid = ${machine.uid ?? ""}) AS path
      FROM projects WHERE account_id = ${account} ORDER BY id`
  )
