/**
 * Other processes of this user: starting this program once more, to go on when this process has ended, and asking one to stop.
 *
 * @module
 */
import { type FileFailure, fromCode } from "@dev-infra/durable-files/FileFailure"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { spawn } from "node:child_process"
import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, renameSync, statSync } from "node:fs"
import { dirname } from "node:path"

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

/** A log that has grown to this many bytes is put aside, in the place of the one before. */
const logLimit = 1024 * 1024

const openLog = (file: string): Effect.Effect<number, FileFailure, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
        if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > logLimit) renameSync(file, `${file}.1`)
        const log = openSync(file, "a", 0o600)
        if ((fstatSync(log).mode & 0o077) !== 0) chmodSync(file, 0o600)
        return log
      },
      // What stands in the place of the folder is in its way.
      catch: (cause) => fromCode("write", file, codeOf(cause) === "EEXIST" ? "ENOTDIR" : codeOf(cause))
    }),
    (log) => Effect.sync(() => closeSync(log))
  )

/** A process that was started: its number, and what it ended with, if it has. @category models */
export interface Background {
  readonly pid: number
  readonly ended: () => { readonly code: number | null } | undefined
}

/**
 * Start a program of Node.js in a session of its own, so that neither the end of this process nor that of its terminal ends it.
 *
 * @category processes
 */
export const start = (options: {
  readonly program: string
  readonly words: ReadonlyArray<string>
  readonly environment: { readonly [name: string]: string | undefined }
  /** where its output goes; readable for its owner alone */
  readonly logFile: string
}): Effect.Effect<Background, FileFailure> =>
  Effect.scoped(
    Effect.flatMap(openLog(options.logFile), (log) =>
      Effect.async<Background, FileFailure>((resume) => {
        // The folder of the log, for the one that this was called in may be removed, or be on a disk that is to be taken out.
        const child = spawn(process.execPath, [options.program, ...options.words], { cwd: dirname(options.logFile), detached: true, env: options.environment, stdio: ["ignore", log, log] })
        let end: { readonly code: number | null } | undefined
        child.once("exit", (code) => (end = { code }))
        child.once("error", (cause) => resume(Effect.fail(fromCode("start", process.execPath, codeOf(cause)))))
        child.once("spawn", () => {
          child.unref()
          resume(child.pid === undefined ? Effect.dieMessage("a process without a number") : Effect.succeed({ pid: child.pid, ended: () => end }))
        })
      })
    )
  )

/**
 * Ask a process to stop. False if it is not there, or not of this user.
 *
 * @category processes
 */
export const askToStop = (pid: number): Effect.Effect<boolean> =>
  Effect.sync(() => {
    try {
      return process.kill(pid, "SIGTERM")
    } catch {
      return false
    }
  })
