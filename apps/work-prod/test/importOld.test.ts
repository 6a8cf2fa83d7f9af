import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { chmodSync, existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { bare, change, full, write } from "../../../packages/work-prod-server/test/oldDatabase.js"
import * as OldServer from "../../../packages/work-prod-client/test/double/OldServer.js"
import { ensureBuilt, makePlace, type Place, serve, workProd } from "./Binary.js"
import { request } from "./Http.js"

const take = (place: Place, source: string, ...words: ReadonlyArray<string>) => workProd(place, ["import-v0.3", source, ...words])

describe("import-v0.3", () => {
  beforeAll(ensureBuilt)

  it("takes over a file, beside a running server, and says what it left and why", async () => {
    const place = makePlace()
    const file = join(place.home, "work_prod.db")
    write(file, [full, bare(2), bare(3, { status: "lost" })])
    const server = await serve(place, ["--no-auth"])
    const first = await take(place, "work_prod.db")
    assert.deepStrictEqual(first, { exitCode: 1, stderr: "", stdout: `3 projects read from ${file}: 2 added, 1 not taken over\nnot taken over: 3 "bare 3": Invalid status. Must be one of: active, paused, completed, cancelled\n` })
    const projects: ReadonlyArray<{ readonly [field: string]: unknown }> = (await request(`${server.url}/api/projects`)).json
    assert.deepInclude(projects.find(({ id }) => id === 41), { name: full["name"], path: full["path"], project_type: "Learning", status: "paused", created_at: "2025-12-03T09:57:56", updated_at: "2025-12-24T18:00:01" })
    change(file, "UPDATE projects SET status = 'cancelled' WHERE id = 3")
    assert.deepStrictEqual(await take(place, "work_prod.db"), { exitCode: 0, stderr: "", stdout: `3 projects read from ${file}: 1 added, 2 unchanged\n` })
    await request(`${server.url}/api/projects/2`, { method: "DELETE" })
    await request(`${server.url}/api/projects/41`, { method: "PATCH", body: { status: "completed" } })
    change(file, "UPDATE projects SET status = 'active' WHERE id = 41")
    const { stdout } = await take(place, "work_prod.db")
    assert.match(stdout, /^left deleted: 2 "bare 2" was taken over before, and deleted here at [\dT:-]+$/m)
    assert.include(stdout, 'kept as it is here: status of 41 " blanks, é😀 and \\"quotes\\" ": "completed", and "active" there\n')
  })

  it("takes over the list of a running one before the first start here, for the account that is named", async () => {
    const place = makePlace()
    await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const old = yield* OldServer.start(() => "2026-01-02T03:04:05")
          yield* old.run({ do: "add", fields: { name: "one", remote_url: "https://git.example/one.git" } })
          const { exitCode, stdout } = yield* Effect.promise(() => take(place, `${old.url}/api/projects`, "--account", "acme", "--json"))
          assert.strictEqual(exitCode, 0)
          assert.deepStrictEqual(JSON.parse(stdout), { source: old.url, projects: [{ source_id: 1, name: "one", fate: "added", id: 1 }] })
        })
      )
    )
    const server = await serve(place)
    const { key } = JSON.parse((await workProd(place, ["keys", "create", "--account", "acme", "--label", "test", "--json"])).stdout)
    assert.deepInclude((await request(`${server.url}/api/projects/1`, { key })).json, { name: "one", created_at: "2026-01-02T03:04:05" })
    // One of this generation has backups.
    const refused = await take(place, server.url)
    assert.deepStrictEqual(refused, { exitCode: 1, stdout: "", stderr: `error: ${server.url} is no work-prod 0.3.0 but one like this\nhint: work-prod backup and work-prod restore move its database; nothing was changed\n` })
  })

  it.each([
    ["http://me:secret@127.0.0.1:5000", 2, "the address holds a user or password, which does not belong in arguments: others can see them"],
    ["127.0.0.1:5000", 2, "is an address without http://\nhint: write http://127.0.0.1:5000"],
    ["ftp://127.0.0.1/", 2, "neither http:// nor https://"],
    ["http://127.0.0.1:1", 1, "http://127.0.0.1:1 does not answer"],
    ["none.db", 1, "none.db does not exist or cannot be read"]
  ] as const)("refuses %s", async (source, code, what) => {
    const place = makePlace()
    const { exitCode, stderr } = await take(place, source)
    assert.strictEqual(exitCode, code, stderr)
    assert.include(stderr, what)
    assert.notInclude(stderr, "secret")
    assert.isFalse(existsSync(join(place.home, ".dev-infra/work-prod/work-prod.db")))
  })
})

describe("doctor", () => {
  beforeAll(ensureBuilt)

  it("finds nothing wrong beside a running server, and what is wrong with a file that others can use", async () => {
    const place = makePlace()
    await serve(place, ["--no-auth"])
    const file = join(place.home, ".dev-infra/work-prod/work-prod.db")
    const well = await workProd(place, ["doctor"])
    assert.strictEqual(well.exitCode, 0, well.stdout)
    assert.match(well.stdout, /^database: \S+work-prod\.db\nok +integrity +every page of the file is whole\n/)
    chmodSync(file, 0o644)
    const open = await workProd(place, ["doctor", "--json"])
    assert.strictEqual(open.exitCode, 1)
    const { findings }: { readonly findings: ReadonlyArray<{ readonly [field: string]: string }> } = JSON.parse(open.stdout)
    assert.deepStrictEqual(findings.filter((finding) => finding["severity"] === "error"), [
      { subject: "permissions", severity: "error", what: `others on this computer can use ${file} (mode 0644)`, fix: `chmod 600 '${file}'` }
    ])
  })

  it("says of a damaged database that it is damaged", async () => {
    const place = makePlace()
    writeFileSync(join(place.home, "x.db"), Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(9000, 7)]), { mode: 0o600 })
    const { exitCode, stdout } = await workProd(place, ["doctor", "--database", "x.db"])
    assert.strictEqual(exitCode, 1)
    assert.match(stdout, /^error +database +the database \S+x\.db is no database of work-prod, or a damaged one\n +fix: /m)
  })
})
