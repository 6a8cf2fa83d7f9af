/**
 * What the tests of projects and imports have in common.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type * as Batch from "@dev-infra/work-prod-api/Batch"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as ProjectImport from "@dev-infra/work-prod-server/ProjectImport"
import * as Projects from "@dev-infra/work-prod-server/Projects"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as TestDatabases from "./testDatabases.js"

/** Projects, imports and accounts over a new database. */
export const world = Layer.mergeAll(Projects.layer, ProjectImport.layer, Accounts.layer).pipe(Layer.provide(RandomValues.layer), Layer.provideMerge(TestDatabases.layer))

/** A uid that is easy to read: ends with the number. */
export const uid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`

/** Somebody of the account, at the machine with this number or at the one that nobody names. */
export const callerOf = (account: string, machine?: number, name: string | null = null): Effect.Effect<CallerShape, never, Accounts.Accounts> =>
  Accounts.Accounts.pipe(
    Effect.flatMap((accounts) => accounts.ensure(account)),
    Effect.orDie,
    Effect.map(({ id }) => ({ account: id, keyId: null, readOnly: false, machine: { uid: machine === undefined ? null : uid(machine), name } }))
  )

/** Loosely typed: tests look at fields by name. */
export interface Told {
  readonly [key: string]: unknown
  readonly id: number
  readonly etag: string
}

const parse = (json: string): Told => JSON.parse(json)

export const any: Batch.Condition = { _tag: "Any" }
export const etag = (text: string): Batch.Condition => ({ _tag: "Etag", etag: text })

type Fields = Readonly<Record<string, unknown>>

export const create = (caller: CallerShape, fields: Fields) =>
  Effect.gen(function* () {
    const projects = yield* Projects.Projects
    return parse((yield* projects.create(caller, yield* ProjectInput.readNew(fields))).json)
  })

export const update = (caller: CallerShape, id: number, fields: Fields, condition: Batch.Condition = any) =>
  Effect.gen(function* () {
    const projects = yield* Projects.Projects
    return parse((yield* projects.update(caller, id, ProjectInput.readPatch(fields), condition)).json)
  })

export const get = (caller: CallerShape, id: number) =>
  Effect.gen(function* () {
    const projects = yield* Projects.Projects
    return parse((yield* projects.get(caller, id)).json)
  })

export const remove = (caller: CallerShape, id: number, condition: Batch.Condition = any) =>
  Effect.flatMap(Projects.Projects, (projects) => projects.remove(caller, id, condition))

export const archive = (caller: CallerShape, id: number, condition: Batch.Condition = any) =>
  Effect.gen(function* () {
    const projects = yield* Projects.Projects
    return parse((yield* projects.archive(caller, id, condition)).json)
  })

/** A query in the order of id, unless it says another. */
export const query = (filters: Partial<Projects.ProjectQuery> = {}): Projects.ProjectQuery => ({ sort: { by: "id", descending: false }, ...filters })

/** The pieces of a list, as they are sent. */
export const pieces = (caller: CallerShape, filters: Partial<Projects.ProjectQuery> = {}) =>
  Effect.flatMap(Projects.Projects, (projects) => Effect.map(Stream.runCollect(projects.list(caller, query(filters))), (found) => [...found]))

export const list = (caller: CallerShape, filters: Partial<Projects.ProjectQuery> = {}): Effect.Effect<ReadonlyArray<Told>, unknown, Projects.Projects> =>
  Effect.map(pieces(caller, filters), (found) => JSON.parse(`[${found.join(",")}]`))

export const names = (caller: CallerShape, filters: Partial<Projects.ProjectQuery> = {}) =>
  Effect.map(list(caller, filters), (found) => found.map((project) => project["name"]))

export const importAll = (caller: CallerShape, elements: ReadonlyArray<unknown>) => Effect.flatMap(ProjectImport.ProjectImport, (imports) => imports.run(caller, elements))

/** Why something was refused, with all that the failure says. */
export const refusal = <A, E extends object, R>(attempt: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(attempt), (failure): Readonly<Record<string, unknown>> => Object.fromEntries(Object.entries(failure)))

/** How far the feed of the account has come. */
export const positionOf = ({ account }: CallerShape) =>
  Effect.flatMap(Database, ({ sql }) =>
    Effect.map(sql<{ readonly position: number }>`SELECT position FROM accounts WHERE id = ${account}`, ([row]) => row?.position)
  )

/** The deletions that the feed of the account tells. */
export const tombstonesOf = ({ account }: CallerShape) =>
  Effect.flatMap(
    Database,
    ({ sql }) => sql<{ readonly uid: string | null; readonly version: number; readonly position: number; readonly merged_into: string | null }>`
      SELECT uid, version, position, merged_into FROM tombstones WHERE account_id = ${account} ORDER BY position`
  )
