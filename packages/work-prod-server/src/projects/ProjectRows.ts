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
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"
import type { ProjectText } from "../Projects.js"
import * as Timestamp from "../Timestamp.js"
import * as CanonicalJson from "./CanonicalJson.js"
import * as ProjectJson from "./ProjectJson.js"
import * as ProjectStatements from "./ProjectStatements.js"
import type { StoredProject } from "./ProjectStatements.js"

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

/** Rows of one INSERT: few, since each number of rows is a statement that is kept. */
const atOnce = 50

const toStored = (project: Omit<NewProject, "recreate" | "path">): StoredProject => ({
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

const withPatch = (row: ProjectRow, { metadata, ...patch }: ProjectPatch): StoredProject => ({
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

const isSame = (row: ProjectRow, next: StoredProject): boolean =>
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
export const make = (database: Pick<DatabaseShape, "announce" | "execute" | "executeFirst" | "sql">): OpenProjectRows => {
  const { sql } = database
  const statements = ProjectStatements.make(database)
  const now = Effect.map(Clock.currentTimeMillis, Timestamp.fromMillis)

  const open = (caller: CallerShape): ProjectRows => {
    const { account } = caller
    const machineUid = caller.machine.uid ?? ""
    let knownMachine: number | undefined

    /** The number of the asking machine, which is made or renamed if need be. */
    const machine = Effect.suspend(() => {
      if (knownMachine !== undefined) return Effect.succeed(knownMachine)
      return Effect.gen(function* () {
        const known = yield* statements.machine(account, machineUid)
        const { name } = caller.machine
        if (known !== undefined && name !== null && name !== known.name) yield* statements.renameMachine(name, known.id)
        // One that is made now may go again with the item that it is made for.
        knownMachine = known?.id
        return known?.id ?? (yield* statements.insertMachine(account, machineUid, name))
      })
    })

    const byUid = (uid: string) => statements.byUid(machineUid, account, uid)
    const text = (id: number) =>
      Effect.map(statements.text(machineUid, account, id), (row): ProjectText => ({ id, etag: String(row.version), json: ProjectJson.toAscii(row.json) }))
    // The server writes what it reads here.
    const json = (id: number) => Effect.map(text(id), (rendered) => JSON.parse(rendered.json) as Project)

    const refuseTakenPath = (path: string, machineId: number, own: number | undefined) =>
      Effect.flatMap(statements.atPath(account, machineId, path), (taken) =>
        taken === undefined || taken.project_id === own ? Effect.void : Effect.flatMap(json(taken.project_id), (project) => new PathTaken({ project }))
      )

    /**
     * The version that a row with this uid goes on from. Deletions that the feed tells lose the uid, since it is about to tell of
     * the row; so this is the last that may fail.
     */
    const claim = (uid: string, recreate: boolean) =>
      Effect.gen(function* () {
        const live = yield* byUid(uid)
        if (live !== undefined) return yield* new UidTaken({ project: yield* json(live.id) })
        const gone = yield* statements.tombstone(account, uid)
        if (gone !== undefined && !recreate) return yield* new UidDeleted({ uid, deletedAt: gone.deleted_at })
        if (gone === undefined) return 0
        yield* statements.releaseUid(account, uid)
        return gone.version
      })

    const rows: ProjectRows = {
      byId: (id) => statements.byId(machineUid, account, id),
      byUid,
      byUids: (uids) => Effect.map(statements.byUids(machineUid, account, uids), (found) => new Map(found.flatMap((row) => (row.uid === null ? [] : [[row.uid, row] as const])))),
      knownUrls: (urls) => Effect.map(statements.knownUrls(account, urls), (found) => new Set(found)),
      takenPaths: (paths) => Effect.flatMap(machine, (machineId) => Effect.map(statements.takenPaths(account, machineId, paths), (found) => new Set(found))),
      text,
      json,
      insert: ({ path, recreate, ...project }) =>
        Effect.gen(function* () {
          const machineId = path === null ? 0 : yield* machine
          if (path !== null) yield* refuseTakenPath(path, machineId, undefined)
          const version = project.uid === null ? 0 : yield* claim(project.uid, recreate)
          const id = yield* statements.insert(account, toStored(project), version + 1, yield* statements.takePositions(1, account), yield* now)
          if (path !== null) yield* statements.place(id, machineId, account, path)
          return id
        }),
      insertFree: (projects) =>
        Effect.gen(function* () {
          if (projects.length === 0) return
          const machineId = projects.some(({ path }) => path !== null) ? yield* machine : 0
          const first = (yield* statements.takePositions(projects.length, account)) - projects.length + 1
          const time = yield* now
          for (const [chunk, some] of Arr.chunksOf(projects, atOnce).entries()) {
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
          if (row.uid !== null && next.uid !== row.uid) return yield* new UidFixed({ project: yield* json(row.id) })
          const machineId = path === row.path ? 0 : yield* machine
          if (path !== null && path !== row.path) yield* refuseTakenPath(path, machineId, row.id)
          const version = next.uid === null || next.uid === row.uid ? 0 : yield* claim(next.uid, patch.recreate)
          if (path !== row.path) yield* path === null ? statements.unplace(account, row.id, machineId) : statements.place(row.id, machineId, account, path)
          yield* statements.update(account, row.id, next, version, yield* statements.takePositions(1, account), yield* now)
        }),
      remove: (row, mergedInto) =>
        Effect.gen(function* () {
          yield* statements.remove(account, row.id)
          yield* statements.insertTombstone(account, row.id, row.uid, row.version + 1, yield* statements.takePositions(1, account), yield* now, mergedInto)
        }),
      moveLocations: (from, to) =>
        Effect.gen(function* () {
          const moved = yield* statements.moveLocations(account, to.id, from.id)
          if (moved.length > 0) yield* statements.touch(account, yield* statements.takePositions(1, account), yield* now, to.id)
        })
    }
    return rows
  }
  return (caller) => Effect.sync(() => open(caller))
}
