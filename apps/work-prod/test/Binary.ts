/**
 * The built program, run as a user runs it: in a home of its own, with nothing inherited but the path of Node.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

export const app = resolve(dirname(fileURLToPath(import.meta.url)), "..")
export const program = join(app, "bin/work-prod.cjs")

const newest = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true }).reduce((time, entry) => {
    const path = join(folder, entry.name)
    return Math.max(time, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }, 0)

/** Build what is older than its sources, so that a test never runs yesterday's program. */
export const ensureBuilt = (): void => {
  const packages = resolve(app, "../../packages")
  const sources = [join(app, "src"), join(app, "scripts"), ...readdirSync(packages).map((name) => join(packages, name, "src"))]
  const built = join(app, "dist/work-prod.cjs")
  const time = Math.max(...sources.filter((folder) => existsSync(folder)).map(newest))
  if (!existsSync(built) || statSync(built).mtimeMs < time) execFileSync(process.execPath, [join(app, "scripts/bundle.mjs")], { stdio: "inherit" })
}

export interface Place {
  /** an empty folder, the HOME and the working folder of what runs */
  readonly home: string
  readonly environment: { readonly [name: string]: string }
}

/** A fresh place that is gone after the test. `work-prod` is on the PATH. */
export const makePlace = (): Place => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "work-prod-test-")))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const home = join(root, "home")
  const bin = join(root, "bin")
  mkdirSync(home)
  mkdirSync(bin)
  symlinkSync(program, join(bin, "work-prod"))
  symlinkSync(process.execPath, join(bin, "node"))
  return {
    home,
    environment: {
      HOME: home,
      PATH: [bin, ...(process.env["PATH"] ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"))].join(delimiter),
      LANG: "C.UTF-8",
      TERM: "xterm-256color",
      TZ: "UTC"
    }
  }
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  /** 128 and the number of the signal, as a shell says it, where a signal ended it */
  readonly exitCode: number
}

export interface Options {
  readonly input?: string
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly folder?: string
}

const signalNumbers: { readonly [name: string]: number } = { SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
  /** Returns once the output so far holds what is looked for; fails with that output if the program ends before. */
  readonly shows: (pattern: RegExp) => Promise<RegExpExecArray>
}

/** Start a program; it is gone after the test. */
export const begin = (place: Place, command: string, words: ReadonlyArray<string>, options: Options = {}): Running => {
  const child = spawn(command, words, { cwd: options.folder ?? place.home, env: { ...place.environment, ...options.environment }, stdio: ["pipe", "pipe", "pipe"] })
  let stdout = ""
  let stderr = ""
  let looks: Array<() => void> = []
  const look = () => {
    for (const each of looks) each()
  }
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
    look()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
    look()
  })
  child.stdin.on("error", () => undefined)
  child.stdin.end(options.input ?? "")
  const ended = new Promise<Ended>((done, fail) => {
    child.on("error", fail)
    child.on("close", (code, signal) => done({ stdout, stderr, exitCode: code ?? 128 + (signalNumbers[signal ?? ""] ?? 0) }))
  })
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL")
    await ended.catch(() => undefined)
  })
  const shows = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((done, fail) => {
      const attempt = () => {
        const found = pattern.exec(stdout) ?? pattern.exec(stderr)
        if (found === null) return
        looks = looks.filter((each) => each !== attempt)
        done(found)
      }
      looks.push(attempt)
      attempt()
      void ended.then((end) => fail(new Error(`${command} ${words.join(" ")} ended with ${end.exitCode} and never showed ${String(pattern)}:\n${stdout}${stderr}`)), fail)
    })
  return { child, stdout: () => stdout, stderr: () => stderr, ended, shows }
}

/** Run a command to its end. */
export const run = (place: Place, command: string, words: ReadonlyArray<string>, options: Options = {}): Promise<Ended> => begin(place, command, words, options).ended

/** Run `work-prod` to its end. */
export const workProd = (place: Place, words: ReadonlyArray<string>, options: Options = {}): Promise<Ended> => run(place, process.execPath, [program, ...words], options)

export interface Served extends Running {
  readonly url: string
  /** Ask it to stop, and wait until it has. */
  readonly stop: (signal?: "SIGINT" | "SIGKILL" | "SIGTERM") => Promise<Ended>
}

const served = async (running: Running): Promise<Served> => {
  const [, url = ""] = await running.shows(/listens at (http:\S+?)\.?\s/)
  return {
    ...running,
    url,
    stop: (signal = "SIGTERM") => {
      running.child.kill(signal)
      return running.ended
    }
  }
}

/** Run `work-prod serve` at a free port, and wait until it listens. */
export const serve = (place: Place, words: ReadonlyArray<string> = [], options: Options = {}): Promise<Served> =>
  served(begin(place, process.execPath, [program, "serve", "--port", "0", ...words], options))

/** The same with a terminal as standard output. */
export const serveOnTerminal = (place: Place, words: ReadonlyArray<string> = []): Promise<Served> =>
  served(begin(place, "python3", [join(app, "test/terminal.py"), process.execPath, program, "serve", "--port", "0", ...words]))

/** Whether there is a pseudo-terminal to test on; in CI there has to be. */
export const hasTerminal = (): boolean => {
  try {
    execFileSync("python3", ["-c", "import pty"], { stdio: "ignore" })
    return true
  } catch {
    if (process.env["CI"] !== undefined) throw new Error("python3 is needed to test on a terminal")
    return false
  }
}
