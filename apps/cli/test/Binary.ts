/**
 * The built program, run as a user runs it: in a home of its own, with nothing inherited but the path of Node and git.
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"

export const app = resolve(dirname(fileURLToPath(import.meta.url)), "..")
export const program = join(app, "bin/dev-infra.cjs")

const newest = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((time, entry) => {
    const path = join(folder, entry.name)
    return Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }, 0)

/** Build what is older than its sources, so that a test never runs yesterday's program. */
export const ensureBuilt = (): void => {
  const packages = resolve(app, "../../packages")
  const sources = [join(app, "src"), join(app, "scripts"), join(packages, "templates/templates"), ...readdirSync(packages).map((name) => join(packages, name, "src"))]
  const built = join(app, "dist/dev-infra.cjs")
  const time = Math.max(...sources.filter((folder) => existsSync(folder)).map(newest))
  if (!existsSync(built) || statSync(built).mtimeMs < time) execFileSync(process.execPath, [join(app, "scripts/bundle.mjs")], { stdio: "inherit" })
}

export interface Place {
  /** an empty folder, the HOME and the working folder of what runs */
  readonly home: string
  readonly environment: { readonly [name: string]: string }
  readonly remove: () => void
}

/** Compiled code is kept from run to run, as a user's is: without it each start takes half as long again. */
const sharedCache = (): string => {
  const folder = resolve(app, "../../.cache/compiled")
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

/** A fresh place. `dev-infra` is on the PATH. With `ownCache`, no compiled code is there yet. */
export const makePlace = (options: { readonly ownCache?: boolean } = {}): Place => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "dev-infra-test-")))
  const home = join(root, "home")
  const bin = join(root, "bin")
  mkdirSync(home)
  mkdirSync(bin)
  symlinkSync(program, join(bin, "dev-infra"))
  symlinkSync(process.execPath, join(bin, "node"))
  return {
    home,
    environment: {
      HOME: home,
      PATH: [bin, ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"))].join(delimiter),
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      TZ: "UTC",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      XDG_CACHE_HOME: options.ownCache === true ? join(root, "cache") : sharedCache()
    },
    remove: () => rmSync(root, { recursive: true, force: true })
  }
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  /** 128 and the number of the signal, as a shell says it, where a signal ended it */
  readonly exitCode: number
}

const signalNumbers: { readonly [name: string]: number } = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** Run a command to its end. */
export const run = (
  place: Place,
  command: string,
  words: ReadonlyArray<string>,
  options: {
    readonly input?: string
    readonly environment?: { readonly [name: string]: string | undefined }
    readonly onStart?: (child: { readonly kill: (signal: NodeJS.Signals) => boolean; readonly onStderr: (listen: (text: string) => void) => void }) => void
    readonly folder?: string
  } = {}
): Promise<Ended> =>
  new Promise((done, fail) => {
    const environment = { ...place.environment, ...options.environment }
    const child = spawn(command, words, { cwd: options.folder ?? place.home, env: environment, stdio: ["pipe", "pipe", "pipe"] })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.stdin.on("error", () => undefined)
    child.stdin.end(options.input ?? "")
    child.on("error", fail)
    child.on("close", (code, signal) => done({ stdout, stderr, exitCode: code ?? 128 + (signalNumbers[signal ?? ""] ?? 0) }))
    options.onStart?.({ kill: (signal) => child.kill(signal), onStderr: (listen) => void child.stderr.on("data", listen) })
  })

/** Run `dev-infra`. */
export const devInfra = (place: Place, words: ReadonlyArray<string>, options: Parameters<typeof run>[3] = {}): Promise<Ended> =>
  run(place, process.execPath, [program, ...words], options)

/** Run `dev-infra` on a pseudo-terminal of 100 columns; `typed` is what is typed. Both streams come back as one. */
export const devInfraOnTerminal = (place: Place, shellLine: string, typed: string, options: Parameters<typeof run>[3] = {}): Promise<Ended> =>
  run(place, "python3", [join(app, "test/terminal.py"), shellLine], { ...options, input: typed })

/** Whether there is a pseudo-terminal to test on; in CI there has to be. */
export const hasTerminal = (): boolean => {
  try {
    execFileSync("python3", ["-c", "import pty"], { stdio: "ignore" })
    return true
  } catch {
    if (process.env["CI"] !== undefined) throw new Error("python3 is needed to test on a terminal")
    console.warn("python3 is not there: tests on a terminal are left out")
    return false
  }
}
