import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { some } from "./Rounds.js"
import { app, devInfra, ensureBuilt, makePlace, type Place, run } from "./Binary.js"

describe("the launcher", () => {
  let place: Place
  let cache: string
  beforeAll(ensureBuilt)
  beforeEach(() => {
    place = makePlace({ ownCache: true })
    cache = join(place.environment["XDG_CACHE_HOME"] ?? "", "dev-infra")
  })
  afterEach(() => place.remove())

  const files = (): ReadonlyArray<string> => {
    try {
      return readdirSync(cache).flatMap((folder) => readdirSync(join(cache, folder)).map((file) => join(cache, folder, file)))
    } catch {
      return []
    }
  }
  const works = async (environment: { readonly [name: string]: string | undefined } = {}) => {
    expect(await devInfra(place, ["list", "--json"], { environment })).toEqual({ stdout: '{\n  "projects": [],\n  "problems": []\n}\n', stderr: "", exitCode: 0 })
  }

  it("answers --version without starting the program", async () => {
    const { version } = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))
    for (const word of ["--version", "-v", "-V"]) expect(await devInfra(place, [word])).toEqual({ stdout: `${version}\n`, stderr: "", exitCode: 0 })
    expect(files()).toEqual([])
  })

  it("keeps compiled code in a folder that only the user can use, and uses it", async () => {
    for (let times = 0; times < 4; times++) await works()
    const [file = "", ...others] = files()
    expect(others).toEqual([])
    expect(file).toMatch(/\/list\.bin$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
    expect(readFileSync(file)[0]).toBe(3)
  })

  it("ignores and remakes a cache that is truncated, damaged or empty", async () => {
    for (let times = 0; times < 3; times++) await works()
    const [file = ""] = files()
    const whole = readFileSync(file)
    const damage: ReadonlyArray<() => void> = [
      () => truncateSync(file, 1000),
      () => truncateSync(file, 3),
      () => writeFileSync(file, ""),
      () => writeFileSync(file, Buffer.concat([whole.subarray(0, 8), Buffer.alloc(whole.length - 8, 7)])),
      () => writeFileSync(file, whole.map((byte, at) => (at >= 40_960 && at < 45_056 ? 0 : byte))),
      () => writeFileSync(file, whole.map((byte, at) => (at < 4096 ? 0 : byte)))
    ]
    for (const harm of some(damage, 3)) {
      harm()
      await works()
      expect(readFileSync(file)[0]).toBe(1)
    }
  })

  it("uses no cache that others could have written", async () => {
    await works()
    const folder = dirname(files()[0] ?? "")
    for (const open of [folder, cache]) {
      chmodSync(open, 0o777)
      const before = readFileSync(files()[0] ?? "")
      await works()
      expect(readFileSync(files()[0] ?? "").equals(before)).toBe(true)
      chmodSync(open, 0o700)
    }
    rmSync(cache, { recursive: true })
    const elsewhere = join(place.home, "elsewhere")
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, cache)
    await works()
    expect(readdirSync(elsewhere).flatMap((name) => readdirSync(join(elsewhere, name)))).toEqual([])
  })

  it("does without a cache where there is no place for one, and says nothing", async () => {
    const file = join(place.home, "file")
    writeFileSync(file, "")
    await works({ XDG_CACHE_HOME: file })
    await works({ XDG_CACHE_HOME: "relative" })
    await works({ XDG_CACHE_HOME: undefined, HOME: undefined, DEV_INFRA_HOME: join(place.home, "own") })
    await works({ DEV_INFRA_NO_CODE_CACHE: "1" })
    expect(files()).toEqual([])
    expect(readdirSync(place.home).filter((name) => name === "relative")).toEqual([])
    await works({ XDG_CACHE_HOME: undefined })
    expect(readdirSync(join(place.home, ".cache"))).toEqual(["dev-infra"])
  })

  it("is one file of known form, started from anywhere, also through a link", async () => {
    expect(await run(place, "dev-infra", ["--version"])).toMatchObject({ exitCode: 0, stderr: "" })
    const { exitCode, stdout } = await run(place, "dev-infra", ["help"], { folder: "/" })
    expect({ exitCode, first: stdout.split("\n")[0] }).toEqual({ exitCode: 0, first: "dev-infra: know every project on your machines" })
  })

  it("tells a Node that is too old so in plain words", () => {
    const launcher = join(app, "dist/dev-infra.cjs")
    const script = `Object.defineProperty(process.versions, "node", { value: "18.20.0" }); process.argv = ["node", "dev-infra", "list"]; require(${JSON.stringify(launcher)})`
    const ended = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" })
    expect({ stderr: ended.stderr, status: ended.status }).toEqual({ stderr: "error: dev-infra needs Node 20.19 or newer; this is 18.20.0.\n", status: 1 })
  })
})
