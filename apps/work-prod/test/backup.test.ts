import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ensureBuilt, makePlace, type Place, run, serve } from "./Binary.js"
import { request } from "./Http.js"

const inFolder = async (place: Place, line: string): Promise<void> => {
  const { exitCode, stderr } = await run(place, "sh", ["-ec", `cd .dev-infra; ${line}`])
  assert.strictEqual(exitCode, 0, stderr)
}

/** Starts, makes a project, and gives the cursor behind it; the server is ended by `signal`. */
const addProject = async (place: Place, name: string, signal: "SIGKILL" | "SIGTERM" = "SIGTERM"): Promise<string> => {
  const server = await serve(place, ["--no-auth"])
  assert.strictEqual((await request(`${server.url}/api/projects`, { body: { name } })).status, 201)
  const { cursor } = (await request(`${server.url}/api/projects/changes`)).json
  await server.stop(signal)
  return cursor
}

const changesSince = async (place: Place, cursor: string) => {
  const server = await serve(place, ["--no-auth"])
  const answer = await request(`${server.url}/api/projects/changes?since=${cursor}`)
  await server.stop()
  return answer
}

describe("a database", () => {
  beforeAll(ensureBuilt)

  it.each(["SIGTERM", "SIGKILL"] as const)("goes on where it was after %s: cursors hold", async (signal) => {
    const place = makePlace()
    const cursor = await addProject(place, "one", signal)
    await addProject(place, "two", signal)
    const { json, status } = await changesSince(place, cursor)
    assert.strictEqual(status, 200)
    assert.deepStrictEqual(json.changes.map((change: { readonly project: { readonly name: string } }) => change.project.name), ["two"])
  })

  it.each([
    ["the whole folder copied over the old one", "cp -R backup/. work-prod/"],
    ["from an archive", "tar xf backup.tar"],
    ["only the database", "cp backup/work-prod.db work-prod/work-prod.db; rm -f work-prod/work-prod.db-wal work-prod/work-prod.db-shm; cp backup/work-prod.db-wal work-prod/ 2>/dev/null || true"]
  ])("that was put back begins a new epoch: %s", async (_, restore) => {
    const place = makePlace()
    await addProject(place, "kept")
    await inFolder(place, "cp -R work-prod backup; tar cf backup.tar work-prod")
    const cursor = await addProject(place, "lost")
    await inFolder(place, restore)
    // As many changes as were lost: a number alone would not tell them apart.
    await addProject(place, "new")
    const { json, status } = await changesSince(place, cursor)
    assert.deepStrictEqual({ status, code: json.code }, { status: 410, code: "cursor_gone" })
  })

  it("that was put back from before its first project begins a new epoch", async () => {
    const place = makePlace()
    await (await serve(place, ["--no-auth"])).stop()
    await inFolder(place, "cp -R work-prod backup")
    const cursor = await addProject(place, "lost")
    await inFolder(place, "rm -r work-prod; cp -R backup work-prod")
    await addProject(place, "new")
    assert.strictEqual((await changesSince(place, cursor)).status, 410)
  })
})
