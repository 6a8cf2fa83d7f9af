import { assert, beforeAll, describe, it } from "@effect/vitest"
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt, makePlace, type Place, serve, workProd } from "./Binary.js"
import { request } from "./Http.js"

/** Loaded before the program: kills it, as `kill -9` does, when all is written and only the name is missing. */
const assassin = `
const fs = require("node:fs")
const { rename } = fs
fs.rename = (from, ...rest) => (String(from).endsWith(".part") ? process.kill(process.pid, "SIGKILL") : rename(from, ...rest))
`

const names = (place: Place): ReadonlyArray<string> => readdirSync(place.home).filter((name) => name !== ".dev-infra" && name !== "kill.cjs").toSorted()

describe("a backup that is killed", () => {
  beforeAll(ensureBuilt)

  it("leaves a file that the next one in its folder removes, and nothing else that lies there", async () => {
    const place = makePlace()
    const server = await serve(place, ["--no-auth"])
    assert.strictEqual((await request(`${server.url}/api/projects`, { body: { name: "one" } })).status, 201)
    await server.stop()
    writeFileSync(join(place.home, "kill.cjs"), assassin)
    const killed = await workProd(place, ["backup", "b"], { environment: { NODE_OPTIONS: `--require ${join(place.home, "kill.cjs")}` } })
    assert.strictEqual(killed.exitCode, 137)
    const [left = "", ...more] = names(place)
    assert.deepStrictEqual(more, [])
    assert.match(left, /^work-prod-backup,\d+,\d+,[^,]*,[^,]*,[^,]+,[0-9a-f]+\.part$/)

    // One that is being written now, by this process; one of another computer; and two that are no backups at all.
    const [, , started = "", boot = "", namespace = "", host = "", token = ""] = left.split(",")
    const others = [
      `work-prod-backup,${process.pid},0,${boot},${namespace},${host},${token}`,
      `work-prod-backup,1,${started},elsewhere,${namespace},another-${host},${token}`,
      "b.part",
      "notes.txt"
    ]
    for (const other of others) writeFileSync(join(place.home, other), "")
    const { exitCode, stderr } = await workProd(place, ["backup", "b"])
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 0, stderr: "" })
    assert.deepStrictEqual(names(place), ["b", ...others].toSorted())
    assert.strictEqual((await workProd(place, ["restore", "b", "--check"])).exitCode, 0)
  })
})
