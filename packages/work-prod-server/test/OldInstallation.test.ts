import { Accounts } from "@dev-infra/work-prod-server/Accounts"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as fs from "node:fs"
import * as OldServer from "../../work-prod-client/test/double/OldServer.js"
import { bare, change, full, type OldRow, write } from "./oldDatabase.js"
import { archive, callerOf, create, get, list, remove, update, world } from "./projectWorld.js"
import { temporaryFolder } from "./temporaryFolder.js"

const account = "default"

const place = Effect.map(temporaryFolder, (folder) => `${folder}/work prod #1?.db`)

/** Imports a file, or one that is made of rows; what became of each, in short. */
const take = (file: string, rows: ReadonlyArray<OldRow> = []) =>
  Effect.gen(function* () {
    write(file, rows)
    const all = yield* Effect.flatMap(OldInstallation.readFile(file), (found) => OldInstallation.takeOverAll(account, found))
    return new Map(all.map(({ fate, sourceId }) => [sourceId, fate]))
  })

const tags = (fates: ReadonlyMap<number | null, OldInstallation.Fate>) => [...fates].map(([id, { _tag }]) => [id, _tag])

/** The eleven fields that 0.3.0 has. */
const oldFields = ({ classification, created_at, description, id, name, organization, path, project_type, remote_url, status, updated_at }: Readonly<Record<string, unknown>>) => ({
  classification,
  created_at,
  description,
  id,
  name,
  organization,
  path,
  project_type,
  remote_url,
  status,
  updated_at
})

describe("the projects of a 0.3.0", () => {
  it.scoped("come over from its file with every field, and a second time not at all", () =>
    Effect.gen(function* () {
      const file = yield* place
      const rows = [full, bare(2), bare(3, { name: "", path: "", remote_url: "" })]
      assert.deepStrictEqual(tags(yield* take(file, rows)), [[2, "Added"], [3, "Added"], [41, "Added"]])
      const caller = yield* callerOf(account)
      assert.deepStrictEqual(oldFields(yield* get(caller, 41)), { ...oldFields(full), created_at: "2025-12-03T09:57:56", updated_at: "2025-12-24T18:00:01" })
      // Empty texts are none here.
      assert.deepInclude(yield* get(caller, 3), { name: "", path: null, remote_url: null })
      const before = yield* list(caller)
      assert.deepStrictEqual(tags(yield* take(file)), [[2, "Unchanged"], [3, "Unchanged"], [41, "Unchanged"]])
      assert.deepStrictEqual(yield* list(caller), before)
      // Numbers of 0.3.0 are never given to others.
      assert.isAbove((yield* create(caller, { name: "new" })).id, 41)
    }).pipe(Effect.provide(world)))

  it.scoped("come over from its list while it runs, and its file has nothing more", () =>
    Effect.gen(function* () {
      const file = yield* place
      const old = yield* OldServer.start(() => "2026-01-02T03:04:05")
      yield* old.run({ do: "add", fields: { name: "one", path: "/home/me/one", remote_url: "https://git.example/one.git", status: "paused", description: "d", organization: "o", classification: "primary" } })
      yield* old.run({ do: "add", fields: { name: "two" } })
      const caller = yield* callerOf(account)
      const rows = yield* Effect.provide(OldInstallation.readList(old.url), NodeHttpClient.layer)
      const all = yield* OldInstallation.takeOverAll(account, rows)
      assert.deepStrictEqual(all.map(({ fate }) => fate._tag), ["Added", "Added"])
      assert.deepStrictEqual((yield* list(caller)).map(oldFields), (rows as ReadonlyArray<Readonly<Record<string, unknown>>>).map(oldFields))
      const stored = rows as ReadonlyArray<OldRow>
      assert.deepStrictEqual(tags(yield* take(file, stored.map((row) => ({ ...row, created_at: "2026-01-02 03:04:05.000000", updated_at: "2026-01-02 03:04:05.000000" })))), [[1, "Unchanged"], [2, "Unchanged"]])
    }).pipe(Effect.provide(world)))

  it.scoped("that changed there since are updated, but not what was changed here too", () =>
    Effect.gen(function* () {
      const file = yield* place
      const caller = yield* callerOf(account)
      yield* take(file, [full, bare(2)])
      yield* update(caller, 41, { status: "completed", metadata: { mine: true } })
      const fates = yield* take(file, [{ ...full, status: "active", description: "another", updated_at: "2026-02-01 00:00:00" }, bare(2, { name: "renamed", path: "/p", updated_at: "2026-02-01 00:00:00" })])
      assert.deepInclude(fates.get(41), { _tag: "Updated", taken: ["description"], kept: [{ field: "status", here: "completed", there: "active" }] })
      assert.deepInclude(yield* get(caller, 41), { status: "completed", description: "another", metadata: { mine: true } })
      assert.deepInclude(fates.get(2), { _tag: "Updated", taken: ["name", "path"], kept: [] })
      assert.deepInclude(yield* get(caller, 2), { name: "renamed", path: "/p", updated_at: "2026-02-01T00:00:00", etag: "2" })
      // What is different is told each time.
      const again = yield* take(file)
      assert.deepInclude(again.get(41), { _tag: "Unchanged", kept: [{ field: "status", here: "completed", there: "active" }] })
    }).pipe(Effect.provide(world)))

  it.scoped("that were deleted here stay deleted", () =>
    Effect.gen(function* () {
      const file = yield* place
      const caller = yield* callerOf(account)
      yield* take(file, [full])
      yield* remove(caller, 41)
      const fates = yield* take(file)
      assert.strictEqual(fates.get(41)?._tag, "Deleted")
      assert.deepStrictEqual(yield* list(caller), [])
      // A number that 0.3.0 gave again is another project.
      change(file, "DELETE FROM projects")
      assert.deepStrictEqual(tags(yield* take(file, [bare(41, { created_at: "2026-05-05 05:05:05" })])), [[41, "Added"]])
      assert.notStrictEqual((yield* list(caller))[0]?.id, 41)
    }).pipe(Effect.provide(world)))

  it.scoped("that are here by another way are completed, never overwritten and never doubled", () =>
    Effect.gen(function* () {
      const file = yield* place
      const caller = yield* callerOf(account)
      yield* TestClock.setTime(Date.UTC(2026, 10, 21))
      const byUrl = yield* create(caller, { name: "mine", remote_url: "git@git.example.org:acme/full.git" })
      const byPath = yield* create(caller, { name: "bare 50", path: "/home/me/fifty" })
      const fates = yield* take(file, [full, bare(50, { path: "/home/me/fifty", description: "there" })])
      assert.deepInclude(fates.get(41), { _tag: "Completed", id: byUrl.id })
      const completed = yield* get(caller, byUrl.id)
      assert.deepInclude(oldFields(completed), { name: "mine", status: "active", path: full["path"], description: full["description"], organization: "acme", created_at: "2025-12-03T09:57:56" })
      const fate = fates.get(41)
      assert.deepStrictEqual(fate?._tag === "Completed" ? fate.kept.map(({ field }) => field) : [], ["name", "status"])
      assert.deepInclude(fates.get(50), { _tag: "Completed", id: byPath.id, taken: ["description"] })
      assert.lengthOf(yield* list(caller), 2)
      assert.deepStrictEqual(tags(yield* take(file)), [[41, "Unchanged"], [50, "Unchanged"]])
    }).pipe(Effect.provide(world)))

  it.scoped("in one repository stay several, also the second time", () =>
    Effect.gen(function* () {
      const file = yield* place
      const caller = yield* callerOf(account)
      yield* create(caller, { name: "web", remote_url: "https://git.example/mono.git" })
      const rows = [bare(70, { name: "api", remote_url: "https://git.example/mono.git" }), bare(71, { name: "docs", remote_url: "https://git.example/mono.git" })]
      assert.deepStrictEqual(tags(yield* take(file, rows)), [[70, "Added"], [71, "Added"]])
      assert.deepStrictEqual(tags(yield* take(file)), [[70, "Unchanged"], [71, "Unchanged"]])
      assert.lengthOf(yield* list(caller), 3)
    }).pipe(Effect.provide(world)))

  it.scoped("whose number is another project's get a new one, and keep it", () =>
    Effect.gen(function* () {
      const file = yield* place
      const other = yield* create(yield* callerOf("other"), { name: "of somebody else" })
      const first = yield* take(file, [bare(other.id)])
      const fate = first.get(other.id)
      assert.strictEqual(fate?._tag, "Added")
      const id = fate?._tag === "Added" ? fate.id : 0
      assert.notStrictEqual(id, other.id)
      assert.deepInclude(yield* get(yield* callerOf(account), id), { name: `bare ${other.id}`, created_at: "2025-12-03T09:57:56", updated_at: "2025-12-03T09:57:56" })
      assert.deepInclude((yield* take(file)).get(other.id), { _tag: "Unchanged", id })
    }).pipe(Effect.provide(world)))

  it.scoped("that cannot be taken over are told, and do not hinder the others", () =>
    Effect.gen(function* () {
      const file = yield* place
      const caller = yield* callerOf(account)
      const here = yield* create(caller, { name: "here", path: "/home/me/same", remote_url: "https://git.example/here.git" })
      const fates = yield* take(file, [bare(60, { status: "lost" }), bare(61, { path: "/home/me/same", remote_url: "https://git.example/there.git" }), bare(62, { created_at: "yesterday", updated_at: "today" }), bare(63)])
      assert.deepStrictEqual(fates.get(60), { _tag: "Refused", what: "Invalid status. Must be one of: active, paused, completed, cancelled" })
      assert.deepStrictEqual(fates.get(61), { _tag: "Refused", what: `its path /home/me/same is that of project ${here.id} "here" here` })
      assert.strictEqual(fates.get(62)?._tag, "Refused")
      assert.strictEqual(fates.get(63)?._tag, "Added")
      // Put right, it comes too.
      yield* update(caller, here.id, { path: null })
      yield* archive(caller, here.id)
      assert.strictEqual((yield* take(file)).get(61)?._tag, "Added")
    }).pipe(Effect.provide(world)))

  it.scoped("come in parts", () =>
    Effect.gen(function* () {
      const file = yield* place
      const rows = Array.from({ length: 450 }, (_, index) => bare(index + 1, { path: `/home/me/${index}`, remote_url: `https://git.example/${index}.git` }))
      const first = yield* take(file, rows)
      assert.isTrue([...first.values()].every(({ _tag }) => _tag === "Added"))
      const again = yield* take(file)
      assert.isTrue([...again.values()].every(({ _tag }) => _tag === "Unchanged"))
      assert.lengthOf(yield* list(yield* callerOf(account)), 450)
    }).pipe(Effect.provide(world)))
})

describe("a source", () => {
  const problem = (file: string) => Effect.map(Effect.flip(OldInstallation.readFile(file)), (failure) => failure.problem)

  it.scoped("is read only: its file is the same afterwards, with nothing beside it", () =>
    Effect.gen(function* () {
      const file = yield* place
      write(file, [full])
      const before = { bytes: fs.readFileSync(file), time: fs.statSync(file).mtimeMs }
      fs.chmodSync(file, 0o444)
      assert.lengthOf(yield* OldInstallation.readFile(file), 1)
      assert.isTrue(before.bytes.equals(fs.readFileSync(file)))
      assert.strictEqual(fs.statSync(file).mtimeMs, before.time)
      assert.deepStrictEqual(fs.readdirSync(file.slice(0, file.lastIndexOf("/"))), [file.slice(file.lastIndexOf("/") + 1)])
    }))

  it.scoped("of the first versions, with fewer columns, is read too", () =>
    Effect.gen(function* () {
      const file = yield* place
      change(file, "CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, path TEXT, created_at TEXT, updated_at TEXT); INSERT INTO projects VALUES (5, 'old', '/p', '2025-12-03 09:57:56', '2025-12-03 09:57:56')")
      assert.deepInclude((yield* OldInstallation.readFile(file))[0], { id: 5, name: "old", path: "/p", status: "active", project_type: null })
    }))

  it.scoped("that is something else is told apart", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      assert.strictEqual(yield* problem(`${folder}/none`), "NoFile")
      fs.writeFileSync(`${folder}/text`, "notes")
      assert.strictEqual(yield* problem(`${folder}/text`), "NoDatabase")
      change(`${folder}/notes.db`, "CREATE TABLE notes (text)")
      assert.strictEqual(yield* problem(`${folder}/notes.db`), "NoProjects")
      yield* Effect.scoped(Layer.build(LibsqlDatabase.layer({ file: `${folder}/ours.db`, exclusive: true })))
      assert.strictEqual(yield* problem(`${folder}/ours.db`), "NotOld")
      fs.writeFileSync(`${folder}/damaged.db`, Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(5000, 7)]))
      assert.strictEqual(yield* problem(`${folder}/damaged.db`), "NoDatabase")
    }))

  it.scoped("that does not answer with a list is told apart", () =>
    Effect.gen(function* () {
      const old = yield* OldServer.start(() => "2026-01-02T03:04:05")
      const failureAt = (url: string) => Effect.provide(Effect.flip(OldInstallation.readList(url)), NodeHttpClient.layer)
      assert.deepInclude(yield* failureAt(`${old.url}/nothing`), { problem: "Refused", status: 404 })
      yield* old.run({ do: "plan", which: { path: "/api/projects" }, fate: { type: "fail", status: 500 }, count: 1 })
      assert.deepInclude(yield* failureAt(old.url), { problem: "Refused", status: 500 })
      yield* old.run({ do: "plan", which: { path: "/api/projects" }, fate: { type: "close" }, count: 1 })
      assert.deepInclude(yield* failureAt(old.url), { problem: "Unreachable" })
    }))
})

describe("an import", () => {
  it.scoped("makes the account if there is none", () =>
    Effect.gen(function* () {
      yield* OldInstallation.takeOverAll("fresh", [])
      assert.isDefined(yield* Effect.flatMap(Accounts, (accounts) => accounts.find("fresh")))
    }).pipe(Effect.provide(world)))
})
