import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { devInfra, ensureBuilt, makePlace, type Place } from "./Binary.js"

describe("a crash where a test wants it", () => {
  let place: Place
  beforeAll(ensureBuilt)
  beforeEach(() => {
    place = makePlace()
    mkdirSync(join(place.home, ".dev-infra"))
    const project = { id: "00000000-0000-4000-8000-000000000001", name: "api", path: join(place.home, "api"), template: "none", version: "unknown", status: "active" }
    writeFileSync(registry(), `${JSON.stringify({ version: "1.0", projects: [project] }, null, 2)}\n`)
  })
  afterEach(() => place.remove())
  const registry = () => join(place.home, ".dev-infra/registry.json")

  it("kills the program before the file is replaced, and the next run goes on", async () => {
    const before = readFileSync(registry(), "utf8")
    const killed = await devInfra(place, ["archive", "api"], { environment: { DEV_INFRA_FAULT_POINT: "target-replace:before:1" } })
    expect(killed).toMatchObject({ stdout: "", exitCode: 137 })
    expect(readFileSync(registry(), "utf8")).toBe(before)
    expect((await devInfra(place, ["archive", "api"])).exitCode).toBe(0)
    expect(JSON.parse(readFileSync(registry(), "utf8")).projects[0].status).toBe("archived")
    expect(readdirSync(join(place.home, ".dev-infra")).filter((name) => /lock|temporary|tmp/.test(name))).toEqual([])
  })

  it("kills the program after the file is replaced: the change stays", async () => {
    const killed = await devInfra(place, ["archive", "api"], { environment: { DEV_INFRA_FAULT_POINT: "target-replace:after:1" } })
    expect(killed.exitCode).toBe(137)
    expect(JSON.parse(readFileSync(registry(), "utf8")).projects[0].status).toBe("archived")
  })

  it("refuses a point that does not exist", async () => {
    const { exitCode, stderr } = await devInfra(place, ["list"], { environment: { DEV_INFRA_FAULT_POINT: "nowhere:1" } })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/^error: DEV_INFRA_FAULT_POINT is "nowhere:1", which is no point of a write, a sync or an update\n/)
    expect(existsSync(registry())).toBe(true)
  })
})
