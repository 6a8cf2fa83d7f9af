/**
 * Sync beside what it must not be much slower than: `dev-infra list`. Run by `npm run bench -- sync`.
 *
 * Whole processes against a work-prod server on the loopback, with 10,000 projects; then the three-way comparison alone, with 100,000.
 * How many requests a sync sends is a matter of tests; here they are only printed, as the server counted them.
 */
import { spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { compare, machine, medianOf, printGoal, printTable } from "./measure.mjs"

const cli = fileURLToPath(new URL("../apps/cli/dist/dev-infra.cjs", import.meta.url))
const server = fileURLToPath(new URL("../apps/work-prod/bin/work-prod.cjs", import.meta.url))
const comparison = fileURLToPath(new URL("sync-compare.mjs", import.meta.url))
const area = mkdtempSync(join(tmpdir(), "dev-infra-sync-bench-"))
const node = process.execPath

let kept = true
const goal = (...parts) => {
  kept = printGoal(...parts) && kept
}
const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]

const projectOf = (index) => ({
  id: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  name: `repo-${String(index).padStart(5, "0")}`,
  path: join(area, `projects/t${index % 20}/repo-${index}`),
  template: "standard-project",
  version: "0.8.0",
  created: "2025-12-19",
  repository: `https://git.example.invalid/acme/repo-${index}.git`,
  status: "active",
  description: "What this project is for, in a sentence of usual length.",
  organization: `organization-${index % 50}`,
  tags: ["one", "two"]
})

const makeHome = (name, count) => {
  const home = join(area, name)
  mkdirSync(home, { mode: 0o700 })
  const projects = Array.from({ length: count }, (_, index) => projectOf(index))
  writeFileSync(join(home, "registry.json"), `${JSON.stringify({ version: "1.0", projects }, null, 2)}\n`)
  return home
}

/** A server on a new database and a free port; `since` tells which requests it answered since it was asked last. */
const startServer = async (name) => {
  const home = join(area, name)
  const log = join(area, `${name}.log`)
  const child = spawn(node, [server, "serve", "--port", "0"], { env: { ...process.env, DEV_INFRA_HOME: home, NO_COLOR: "1" }, stdio: ["ignore", "pipe", openSync(log, "w")] })
  const url = await new Promise((found, failed) => {
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${readFileSync(log, "utf8")}`)))
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /http:\/\/[^\s/]+:\d+/.exec(line)
      if (address !== null) found(address[0])
    })
  })
  let seen = 0
  const since = () => {
    const lines = readFileSync(log, "utf8").split("\n").filter((line) => line.includes("/api/") && !line.includes("PATCH"))
    const fresh = lines.slice(seen)
    seen = lines.length
    return fresh
  }
  const stop = () =>
    new Promise((done) => {
      child.removeAllListeners("exit")
      child.once("exit", done)
      child.kill("SIGTERM")
    })
  return { url, key: /wp_\S+/.exec(readFileSync(join(home, "work-prod", "work-prod.db.key"), "utf8"))?.[0], since, stop }
}

const patch = ({ key, url }, path, body, method = "PATCH") =>
  new Promise((done, failed) => {
    const sent = JSON.stringify(body)
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "content-length": Buffer.byteLength(sent) }
    const started = request(`${url}/api/projects${path}`, { method, headers }, (response) => {
      response.resume()
      response.once("end", () => (response.statusCode < 300 ? done() : failed(new Error(`${method} ${path}: ${response.statusCode}`))))
    })
    started.once("error", failed)
    started.end(sent)
  })

const environmentOf = (home, { key, url }) => ({ DEV_INFRA_HOME: home, XDG_CACHE_HOME: join(area, "cache"), DEV_INFRA_API_URL: url, DEV_INFRA_API_KEY: key })

const once = (home, remote, ...words) => {
  const start = performance.now()
  const { status, stderr, stdout } = spawnSync(node, [cli, ...words], { env: { ...process.env, ...environmentOf(home, remote) }, encoding: "utf8", maxBuffer: 1 << 30 })
  const millis = performance.now() - start
  if (status !== 0) throw new Error(`dev-infra ${words.join(" ")} ended with ${status}: ${stderr}${stdout.slice(0, 500)}`)
  return { millis, stdout }
}

const line = (what, text) => console.log(`  ${what.padEnd(52)} ${text.padStart(12)}`)

try {
  console.log(machine())

  console.log("\nFirst push of 10,000 projects")
  const firsts = []
  for (const round of [0, 1, 2]) {
    const remote = await startServer(`first-server-${round}`)
    const home = makeHome(`first-${round}`, 10_000)
    once(home, remote, "list")
    remote.since()
    firsts.push(once(home, remote, "push").millis)
    if (round === 0) line("requests", String(remote.since().length))
    await remote.stop()
  }
  line("push", `${median(firsts).toFixed(0)} ms`)
  goal("first push of 10,000", median(firsts), 3000, "ms")

  const remote = await startServer("server")
  const home = makeHome("home", 10_000)
  once(home, remote, "push")
  once(home, remote, "pull")
  remote.since()
  once(home, remote, "push")
  line("requests of a push with nothing to do", String(remote.since().length))
  once(home, remote, "pull")
  line("requests of a pull with nothing to do", String(remote.since().length))
  const program = (name, ...words) => ({ name, command: [node, cli, ...words], env: environmentOf(home, remote) })
  const idle = compare([program("dev-infra list", "list"), program("dev-infra push", "push"), program("dev-infra pull", "pull"), program("dev-infra status", "status")], { rounds: 11, warmUp: 2 })
  printTable("Nothing to do, 10,000 projects", idle, "dev-infra list")
  goal("push with nothing to do beside list", medianOf(idle, "dev-infra push") / medianOf(idle, "dev-infra list"), 2)
  goal("pull with nothing to do beside list", medianOf(idle, "dev-infra pull") / medianOf(idle, "dev-infra list"), 2)

  // Ten rows get another description before every pull. The copy of the home and the ten requests are not in the time.
  const pulls = []
  const lists = []
  for (let round = -1; round < 9; round++) {
    for (let index = 1; index <= 10; index++) await patch(remote, `/${index * 900}`, { description: `Round ${round}` })
    remote.since()
    const { millis } = once(home, remote, "pull")
    if (round === 0) line("requests of a pull of 10 changes", String(remote.since().length))
    if (round >= 0) pulls.push(millis)
    if (round >= 0) lists.push(once(home, remote, "list").millis)
  }
  console.log("\nPull of 10 changes among 10,000")
  line("pull", `${median(pulls).toFixed(0)} ms`)
  line("list", `${median(lists).toFixed(0)} ms`)
  goal("pull of 10 changes beside list", median(pulls) / median(lists), 3)
  await remote.stop()

  console.log("\nThree-way comparison of 100,000 projects")
  const runs = [0, 1, 2].map(() => {
    const { status, stderr, stdout } = spawnSync(node, ["--expose-gc", comparison, "100000"], { encoding: "utf8" })
    if (status !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  })
  const { alone, differing, others, pairs } = runs[0]
  line("pairs, of which differ; only here; only there", `${pairs}, ${differing}; ${alone}; ${others}`)
  line("what it holds at the end", `${median(runs.map(({ retained }) => retained)).toFixed(0)} MiB`)
  goal("comparison of 100,000", median(runs.map(({ millis }) => millis)), 1000, "ms")
  goal("memory above its inputs", median(runs.map(({ peak }) => peak)), 100, "MiB")
  if (!kept) process.exitCode = 1
} finally {
  rmSync(area, { recursive: true, force: true })
}
