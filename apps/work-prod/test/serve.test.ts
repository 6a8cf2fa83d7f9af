import { assert, beforeAll, describe, it } from "@effect/vitest"
import Libsql from "libsql"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { begin, ensureBuilt, hasTerminal, makePlace, program, serve, serveOnTerminal, workProd } from "./Binary.js"
import { request } from "./Http.js"

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe("the first start", () => {
  beforeAll(ensureBuilt)

  it("without a terminal leaves a key in a file that only its owner reads", async () => {
    const place = makePlace()
    const server = await serve(place)
    const database = join(place.home, ".dev-infra/work-prod/work-prod.db")
    await server.shows(/next: /)
    assert.include(server.stdout(), `database: ${database}\n`)
    assert.include(server.stdout(), `key: in ${database}.key`)
    assert.strictEqual(modeOf(`${database}.key`), "600")
    assert.strictEqual(modeOf(join(place.home, ".dev-infra/work-prod")), "700")
    const key = readFileSync(`${database}.key`, "utf8").trimEnd()
    assert.match(key, /^wp_[^_]+_\S{22,}$/)
    assert.strictEqual((await request(`${server.url}/api/projects`)).status, 401)
    const created = await request(`${server.url}/api/projects`, { key, body: { name: "api" } })
    assert.strictEqual(created.status, 201)
    assert.strictEqual((await request(`${server.url}/api/projects`, { key })).json.length, 1)
    const { exitCode, stderr, stdout } = await server.stop()
    assert.strictEqual(exitCode, 0)
    assert.notInclude(stdout + stderr, key)
    assert.deepStrictEqual(readdirSync(join(place.home, ".dev-infra/work-prod")).filter((name) => /\.key\./.test(name)), [])
  })

  it.skipIf(!hasTerminal())("on a terminal shows the key and keeps it nowhere", async () => {
    const place = makePlace()
    const server = await serveOnTerminal(place)
    const [, key = ""] = await server.shows(/key: (wp_\S+)/)
    await server.shows(/next: /)
    assert.strictEqual((await request(`${server.url}/api/projects`, { key })).status, 200)
    await server.stop()
    const folder = join(place.home, ".dev-infra/work-prod")
    for (const name of readdirSync(folder)) assert.notInclude(readFileSync(join(folder, name), "latin1"), key, name)
    const again = await serveOnTerminal(place)
    await again.shows(/next: /)
    assert.notInclude(again.stdout(), "wp_")
  })

  it("is the only one that makes a key", async () => {
    const place = makePlace()
    await (await serve(place)).stop()
    const server = await serve(place)
    await server.shows(/next: /)
    const { keys } = JSON.parse((await workProd(place, ["keys", "list", "--json"])).stdout)
    assert.strictEqual(keys.length, 1)
    assert.strictEqual(keys[0].account, "default")
  })

  it("puts everything where --database says, and makes no home", async () => {
    const place = makePlace()
    const server = await serve(place, ["--database", "here.db"])
    await server.shows(/next: /)
    await server.stop()
    assert.isTrue(statSync(join(place.home, "here.db")).isFile())
    assert.strictEqual(modeOf(join(place.home, "here.db.key")), "600")
    assert.notInclude(readdirSync(place.home), ".dev-infra")
  })

  it("writes down in its home where it listens, for dev-infra", async () => {
    const place = makePlace()
    const server = await serve(place)
    await server.shows(/next: /)
    const file = join(place.home, ".dev-infra/state/server.json")
    assert.strictEqual(modeOf(file), "600")
    const { json } = await request(`${server.url}/api/health`)
    assert.deepInclude(JSON.parse(readFileSync(file, "utf8")), { url: server.url, instance: json.instance, kind: "service", pid: server.child.pid, database: join(place.home, ".dev-infra/work-prod/work-prod.db") })
    await server.stop()
  })

  it("works without HOME if a database is named, and says so if none is", async () => {
    const place = makePlace()
    const environment = { HOME: undefined }
    const { exitCode, stderr } = await workProd(place, ["serve"], { environment })
    assert.strictEqual(exitCode, 1)
    assert.include(stderr, "error: HOME is not set")
    assert.include(stderr, "--database FILE")
    const server = await serve(place, [], { environment: { ...environment, WORK_PROD_DATABASE: join(place.home, "x.db") } })
    assert.strictEqual((await request(`${server.url}/readyz`)).status, 200)
  })
})

describe("a running server", () => {
  beforeAll(ensureBuilt)

  it("answers without a key what needs none, the documentation too", async () => {
    const server = await serve(makePlace())
    const health = (await request(`${server.url}/api/health`)).json
    assert.strictEqual(health.status, "ok")
    assert.includeMembers(health.capabilities, ["batch", "changes", "etag", "locations", "metadata", "paging"])
    assert.strictEqual((await request(`${server.url}/healthz`)).status, 200)
    assert.strictEqual((await request(`${server.url}/readyz`)).status, 200)
    assert.match((await request(`${server.url}/openapi.json`)).json.openapi, /^3\.1/)
    const docs = await request(`${server.url}/docs`)
    assert.strictEqual(docs.status, 200)
    assert.include(docs.headers.get("content-type"), "text/html")
    assert.include(docs.text, "/api/projects/changes")
  })

  it("logs JSON with the request's id, and never a key", async () => {
    const place = makePlace()
    const server = await serve(place)
    await server.shows(/next: /)
    const key = readFileSync(join(place.home, ".dev-infra/work-prod/work-prod.db.key"), "utf8").trimEnd()
    await request(`${server.url}/api/projects`, { key })
    await request(`${server.url}/api/projects?key=${key}`, { key: `${key}x` })
    const { headers } = await request(`${server.url}/api/projects/1`, { key })
    const { stderr } = await server.stop()
    const entries = stderr.trimEnd().split("\n").map((line) => JSON.parse(line))
    for (const entry of entries) assert.containsAllKeys(entry, ["time", "level", "message"])
    assert.include(stderr, headers.get("x-request-id") ?? "no request id")
    assert.notInclude(stderr, key.replace(/^wp_[^_]+_/, ""))
  })

  it("limits the requests of a key if told to, also on this computer", async () => {
    const place = makePlace()
    const server = await serve(place, ["--rate-limit", "2"])
    await server.shows(/next: /)
    const key = readFileSync(join(place.home, ".dev-infra/work-prod/work-prod.db.key"), "utf8").trimEnd()
    const answers = [1, 2, 3].map(() => request(`${server.url}/api/projects`, { key }))
    const refused = (await Promise.all(answers)).filter(({ status }) => status !== 200)
    assert.deepStrictEqual(refused.map(({ status }) => status), [429])
    assert.match(refused[0]?.headers.get("retry-after") ?? "", /^[1-9]\d*$/)
    assert.strictEqual((await request(`${server.url}/api/health`)).status, 200)
  })

  it("goes on when nobody reads its output", async () => {
    const place = makePlace()
    const running = begin(place, "bash", ["-c", `exec ${process.execPath} ${program} serve --port 0 --no-auth 2>&1 >/dev/full`])
    const [, url = ""] = await running.shows(/"url":"([^"]+)"/)
    assert.strictEqual((await request(`${url}/api/health`)).status, 200)
  })

  it("takes host, port and database from the environment", async () => {
    const place = makePlace()
    const running = begin(place, process.execPath, [program, "serve"], { environment: { WORK_PROD_PORT: "0", WORK_PROD_HOST: "localhost", WORK_PROD_DATABASE: "db" } })
    await running.shows(/listens at http:\/\/localhost:\d+/)
    await running.shows(/next: /)
    assert.include(running.stdout(), `database: ${join(place.home, "db")}\n`)
  })
})

/** A port that somebody else holds for the length of a test. */
const withTakenPort = async (use: (port: number) => Promise<void>): Promise<void> => {
  const holder = createServer()
  await new Promise<void>((done) => holder.listen(0, "127.0.0.1", done))
  const address = holder.address()
  await use(typeof address === "object" && address !== null ? address.port : 0)
  await new Promise((done) => holder.close(done))
}

describe("a server that cannot start says why in one sentence", () => {
  beforeAll(ensureBuilt)

  const refused = async (words: ReadonlyArray<string>, place = makePlace()) => {
    const { exitCode, stderr, stdout } = await workProd(place, ["serve", "--port", "0", ...words])
    assert.strictEqual(stdout, "")
    assert.strictEqual(exitCode, 1, stderr)
    assert.match(stderr, /^error: [^\n]+\n(hint: [^\n]+\n)?$/)
    return stderr
  }

  it("the port is taken: by whom", () =>
    withTakenPort(async (port) => {
      const told = await refused(["--port", String(port)])
      assert.include(told, `the port ${port} of 127.0.0.1 is taken`)
      if (process.platform === "linux") assert.include(told, `by process ${process.pid} (`)
    }))

  it("the port is taken by another one: exactly one of two wins", async () => {
    const places = [makePlace(), makePlace()] as const
    let free = 0
    await withTakenPort((port) => {
      free = port
      return Promise.resolve()
    })
    const both = places.map((place) => begin(place, process.execPath, [program, "serve", "--port", String(free)]))
    const loser = await Promise.race(both.map((running) => running.ended))
    assert.strictEqual(loser.exitCode, 1)
    assert.include(loser.stderr, `the port ${free} of 127.0.0.1 is taken`)
    await Promise.any(both.map((running) => running.shows(/next: /)))
    assert.strictEqual((await request(`http://127.0.0.1:${free}/api/health`)).status, 200)
  })

  it("another server has the database", async () => {
    const place = makePlace()
    await serve(place)
    const told = await refused([], place)
    assert.include(told, "work-prod.db is in use by another")
  })

  it("the folder is not there", async () => {
    assert.include(await refused(["--database", "nowhere/x.db"]), "nowhere does not exist")
  })

  it("the database is a folder, or no database", async () => {
    const place = makePlace()
    mkdirSync(join(place.home, "folder"))
    writeFileSync(join(place.home, "text.db"), "a text that is no database, and longer than the header of one would be".repeat(100))
    assert.include(await refused(["--database", "folder"], place), "folder is a folder")
    assert.include(await refused(["--database", "text.db"], place), "is no database of work-prod, or a damaged one")
    // That of another program.
    const other = new Libsql(join(place.home, "other.db"))
    other.exec("CREATE TABLE notes (text TEXT)")
    assert.include(await refused(["--database", "other.db"], place), "is no database of work-prod")
    assert.deepStrictEqual(other.prepare("SELECT name FROM sqlite_master").all(), [{ name: "notes" }])
    other.close()
  })

  it("the database is of a newer version", async () => {
    const place = makePlace()
    await (await serve(place, ["--database", "x.db"])).stop()
    const database = new Libsql(join(place.home, "x.db"))
    database.exec("INSERT INTO schema_versions (version) VALUES (99)")
    database.close()
    assert.include(await refused(["--database", "x.db"], place), "was written by a newer work-prod (schema 99; this one knows up to")
  })

  it("the host is not of this computer", async () => {
    assert.include(await refused(["--host", "192.0.2.1"]), "192.0.2.1 is no address of this computer")
  })
})
