/**
 * `--engine task`: the whole line goes to the user's own `task`, once it was seen to be one that reports failures.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { execFile, spawn } from "node:child_process"
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs"
import { constants as system, tmpdir } from "node:os"
import { type CommandError, CommandFailed } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import type { ExitCode } from "../../ExitCode.js"
import { Surroundings } from "../../Surroundings.js"
import { withoutEngine } from "./line.js"

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** All programs `task` on the PATH that are not this one. */
const candidates = (path: string | undefined, ownFolder: string): ReadonlyArray<string> => {
  const own = `${ownFolder}/task`
  const all = (path ?? "").split(":").filter((folder) => folder.startsWith("/")).map((folder) => `${folder.replace(/\/+$/, "")}/task`)
  return [...new Set(all)].filter((file) => isProgram(file) && (!isProgram(own) || realpathSync(file) !== realpathSync(own)))
}

interface Answer {
  readonly status: number | undefined
  readonly output: string
}

const ask = (program: string, words: ReadonlyArray<string>, folder: string, environment: NodeJS.ProcessEnv): Effect.Effect<Answer> =>
  Effect.async<Answer>((resume) => {
    const child = execFile(program, words, { cwd: folder, env: environment, timeout: 10_000, maxBuffer: 1 << 20 }, (error, stdout) =>
      resume(Effect.succeed({ status: error === null ? 0 : typeof error.code === "number" ? error.code : undefined, output: stdout }))
    )
    return Effect.sync(() => void child.kill("SIGKILL"))
  })

const test = "version: '3'\ntasks:\n  default:\n    silent: true\n    cmds:\n      - exit 7\n"

/** Why a program is not the `task` that is meant; nothing if it is. */
const flawOf = (program: string, environment: NodeJS.ProcessEnv): Effect.Effect<string | undefined> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(`${tmpdir()}/dev-infra-task-`)),
    (folder) =>
      Effect.gen(function* () {
        writeFileSync(`${folder}/Taskfile.yml`, test)
        const version = yield* ask(program, ["--version"], folder, environment)
        if (version.status !== 0 || !/^(?:Task version: )?v?3\.\d+\.\d+/.test(version.output.trim())) return "it does not say a version 3 as task does"
        const failed = yield* ask(program, ["--exit-code", "default"], folder, environment)
        if (failed.status === 0) return "it ends with 0 when a task fails, as some wrappers of it do"
        return failed.status === 7 ? undefined : `it ends with ${failed.status ?? "a signal"} when a command ends with 7`
      }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const identityOf = (program: string): string => {
  const { ctimeMs, ino, mtimeMs, size } = statSync(program)
  return JSON.stringify([program, realpathSync(program), ino, size, mtimeMs, ctimeMs])
}

/** The same, remembered as long as the program is the same file. Only that one was found good is remembered. */
const knownFlawOf = (program: string, cacheFolder: string | undefined, environment: NodeJS.ProcessEnv): Effect.Effect<string | undefined> =>
  Effect.gen(function* () {
    const identity = identityOf(program)
    const note = `${cacheFolder}/engine.json`
    try {
      if (cacheFolder !== undefined && readFileSync(note, "utf8") === identity) return undefined
    } catch {
      // Not tried yet.
    }
    const flaw = yield* flawOf(program, environment)
    if (flaw !== undefined || cacheFolder === undefined) return flaw
    try {
      mkdirSync(cacheFolder, { recursive: true, mode: 0o700 })
      writeFileSync(note, identity, { mode: 0o600 })
    } catch {
      // It is tried again then.
    }
    return undefined
  })

const numberOf = (signal: NodeJS.Signals | null): number => (signal === null ? 1 : 128 + system.signals[signal])

/** In the same terminal, with the same streams. It gets what is typed there; other signals are handed on. */
const handOver = (program: string, words: ReadonlyArray<string>, environment: NodeJS.ProcessEnv): Effect.Effect<ExitCode, CommandFailed, Surroundings> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { holdSignals, workingFolder } = yield* Surroundings
      const child = yield* Effect.try({
        try: () => spawn(program, words, { cwd: workingFolder, env: environment, stdio: "inherit" }),
        catch: (error) => new CommandFailed({ what: `${program} cannot be started`, why: String(error) })
      })
      yield* holdSignals((signal) => void (signal === "SIGINT" || child.kill(signal)))
      return yield* Effect.async<ExitCode, CommandFailed>((resume) => {
        child.once("error", (error) => resume(Effect.fail(new CommandFailed({ what: `${program} cannot be started`, why: error.message }))))
        child.once("exit", (code, signal) => resume(Effect.succeed(code ?? numberOf(signal))))
      })
    })
  )

/** Hand the words to the user's own `task`. @category commands */
export const run = (words: ReadonlyArray<string>): Effect.Effect<ExitCode, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const { cacheFolder, environment, taskFolder } = yield* Surroundings
    const flaws: Array<string> = []
    for (const program of candidates(environment["PATH"], taskFolder)) {
      const flaw = yield* knownFlawOf(program, cacheFolder, environment)
      if (flaw === undefined) return yield* handOver(program, withoutEngine(words), environment)
      flaws.push(`${program}: ${flaw}`)
    }
    return yield* new CommandFailed(
      flaws.length === 0
        ? { what: "--engine task needs your own task, and there is none on the PATH", hint: "install it (https://taskfile.dev), or leave --engine out: dev-infra runs Taskfiles by itself" }
        : { what: "--engine task needs a task that reports failures", why: flaws.join("; "), hint: "install it from https://taskfile.dev, or leave --engine out: dev-infra runs Taskfiles by itself" }
    )
  })
