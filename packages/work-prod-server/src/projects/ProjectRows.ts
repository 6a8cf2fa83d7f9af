/**
 * Rows of projects: reading and writing them inside a transaction (`Database.write`). Whoever writes a row, by one request, an
 * import or a batch, does it here, so that positions, versions, tombstones and locations always go together.
 *
 * @module
 */
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import type { Project } from "@dev-infra/work-prod-api/Project"
import { PathTaken, UidDeleted, UidFixed, UidTaken } from "@dev-infra/work-prod-api/ProjectFailure"
import type { NewProject, ProjectPatch } from "@dev-infra/work-prod-api/ProjectInput"
import type { SqlError } from "@effect/sql/SqlError"
import * as Chunk from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"
import type { ProjectText } from "../Projects.js"
import * as Timestamp from "../Timestamp.js"
import * as CanonicalJson from "./CanonicalJson.js"
import * as ProjectJson from "./ProjectJson.js"

/** A row with the asking machine's path, as it is before a change. */
export interface ProjectRow {
  readonly id: number
  readonly uid: string | null
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: string | null
  readonly status: string
  readonly project_type: string | null
  readonly remote_url: string | null
  /** JSON */
  readonly metadata: string
  readonly version: number
  readonly path: string | null
}

/** What a new or changed row can run into. */
export type RowRefused = PathTaken | UidTaken | UidFixed | UidDeleted

/** The rows of one caller's account, inside one transaction. */
export interface ProjectRows {
  readonly byId: (id: number) => Effect.Effect<ProjectRow | undefined, SqlError>
  readonly byUid: (uid: string) => Effect.Effect<ProjectRow | undefined, SqlError>
  /** Those of many uids in few queries. */
  readonly byUids: (uids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, ProjectRow>, SqlError>
  /** Whether any project has this `remote_url`, for many at once. */
  readonly knownUrls: (urls: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlError>
  readonly text: (id: number) => Effect.Effect<ProjectText, SqlError>
  readonly json: (id: number) => Effect.Effect<Project, SqlError>
  readonly insert: (project: NewProject) => Effect.Effect<number, RowRefused | SqlError>
  /** Inserts many without uid, whose paths are known to be free and are not equal to each other. */
  readonly insertFree: (projects: ReadonlyArray<NewProject>) => Effect.Effect<void, SqlError>
  /** Those of these paths of the asking machine that are taken. */
  readonly takenPaths: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlError>
  /** Changes nothing, neither version nor position nor updated_at, if all values are what they were. */
  readonly update: (row: ProjectRow, patch: ProjectPatch) => Effect.Effect<void, RowRefused | SqlError>
  /** Leaves a tombstone. `mergedInto`: the uid of the project that it became part of. */
  readonly remove: (row: ProjectRow, mergedInto: string | null) => Effect.Effect<void, SqlError>
  /** Moves the locations of one row to another, where that has none for the machine. */
  readonly moveLocations: (from: ProjectRow, to: ProjectRow) => Effect.Effect<void, SqlError>
}

/** Makes the rows of a caller's account available; to be called inside the transaction. */
export type OpenProjectRows = (caller: CallerShape) => Effect.Effect<ProjectRows, SqlError>

/** Values in one IN list, and rows of one INSERT. */
const atOnce = 500

interface Tombstone {
  readonly version: number
  readonly deleted_at: string
}

/** What is stored of a project besides its path. */
interface Stored {
  readonly uid: string | null
  readonly name: string
  readonly description: string | null
  readonly organization: string | null
  readonly classification: string | null
  readonly status: string
  readonly project_type: string | null
  readonly remote_url: string | null
  readonly metadata: string
}

const toStored = (project: Omit<NewProject, "recreate" | "path">): Stored => ({
  uid: project.uid,
  name: project.name,
  description: project.description,
  organization: project.organization,
  classification: project.classification,
  status: project.status,
  project_type: project.project_type,
  remote_url: project.remote_url,
  metadata: CanonicalJson.write(project.metadata)
})

const withPatch = (row: ProjectRow, { metadata, ...patch }: ProjectPatch): Stored => ({
  uid: patch.uid === undefined ? row.uid : patch.uid,
  name: patch.name ?? row.name,
  description: patch.description === undefined ? row.description : patch.description,
  organization: patch.organization === undefined ? row.organization : patch.organization,
  classification: patch.classification === undefined ? row.classification : patch.classification,
  status: patch.status ?? row.status,
  project_type: patch.project_type === undefined ? row.project_type : patch.project_type,
  remote_url: patch.remote_url === undefined ? row.remote_url : patch.remote_url,
  metadata: metadata === undefined ? row.metadata : CanonicalJson.write(metadata)
})

const isSame = (row: ProjectRow, next: Stored): boolean =>
  row.uid === next.uid &&
  row.name === next.name &&
  row.description === next.description &&
  row.organization === next.organization &&
  row.classification === next.classification &&
  row.status === next.status &&
  row.project_type === next.project_type &&
  row.remote_url === next.remote_url &&
  row.metadata === next.metadata

/**
 * Rows of the database.
 *
 * @param database the one whose transactions the rows are used in
 */
export const make = ({ sql }: Pick<DatabaseShape, "sql">): OpenProjectRows => {
  const open = (caller: CallerShape): ProjectRows => {
    const { account } = caller
    const machineUid = caller.machine.uid ?? ""
    const columns = sql`p.id, p.uid, p.name, p.description, p.organization, p.classification, p.status, p.project_type, p.remote_url, p.metadata, p.version, ${ProjectJson.path(sql, machineUid)} AS path`
    const now = Effect.map(Clock.currentTimeMillis, Timestamp.fromMillis)

    /** The number of the asking machine, which is made or renamed if need be. */
    const machine = Effect.gen(function* () {
      const [known] = yield* sql<{ readonly id: number; readonly name: string | null }>`SELECT id, name FROM machines WHERE account_id = ${account} AND uid = ${machineUid}`
      if (known !== undefined) {
        if (caller.machine.name !== null && caller.machine.name !== known.name) yield* sql`UPDATE machines SET name = ${caller.machine.name} WHERE id = ${known.id}`
        return known.id
      }
      const made = yield* sql<{ readonly id: number }>`INSERT INTO machines (account_id, uid, name) VALUES (${account}, ${machineUid}, ${caller.machine.name}) RETURNING id`
      return made[0]?.id ?? 0
    })

    /** Takes the next positions of the account; gives the last one. */
    const takePositions = (count: number) =>
      Effect.map(sql<{ readonly position: number }>`UPDATE accounts SET position = position + ${count} WHERE id = ${account} RETURNING position`, ([row]) => row?.position ?? 0)

    const byId = (id: number) => Effect.map(sql<ProjectRow>`SELECT ${columns} FROM projects p WHERE p.account_id = ${account} AND p.id = ${id}`, ([row]) => row)
    const byUid = (uid: string) => Effect.map(sql<ProjectRow>`SELECT ${columns} FROM projects p WHERE p.account_id = ${account} AND p.uid = ${uid}`, ([row]) => row)
    const text = (id: number) =>
      Effect.map(
        sql<{ readonly version: number; readonly json: string }>`SELECT p.version, ${ProjectJson.expression(sql, machineUid)} AS json FROM projects p WHERE p.account_id = ${account} AND p.id = ${id}`,
        ([row]): ProjectText => ({ id, etag: String(row?.version), json: ProjectJson.toAscii(row?.json ?? "null") })
      )
    // The server writes what it reads here.
    const json = (id: number) => Effect.map(text(id), (rendered) => JSON.parse(rendered.json) as Project)

    const refuseTakenPath = (path: string, machineId: number, own: number | undefined) =>
      Effect.gen(function* () {
        const [taken] = yield* sql<{ readonly project_id: number }>`SELECT project_id FROM locations WHERE account_id = ${account} AND machine_id = ${machineId} AND path = ${path}`
        if (taken !== undefined && taken.project_id !== own) return yield* new PathTaken({ project: yield* json(taken.project_id) })
      })

    /** The version that a new row with this uid begins after. */
    const claim = (uid: string, recreate: boolean) =>
      Effect.gen(function* () {
        const live = yield* byUid(uid)
        if (live !== undefined) return yield* new UidTaken({ project: yield* json(live.id) })
        const [gone] = yield* sql<Tombstone>`SELECT version, deleted_at FROM tombstones WHERE account_id = ${account} AND uid = ${uid} ORDER BY project_id DESC LIMIT 1`
        if (gone !== undefined && !recreate) return yield* new UidDeleted({ uid, deletedAt: gone.deleted_at })
        return gone?.version ?? 0
      })

    const place = (id: number, machineId: number, path: string | null) =>
      path === null
        ? sql`DELETE FROM locations WHERE project_id = ${id} AND machine_id = ${machineId}`
        : sql`INSERT INTO locations (project_id, machine_id, account_id, path) VALUES (${id}, ${machineId}, ${account}, ${path})
              ON CONFLICT (project_id, machine_id) DO UPDATE SET path = excluded.path`

    /** Says of a row that it changed. */
    const touch = (id: number) =>
      Effect.gen(function* () {
        yield* sql`UPDATE projects SET version = version + 1, position = ${yield* takePositions(1)}, updated_at = ${yield* now} WHERE id = ${id}`
      })

    const rows: ProjectRows = {
      byId,
      byUid,
      byUids: (uids) =>
        Effect.map(
          Effect.forEach(Chunk.chunksOf(uids, atOnce), (some) => sql<ProjectRow>`SELECT ${columns} FROM projects p WHERE p.account_id = ${account} AND ${sql.in("p.uid", some)}`),
          (found) => new Map(found.flat().flatMap((row) => (row.uid === null ? [] : [[row.uid, row] as const])))
        ),
      knownUrls: (urls) =>
        Effect.map(
          Effect.forEach(
            Chunk.chunksOf(urls, atOnce),
            (some) => sql<{ readonly remote_url: string }>`SELECT DISTINCT remote_url FROM projects WHERE account_id = ${account} AND ${sql.in("remote_url", some)}`
          ),
          (found) => new Set(found.flat().map((row) => row.remote_url))
        ),
      takenPaths: (paths) =>
        Effect.gen(function* () {
          const machineId = yield* machine
          const found = yield* Effect.forEach(
            Chunk.chunksOf(paths, atOnce),
            (some) => sql<{ readonly path: string }>`SELECT path FROM locations WHERE account_id = ${account} AND machine_id = ${machineId} AND ${sql.in("path", some)}`
          )
          return new Set(found.flat().map((row) => row.path))
        }),
      text,
      json,
      insert: ({ path, recreate, ...project }) =>
        Effect.gen(function* () {
          const version = project.uid === null ? 0 : yield* claim(project.uid, recreate)
          const machineId = path === null ? 0 : yield* machine
          if (path !== null) yield* refuseTakenPath(path, machineId, undefined)
          const time = yield* now
          const stored = toStored(project)
          const made = yield* sql<{ readonly id: number }>`
            INSERT INTO projects (account_id, uid, name, description, organization, classification, status, project_type, remote_url, metadata, created_at, updated_at, version, position)
            VALUES (${account}, ${stored.uid}, ${stored.name}, ${stored.description}, ${stored.organization}, ${stored.classification}, ${stored.status},
              ${stored.project_type}, ${stored.remote_url}, ${stored.metadata}, ${time}, ${time}, ${version + 1}, ${yield* takePositions(1)})
            RETURNING id`
          const id = made[0]?.id ?? 0
          if (path !== null) yield* place(id, machineId, path)
          return id
        }),
      insertFree: (projects) =>
        Effect.gen(function* () {
          if (projects.length === 0) return
          const machineId = projects.some(({ path }) => path !== null) ? yield* machine : 0
          const first = (yield* takePositions(projects.length)) - projects.length + 1
          const time = yield* now
          for (const [chunk, some] of Chunk.chunksOf(projects, atOnce).entries()) {
            const start = first + chunk * atOnce
            const values = some.map((project, index) => ({ account_id: account, ...toStored(project), created_at: time, updated_at: time, version: 1, position: start + index }))
            const made = yield* sql<{ readonly id: number; readonly position: number }>`INSERT INTO projects ${sql.insert(values)} RETURNING id, position`
            const places = made.flatMap(({ id, position }) => {
              const path = some[position - start]?.path ?? null
              return path === null ? [] : [{ project_id: id, machine_id: machineId, account_id: account, path }]
            })
            if (places.length > 0) yield* sql`INSERT INTO locations ${sql.insert(places)}`
          }
        }),
      update: (row, patch) =>
        Effect.gen(function* () {
          const next = withPatch(row, patch)
          const path = patch.path === undefined ? row.path : patch.path
          if (isSame(row, next) && path === row.path) return
          if (next.uid !== row.uid) {
            if (row.uid !== null || next.uid === null) return yield* new UidFixed({ project: yield* json(row.id) })
            yield* claim(next.uid, patch.recreate)
          }
          if (path !== row.path) {
            const machineId = yield* machine
            if (path !== null) yield* refuseTakenPath(path, machineId, row.id)
            yield* place(row.id, machineId, path)
          }
          yield* sql`
            UPDATE projects SET uid = ${next.uid}, name = ${next.name}, description = ${next.description}, organization = ${next.organization}, classification = ${next.classification},
              status = ${next.status}, project_type = ${next.project_type}, remote_url = ${next.remote_url}, metadata = ${next.metadata},
              updated_at = ${yield* now}, version = version + 1, position = ${yield* takePositions(1)}
            WHERE id = ${row.id}`
        }),
      remove: (row, mergedInto) =>
        Effect.gen(function* () {
          yield* sql`DELETE FROM locations WHERE project_id = ${row.id}`
          yield* sql`DELETE FROM projects WHERE id = ${row.id}`
          yield* sql`
            INSERT INTO tombstones (account_id, project_id, uid, version, position, deleted_at, merged_into)
            VALUES (${account}, ${row.id}, ${row.uid}, ${row.version + 1}, ${yield* takePositions(1)}, ${yield* now}, ${mergedInto})`
        }),
      moveLocations: (from, to) =>
        Effect.gen(function* () {
          const moved = yield* sql<{ readonly machine_id: number }>`
            UPDATE locations SET project_id = ${to.id}
            WHERE project_id = ${from.id} AND machine_id NOT IN (SELECT machine_id FROM locations WHERE project_id = ${to.id}) RETURNING machine_id`
          if (moved.length > 0) yield* touch(to.id)
        })
    }
    return rows
  }
  return (caller) => Effect.sync(() => open(caller))
}
