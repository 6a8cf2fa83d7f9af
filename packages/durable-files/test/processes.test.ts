/**
 * Real processes that are killed, stopped and started together. `DEV_INFRA_SOAK=1` runs the long form and prints what was done.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { build } from "esbuild"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import type { Task } from "./writer.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
const here = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

let place = ""
let program = ""
const children = new Set<ChildProcess>()

beforeAll(async () => {
  place = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "dev-infra-processes-")))
  program = path.join(place, "writer.mjs")
  await build({
    entryPoints: [here("./writer.ts")],
    outfile: program,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    minify: true,
    logLevel: "error",
    alias: { "@dev-infra/durable-files": here("../src") }
  })
})

afterAll(() => {
  for (const child of children) child.kill("SIGKILL")
  fs.rmSync(place, { recursive: true, force: true })
})

interface Ended {
  readonly signal: NodeJS.Signals | null
  readonly output: string
}

const start = (task: Task) => {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] })
  children.add(child)
  let output = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
  })
  const ended: Promise<Ended> = once(child, "close").then(() => {
    children.delete(child)
    return { signal: child.signalCode, output }
  })
  return { child, ended, output: () => output }
}

let folders = 0
const newFile = (): string => {
  const folder = path.join(place, String(++folders))
  fs.mkdirSync(folder)
  fs.writeFileSync(path.join(folder, "file"), "zero 0\n")
  return path.join(folder, "file")
}

const text = (file: string) => fs.readFileSync(file, "utf8")

const addHere = (file: string, line: string, lock: { readonly abandoned?: string } = {}) =>
  Effect.runPromise(Effect.flatMap(DurableFile.DurableFile, (files) =>
    files.modify(file, { backup: "sibling", lock: lock.abandoned === undefined ? {} : { abandoned: "300 millis" } }, (current) =>
      Effect.succeed({ result: undefined, content: `${Option.match(current, { onNone: () => "", onSome: (found) => found.text })}${line}\n` }))
  ).pipe(Effect.provide(DurableFile.layer)))

const leaveStaleLock = async (file: string) => {
  const { signal } = await start({ path: file, name: "dead", count: 1, at: { point: "lock-link:after", signal: "SIGKILL" } }).ended
  assert.strictEqual(signal, "SIGKILL")
  assert.isTrue(fs.existsSync(`${file}.lock`))
}

/** Two at a time: there may be no more than two cores. */
const twoAtATime = async <A>(items: ReadonlyArray<A>, run: (item: A) => Promise<void>) => {
  const rest = [...items]
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item)
  }
  await Promise.all([worker(), worker()])
}

describe("processes that change one file", () => {
  it("killed at any step, leave the old or the new file, and the next one goes on", { timeout: 300_000 }, async () => {
    const rounds = isSoak ? 5 : 1
    const kills = new Map<string, number>()
    const rounded = Array.from({ length: rounds }, () => FaultPoint.names).flat()
    const self = await Effect.runPromise(Effect.provide(Effect.flatMap(LocalProcess.LocalProcess, (processes) => processes.self), LocalProcess.layer))
    await twoAtATime(rounded, async (point) => {
      const file = newFile()
      if (/takeover|return/.test(point)) await leaveStaleLock(file)
      const alive = `${JSON.stringify({ ...self, token: `${self.pid}-${self.started}-0011223344556677` })}\n`
      const { signal } = await start({
        path: file,
        name: "killed",
        count: 1,
        at: { point, signal: "SIGKILL" },
        ...(/return/.test(point) ? { swapLock: alive } : {})
      }).ended
      assert.strictEqual(signal, "SIGKILL", point)
      kills.set(point, (kills.get(point) ?? 0) + 1)
      const isAfter = FaultPoint.names.indexOf(point) >= FaultPoint.names.indexOf("target-replace:after")
      assert.strictEqual(text(file), isAfter ? "zero 0\nkilled 1\n" : "zero 0\n", point)
      // the lock of this very process, put there above: nobody else will release it
      if (/return/.test(point)) fs.rmSync(`${file}.lock`, { force: true })
      await addHere(file, "next 1")
      assert.strictEqual(text(file), `zero 0\n${isAfter ? "killed 1\n" : ""}next 1\n`, point)
      assert.deepStrictEqual(fs.readdirSync(path.dirname(file)).filter((name) => !name.endsWith(".stale")), ["file", "file.bak"], point)
      assert.strictEqual(text(`${file}.bak`), isAfter ? "zero 0\nkilled 1\n" : "zero 0\n", point)
    })
    assert.strictEqual(kills.size, FaultPoint.names.length)
    if (isSoak) console.log([...kills].map(([point, count]) => `${count} kills at ${point}`).join("\n"))
  })

  it("killed at any moment, lose nothing that they said was done", { timeout: 300_000 }, async () => {
    const rounds = isSoak ? 100 : 6
    const file = newFile()
    const promised = new Set(["zero 0"])
    for (let round = 1; round <= rounds; round++) {
      const running = start({ path: file, name: `w${round}`, count: 10_000 })
      while (!running.output().includes("done")) await new Promise((resolve) => setImmediate(resolve))
      // somewhere within the next few writes
      for (let turn = 0; turn < (round * 37) % 101; turn++) await new Promise((resolve) => setImmediate(resolve))
      running.child.kill("SIGKILL")
      const { output } = await running.ended
      for (const line of output.split("\n")) if (/^done \d+$/.test(line)) promised.add(`w${round} ${line.slice(5)}`)
      const lines = text(file).split("\n")
      assert.strictEqual(lines.pop(), "")
      assert.strictEqual(new Set(lines).size, lines.length)
      assert.deepStrictEqual([...promised].filter((line) => !lines.includes(line)), [])
      assert.isTrue(lines.every((line) => /^\w+ \d+$/.test(line)))
      // keep it short
      if (lines.length > 500) {
        fs.writeFileSync(file, "zero 0\n")
        promised.clear()
        promised.add("zero 0")
      }
    }
  })

  it("started together, all have their turn", { timeout: 300_000 }, async () => {
    const file = newFile()
    const names = Array.from({ length: isSoak ? 50 : 12 }, (_, number) => `p${number}`)
    await Promise.all(names.map((name) => start({ path: file, name, count: 2 }).ended))
    assert.sameMembers(text(file).trim().split("\n"), ["zero 0", ...names.flatMap((name) => [`${name} 1`, `${name} 2`])])
    assert.deepStrictEqual(fs.readdirSync(path.dirname(file)), ["file", "file.bak"])
  })

  it("two at once take over one lock that was left behind, and neither loses", { timeout: 300_000 }, async () => {
    for (let round = 0; round < (isSoak ? 20 : 2); round++) {
      const file = newFile()
      await leaveStaleLock(file)
      await Promise.all(["a", "b"].map((name) => start({ path: file, name, count: 3 }).ended))
      assert.sameMembers(text(file).trim().split("\n"), ["zero 0", "a 1", "a 2", "a 3", "b 1", "b 2", "b 3"])
      assert.deepStrictEqual(fs.readdirSync(path.dirname(file)), ["file", "file.bak"])
    }
  })

  const stops = ["lock-link:after", "temporary-write:after", "temporary-flush:after", "hold-link:after", "target-replace:before", "target-replace:after", "backup-rename:before", "folder-flush:after"] as const
  it("stopped while holding the lock and resumed later, lose nothing and take nothing away", { timeout: 300_000 }, async () => {
    await twoAtATime(stops, async (point) => {
      const file = newFile()
      const stopped = start({ path: file, name: "stopped", count: 1, at: { point, signal: "SIGSTOP" } })
      const isStopped = () => /\) T /.test(fs.readFileSync(`/proc/${stopped.child.pid}/stat`, "utf8"))
      if (process.platform === "linux") while (!isStopped()) await new Promise((resolve) => setImmediate(resolve))
      else await new Promise((resolve) => setTimeout(resolve, 1000))
      await addHere(file, "impatient 1", { abandoned: "300 millis" })
      stopped.child.kill("SIGCONT")
      assert.strictEqual((await stopped.ended).output, "done 1\n", point)
      assert.sameMembers(text(file).trim().split("\n"), ["zero 0", "impatient 1", "stopped 1"], point)
      assert.deepStrictEqual(fs.readdirSync(path.dirname(file)), ["file", "file.bak"], point)
    })
  })
})
