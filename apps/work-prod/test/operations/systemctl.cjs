/**
 * Plays `systemctl` for a machine of a test: it starts and stops what the unit files of that machine say. The first argument is the root of
 * the machine. What a unit's program prints goes to `journal/UNIT`, and its process id to `run/UNIT`.
 */
"use strict"

const { spawn, spawnSync } = require("node:child_process")
const fs = require("node:fs")
const path = require("node:path")

const [root, verb, ...words] = process.argv.slice(2)

const fail = (why) => {
  process.stderr.write(`systemctl: ${why}\n`)
  process.exit(1)
}

/** The settings of a unit; the last one of a name counts. */
const read = (unit) => {
  const file = path.join(root, "etc/systemd/system", unit.includes(".") ? unit : `${unit}.service`)
  if (!fs.existsSync(file)) fail(`Unit ${unit} not found.`)
  const lines = fs.readFileSync(file, "utf8").split("\n").filter((line) => /^[A-Za-z]+=/.test(line))
  return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]))
}

/** The words of a command line, as systemd reads them: quotes keep words together, `%%` is a percent sign. */
const split = (line) => Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => (quoted ?? plain).replaceAll("%%", "%"))

const environmentOf = (unit) => {
  const file = unit.get("EnvironmentFile")
  const lines = file === undefined ? [] : fs.readFileSync(file, "utf8").split("\n").filter((line) => /^\w+=/.test(line))
  return { HOME: path.join(root, "var/lib/work-prod"), PATH: process.env.PATH, ...Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])) }
}

const pidFile = (name) => path.join(root, "run", name)

const start = (name) => {
  if (name === "nginx") {
    // A test of the configuration leaves an empty one.
    const file = path.join(root, "run/nginx.pid")
    const running = fs.existsSync(file) && fs.readFileSync(file, "utf8") !== ""
    const { status } = spawnSync("nginx", running ? ["-s", "reload"] : [], { stdio: "inherit" })
    return status === 0 ? undefined : fail("nginx did not start")
  }
  const unit = read(name)
  const [program, ...args] = split(unit.get("ExecStart"))
  const journal = fs.openSync(path.join(root, "journal", name), "a")
  const options = { env: environmentOf(unit), cwd: root, stdio: ["ignore", journal, journal] }
  if (unit.get("Type") === "oneshot") {
    const { status } = spawnSync(program, args, options)
    return status === 0 ? undefined : fail(`Job for ${name}.service failed.`)
  }
  const child = spawn(program, args, { ...options, detached: true })
  fs.writeFileSync(pidFile(name), String(child.pid))
  child.unref()
}

const isRunning = (pid) => {
  try {
    // A process that has ended and that nobody asked about is none.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

const stop = (name) => {
  if (!fs.existsSync(pidFile(name))) return
  const pid = Number(fs.readFileSync(pidFile(name), "utf8"))
  fs.rmSync(pidFile(name))
  if (isRunning(pid)) process.kill(pid, "SIGTERM")
  while (isRunning(pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
}

const names = words.filter((word) => !word.startsWith("-"))
for (const folder of ["run", "journal"]) fs.mkdirSync(path.join(root, folder), { recursive: true })
if (verb === "daemon-reload") process.exit(0)
for (const name of names) {
  if (verb === "enable") {
    if (read(name).get("WantedBy") === undefined) fail(`the unit ${name} has no [Install]`)
    if (words.includes("--now") && !name.endsWith(".timer")) start(name)
  } else if (verb === "start") start(name)
  else if (verb === "stop") stop(name)
  else if (verb === "reload" && name === "nginx") start(name)
  else if (verb === "restart") {
    stop(name)
    start(name)
  } else fail(`Unknown command verb ${verb}.`)
}
