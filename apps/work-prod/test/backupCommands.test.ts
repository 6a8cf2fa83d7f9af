import { assert, beforeAll, describe, it } from "@effect/vitest"
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { begin, ensureBuilt, makePlace, type Place, program, serve, workProd } from "./Binary.js"
import { enlarged } from "./enlargedBackup.js"
import { request } from "./Http.js"

const databaseOf = (place: Place): string => join(place.home, ".dev-infra/work-prod/work-prod.db")

/** Runs a command that has to succeed. */
const done = async (place: Place, ...words: ReadonlyArray<string>): Promise<string> => {
  const { exitCode, stderr, stdout } = await workProd(place, words)
  assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
  return stdout
}

/** Runs a command that has to be refused, and gives what it says. */
const refused = async (place: Place, ...words: ReadonlyArray<string>): Promise<string> => {
  const { exitCode, stderr, stdout } = await workProd(place, words)
  assert.deepStrictEqual({ exitCode, stdout }, { exitCode: 1, stdout: "" })
  return stderr
}

const namesAt = async (url: string): Promise<ReadonlyArray<string>> =>
  (await request(`${url}/api/projects`)).json.map(({ name }: { readonly name: string }) => name)

/** The names of the projects that a server on this place's database tells. */
const names = async (place: Place): Promise<ReadonlyArray<string>> => {
  const server = await serve(place, ["--no-auth"])
  const found = await namesAt(server.url)
  await server.stop()
  return found
}

/** A server that has the projects, and goes on. */
const serveWith = async (place: Place, ...projects: ReadonlyArray<string>) => {
  const server = await serve(place, ["--no-auth"])
  for (const name of projects) assert.strictEqual((await request(`${server.url}/api/projects`, { body: { name } })).status, 201)
  return server
}

describe("backup", () => {
  beforeAll(ensureBuilt)

  it("beside a running server, restored on another computer, gives the same projects to the same keys", async () => {
    const place = makePlace()
    const server = await serve(place)
    const { key } = JSON.parse((await workProd(place, ["keys", "create", "--account", "default", "--label", "test", "--json"])).stdout)
    const { id } = (await request(`${server.url}/api/projects`, { key, body: { name: "kept", metadata: { a: [1, "é"] } } })).json
    const { cursor } = (await request(`${server.url}/api/projects/changes`, { key })).json
    const before = (await request(`${server.url}/api/projects/${id}`, { key })).json
    const health = (await request(`${server.url}/api/health`)).json
    assert.match(await done(place, "backup", "one.backup"), /^1 project of 1 account backed up to \S+\/one\.backup \(\d+ bytes\)\n$/)
    assert.strictEqual(statSync(join(place.home, "one.backup")).mode & 0o777, 0o600)
    // The server never noticed.
    assert.strictEqual((await request(`${server.url}/api/projects`, { key, body: { name: "later" } })).status, 201)

    const other = makePlace()
    copyFileSync(join(place.home, "one.backup"), join(other.home, "one.backup"))
    assert.match(await done(other, "restore", "one.backup"), /^1 project of 1 account restored to \S+\/work-prod\.db, as they were at [\dT:-]+ \(UTC\)\nnext: work-prod serve; .*\n$/)
    const restored = await serve(other)
    assert.deepStrictEqual((await request(`${restored.url}/api/projects/${id}`, { key })).json, before)
    assert.strictEqual((await request(`${restored.url}/api/health`)).json.instance, health.instance)
    const gone = await request(`${restored.url}/api/projects/changes?since=${cursor}`, { key })
    assert.deepStrictEqual({ status: gone.status, code: gone.json.code }, { status: 410, code: "cursor_gone" })
    // An id that was given after the backup would be somebody else's.
    assert.isAbove((await request(`${restored.url}/api/projects`, { key, body: { name: "new" } })).json.id, id)
  })

  it("leaves a file of that name alone, tells where it cannot write, and says it as JSON", async () => {
    const place = makePlace()
    await (await serveWith(place, "one")).stop()
    const told = JSON.parse(await done(place, "backup", "b", "--json"))
    assert.deepInclude(told, { file: join(place.home, "b"), bytes: statSync(join(place.home, "b")).size })
    assert.deepInclude(told.rows, { projects: 1, accounts: 1 })
    assert.include(await refused(place, "backup", "b"), "is there already, and was left as it is\nhint: name another file, or say --overwrite\n")
    assert.include(await done(place, "backup", "b", "--overwrite"), "1 project")
    assert.include(await refused(place, "backup", "none/b"), "its folder does not exist")
    assert.include(await refused(makePlace(), "backup", "b"), "there is no database at")
  })

  it("shows with --check that it is whole, or where it is not", async () => {
    const place = makePlace()
    await (await serveWith(place, "one")).stop()
    await done(place, "backup", "b")
    assert.match(await done(place, "restore", "b", "--check"), /^the backup \S+ is whole: 1 project of 1 account, taken [\dT:-]+ \(UTC\) by work-prod \d+\.\d+\.\d+\n$/)
    const bytes = readFileSync(join(place.home, "b"))
    writeFileSync(join(place.home, "half"), bytes.subarray(0, bytes.length >> 1))
    assert.include(await refused(place, "restore", "half", "--check"), "ends too early: it was not written to its end, or cut off\nhint: take another backup; nothing was changed\n")
    assert.include(await refused(place, "restore", "none", "--check"), "does not exist")
  })
})

describe("restore", () => {
  beforeAll(ensureBuilt)

  it("refuses while a server runs, and a database with a content without --replace", async () => {
    const place = makePlace()
    const server = await serveWith(place, "one")
    await done(place, "backup", "b")
    assert.include(await refused(place, "restore", "b", "--replace"), "is in use by another work-prod server\nhint: stop that one")
    await server.stop()
    assert.include(await refused(place, "restore", "b"), "is not empty: it has 1 project of 1 account\nhint: --replace puts the backup in the place of that, after a backup of it")
    assert.deepStrictEqual(await names(place), ["one"])
  })

  it("with --replace goes back, and the backup that it takes first leads forth again", async () => {
    const place = makePlace()
    const server = await serveWith(place, "one")
    await done(place, "backup", "b")
    await request(`${server.url}/api/projects`, { body: { name: "two" } })
    const { cursor } = (await request(`${server.url}/api/projects/changes`)).json
    await server.stop()
    const told = await done(place, "restore", "b", "--replace")
    const [, safety = ""] = /what was there before is in (\S+)\n/.exec(told) ?? []
    assert.match(safety, /\/before-restore-[\dT-]+\.backup$/)
    const restored = await serve(place, ["--no-auth"])
    assert.deepStrictEqual(await namesAt(restored.url), ["one"])
    assert.strictEqual((await request(`${restored.url}/api/projects/changes?since=${cursor}`)).status, 410)
    await restored.stop()
    await done(place, "restore", safety, "--replace", "--safety-backup", "again")
    assert.deepStrictEqual(await names(place), ["one", "two"])
    assert.isTrue(existsSync(join(place.home, "again")))
  })

  it("changes nothing if the backup is damaged, or what is there cannot be backed up", async () => {
    const place = makePlace()
    await (await serveWith(place, "one")).stop()
    await done(place, "backup", "b")
    const bytes = readFileSync(join(place.home, "b"))
    bytes[bytes.length - 30] = (bytes.at(-30) ?? 0) ^ 1
    writeFileSync(join(place.home, "spoilt"), bytes)
    assert.include(await refused(place, "restore", "spoilt", "--replace"), "nothing was changed")
    assert.include(await refused(place, "restore", "b", "--replace", "--safety-backup", "none/there"), "what is to be replaced could not be backed up, so nothing was changed")
    assert.deepStrictEqual(readdirSync(place.home).sort(), [".dev-infra", "b", "spoilt"])
    assert.deepStrictEqual(await names(place), ["one"])
  })

  it("leaves the former content as it was when it is killed in the middle", async () => {
    const place = makePlace()
    await (await serveWith(place, "one")).stop()
    await done(place, "backup", "b")
    writeFileSync(join(place.home, "large"), enlarged(join(place.home, "b"), 2600))
    const log = `${databaseOf(place)}-wal`
    const restoring = begin(place, process.execPath, [program, "restore", "large", "--replace"])
    // Pages of the change are in the log before it is committed: it does not fit into memory.
    while (restoring.child.exitCode === null && (statSync(log, { throwIfNoEntry: false })?.size ?? 0) < 100_000) await new Promise((next) => setImmediate(next))
    restoring.child.kill("SIGKILL")
    assert.strictEqual((await restoring.ended).exitCode, 137, "it was done before it could be killed")
    assert.deepStrictEqual(await names(place), ["one"])
    await done(place, "restore", "large", "--replace", "--safety-backup", "another")
    assert.lengthOf(await names(place), 2601)
  })
})
