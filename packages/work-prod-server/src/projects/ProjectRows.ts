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
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { DatabaseShape } from "../Database.js"
import type { ProjectText } from "../Projects.js"
import * as Timestamp from "../Timestamp.js"
import * as FreeChanges from "./FreeChanges.js"
import * as ProjectJson from "./ProjectJson.js"
import * as ProjectStatements from "./ProjectStatements.js"
import * as StoredProject from "./StoredProject.js"

/** A row with the asking machine's path, as it is before a change. */
export interface ProjectRow extends StoredProject.StoredProject {
  readonly id: number
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
  /** Makes many changes at once that are known not to run into anything, neither into rows nor into each other. */
  readonly writeFree: (changes: ReadonlyArray<FreeChanges.FreeChange>) => Effect.Effect<void, SqlError>
  /** Those of these paths of the asking machine that are taken. */
  readonly takenPaths: (paths: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, SqlError>
  /** Changes nothing, neither version nor position nor updated_at, if all values are what they were. */
  readonly update: (row: ProjectRow, patch: ProjectPatch) => Effect.Effect<void, RowRefused | SqlError>
  /** The same; gives the project as it then is. */
  readonly change: (row: ProjectRow, patch: ProjectPatch) => Effect.Effect<ProjectText, RowRefused | SqlError>
  /** Leaves a tombstone. `mergedInto`: the uid of the project that it became part of. */
  readonly remove: (row: ProjectRow, mergedInto: string | null) => Effect.Effect<void, SqlError>
  /** Moves the locations of one row to another, where that has none for the machine. */
  readonly moveLocations: (from: ProjectRow, to: ProjectRow) => Effect.Effect<void, SqlError>
}

/** Makes the rows of a caller's account available; to be called inside the transaction. */
export type OpenProjectRows = (caller: CallerShape) => Effect.Effect<ProjectRows, SqlError>

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
    const shown = (id: number, { json, version }: ProjectStatements.Rendered): ProjectText => ({ id, etag: String(version), json: ProjectJson.toAscii(json) })
    const text = (id: number) => Effect.map(statements.text(machineUid, account, id), (row) => shown(id, row))
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

    /** What is to be written to a row; undefined if all values are what they were. Its path is changed already. */
    const prepare = (row: ProjectRow, patch: ProjectPatch): Effect.Effect<ProjectStatements.RowChange | undefined, RowRefused | SqlError> =>
      Effect.gen(function* () {
        const project = StoredProject.withPatch(row, patch)
        const path = patch.path === undefined ? row.path : patch.path
        if (StoredProject.isSame(row, project) && path === row.path) return undefined
        if (row.uid !== null && project.uid !== row.uid) return yield* new UidFixed({ project: yield* json(row.id) })
        const machineId = path === row.path ? 0 : yield* machine
        if (path !== null && path !== row.path) yield* refuseTakenPath(path, machineId, row.id)
        const least = project.uid === null || project.uid === row.uid ? 0 : yield* claim(project.uid, patch.recreate)
        if (path !== row.path) yield* path === null ? statements.unplace(account, row.id, machineId) : statements.place(row.id, machineId, account, path)
        return { project, least, time: yield* now }
      })

    const rows: ProjectRows = {
      byId: (id) => statements.byId(machineUid, account, id),
      byUid,
      byUids: (uids) => Effect.map(statements.byUids(machineUid, account, uids), (found) => new Map(found.flatMap((row) => (row.uid === null ? [] : [[row.uid, row] as const])))),
      knownUrls: (urls) => Effect.map(statements.knownUrls(account, urls), (found) => new Set(found)),
      takenPaths: (paths) =>
        Effect.gen(function* () {
          const known = yield* statements.machine(account, machineUid)
          return new Set(known === undefined ? [] : yield* statements.takenPaths(account, known.id, paths))
        }),
      text,
      json,
      insert: ({ path, recreate, ...project }) =>
        Effect.gen(function* () {
          const machineId = path === null ? 0 : yield* machine
          if (path !== null) yield* refuseTakenPath(path, machineId, undefined)
          const version = project.uid === null ? 0 : yield* claim(project.uid, recreate)
          const id = yield* statements.insert(account, StoredProject.fromNew(project), version + 1, yield* statements.takePositions(1, account), yield* now)
          if (path !== null) yield* statements.place(id, machineId, account, path)
          return id
        }),
      writeFree: (changes) => FreeChanges.write({ sql, statements, account, machine, now }, changes),
      update: (row, patch) => Effect.flatMap(prepare(row, patch), (next) => (next === undefined ? Effect.void : statements.update(account, row.id, next))),
      change: (row, patch) =>
        Effect.flatMap(prepare(row, patch), (next) =>
          next === undefined ? text(row.id) : Effect.map(statements.change(machineUid, account, row.id, next), (changed) => shown(row.id, changed))
        ),
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
