/**
 * The SQL behind `ProjectRows`, made once.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { SqlError } from "@effect/sql/SqlError"
import type { DatabaseShape } from "../Database.js"
import * as Prepared from "../database/Prepared.js"
import * as ProjectJson from "./ProjectJson.js"
import * as LongText from "./LongText.js"
import type { ProjectRow } from "./ProjectRows.js"
import type { StoredProject } from "./StoredProject.js"
import * as TextList from "./TextList.js"

interface Identified {
  readonly id: number
}

interface Machine extends Identified {
  readonly name: string | null
}

/** A row as a machine sees it. */
export interface Rendered {
  readonly version: number
  readonly json: string
}

/** What is to be written to a row. Its version becomes later than `least`, and than it was. */
export interface RowChange {
  readonly project: StoredProject
  readonly least: number
  readonly time: string
}

/** What is to be written to a row at a position that is taken already. Its uid stays as it is. */
export interface PlacedChange {
  readonly id: number
  readonly project: StoredProject
  readonly position: number
}

type Fields = [
  uid: string | null,
  name: string,
  description: string | null,
  organization: string | null,
  classification: string | null,
  status: string,
  type: string | null,
  url: string | null,
  metadata: string
]

/** The row of a statement that must give one: without it the database does not do what it is told. */
const only = <Row>(row: Effect.Effect<Row | undefined, SqlError>): Effect.Effect<Row, SqlError> =>
  Effect.flatMap(row, (found) => (found === undefined ? new SqlError({ cause: undefined, message: "the statement gave no row" }) : Effect.succeed(found)))

/** Makes the statements. Those that read a project take the uid of the asking machine first. */
export const make = (database: Pick<DatabaseShape, "announce" | "execute" | "executeFirst" | "sql">) => {
  const { sql } = database
  const prepare = Prepared.make(database)
  const columns = (account: number, machine: string) =>
    sql`p.id, p.uid, p.name, p.description, p.organization, p.classification, p.status, p.project_type, p.remote_url, p.metadata, p.version, ${ProjectJson.path(sql, account, machine)} AS path`
  const one = Prepared.makeFirst(database)
  // While PostgreSQL knows nothing of a table it would read the whole account rather than look for each text.
  const ofAccount = (account: number) => sql.onDialectOrElse({ pg: () => sql`account_id + 0 = ${account}`, orElse: () => sql`account_id = ${account}` })

  const text = one(
    (_, machine: string, account: number, id: number) =>
      sql<Rendered>`SELECT p.version, ${ProjectJson.expression(sql, account, machine)} AS json FROM projects p WHERE p.account_id = ${account} AND p.id = ${id}`
  )
  const insert = one<Identified, Array<string | number | null>>(
    // Rest parameters have no length that could be asked for, so the fourteen are named.
    (_, account, uid, name, description, organization, classification, status, type, url, metadata, time, version, position) => sql<Identified>`
      INSERT INTO projects (account_id, uid, name, description, organization, classification, status, project_type, remote_url, metadata, created_at, updated_at, version, position)
      VALUES (${account}, ${uid}, ${name}, ${description}, ${organization}, ${classification}, ${status}, ${type}, ${url}, ${metadata}, ${time}, ${time}, ${version}, ${position})
      RETURNING id`
  )
  const write = prepare<never, [...Fields, time: string, position: number, least: number, account: number, id: number]>(
    (_, uid, name, description, organization, classification, status, type, url, metadata, time, position, least, account, id) => sql<never>`
      UPDATE projects SET uid = ${uid}, name = ${name}, description = ${description}, organization = ${organization}, classification = ${classification},
        status = ${status}, project_type = ${type}, remote_url = ${url}, metadata = ${metadata}, updated_at = ${time}, position = ${position},
        version = CASE WHEN version < ${least} THEN ${least} ELSE version END + 1
      WHERE account_id = ${account} AND id = ${id}`
  )
  /** All that a change is: PostgreSQL does it in less time than it takes to send a statement. */
  const changeAtOnce = one<Rendered & { readonly position: number }, [...Fields, time: string, least: number, account: number, id: number, machine: string]>(
    (_, uid, name, description, organization, classification, status, type, url, metadata, time, least, account, id, machine) => sql<Rendered & { readonly position: number }>`
      WITH taken AS (UPDATE accounts SET position = position + 1 WHERE id = ${account} RETURNING position)
      UPDATE projects p SET uid = ${uid}, name = ${name}, description = ${description}, organization = ${organization}, classification = ${classification},
        status = ${status}, project_type = ${type}, remote_url = ${url}, metadata = ${metadata}, updated_at = ${time}, position = taken.position,
        version = CASE WHEN p.version < ${least} THEN ${least} ELSE p.version END + 1
      FROM taken WHERE p.account_id = ${account} AND p.id = ${id} RETURNING p.position, p.version, ${ProjectJson.expression(sql, account, machine)} AS json`
  )
  const positions = one((_, count: number, account: number) => sql<{ readonly position: number }>`UPDATE accounts SET position = position + ${count} WHERE id = ${account} RETURNING position`)
  const insertMachine = one(
    (_, account: number, uid: string, name: string | null) => sql<Identified>`INSERT INTO machines (account_id, uid, name) VALUES (${account}, ${uid}, ${name}) RETURNING id`
  )
  const removeLocations = prepare((_, account: number, id: number) => sql<never>`DELETE FROM locations WHERE account_id = ${account} AND project_id = ${id}`)
  const removeProject = prepare((_, account: number, id: number) => sql<never>`DELETE FROM projects WHERE account_id = ${account} AND id = ${id}`)
  const fields = ({ classification, description, metadata, name, organization, project_type, remote_url, status, uid }: StoredProject) =>
    [uid, name, description, organization, classification, status, project_type, remote_url, metadata] as const

  /** Takes the next positions of the account, which is announced; gives the last one. */
  const takePositions = (count: number, account: number) =>
    Effect.flatMap(only(positions(count, account)), ({ position }) => Effect.as(database.announce(account, position), position))

  const writeNext = (account: number, id: number, { least, project, time }: RowChange) =>
    Effect.flatMap(takePositions(1, account), (position) => write(...fields(project), time, position, least, account, id))
  const changeNext = (machine: string, account: number, id: number, { least, project, time }: RowChange) =>
    Effect.tap(only(changeAtOnce(...fields(project), time, least, account, id, machine)), ({ position }) => database.announce(account, position))

  /** Values of a column of all changes. */
  const column = (changes: ReadonlyArray<PlacedChange>, value: (project: StoredProject) => string | null) => TextList.array(changes.map(({ project }) => value(project)))
  const writeAll = (account: number, changes: ReadonlyArray<PlacedChange>, time: string) => sql<never>`
    UPDATE projects p SET name = n.name, description = n.description, organization = n.organization, classification = n.classification, status = n.status,
      project_type = n.project_type, remote_url = n.remote_url, metadata = n.metadata, updated_at = ${time}, position = n.position, version = p.version + 1
    FROM unnest(${TextList.array(changes.map(({ id }) => String(id)))}::bigint[], ${TextList.array(changes.map(({ position }) => String(position)))}::bigint[],
      ${column(changes, ({ name }) => name)}::text[], ${column(changes, ({ description }) => description)}::text[], ${column(changes, ({ organization }) => organization)}::text[],
      ${column(changes, ({ classification }) => classification)}::text[], ${column(changes, ({ status }) => status)}::text[],
      ${column(changes, ({ project_type }) => project_type)}::text[], ${column(changes, ({ remote_url }) => remote_url)}::text[], ${column(changes, ({ metadata }) => metadata)}::text[]
    ) AS n (id, position, name, description, organization, classification, status, project_type, remote_url, metadata)
    WHERE p.account_id = ${account} AND p.id = n.id`

  return {
    byId: one((_, machine: string, account: number, id: number) => sql<ProjectRow>`SELECT ${columns(account, machine)} FROM projects p WHERE p.account_id = ${account} AND p.id = ${id}`),
    byUid: one((_, machine: string, account: number, uid: string) => sql<ProjectRow>`SELECT ${columns(account, machine)} FROM projects p WHERE p.account_id = ${account} AND p.uid = ${uid}`),
    text: (machine: string, account: number, id: number) => only(text(machine, account, id)),
    byUids: (machine: string, account: number, uids: ReadonlyArray<string>) =>
      sql<ProjectRow>`SELECT ${columns(account, machine)} FROM projects p WHERE p.account_id = ${account} AND ${TextList.among(sql, "p.uid", uids)}`,
    knownUrls: (account: number, urls: ReadonlyArray<string>) =>
      Effect.map(
        sql<{ readonly remote_url: string }>`SELECT DISTINCT remote_url FROM projects WHERE ${ofAccount(account)} AND ${LongText.among(sql, "remote_url", urls)}`,
        (rows) => rows.map((row) => row.remote_url)
      ),
    takenPaths: (account: number, machineId: number, paths: ReadonlyArray<string>) =>
      Effect.map(
        sql<{ readonly path: string }>`SELECT path FROM locations WHERE account_id = ${account} AND machine_id = ${machineId} AND ${LongText.among(sql, "path", paths)}`,
        (rows) => rows.map((row) => row.path)
      ),
    machine: one((_, account: number, uid: string) => sql<Machine>`SELECT id, name FROM machines WHERE account_id = ${account} AND uid = ${uid}`),
    renameMachine: prepare((_, name: string, id: number) => sql<never>`UPDATE machines SET name = ${name} WHERE id = ${id}`),
    insertMachine: (account: number, uid: string, name: string | null) => Effect.map(only(insertMachine(account, uid, name)), ({ id }) => id),
    atPath: one(
      (_, account: number, machineId: number, path: string) =>
        sql<{ readonly project_id: number }>`SELECT project_id FROM locations WHERE account_id = ${account} AND machine_id = ${machineId} AND ${LongText.equal(sql, "path", path)}`
    ),
    tombstone: one(
      (_, account: number, uid: string) =>
        sql<{ readonly version: number; readonly deleted_at: string }>`SELECT version, deleted_at FROM tombstones WHERE account_id = ${account} AND uid = ${uid} ORDER BY project_id DESC LIMIT 1`
    ),
    /** The uid is in use again. That the former rows are gone is still told by their numbers. */
    releaseUid: prepare((_, account: number, uid: string) => sql<never>`UPDATE tombstones SET uid = NULL WHERE account_id = ${account} AND uid = ${uid}`),
    takePositions,
    insert: (account: number, project: StoredProject, version: number, position: number, time: string) =>
      Effect.map(only(insert(account, ...fields(project), time, version, position)), ({ id }) => id),
    /** Writes a row under the next position of the account, which is announced. */
    update: (account: number, id: number, change: RowChange): Effect.Effect<unknown, SqlError> =>
      sql.onDialectOrElse({ pg: () => changeNext("", account, id, change), orElse: () => writeNext(account, id, change) }),
    /** The same; gives the row as the machine sees it. */
    change: (machine: string, account: number, id: number, change: RowChange): Effect.Effect<Rendered, SqlError> =>
      sql.onDialectOrElse({
        pg: () => changeNext(machine, account, id, change),
        orElse: () => Effect.zipRight(writeNext(account, id, change), only(text(machine, account, id)))
      }),
    /** Writes many rows. */
    updateAll: (account: number, changes: ReadonlyArray<PlacedChange>, time: string): Effect.Effect<void, SqlError> => {
      if (changes.length === 0) return Effect.void
      return sql.onDialectOrElse({
        pg: () => Effect.asVoid(writeAll(account, changes, time)),
        orElse: () => Effect.forEach(changes, ({ id, position, project }) => write(...fields(project), time, position, 0, account, id), { discard: true })
      })
    },
    place: prepare(
      (_, id: number, machineId: number, account: number, path: string) => sql<never>`
        INSERT INTO locations (project_id, machine_id, account_id, path) VALUES (${id}, ${machineId}, ${account}, ${path})
        ON CONFLICT (project_id, machine_id) DO UPDATE SET path = excluded.path`
    ),
    /** The same for many; over files each number of them is a statement that is kept. */
    placeAll: (account: number, machineId: number, places: ReadonlyArray<{ readonly id: number; readonly path: string }>): Effect.Effect<void, SqlError> => {
      if (places.length === 0) return Effect.void
      const values = sql.onDialectOrElse({
        pg: () => {
          const [ids, paths] = [TextList.array(places.map(({ id }) => String(id))), TextList.array(places.map(({ path }) => path))]
          return sql`(project_id, machine_id, account_id, path) SELECT id, ${machineId}::bigint, ${account}::bigint, path FROM unnest(${ids}::bigint[], ${paths}::text[]) AS placed (id, path)`
        },
        orElse: () => sql`${sql.insert(places.map(({ id, path }) => ({ project_id: id, machine_id: machineId, account_id: account, path })))}`
      })
      return Effect.asVoid(sql`INSERT INTO locations ${values} ON CONFLICT (project_id, machine_id) DO UPDATE SET path = excluded.path`)
    },
    unplace: prepare(
      (_, account: number, id: number, machineId: number) => sql<never>`DELETE FROM locations WHERE account_id = ${account} AND project_id = ${id} AND machine_id = ${machineId}`
    ),
    remove: (account: number, id: number) => Effect.zipRight(removeLocations(account, id), removeProject(account, id)),
    insertTombstone: prepare(
      (_, account: number, id: number, uid: string | null, version: number, position: number, time: string, mergedInto: string | null) => sql<never>`
        INSERT INTO tombstones (account_id, project_id, uid, version, position, deleted_at, merged_into)
        VALUES (${account}, ${id}, ${uid}, ${version}, ${position}, ${time}, ${mergedInto})`
    ),
    moveLocations: prepare(
      (_, account: number, to: number, from: number) => sql<{ readonly machine_id: number }>`
        UPDATE locations SET project_id = ${to}
        WHERE account_id = ${account} AND project_id = ${from} AND machine_id NOT IN (SELECT machine_id FROM locations WHERE project_id = ${to}) RETURNING machine_id`
    ),
    /** Says of a row that it changed. */
    touch: prepare(
      (_, account: number, position: number, time: string, id: number) => sql<never>`
        UPDATE projects SET version = version + 1, position = ${position}, updated_at = ${time} WHERE account_id = ${account} AND id = ${id}`
    )
  }
}
