import { readFileSync } from "node:fs"
import { beforeAll, describe, expect, it } from "vitest"
// @ts-expect-error -- a script without types
import { baselineFile, measure } from "../scripts/startup.mjs"
import { ensureBuilt } from "./Binary.js"

interface Measured {
  readonly version: { readonly bytes: number }
  readonly list: { readonly bytes: number; readonly builtins: ReadonlyArray<string>; readonly modules: ReadonlyArray<string> }
}

const allowed = 1.05
const advice = "if it is meant to be so: npm run baseline --workspace apps/cli"

describe("the start of the program", () => {
  let baseline: Measured
  let measured: Measured
  beforeAll(() => {
    ensureBuilt()
    baseline = JSON.parse(readFileSync(baselineFile, "utf8"))
    measured = measure()
  })

  it("reads no more for --version than it did", () => {
    expect(measured.version.bytes, advice).toBeLessThanOrEqual(baseline.version.bytes * allowed)
  })

  it("loads no more for list than it did", () => {
    const fresh = measured.list.modules.filter((module) => !baseline.list.modules.includes(module))
    const told = `${advice}\nnew modules: ${fresh.join(", ") || "none"}`
    expect(measured.list.bytes, told).toBeLessThanOrEqual(baseline.list.bytes * allowed)
    expect(measured.list.modules.length, told).toBeLessThanOrEqual(baseline.list.modules.length * allowed)
  })

  it("loads no part of Node for list that takes long to load", () => {
    for (const slow of ["crypto", "child_process", "net", "http", "https", "readline", "worker_threads", "inspector"]) expect(measured.list.builtins).not.toContain(slow)
  })

  it("loads neither YAML nor discovery nor git for list", () => {
    expect(measured.list.modules.filter((module) => /node_modules\/yaml\/|\/Discovery|\/GitStatus|string-width/.test(module))).toEqual([])
  })
})
