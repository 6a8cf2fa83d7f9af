import * as Backup from "@dev-infra/work-prod-server/Backup"
import { Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as FileSystem from "@effect/platform/FileSystem"
import type { ProjectBatch } from "@dev-infra/work-prod-server/ProjectBatch"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Deferred from "effect/Deferred"
import * as Stream from "effect/Stream"
import * as fs from "node:fs"
import { gunzipSync, gzipSync } from "node:zlib"
import * as BackupTables from "../../src/backup/BackupTables.js"
import { callerOf, changesSince, send, uid } from "../feedWorld.js"
import { temporaryFolder } from "../temporaryFolder.js"
import { backUp, everything, fill, fullDisk, over, restore, slowDisk } from "./backupWorld.js"

const lines = (file: string): ReadonlyArray<string> => gunzipSync(fs.readFileSync(file)).toString("utf8").trimEnd().split("\n")
const writeLines = (file: string, content: ReadonlyArray<string>) => fs.writeFileSync(file, gzipSync(`${content.join("\n")}\n`))

/** A backup of a database with something of everything, and what that had. */
const made = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const file = `${folder}/monday.backup`
  const database = `${folder}/from/work-prod.db`
  const { before, instance, summary } = yield* Effect.gen(function* () {
    yield* fill
    const { instance } = yield* Database
    const summary = yield* backUp(file)
    return { before: yield* everything, instance, summary }
  }).pipe(Effect.provide(over(database)))
  return { folder, file, database, before, instance, summary }
})

describe("a backup", () => {
  it.scoped("put back into an empty database gives every row of every table", () =>
    Effect.gen(function* () {
      const { before, file, folder, instance } = yield* made
      const fresh = over(`${folder}/to/work-prod.db`)
      const summary = yield* Effect.provide(restore(file), fresh)
      assert.strictEqual(summary.instance, instance)
      yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* everything, before)
        assert.strictEqual((yield* Database).instance, instance)
      }).pipe(Effect.provide(fresh))
      assert.isTrue(before.every(([, rows]) => rows.length > 0), "a table without rows shows nothing")
    }))

  it.scoped("knows every table and column that there is", () =>
    Effect.gen(function* () {
      const { execute } = yield* Database
      const rows = yield* execute("SELECT m.name AS name, c.name AS col FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid", [])
      const found: Record<string, Array<string>> = {}
      for (const row of rows as ReadonlyArray<{ readonly name: string; readonly col: string }>) (found[row.name] ??= []).push(row.col)
      // The first tells which migrations ran, the other which database it is.
      const { schema_versions: _, server: __, ...tables } = found
      assert.deepStrictEqual(tables, Object.fromEntries([...BackupTables.tables].sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ columns, name }) => [name, columns.map((column) => column.name)])))
    }).pipe(Effect.provide(LibsqlDatabase.layerTemporary)))

  it.scoped("says what it holds, is its owner's only, and nothing else lies beside it", () =>
    Effect.gen(function* () {
      const { file, folder, summary } = yield* made
      const { bytes, ...told } = summary
      assert.deepStrictEqual(yield* Effect.provide(Backup.inspect(file), NodeFileSystem.layer), told)
      assert.strictEqual(fs.statSync(file).size, bytes)
      assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
      assert.deepInclude(told.rows, { accounts: 2, projects: 207, tombstones: 2 })
      assert.deepStrictEqual(fs.readdirSync(folder).sort(), ["from", "monday.backup"])
    }))

  it.scoped("shows one moment, while others go on writing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* Effect.gen(function* () {
        yield* fill
        const before = yield* everything
        const caller = yield* callerOf("other")
        const batches = yield* Effect.context<ProjectBatch>()
        const late = Effect.orDie(Effect.provide(send(caller, { uid: uid(5000), project: { name: "late" } }), batches))
        yield* Effect.provide(backUp(`${folder}/monday.backup`), slowDisk(late))
        assert.notDeepEqual(yield* everything, before)
        yield* Effect.gen(function* () {
          yield* restore(`${folder}/monday.backup`)
          assert.deepStrictEqual(yield* everything, before)
        }).pipe(Effect.provide(over(`${folder}/to/work-prod.db`)))
      }).pipe(Effect.provide(over(`${folder}/from/work-prod.db`)))
    }))

  it.scoped("does not take the place of a file unless told to", () =>
    Effect.gen(function* () {
      const { database, file } = yield* made
      const before = fs.readFileSync(file)
      yield* Effect.gen(function* () {
        assert.deepInclude(yield* Effect.flip(backUp(file)), { _tag: "BackupFileFailure", problem: "Exists", file })
        assert.isTrue(before.equals(fs.readFileSync(file)))
        yield* Backup.write({ file, overwrite: true, program: "another" })
      }).pipe(Effect.provide(over(database)))
      assert.strictEqual((yield* Effect.provide(Backup.inspect(file), NodeFileSystem.layer)).program, "another")
    }))

  it.scoped("for which there is no room leaves nothing behind, and an older one as it was", () =>
    Effect.gen(function* () {
      const { database, file, folder } = yield* made
      const before = fs.readFileSync(file)
      const failure = yield* Effect.flip(Effect.provide(Backup.write({ file, overwrite: true, program: "p" }), Layer.provideMerge(fullDisk, over(database))))
      assert.deepInclude(failure, { _tag: "BackupFileFailure", problem: "Full" })
      assert.isTrue(before.equals(fs.readFileSync(file)))
      assert.deepStrictEqual(fs.readdirSync(folder).sort(), ["from", "monday.backup"])
    }))
})

const flip = (file: string) => {
  const bytes = fs.readFileSync(file)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4
  fs.writeFileSync(file, bytes)
}

describe("what is no whole backup", () => {
  const cases: ReadonlyArray<readonly [string, (file: string) => void, RegExp]> = [
    ["an empty file", (file) => fs.writeFileSync(file, ""), /ends too early/],
    ["another file", (file) => fs.writeFileSync(file, "notes\n"), /is no backup/],
    ["another compressed file", (file) => fs.writeFileSync(file, gzipSync("notes\n")), /is no backup/],
    ["the first half", (file) => fs.truncateSync(file, fs.statSync(file).size >> 1), /ends too early/],
    ["all but the last byte", (file) => fs.truncateSync(file, fs.statSync(file).size - 1), /ends too early/],
    ["all but the last line", (file) => writeLines(file, lines(file).slice(0, -1)), /ends too early/],
    ["one without a row", (file) => writeLines(file, lines(file).filter((line) => !line.includes("project 7\""))), /does not match its checksum/],
    ["one with another value", (file) => writeLines(file, lines(file).map((line) => line.replace("project 7\"", "project 8\""))), /does not match its checksum/],
    ["one with a value of another kind", (file) => writeLines(file, lines(file).map((line) => line.replace("\"project 7\"", "7"))), /its line \d+ cannot be read/],
    ["one with more behind its end", (file) => writeLines(file, [...lines(file), "[]"]), /behind its end/],
    ["one with a flipped bit", flip, /damaged|checksum/]
  ]
  it.scoped("is refused, and the database stays as it is", () =>
    Effect.gen(function* () {
      const { before, database, file } = yield* made
      yield* Effect.gen(function* () {
        for (const [index, [name, spoil, what]] of cases.entries()) {
          const spoilt = `${file}.${index}`
          fs.copyFileSync(file, spoilt)
          spoil(spoilt)
          const failure = yield* Effect.flip(restore(spoilt, { replace: true }))
          assert.strictEqual(failure._tag, "BackupDamaged", name)
          assert.match(failure._tag === "BackupDamaged" ? failure.what : "", what, name)
        }
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(over(database)))
    }))

  it.scoped("one of a newer program is told apart", () =>
    Effect.gen(function* () {
      const { file } = yield* made
      for (const newer of [/"version":1/, /"schema":\d+/]) {
        const [first = "", ...rest] = lines(file)
        const spoilt = `${file}.newer`
        writeLines(spoilt, [first.replace(newer, (found) => found.replace(/\d+/, "99")), ...rest])
        assert.deepInclude(yield* Effect.flip(Effect.provide(Backup.inspect(spoilt), NodeFileSystem.layer)), { _tag: "BackupTooNew", program: "work-prod 0.0.0" })
      }
    }))

  it.scoped("one that is not there is told apart", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      assert.deepInclude(yield* Effect.flip(Effect.provide(Backup.inspect(`${folder}/none`), NodeFileSystem.layer)), { _tag: "BackupFileFailure", problem: "Missing" })
    }))
})

describe("a restore", () => {
  it.scoped("leaves a database with a content alone unless told to replace it", () =>
    Effect.gen(function* () {
      const { before, database, file } = yield* made
      yield* Effect.gen(function* () {
        yield* send(yield* callerOf("acme"), { uid: uid(9), project: { name: "since" } })
        const failure = yield* Effect.flip(restore(file))
        assert.strictEqual(failure._tag, "DatabaseNotEmpty")
        assert.deepInclude(failure._tag === "DatabaseNotEmpty" ? failure.rows : {}, { projects: 208 })
        yield* restore(file, { replace: true })
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(over(database)))
    }))

  it.scoped("begins a new epoch, so that cursors from before are gone, and never gives an id again", () =>
    Effect.gen(function* () {
      const { database, file } = yield* made
      const world = over(database)
      const { cursor, lost } = yield* Effect.gen(function* () {
        const caller = yield* callerOf("acme")
        const [made] = yield* send(caller, { uid: uid(9), project: { name: "lost" } })
        return { cursor: (yield* changesSince(caller, "")).cursor, lost: Number(made?.project?.["id"]) }
      }).pipe(Effect.provide(world))
      yield* Effect.provide(restore(file, { replace: true }), world)
      yield* Effect.gen(function* () {
        const caller = yield* callerOf("acme")
        assert.deepInclude(yield* Effect.flip(changesSince(caller, cursor)), { _tag: "CursorGone", reason: "OtherEpoch" })
        const [made] = yield* send(caller, { uid: uid(10), project: { name: "new" } })
        assert.isAbove(Number(made?.project?.["id"]), lost)
      }).pipe(Effect.provide(world))
    }))

  it.scoped("remembers ids whose projects were deleted before the backup", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const lost = yield* Effect.gen(function* () {
        const caller = yield* callerOf("acme")
        const [made] = yield* send(caller, { uid: uid(1), project: { name: "gone" } })
        yield* send(caller, { uid: uid(1), delete: true })
        yield* backUp(`${folder}/b`)
        return Number(made?.project?.["id"])
      }).pipe(Effect.provide(over(`${folder}/from/work-prod.db`)))
      yield* Effect.gen(function* () {
        yield* restore(`${folder}/b`)
        const [made] = yield* send(yield* callerOf("acme"), { uid: uid(2), project: { name: "new" } })
        assert.isAbove(Number(made?.project?.["id"]), lost)
      }).pipe(Effect.provide(over(`${folder}/to/work-prod.db`)))
    }))

  it.scoped("as a copy is a database of its own", () =>
    Effect.gen(function* () {
      const { before, file, folder, instance } = yield* made
      const copy = over(`${folder}/copy/work-prod.db`)
      yield* Effect.provide(restore(file, { asCopy: true }), copy)
      yield* Effect.gen(function* () {
        assert.notStrictEqual((yield* Database).instance, instance)
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(copy))
    }))

  it.scoped("for which there is no room changes nothing", () =>
    Effect.gen(function* () {
      const { file, folder } = yield* made
      yield* Effect.gen(function* () {
        const { sql, write } = yield* Database
        yield* callerOf("acme")
        const before = yield* everything
        // The database may not grow beyond what it has.
        yield* write(sql`PRAGMA max_page_count = 1`)
        assert.deepInclude(yield* Effect.flip(restore(file, { replace: true })), { _tag: "StorageFailure", reason: "Full" })
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(over(`${folder}/small/work-prod.db`)))
    }))

  it.scoped("that is interrupted changes nothing", () =>
    Effect.gen(function* () {
      const { before, database, file } = yield* made
      yield* Effect.gen(function* () {
        const real = yield* FileSystem.FileSystem
        const isInside = yield* Deferred.make<void>()
        let opened = 0
        // The second reading, inside the change, does not come to its end.
        const stream: FileSystem.FileSystem["stream"] = (path, options) => {
          opened += 1
          return opened === 1 ? real.stream(path, options) : Stream.concat(Stream.take(real.stream(path, options), 1), Stream.fromEffect(Effect.zipRight(Deferred.succeed(isInside, undefined), Effect.never)))
        }
        const restoring = yield* Effect.fork(Effect.provideService(restore(file, { replace: true }), FileSystem.FileSystem, { ...real, stream }))
        yield* Deferred.await(isInside)
        yield* Fiber.interrupt(restoring)
        assert.deepStrictEqual(yield* everything, before)
      }).pipe(Effect.provide(over(database)))
    }))
})
