/**
 * The work-prod server over PostgreSQL beside the same server over a file. Run by `npm run bench -- work-prod-postgres`.
 *
 * The database is made on the server that DATABASE_URL names, else on that of this computer, and dropped again. Both servers are measured in
 * turn, job by job, so that a machine that slows down does so for both. Needs psql.
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

/** Milliseconds of the middle one of some requests, after one that does not count. */
const repeat = async (count, call) => {
  await call()
  const times = []
  while (times.length < count) times.push(await timed(call))
  return median(times)
}

/** Batches of 1,000, some of them in milliseconds for each. */
const batchesOf = async (count, call, itemOf) => (await timed(async () => {
  for (const part of range(count)) await call("POST", "/api/projects/batch", { items: range(1000, part * 1000).map(itemOf) })
})) / count

/** What is measured, in this order: each job gives its milliseconds. `known` is what those before it have found out of the server. */
const jobs = {
  "import of 10,000": ({ call }) => timed(() => call("POST", "/api/projects/import", { projects: range(10_000).map(projectOf) })),
  "batch of 1,000 creations": async ({ call, known }) => {
    const figure = await batchesOf(2, call, (index) => ({ uid: uidOf(index), project: { name: `batch-${index}` } }))
    known.id = JSON.parse(await call("GET", "/api/projects?cursor=&limit=1")).projects[0].id
    known.cursor = encodeURIComponent(JSON.parse(await call("GET", "/api/projects/changes?limit=1")).cursor)
    return figure
  },
  "batch of 1,000 updates": async ({ call }) => {
    const updates = (count, text) => batchesOf(count, call, (index) => ({ uid: uidOf(index), project: { description: `${text} ${index}`, path: `/home/somebody/${text}/${index}` } }))
    await updates(1, "first")
    return updates(2, "change")
  },
  "full list": ({ call }) => repeat(3, () => call("GET", "/api/projects")),
  "search, 100 hits": ({ call }) => repeat(11, () => call("GET", "/api/projects?search=foo")),
  "get by id": async ({ call, known: { id } }) => {
    await eachOf(300, (index) => call("GET", `/api/projects/${id + index}`))
    return eachOf(1000, (index) => call("GET", `/api/projects/${id + (index % 9000)}`))
  },
  PATCH: async ({ call, known: { id } }) => {
    await eachOf(200, (index) => call("PATCH", `/api/projects/${id + index}`, { description: `first ${index}` }))
    return eachOf(800, (index) => call("PATCH", `/api/projects/${id + (index % 9000)}`, { description: `change ${index}` }))
  },
  "10 changes since a cursor": ({ call, known: { cursor } }) => repeat(21, () => call("GET", `/api/projects/changes?since=${cursor}&limit=10`)),
  "1,000 changes since a cursor": ({ call, known: { cursor } }) => repeat(5, () => call("GET", `/api/projects/changes?since=${cursor}&limit=1000`))
}

/** Milliseconds for each job on both servers, which take turns so that a machine that slows down does so for both. */
const measure = async (file, postgresql, isEven) => {
  const figures = { file: {}, postgresql: {} }
  const servers = [["file", { ...file, known: {} }], ["postgresql", { ...postgresql, known: {} }]]
  for (const [index, [what, job]] of Object.entries(jobs).entries()) {
    for (const [kind, server] of (index % 2 === 0) === isEven ? servers : servers.toReversed()) figures[kind][what] = await job(server)
  }
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
      const servers = await Promise.all([{}, { DATABASE_URL: url.href }].map((environment, index) => startServer(join(area, `${round}-${index}`), environment)))
      const [file, postgresql] = servers
      try {
        const figures = await measure(file, postgresql, round % 2 === 0)
        collected.file.push(figures.file)
        collected.postgresql.push(figures.postgresql)
      } finally {
        await Promise.all(servers.map(({ stop }) => stop()))
      }
      sql(`DROP DATABASE ${database} WITH (FORCE)`)
    }
    let kept = true
    for (const what of Object.keys(jobs)) {
      const [file, shared] = [collected.file, collected.postgresql].map((all) => median(all.map((figures) => figures[what])))
      console.log(`${what.padEnd(28)} ${file.toFixed(2).padStart(10)} ms   PostgreSQL: ${shared.toFixed(2).padStart(10)} ms`)
      // Twice the time is half the rate.
      kept = printGoal(`${what} with PostgreSQL beside a file`, shared / file, 2) && kept
    }
    if (!kept) process.exitCode = 1
  } finally {
    sql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
    rmSync(area, { recursive: true, force: true })
  }
}
