/**
 * The work-prod server beside what work-prod 0.3.0 needed for the same on this kind of machine. Run by `npm run bench -- work-prod`.
 *
 * The figures of 0.3.0 (gunicorn with 4 workers, SQLite, 2 cores shared with the load client) were measured once and stand in
 * `before`: it cannot be installed from here. Rates of durable writes are printed beside what one fsync takes on the disk used.
 */
import { execFileSync, spawn } from "node:child_process"
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { isInstalled, machine, printGoal } from "./measure.mjs"

const program = fileURLToPath(new URL("../apps/work-prod/bin/work-prod.cjs", import.meta.url))
const area = mkdtempSync(join(tmpdir(), "work-prod-bench-"))

/** What 0.3.0 needed, in the units printed below. */
const before = { import: 28_700, list: 342, get: 1146, patch: 392, search: 16.5, memory: 258 }

let kept = true
const goal = (...parts) => {
  kept = printGoal(...parts) && kept
}
/** A rate is promised as a least, so its inverse is printed as a goal. */
const goalRate = (what, measured, promised) => {
  const holds = measured >= promised
  console.log(`  goal: ${what}: ${Math.round(measured)} a second, promised at least ${promised}: ${holds ? "kept" : "MISSED"}`)
  kept = holds && kept
}

const median = (numbers) => numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)]
const timed = async (work) => {
  const start = performance.now()
  const result = await work()
  return { millis: performance.now() - start, result }
}

/** Milliseconds of one write of 4 KiB with fsync, the median of 200. */
const fsyncTime = () => {
  const file = openSync(join(area, "fsync"), "w")
  const page = Buffer.alloc(4096)
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now()
    writeSync(file, page)
    fsyncSync(file)
    return performance.now() - start
  })
  closeSync(file)
  return median(times)
}

/** Starts a server on a new database and a free port. */
const startServer = async (name) => {
  const home = join(area, name)
  const child = spawn(process.execPath, [program, "serve", "--port", "0"], {
    env: { ...process.env, DEV_INFRA_HOME: home, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", openSync(join(area, `${name}.log`), "w")]
  })
  let text = ""
  const url = await new Promise((found, failed) => {
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}: ${text}${readFileSync(join(area, `${name}.log`), "utf8")}`)))
    createInterface({ input: child.stdout }).on("line", (line) => {
      text += `${line}\n`
      const address = /http:\/\/[^\s/]+:\d+/.exec(line)
      if (address !== null) found(address[0])
    })
  })
  const keyFile = join(home, "work-prod", "work-prod.db.key")
  const key = /wp_\S+/.exec(readFileSync(keyFile, "utf8"))?.[0]
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const call = (method, path, body) =>
    new Promise((done, failed) => {
      const sent = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      const options = { method, agent, headers: { authorization: `Bearer ${key}`, ...(sent === undefined ? {} : { "content-type": "application/json", "content-length": sent.length }) } }
      const started = request(`${url}${path}`, options, (response) => {
        const chunks = []
        response.on("data", (chunk) => chunks.push(chunk))
        response.on("end", () => {
          const bytes = Buffer.concat(chunks)
          if (response.statusCode >= 300) failed(new Error(`${method} ${path}: ${response.statusCode} ${bytes.toString("utf8", 0, 300)}`))
          else done({ bytes, json: () => JSON.parse(bytes.toString("utf8")) })
        })
      })
      started.once("error", failed)
      started.end(sent)
    })
  return {
    url,
    key,
    call,
    memory: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    stop: () =>
      new Promise((done) => {
        agent.destroy()
        child.removeAllListeners("exit")
        child.once("exit", done)
        child.kill("SIGTERM")
      })
  }
}

const projectOf = (index, prefix = "") => ({
  name: `${prefix}project-${index}`,
  description: `What this project is for, in a sentence of usual length${index % 100 === 0 ? ", with foo" : ""}.`,
  organization: `organization-${index % 50}`,
  classification: ["primary", "secondary", "archive", "maintenance"][index % 4],
  status: ["active", "paused", "completed", "cancelled"][Math.floor(index / 4) % 4],
  remote_url: `https://git.example.invalid/acme/${prefix}repository-${index}.git`,
  path: `/home/somebody/Projects/team-${index % 40}/${prefix}repository-${index}`
})
const uidOf = (index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`
const range = (count, from = 0) => Array.from({ length: count }, (_, index) => from + index)

/** Requests a second with 8 connections on one thread of wrk, the median of three runs of 3 seconds. */
const rate = (server, method, path, ids) => {
  const script = join(area, `${method}.lua`)
  writeFileSync(
    script,
    `local n = 0
wrk.method = "${method}"
wrk.headers["Authorization"] = "Bearer ${server.key}"
wrk.headers["Content-Type"] = "application/json"
request = function()
  n = n + 1
  ${method === "PATCH" ? `wrk.body = '{"description":"change ' .. n .. ' ' .. math.random(1000000000) .. '"}'` : ""}
  return wrk.format(nil, "${path}" .. (${ids.first} + math.random(0, ${ids.count - 1})))
end
done = function(summary) io.write("errors " .. (summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.connect) .. "\\n") end
`
  )
  const runs = range(3).map(() => {
    const output = execFileSync("wrk", ["-t1", "-c8", "-d3s", "--latency", "-s", script, server.url], { encoding: "utf8" })
    if (!/^errors 0$/m.test(output)) throw new Error(`${method}: ${output}`)
    return { rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]), slow: /99%\s+(\S+)/.exec(output)?.[1] }
  })
  return runs.toSorted((left, right) => left.rate - right.rate)[1]
}

const line = (what, text, old) => console.log(`  ${what.padEnd(44)} ${text.padStart(22)}${old === undefined ? "" : `   0.3.0: ${old}`}`)

try {
  console.log(machine())
  const fsync = fsyncTime()
  console.log(`one write of 4 KiB with fsync: ${fsync.toFixed(3)} ms`)

  console.log("\n10,000 projects")
  const imports = []
  const batches = []
  for (const round of range(3)) {
    const server = await startServer(`import-${round}`)
    const projects = range(10_000).map((index) => projectOf(index))
    imports.push((await timed(() => server.call("POST", "/api/projects/import", { projects }))).millis)
    await server.stop()
    const second = await startServer(`batch-${round}`)
    const items = range(10_000).map((index) => ({ uid: uidOf(index), project: projectOf(index) }))
    const { millis } = await timed(async () => {
      for (const chunk of range(10)) await second.call("POST", "/api/projects/batch", { items: items.slice(chunk * 1000, chunk * 1000 + 1000) })
    })
    batches.push(millis)
    await second.stop()
  }
  line("import", `${median(imports).toFixed(0)} ms`, `${before.import} ms, ${(median(imports) / before.import).toFixed(3)} x`)
  goal("import of 10,000", median(imports), 1000, "ms")
  line("10 batches of 1,000", `${median(batches).toFixed(0)} ms`)
  goal("batch of 10,000", median(batches), 2000, "ms")

  const server = await startServer("read")
  await server.call("POST", "/api/projects/import", { projects: range(10_000).map((index) => projectOf(index)) })
  const repeat = async (count, path) => {
    const times = []
    let bytes = 0
    for (const round of range(count + 2)) {
      const { millis, result } = await timed(() => server.call("GET", path))
      bytes = result.bytes.length
      if (round >= 2) times.push(millis)
    }
    return { millis: median(times), bytes }
  }
  const list = await repeat(11, "/api/projects")
  line("full list", `${list.millis.toFixed(1)} ms, ${list.bytes} B`, `${before.list} ms, ${(list.millis / before.list).toFixed(2)} x`)
  goal("full list of 10,000", list.millis, 120, "ms")
  const search = await repeat(21, "/api/projects?search=foo")
  line("search, 100 hits", `${search.millis.toFixed(2)} ms, ${search.bytes} B`, `${before.search} ms, ${(search.millis / before.search).toFixed(2)} x`)
  goal("search over 10,000", search.millis, 10, "ms")
  const first = (await server.call("GET", "/api/projects?cursor=&limit=1")).json().projects[0].id
  if (isInstalled("wrk")) {
    const ids = { first, count: 10_000 }
    const get = rate(server, "GET", "/api/projects/", ids)
    line("get by id, 8 connections", `${Math.round(get.rate)} a second`, `${before.get}, ${(get.rate / before.get).toFixed(1)} x; p99 ${get.slow}`)
    goalRate("get by id", get.rate, 5000)
    const patch = rate(server, "PATCH", "/api/projects/", ids)
    line("PATCH, durable, 8 connections", `${Math.round(patch.rate)} a second`, `${before.patch}, ${(patch.rate / before.patch).toFixed(1)} x; p99 ${patch.slow}`)
    goalRate("PATCH", patch.rate, 2000)
    console.log(`  one fsync for each would allow ${Math.round(1000 / fsync)} a second; changes that wait are made durable together`)
  } else console.log("  not installed here: wrk (get by id, PATCH)")

  const feed = async (total) => {
    const { cursor } = await lastPage(server)
    for (const index of range(10)) await server.call("PATCH", `/api/projects/${first + index * 997}`, { description: `seen ${total} ${index} ${performance.now()}` })
    const path = `/api/projects/changes?since=${encodeURIComponent(cursor)}`
    const told = (await server.call("GET", path)).json().changes.length
    if (told !== 10) throw new Error(`the feed tells ${told} changes instead of 10`)
    return repeat(21, path)
  }
  const lastPage = async (from) => {
    let page = { cursor: "", more: true }
    while (page.more) page = (await from.call("GET", `/api/projects/changes?since=${encodeURIComponent(page.cursor)}&limit=1000`)).json()
    return page
  }
  const few = await feed(10_000)
  line("10 changes since a cursor, among 10,000", `${few.millis.toFixed(2)} ms`)
  for (const chunk of range(9)) {
    await server.call("POST", "/api/projects/import", { projects: range(10_000, 10_000 + chunk * 10_000).map((index) => projectOf(index)) })
  }

  console.log("\n100,000 projects")
  const many = await feed(100_000)
  line("10 changes since a cursor, among 100,000", `${many.millis.toFixed(2)} ms`, `independent of the total: ${(many.millis / few.millis).toFixed(2)} x of 10,000`)
  goal("10 changes among 100,000", many.millis, 5, "ms")
  const whole = await repeat(3, "/api/projects")
  line("full list", `${whole.millis.toFixed(0)} ms, ${whole.bytes} B`)
  const memory = server.memory()
  line("memory after lists of 100,000 (RSS)", `${memory.toFixed(0)} MiB`, `${before.memory} MiB (PSS, at 10,000)`)
  goal("memory at 100,000", memory, 200, "MiB")
  await server.stop()
} finally {
  rmSync(area, { recursive: true, force: true })
}
if (!kept) process.exitCode = 1
