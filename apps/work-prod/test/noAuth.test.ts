import { assert, beforeAll, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt, makePlace, serve } from "./Binary.js"
import { request } from "./Http.js"

describe("a program that knows only work-prod 0.3.0", () => {
  beforeAll(ensureBuilt)

  it("works unchanged with --no-auth", async () => {
    const place = makePlace()
    const server = await serve(place, ["--no-auth"])
    await server.shows(/next: /)
    assert.include(server.stdout(), "no key is asked for")
    assert.isFalse(existsSync(join(place.home, ".dev-infra/work-prod/work-prod.db.key")))
    const projects = `${server.url}/api/projects`

    const health = await request(`${server.url}/api/health`)
    assert.isString(health.json.message)
    assert.strictEqual(health.json.status, "ok")

    const created = await request(projects, { body: { name: "api", path: "/home/me/api", remote_url: "https://git.example.org/api.git", project_type: "Work" } })
    assert.strictEqual(created.status, 201)
    assert.strictEqual(created.headers.get("location"), "/api/projects/1")
    const old = ["classification", "created_at", "description", "id", "name", "organization", "path", "project_type", "remote_url", "status", "updated_at"]
    assert.containsAllKeys(created.json, old)
    assert.match(created.json.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)

    const again = await request(projects, { body: { name: "other", path: "/home/me/api" } })
    assert.strictEqual(again.status, 409)
    assert.strictEqual(again.json.error, "Project with this path already exists")

    const bare = await request(projects)
    assert.isArray(bare.json)
    assert.lengthOf(bare.json, 1)

    const changed = await request(`${projects}/1`, { method: "PATCH", body: { status: "paused" } })
    assert.strictEqual(changed.json.status, "paused")
    const archived = await request(`${projects}/1/archive`, { method: "PUT" })
    assert.containsSubset(archived.json, { classification: "archive", status: "completed" })

    const imported = await request(`${projects}/import`, { body: { projects: [{ name: "api", remote_url: "https://git.example.org/api.git" }, { name: "web" }] } })
    assert.strictEqual(imported.status, 201)
    assert.deepStrictEqual(imported.json, { errors: [], imported: 1, skipped: 1 })

    const removed = await request(`${projects}/1`, { method: "DELETE" })
    assert.strictEqual(removed.status, 204)
    assert.strictEqual(removed.text, "")
    assert.deepStrictEqual((await request(`${projects}/1`)).json, { error: "Project not found" })
  })

  it("is not disturbed by a header of some other kind of login", async () => {
    const server = await serve(makePlace(), ["--no-auth"])
    for (const authorization of ["Basic bWU6c2VjcmV0", "Bearer wp_nosuch_0123456789abcdefghij", "nonsense"]) {
      assert.strictEqual((await request(`${server.url}/api/projects`, { headers: { authorization } })).status, 200)
    }
  })
})
