/**
 * The work-prod server over PostgreSQL beside the same server over a file. Run by `npm run bench -- work-prod-postgres`.
 *
 * The database is made on the server that DATABASE_URL names, else on that of this computer, and dropped again. Both servers are measured in
 * turn, so that a machine that slows down does so for both. Needs psql.
 */
import { execFileSync, spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { isInstalled, machine, printGoal } from "./measure.mjs"

const program = fileURLToPath(new URL("../apps/work-prod/bin/work-prod.cjs", import.meta.url))
const postgres = process.env.DATABASE_URL ?? "postgres://postgres@127.0.0.1:5432/postgres"
const database = `work_prod_bench_${process.pid}`
const area = mkdtempSync(join(tmpdir(), "work-prod-bench-"))
const rounds = 3

const range = (count, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]
const sql = (text) => execFileSync("psql", ["-XqAt", "-d", postgres, "-c", text], { stdio: ["ignore", "pipe", "ignore"] })
const timed = async (work) => {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** Starts a server that asks for no key, on a new database. */
const startServer = async (home, environment) => {
  const { DATABASE_URL: _, ...outer } = process.env
  const child = spawn(process.execPath, [program, "serve", "--port", "0", "--no-auth", "--log-level", "none"], {
    env: { ...outer, DEV_INFRA_HOME: home, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const url = await new Promise((found, failed) => {
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)))
    createInterface({ input: child.stdout }).on("line", (line) => {
      const address = /http:\/\/[^\s/]+:\d+/.exec(line)
      if (address !== null) found(address[0])
    })
  })
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const call = (method, path, body) =>
    new Promise((done, failed) => {
      const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const headers = sent === undefined ? {} : { "content-type": "application/json", "content-length": sent.length }
      const started = request(`${url}${path}`, { method, agent, headers }, (response) => {
        const chunks = []
        response.on("data", (chunk) => chunks.push(chunk))
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8")
          if (response.statusCode >= 300) failed(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`))
          else done(text)
        })
      })
      started.once("error", failed)
      started.end(sent)
    })
  const stop = () =>
    new Promise((done) => {
      agent.destroy()
      child.removeAllListeners("exit")
      child.once("exit", done)
      child.kill("SIGTERM")
    })
  return { call, stop }
}

const projectOf = (index) => ({
  name: `project-${index}`,
  description: `What this project is for, in a sentence of usual length${index % 100 === 0 ? ", with foo" : ""}.`,
  organization: `organization-${index % 50}`,
  remote_url: `https://git.example.invalid/acme/repository-${index}.git`,
  path: `/home/somebody/Projects/team-${index % 40}/repository-${index}`
})
const uidOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`

/** Milliseconds for each of many requests, eight at a time. */
const eachOf = async (count, send) => {
  let next = 0
  const worker = async () => {
    while (next < count) await send(next++)
  }
  return (await timed(() => Promise.all(range(8).map(worker)))) / count
}

/** Milliseconds for each job on a server. */
const measure = async ({ call }) => {
  const imported = await timed(() => call("POST", "/api/projects/import", { projects: range(10_000).map(projectOf) }))
  const batches = await timed(async () => {
    for (const part of range(3)) await call("POST", "/api/projects/batch", { items: range(1000, part * 1000).map((index) => ({ uid: uidOf(index), project: { name: `batch-${index}` } })) })
  })
  const { id } = JSON.parse(await call("GET", "/api/projects?cursor=&limit=1")).projects[0]
  const changed = await call("GET", "/api/projects/changes?limit=1")
  const repeat = async (count, path) => {
    await call("GET", path)
    const times = []
    while (times.length < count) times.push(await timed(() => call("GET", path)))
    return median(times)
  }
  const figures = { "import of 10,000": imported, "batch of 1,000": batches / 3, "full list": await repeat(5, "/api/projects") }
  await repeat(1, "/api/projects?search=foo")
  figures["search, 100 hits"] = await repeat(11, "/api/projects?search=foo")
  await eachOf(500, (index) => call("GET", `/api/projects/${id + index}`))
  figures["get by id"] = await eachOf(4000, (index) => call("GET", `/api/projects/${id + (index % 9000)}`))
  await eachOf(200, (index) => call("PATCH", `/api/projects/${id + index}`, { description: `first ${index}` }))
  figures["PATCH"] = await eachOf(2000, (index) => call("PATCH", `/api/projects/${id + (index % 9000)}`, { description: `change ${index}` }))
  figures["10 changes since a cursor"] = await repeat(21, `/api/projects/changes?since=${encodeURIComponent(JSON.parse(changed).cursor)}&limit=10`)
  return figures
}

if (!isInstalled("psql")) console.log("not installed here: psql")
else {
  try {
    console.log(machine())
    const collected = { file: [], postgresql: [] }
    for (const round of range(rounds)) {
      sql(`CREATE DATABASE ${database} TEMPLATE template0 ENCODING 'UTF8'`)
      const url = new URL(postgres)
      url.pathname = `/${database}`
      for (const [kind, environment] of [["file", {}], ["postgresql", { DATABASE_URL: url.href }]]) {
        const server = await startServer(join(area, `${kind}-${round}`), environment)
        collected[kind].push(await measure(server))
        await server.stop()
      }
      sql(`DROP DATABASE ${database} WITH (FORCE)`)
    }
    let kept = true
    for (const what of Object.keys(collected.file[0])) {
      const [file, shared] = [collected.file, collected.postgresql].map((all) => median(all.map((figures) => figures[what])))
      console.log(`${what.padEnd(28)} ${file.toFixed(2).padStart(10)} ms   PostgreSQL: ${shared.toFixed(2).padStart(10)} ms`)
      kept = printGoal(`${what} with PostgreSQL beside a file`, shared / file, 2) && kept
    }
    if (!kept) process.exitCode = 1
  } finally {
    sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    rmSync(area, { recursive: true, force: true })
  }
}
