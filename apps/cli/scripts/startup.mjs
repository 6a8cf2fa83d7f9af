/**
 * What the start of the program costs, in things that do not depend on the machine: the bytes and modules that `dev-infra
 * list` loads, and those of Node itself. Run as a script it writes the baseline that test/startup.test.ts compares with:
 *
 *     npm run baseline --workspace apps/cli
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

const app = resolve(dirname(fileURLToPath(import.meta.url)), "..")

/** Loaded before the program: notes which chunks of the bundle and which modules of Node are used. */
const tracer = (notes) => `
const { Script } = require("vm")
const { writeFileSync } = require("fs")
const used = new Set()
const original = Script.prototype.runInThisContext
Script.prototype.runInThisContext = function (...all) {
  return new Proxy(original.apply(this, all), { get: (chunks, id) => (used.add(id), chunks[id]) })
}
process.on("exit", () => {
  const builtins = process.moduleLoadList.filter((name) => name.startsWith("NativeModule ") && !name.includes("internal/")).map((name) => name.slice(13))
  writeFileSync(${JSON.stringify(notes)}, JSON.stringify({ chunks: [...used], builtins }))
})`

const trace = (words) => {
  const folder = mkdtempSync(join(tmpdir(), "dev-infra-startup-"))
  try {
    const notes = join(folder, "notes.json")
    writeFileSync(join(folder, "tracer.cjs"), tracer(notes))
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder, DEV_INFRA_NO_CODE_CACHE: "1" }
    execFileSync(process.execPath, ["--require", join(folder, "tracer.cjs"), ...words], { env, stdio: ["ignore", "pipe", "pipe"] })
    return JSON.parse(readFileSync(notes, "utf8"))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Measure the built program. */
export const measure = () => {
  const chunks = JSON.parse(readFileSync(join(app, "dist/chunks.json"), "utf8"))
  const bare = new Set(trace(["-e", "0"]).builtins)
  const list = trace([join(app, "bin/dev-infra.cjs"), "list"])
  const known = list.chunks.filter((id) => id in chunks)
  return {
    version: { bytes: statSync(join(app, "dist/dev-infra.cjs")).size },
    list: {
      bytes: known.reduce((sum, id) => sum + chunks[id].bytes, 0),
      builtins: list.builtins.filter((name) => !bare.has(name)).sort(),
      modules: known.flatMap((id) => chunks[id].modules).sort()
    }
  }
}

/** Where the baseline is kept. */
export const baselineFile = join(app, "baseline/startup.json")

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const measured = measure()
  writeFileSync(baselineFile, `${JSON.stringify(measured, null, 2)}\n`)
  console.log(`${baselineFile}: list loads ${measured.list.bytes} bytes in ${measured.list.modules.length} modules`)
}
