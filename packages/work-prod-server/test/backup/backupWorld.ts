/**
 * What the tests of backups have in common: a database with something of everything, and files.
 *
 * @module
 */
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as Backup from "@dev-infra/work-prod-server/Backup"
import * as Accounts from "@dev-infra/work-prod-server/Accounts"
import * as ApiKeys from "@dev-infra/work-prod-server/ApiKeys"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as ProjectBatch from "@dev-infra/work-prod-server/ProjectBatch"
import * as ProjectChanges from "@dev-infra/work-prod-server/ProjectChanges"
import * as Projects from "@dev-infra/work-prod-server/Projects"
import * as RandomValues from "@dev-infra/work-prod-server/RandomValues"
import * as Restore from "@dev-infra/work-prod-server/Restore"
import { SystemError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as BackupTables from "../../src/backup/BackupTables.js"
import { callerOf, firstMachine, secondMachine, send, uid } from "../feedWorld.js"

/** All services of a server over a database file. */
export const over = (file: string) => services(LibsqlDatabase.layer({ file, exclusive: true }))

/** All services of a server over a database, and files. */
export const services = <E>(database: Layer.Layer<Database, E>) =>
  Layer.mergeAll(ProjectBatch.layer, ProjectChanges.layer, Projects.layer, ApiKeys.layer).pipe(
    Layer.provideMerge(Accounts.layer),
    Layer.provideMerge(RandomValues.layer),
    Layer.provideMerge(database),
    Layer.provideMerge(Layer.merge(LocalProcess.layer, NodeFileSystem.layer))
  )

/** Something in every table, with texts that are hard to write down. */
export const fill = Effect.gen(function* () {
  const keys = yield* ApiKeys.ApiKeys
  const { secret } = yield* keys.create({ account: "acme", label: "laptop", readOnly: false, expiresInDays: 90 })
  const { key } = yield* keys.create({ account: "other", label: "lost", readOnly: true, expiresInDays: undefined })
  yield* keys.revoke(key.prefix)
  const laptop = yield* callerOf("acme", firstMachine)
  const desktop = yield* callerOf("acme", secondMachine)
  yield* send(
    laptop,
    { uid: uid(1), project: { name: "é😀 \"quoted\"\n\u2028line", description: "", path: "/home/me/one", metadata: { languages: ["en", { deep: [1.5, null, true] }] } } },
    { uid: uid(2), project: { name: "two", status: "paused", classification: "primary", project_type: "Work", organization: "acme", remote_url: "https://git.example/two.git" } },
    { uid: uid(3), project: { name: "three" } },
    { uid: uid(4), project: { name: "four" } }
  )
  yield* send(desktop, { uid: uid(1), project: { path: "/srv/one" } }, { merge: uid(4), into: uid(1) })
  yield* send(laptop, { uid: uid(3), delete: true })
  yield* send(yield* callerOf("other"), ...Array.from({ length: 205 }, (_, index) => ({ uid: uid(1000 + index), project: { name: `project ${index}` } })))
  const { sql, write } = yield* Database
  const { account } = laptop
  yield* write(
    Effect.all([
      sql`INSERT INTO idempotency_keys (account_id, key, body_hash, created_at) VALUES (${account}, 'k', 'h', '2026-01-01T00:00:00')`,
      sql`INSERT INTO idempotency_results (account_id, key, item, result) VALUES (${account}, 'k', 0, '{}')`,
      sql`INSERT INTO imports (account_id, source_id, source_created_at, project_id, fields, imported_at) VALUES (${account}, 7, '2020-01-01T00:00:00', 1, '{}', '2026-01-01T00:00:00')`
    ])
  )
  return { secret }
})

/** Every row of every table. */
export const everything = Effect.flatMap(Database, ({ read, sql }) =>
  read(Effect.forEach(BackupTables.tables, ({ key, name }) => Effect.map(sql`SELECT * FROM ${sql(name)} ORDER BY ${sql.literal(key.join(", "))}`, (rows) => [name, rows] as const)))
)

export const program = "work-prod 0.0.0"

export const backUp = (file: string) => Backup.write({ file, overwrite: false, program })

export const restore = (file: string, options: Partial<Restore.RestoreOptions> = {}) => Restore.run({ file, replace: false, asCopy: false, ...options })

type Files = Context.Tag.Service<typeof FileSystem.FileSystem>

/** Files of this machine whose writing is changed. */
const filesWith = (writeAll: (write: FileSystem.File["writeAll"]) => FileSystem.File["writeAll"]): Layer.Layer<FileSystem.FileSystem> =>
  Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (real): Files => ({ ...real, open: (path, options) => Effect.map(real.open(path, options), (file) => withWriting(file, writeAll((buffer) => file.writeAll(buffer)))) }))
  ).pipe(Layer.provide(NodeFileSystem.layer))

/** The methods of a file need it as their `this`. */
const withWriting = (file: FileSystem.File, writeAll: FileSystem.File["writeAll"]): FileSystem.File => ({
  [FileSystem.FileTypeId]: FileSystem.FileTypeId,
  fd: file.fd,
  stat: file.stat,
  seek: (offset, from) => file.seek(offset, from),
  sync: file.sync,
  read: (buffer) => file.read(buffer),
  readAlloc: (size) => file.readAlloc(size),
  truncate: (length) => file.truncate(length),
  write: (buffer) => file.write(buffer),
  writeAll
})

/** Files on a disk on which nothing finds room. */
export const fullDisk = filesWith(
  () => () => new SystemError({ reason: "Unknown", module: "FileSystem", method: "write", cause: Object.assign(new Error("no space left on device"), { code: "ENOSPC" }) })
)

/** Files that are so slow that something else is done before the first piece is written. */
export const slowDisk = (meanwhile: Effect.Effect<unknown>) => {
  let isDone = false
  return filesWith((write) => (buffer) => {
    if (isDone) return write(buffer)
    isDone = true
    return Effect.zipRight(meanwhile, write(buffer))
  })
}
