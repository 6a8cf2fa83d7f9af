/**
 * A PostgreSQL of a test's own, which may be stopped under load: its cluster lies in a temporary folder, it listens at a free
 * port of this computer, and both are gone after the test.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { onTestFinished } from "vitest"

/** Debian keeps the programs of each version in a folder that is not on the PATH. */
const debianFolders = (): ReadonlyArray<string> => {
  const root = "/usr/lib/postgresql"
  return existsSync(root) ? readdirSync(root).map((version) => join(root, version, "bin")) : []
}

const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...debianFolders()]
const programs = folders.map((folder) => realpathOf(join(folder, "initdb"))).find((found) => found !== undefined)

function realpathOf(program: string): string | undefined {
  return existsSync(program) ? join(realpathSync(program), "..") : undefined
}

/** Whether the programs of PostgreSQL are here; in CI they have to be. */
export const hasPostgresPrograms = (): boolean => {
  if (programs === undefined && process.env["CI"] !== undefined) throw new Error("PostgreSQL's initdb and postgres are needed to restart a PostgreSQL under load")
  return programs !== undefined
}

const programPath = (name: string): string => join(programs ?? "", name)

/** PostgreSQL refuses to run as root, so root lets somebody else run it. */
const owner = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string, user: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }))
  try {
    return { uid: id("-u", "postgres"), gid: id("-g", "postgres") }
  } catch {
    return { uid: id("-u", "nobody"), gid: id("-g", "nobody") }
  }
}

/** A port that was free a moment ago. PostgreSQL cannot choose one itself. */
const freePort = (): Promise<number> =>
  new Promise((found, failed) => {
    const probe = createServer()
    probe.once("error", failed)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => found(typeof address === "object" && address !== null ? address.port : 0))
    })
  })

export interface PrivatePostgres {
  /** the address of its first database, as DATABASE_URL has it */
  readonly url: string
  /** the address of another one */
  readonly urlOf: (database: string) => string
  /** Runs statements as its superuser and gives what they print. */
  readonly psql: (statements: string) => string
  /** `fast` ends all connections and writes a checkpoint; `immediate` is a crash: at the next start it recovers from its log. */
  readonly stop: (how: "fast" | "immediate") => Promise<void>
  readonly start: () => Promise<void>
  /** the process that all others of it come from */
  readonly pid: () => number
}

export interface PrivateOptions {
  /** more lines of its configuration */
  readonly settings?: { readonly [name: string]: string }
  /** what it is started through, if anything: a command that runs the command behind it, for a folder of the cluster's owner */
  readonly through?: (folder: string) => ReadonlyArray<string>
  /** the address of the one that it is a standby of; without it a new cluster is made */
  readonly standbyOf?: string
}

const ready = (child: ChildProcess): Promise<void> =>
  new Promise((done, failed) => {
    let log = ""
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text
      if (/ready to accept (?:read-only )?connections/.test(log)) done()
    })
    child.once("error", failed)
    child.once("exit", (code) => failed(new Error(`PostgreSQL ended with ${code}:\n${log}`)))
  })

/** Make a cluster and start it. */
export const startPrivatePostgres = async ({ settings = {}, standbyOf, through = () => [] }: PrivateOptions = {}): Promise<PrivatePostgres> => {
  const identity = owner()
  const root = realpathSync(mkdtempSync(join(tmpdir(), "work-prod-postgres-")))
  const data = join(root, "data")
  mkdirSync(data, { mode: 0o700 })
  for (const folder of [root, data]) if (identity !== undefined) chownSync(folder, identity.uid, identity.gid)
  // The environment of a person may lead PostgreSQL's programs elsewhere.
  const env = { PATH: process.env["PATH"] ?? "", LANG: "C.UTF-8", TZ: "UTC" }
  const common = { cwd: root, env, ...identity }
  const made: readonly [string, ReadonlyArray<string>] =
    standbyOf === undefined
      ? ["initdb", ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]]
      : ["pg_basebackup", ["-d", standbyOf, "-D", data, "-R", "-X", "stream", "-c", "fast", "--no-sync"]]
  execFileSync(programPath(made[0]), made[1], { ...common, stdio: "ignore" })

  let child: ChildProcess | undefined
  let port = 0
  const [first, ...rest] = [...through(root), programPath("postgres")]
  const launch = async (): Promise<void> => {
    const given = { port: String(port), listen_addresses: "127.0.0.1", unix_socket_directories: "", shared_buffers: "16MB", max_connections: "120", ...settings }
    const words = Object.entries(given).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const started = spawn(first ?? "", [...rest, "-D", data, ...words], { ...common, stdio: ["ignore", "ignore", "pipe"] })
    child = started
    await ready(started)
  }
  const end = (signal: NodeJS.Signals): Promise<void> =>
    new Promise((done) => {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return done()
      child.removeAllListeners("exit")
      child.once("exit", () => done())
      child.kill(signal)
    })
  onTestFinished(async () => {
    await end("SIGQUIT")
    rmSync(root, { recursive: true, force: true })
  })

  // Somebody else may take the port in between.
  for (let attempt = 1; ; attempt++) {
    port = await freePort()
    try {
      await launch()
      break
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
  const urlOf = (database: string): string => `postgresql://postgres@127.0.0.1:${port}/${database}`
  const url = urlOf("postgres")
  return {
    url,
    urlOf,
    pid: () => child?.pid ?? 0,
    psql: (statements) => execFileSync(programPath("psql"), ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", statements], { ...common, encoding: "utf8" }).trim(),
    stop: (how) => end(how === "fast" ? "SIGINT" : "SIGQUIT"),
    start: launch
  }
}
