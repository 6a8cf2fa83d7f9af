/**
 * The rows of an import: what is here already, and writing what comes. To be used inside `Database.write`.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import type * as BackupTables from "../backup/BackupTables.js"
import { imports as tableOfImports, locations as tableOfLocations, projects as tableOfProjects } from "../backup/BackupTables.js"
import * as HighestIds from "../backup/HighestIds.js"
import * as TableRows from "../backup/TableRows.js"
import type { DatabaseShape } from "../Database.js"
import * as ProjectJson from "../projects/ProjectJson.js"
import * as ProjectStatements from "../projects/ProjectStatements.js"
import * as LongText from "../projects/LongText.js"
import type { Base, Present } from "./ImportPlan.js"
import type { OldFields, OldProject } from "./OldProject.js"

/** What was remembered of a project that was taken over. */
export interface Link {
  readonly project: number
  readonly base: Base
}

/** A link to be written; `isKnown`: in the place of one that is there. */
export interface NewLink {
  readonly isKnown: boolean
  readonly project: OldProject
  readonly id: number
  readonly base: Base
}

interface LinkRow {
  readonly source_id: number
  readonly source_created_at: string
  readonly project_id: number
  readonly fields: string
}

interface PresentRow extends OldFields {
  readonly id: number
  readonly created_at: string
  readonly updated_at: string
}

/** The machine of all callers that name none, as those of 0.3.0 do. */
const unnamed = ""

const columnsOf = ({ columns }: BackupTables.Table): ReadonlyArray<string> => columns.map(({ name }) => name)

/** By what a project of 0.3.0 is known. */
export const keyOf = (id: number, createdAt: string): string => `${id} ${createdAt}`

/** The same as `TextList` for numbers. */
const numbers = (sql: SqlClient.SqlClient, values: ReadonlyArray<number>): Fragment =>
  sql.onDialectOrElse({
    pg: () => sql`SELECT unnest(CAST(${`{${values.join(",")}}`} AS bigint[]))`,
    orElse: () => sql`SELECT value FROM json_each(${JSON.stringify(values)})`
  })

const presentOf = ({ created_at, id, updated_at, ...fields }: PresentRow): Present => ({
  id,
  created_at,
  updated_at,
  fields: {
    name: fields.name,
    description: fields.description,
    organization: fields.organization,
    classification: fields.classification,
    status: fields.status,
    project_type: fields.project_type,
    remote_url: fields.remote_url,
    path: fields.path
  }
})

/** A link as it is stored; it was written here. */
const baseOf = (text: string): Base => JSON.parse(text) as Base

/** @category constructors */
export const make = (database: DatabaseShape, account: number) => {
  const { sql } = database
  const statements = ProjectStatements.make(database)
  const columns = sql`p.id, p.name, p.description, p.organization, p.classification, p.status, p.project_type, p.remote_url, p.created_at, p.updated_at, ${ProjectJson.path(sql, account, unnamed)} AS path`
  const present = (condition: Fragment): Effect.Effect<ReadonlyArray<Present>, SqlError> =>
    Effect.map(sql<PresentRow>`SELECT ${columns} FROM projects p WHERE p.account_id = ${account} AND ${condition} ORDER BY p.id`, (rows) => rows.map(presentOf))
  const isUnlinked = sql`p.id NOT IN (SELECT project_id FROM imports WHERE account_id = ${account})`

  /** The number of the machine without a name, which is made if need be. */
  const machine = Effect.flatMap(statements.machine(account, unnamed), (known) =>
    known === undefined ? statements.insertMachine(account, unnamed, null) : Effect.succeed(known.id)
  )

  return {
    links: (ids: ReadonlyArray<number>): Effect.Effect<ReadonlyMap<string, Link>, SqlError> =>
      Effect.map(
        sql<LinkRow>`SELECT source_id, source_created_at, project_id, fields FROM imports WHERE account_id = ${account} AND source_id IN (${numbers(sql, ids)})`,
        (rows) => new Map(rows.map((row) => [keyOf(row.source_id, row.source_created_at), { project: row.project_id, base: baseOf(row.fields) }]))
      ),
    byIds: (ids: ReadonlyArray<number>) => present(sql`p.id IN (${numbers(sql, ids)})`),
    /** Those that were never taken over. */
    byUrls: (urls: ReadonlyArray<string>) => present(sql`${LongText.among(sql, "p.remote_url", urls)} AND ${isUnlinked}`),
    byPaths: (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Present>, SqlError> =>
      paths.length === 0
        ? Effect.succeed([])
        : Effect.flatMap(machine, (machineId) =>
            present(sql`p.id IN (SELECT l.project_id FROM locations l WHERE l.account_id = ${account} AND l.machine_id = ${machineId} AND ${LongText.among(sql, "l.path", paths)})`)
          ),
    /** When projects were deleted, by their ids. */
    deletions: (ids: ReadonlyArray<number>): Effect.Effect<ReadonlyMap<number, string>, SqlError> =>
      Effect.map(
        sql<{ readonly project_id: number; readonly deleted_at: string }>`
          SELECT project_id, deleted_at FROM tombstones WHERE account_id = ${account} AND project_id IN (${numbers(sql, ids)})`,
        (rows) => new Map(rows.map((row) => [row.project_id, row.deleted_at]))
      ),
    /** Those of the ids that some project of any account has or had. */
    usedIds: (ids: ReadonlyArray<number>): Effect.Effect<ReadonlySet<number>, SqlError> =>
      Effect.map(
        sql<{ readonly id: number }>`SELECT id FROM projects WHERE id IN (${numbers(sql, ids)}) UNION SELECT project_id AS id FROM tombstones WHERE project_id IN (${numbers(sql, ids)})`,
        (rows) => new Set(rows.map(({ id }) => id))
      ),
    /** Inserts projects under their own numbers, which are free as their paths are. */
    insertMany: (projects: ReadonlyArray<OldProject>): Effect.Effect<void, SqlError> =>
      Effect.gen(function* () {
        if (projects.length === 0) return
        const first = (yield* statements.takePositions(projects.length, account)) - projects.length + 1
        const values = projects.map(({ created_at, fields, id, updated_at }, index): { readonly [column: string]: string | number | null } => ({
          ...fields,
          id,
          account_id: account,
          uid: null,
          metadata: "{}",
          created_at,
          updated_at,
          version: 1,
          position: first + index
        }))
        yield* TableRows.insert(sql, tableOfProjects, columnsOf(tableOfProjects), values.map((row) => columnsOf(tableOfProjects).map((column) => row[column] ?? null)))
        const placed = projects.filter(({ fields }) => fields.path !== null)
        const machineId = placed.length === 0 ? 0 : yield* machine
        yield* TableRows.insert(sql, tableOfLocations, ["project_id", "machine_id", "account_id", "path"], placed.map(({ fields, id }) => [id, machineId, account, fields.path]))
      }),
    /** Inserts a project whose own number another one has; gives the new one. */
    insertOne: ({ created_at, fields: { path, ...fields }, updated_at }: OldProject): Effect.Effect<number, SqlError> =>
      Effect.gen(function* () {
        const id = yield* statements.insert(account, { uid: null, ...fields, metadata: "{}" }, 1, yield* statements.takePositions(1, account), created_at)
        yield* sql`UPDATE projects SET updated_at = ${updated_at} WHERE account_id = ${account} AND id = ${id}`
        if (path !== null) yield* statements.place(id, yield* machine, account, path)
        return id
      }),
    /** Gives a project other fields and times. */
    update: ({ fields: before, id }: Present, next: OldFields, createdAt: string, updatedAt: string): Effect.Effect<void, SqlError> =>
      Effect.gen(function* () {
        const { classification, description, name, organization, path, project_type, remote_url, status } = next
        const position = yield* statements.takePositions(1, account)
        if (path !== before.path) yield* path === null ? statements.unplace(account, id, yield* machine) : statements.place(id, yield* machine, account, path)
        yield* sql`UPDATE projects SET name = ${name}, description = ${description}, organization = ${organization}, classification = ${classification}, status = ${status},
          project_type = ${project_type}, remote_url = ${remote_url}, created_at = ${createdAt}, updated_at = ${updatedAt}, version = version + 1, position = ${position}
          WHERE account_id = ${account} AND id = ${id}`
      }),
    /** Remembers what 0.3.0 said, in the place of what it said before. */
    link: (links: ReadonlyArray<NewLink>, time: string): Effect.Effect<void, SqlError> =>
      Effect.gen(function* () {
        yield* Effect.forEach(
          links.filter(({ isKnown }) => isKnown),
          ({ project }) => sql`DELETE FROM imports WHERE account_id = ${account} AND source_id = ${project.id} AND source_created_at = ${project.created_at}`,
          { discard: true }
        )
        const rows = links.map(({ base, id, project }) => [account, project.id, project.created_at, id, JSON.stringify(base), time])
        yield* TableRows.insert(sql, tableOfImports, columnsOf(tableOfImports), rows)
      }),
    /** No other project gets one of these numbers from now on. */
    reserve: (highest: number) => HighestIds.raise(sql, "projects", highest)
  }
}

/** @category models */
export type ImportRows = ReturnType<typeof make>
