import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import Libsql from "libsql"
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureBuilt, makePlace, type Place, run, serve, workProd } from "./Binary.js"
import { request } from "./Http.js"

const databaseOf = (place: Place): string => join(place.home, ".dev-infra/work-prod/work-prod.db")

/** The home of somebody who has started the server once. */
let usedHome: Promise<string> | undefined

const makeUsedHome = async (): Promise<string> => {
  const place = makePlace()
  await (await serve(place)).stop()
  const copy = mkdtempSync(join(tmpdir(), "work-prod-used-"))
  cpSync(place.home, copy, { recursive: true })
  return copy
}

/** A place with a database, and no server that runs. */
const startedBefore = async (): Promise<Place> => {
  usedHome ??= makeUsedHome()
  const place = makePlace()
  cpSync(await usedHome, place.home, { recursive: true })
  return place
}

const create = async (place: Place, ...words: ReadonlyArray<string>): Promise<{ readonly key: string; readonly prefix: string }> => {
  const { exitCode, stderr, stdout } = await workProd(place, ["keys", "create", "--json", "--label", "test", ...words])
  assert.strictEqual(exitCode, 0, stderr)
  return JSON.parse(stdout)
}

describe("keys beside a running server", () => {
  beforeAll(ensureBuilt)

  it("work as soon as they are made, and no more as soon as they are revoked", async () => {
    const place = makePlace()
    const server = await serve(place)
    const projects = `${server.url}/api/projects`
    const { key, prefix } = await create(place, "--account", "default")
    assert.strictEqual((await request(projects, { key })).status, 200)
    const { exitCode, stderr } = await workProd(place, ["keys", "revoke", prefix])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: `The key ${prefix} of the account default is revoked.\n` })
    const answer = await request(projects, { key })
    assert.strictEqual(answer.status, 401)
    assert.isString(answer.json.error)
    assert.strictEqual((await workProd(place, ["keys", "revoke", prefix])).exitCode, 0)
  })

  it("open the projects of their account only", async () => {
    const place = makePlace()
    const server = await serve(place)
    const projects = `${server.url}/api/projects`
    const acme = await create(place, "--account", "acme")
    const other = await create(place, "--account", "other")
    const { id } = (await request(projects, { key: acme.key, body: { name: "secret" } })).json
    assert.strictEqual((await request(`${projects}/${id}`, { key: acme.key })).status, 200)
    assert.strictEqual((await request(`${projects}/${id}`, { key: other.key })).status, 404)
    assert.deepStrictEqual((await request(projects, { key: other.key })).json, [])
  })

  it("that only read are refused every change with 403", async () => {
    const place = makePlace()
    const server = await serve(place)
    const projects = `${server.url}/api/projects`
    const { key } = await create(place, "--account", "default", "--read-only")
    assert.strictEqual((await request(projects, { key })).status, 200)
    assert.strictEqual((await request(`${projects}/changes`, { key })).status, 200)
    for (const [method, path] of [["POST", ""], ["POST", "/import"], ["POST", "/batch"], ["PATCH", "/1"], ["DELETE", "/1"], ["PUT", "/1/archive"]] as const) {
      const answer = await request(projects + path, { key, method, ...(method === "DELETE" ? {} : { body: { name: "x" } }) })
      assert.strictEqual(answer.status, 403, `${method} ${path}`)
      assert.isString(answer.json.error)
    }
  })

  it("are valid for as long as was said", async () => {
    const place = makePlace()
    const server = await serve(place)
    const { stdout } = await workProd(place, ["keys", "create", "--account", "default", "--label", "short", "--expires", "90d", "--json"])
    const { created_at, expires_at, key } = JSON.parse(stdout)
    assert.strictEqual(Date.parse(`${expires_at}Z`) - Date.parse(`${created_at}Z`), 90 * 86_400_000)
    assert.strictEqual((await request(`${server.url}/api/projects`, { key })).status, 200)
    const list = (await workProd(place, ["keys", "list"])).stdout
    assert.include(list, `valid until ${expires_at}`)
    // As if its time were over.
    const database = new Libsql(databaseOf(place))
    database.exec("UPDATE api_keys SET expires_at = '2020-01-01T00:00:00' WHERE label = 'short'")
    database.close()
    assert.strictEqual((await request(`${server.url}/api/projects`, { key })).status, 401)
    assert.include((await workProd(place, ["keys", "list"])).stdout, "expired 2020-01-01T00:00:00")
  })
})

describe("keys", () => {
  beforeAll(ensureBuilt)
  afterAll(async () => {
    if (usedHome !== undefined) rmSync(await usedHome, { recursive: true, force: true })
  })

  it("are printed alone on standard output, with a word about them beside", async () => {
    const place = await startedBefore()
    const { exitCode, stderr, stdout } = await workProd(place, ["keys", "create", "--account", "acme", "--label", "ci"])
    assert.strictEqual(exitCode, 0)
    assert.match(stdout, /^wp_\S+\n$/)
    assert.match(stderr, /^A key for the account acme\. It is shown this once; its prefix is \S+\.\n$/)
    assert.notInclude(stderr, stdout.trim())
  })

  it("are listed without their secrets, for people and for programs", async () => {
    const place = await startedBefore()
    const { key, prefix } = await create(place, "--account", "acme", "--read-only")
    const table = await workProd(place, ["keys", "list"])
    assert.match(table.stdout, /^PREFIX +ACCOUNT +LABEL +ACCESS +CREATED +STATE\n/)
    assert.match(table.stdout, /^wp_\S+ +default +first start +read, write +\S+ +valid$/m)
    assert.match(table.stdout, /^wp_\S+ +acme +test +read +\S+ +valid$/m)
    const { keys } = JSON.parse((await workProd(place, ["keys", "list", "--account", "acme", "--json"])).stdout)
    assert.lengthOf(keys, 1)
    assert.containsSubset(keys[0], { prefix, account: "acme", label: "test", read_only: true, expires_at: null, revoked_at: null })
    assert.notInclude(JSON.stringify(keys) + table.stdout, key)
  })

  it("lie in the database as hashes only", async () => {
    const place = await startedBefore()
    const { key } = await create(place, "--account", "acme")
    const secret = key.replace(/^wp_[^_]+_/, "")
    for (const suffix of ["", "-wal"]) {
      const content = await run(place, "sh", ["-c", `cat '${databaseOf(place)}${suffix}' 2>/dev/null || true`])
      assert.notInclude(content.stdout, secret)
    }
  })

  it("need not exist: an unknown prefix, account or database is one sentence", async () => {
    const place = await startedBefore()
    const unknown = await workProd(place, ["keys", "revoke", "nosuchkey"])
    assert.deepStrictEqual({ exitCode: unknown.exitCode, stderr: unknown.stderr }, { exitCode: 1, stderr: "error: no key has the prefix nosuchkey\nhint: work-prod keys list shows them\n" })
    const account = await workProd(place, ["keys", "list", "--account", "nobody"])
    assert.deepStrictEqual({ exitCode: account.exitCode, stderr: account.stderr }, { exitCode: 1, stderr: "error: there is no account nobody\n" })
    for (const words of [["list"], ["revoke", "x"], ["create", "--account", "a", "--label", "l"]]) {
      const { exitCode, stderr } = await workProd(place, ["keys", ...words, "--database", "nowhere.db"])
      assert.strictEqual(exitCode, 1)
      assert.match(stderr, /^error: there is no database at \S+nowhere\.db\nhint: [^\n]+\n$/)
    }
  })

  it("that could not be shown are revoked again", async () => {
    const place = await startedBefore()
    const { exitCode, stderr } = await run(place, "sh", ["-c", "work-prod keys create --account default --label lost > /dev/full"])
    assert.strictEqual(exitCode, 1)
    assert.include(stderr, "it was revoked again")
    const { keys } = JSON.parse((await workProd(place, ["keys", "list", "--json"])).stdout)
    const lost = keys.find((each: { readonly label: string }) => each.label === "lost")
    assert.isString(lost.revoked_at)
  })

  it("keep what a label holds from the terminal", async () => {
    const place = await startedBefore()
    assert.strictEqual((await workProd(place, ["keys", "create", "--account", "default", "--label", "a\u001b[31mb"])).exitCode, 2)
    assert.strictEqual(readFileSync(`${databaseOf(place)}.key`, "utf8").split("\n").length, 2)
  })
})
