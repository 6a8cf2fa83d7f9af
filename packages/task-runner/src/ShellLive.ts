/**
 * Scripts in the computer's bash.
 *
 * Streams that nobody reads here are handed to the script as they are, without pipes. Whoever reads the terminal stays in the terminal's process group, so that
 * it may read at all and gets what is typed, Ctrl-C included; every other script leads a group of its own. Where there are many, small shells that are kept start them.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Layer from "effect/Layer"
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process"
import * as fs from "node:fs"
import { Socket } from "node:net"
import * as os from "node:os"
import * as process from "node:process"
import { isatty } from "node:tty"
import { captureLimit, RunningGroups, Shell, ShellFailure, type ShellScript, type ShellStreams, type Sink } from "./Shell.js"
import { argumentsOf, type Interpreter, longestArgument, placesOf, statusOf } from "./shell/Bash.js"
import * as LaneRequest from "./shell/LaneRequest.js"
import * as Lanes from "./shell/Lanes.js"
import { end, isGroupLeft, killAll, signalGroup } from "./shell/ProcessGroup.js"

const isProgram = (path: string): boolean => {
  try {
    fs.accessSync(path, fs.constants.X_OK)
    return fs.statSync(path).isFile()
  } catch {
    return false
  }
}

const findInterpreter: Effect.Effect<Interpreter | undefined> = Effect.gen(function* () {
  const bash = placesOf("bash", process.env["PATH"]).find(isProgram)
  if (bash !== undefined) return { path: bash, isBash: true }
  const sh = placesOf("sh", process.env["PATH"]).find(isProgram)
  if (sh === undefined) return undefined
  yield* Effect.logWarning(`there is no bash on this computer: commands run in ${sh}, where some of what Taskfiles use means nothing`)
  return { path: sh, isBash: false }
})

/** A script that is too long for an argument, as a file that is gone from its folder already. */
const asFile = (script: string): number => {
  const path = `${os.tmpdir()}/dev-infra-script-${process.pid}-${process.hrtime.bigint()}`
  const descriptor = fs.openSync(path, "wx+", 0o600)
  fs.unlinkSync(path)
  fs.writeSync(descriptor, `exec 3<&-; ${script}`)
  return descriptor
}

const kindOf = (sink: Sink): "inherit" | "ignore" | "pipe" => (typeof sink === "function" ? "pipe" : sink)

const start = (interpreter: Interpreter, script: ShellScript, streams: ShellStreams, isGroup: boolean): ChildProcess => {
  const stdio: StdioOptions = [streams.stdin === "inherit" ? "inherit" : "ignore", kindOf(streams.stdout), kindOf(streams.stderr)]
  const options = { cwd: script.directory, env: { ...script.environment, PWD: script.directory }, detached: isGroup }
  if (Buffer.byteLength(script.script) <= longestArgument) return spawn(interpreter.path, argumentsOf(interpreter, script), { ...options, stdio })
  const descriptor = asFile(script.script)
  try {
    return spawn(interpreter.path, argumentsOf(interpreter, { ...script, script: ". /dev/fd/3" }), { ...options, stdio: [...stdio, descriptor] })
  } finally {
    fs.closeSync(descriptor)
  }
}

const isFolder = (path: string): boolean => {
  try {
    return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  } catch {
    return false
  }
}

const failureOf = (script: ShellScript, cause: unknown): ShellFailure => {
  const detail = !isFolder(script.directory) ? "there is no such folder" : cause instanceof Error ? cause.message : String(cause)
  return new ShellFailure({ reason: "Failed", directory: script.directory, detail })
}

/** Whoever a script leaves behind may hold its streams open for ever; so many milliseconds are given to what the script itself wrote. */
const patience = 500

/** Read what is left of its streams; whoever still holds them keeps them, but this program does not stay for that. */
const drain = (child: ChildProcess, isPatient: boolean, done: () => void): void => {
  const timer = isPatient
    ? undefined
    : setTimeout(() => {
        for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref()
        done()
      }, patience)
  child.once("close", () => {
    clearTimeout(timer)
    done()
  })
}

/** What runs now: groups by their leaders, and those that read the terminal. */
interface Running {
  readonly groups: Set<number>
  readonly readers: Set<number>
  /** groups whose leaders a signal ended, but not all others: they hear of the next one */
  readonly left: Set<number>
  wasSignalled: boolean
  /** all was ended by force: nothing runs any more */
  isOver: boolean
}

/** The computer's shell, its lanes, and what runs in it. */
interface Runtime {
  readonly interpreter: Interpreter
  readonly lanes: Lanes.Lanes | undefined
  readonly running: Running
}

/** It has ended. */
const forget = (running: Running, pid: number): void => {
  running.readers.delete(pid)
  if (running.groups.delete(pid) && running.wasSignalled && isGroupLeft(pid)) running.left.add(pid)
}

type Resume = (result: Effect.Effect<number, ShellFailure>) => void

/** Start a script; gives what ends it, if there is something to end. */
const runDirectly = ({ interpreter, running }: Runtime, script: ShellScript, streams: ShellStreams, isGroup: boolean, isPatient: boolean, resume: Resume): Effect.Effect<void> => {
  const ended = Deferred.unsafeMake<void>(FiberId.none)
  const known = isGroup ? running.groups : running.readers
  let hasEnded = false
  try {
    const child = start(interpreter, script, streams, isGroup)
    const { pid, stderr, stdout } = child
    if (typeof streams.stdout === "function") stdout?.on("data", streams.stdout)
    if (typeof streams.stderr === "function") stderr?.on("data", streams.stderr)
    child.once("exit", (code, signal) => {
      hasEnded = true
      Deferred.unsafeDone(ended, Effect.void)
      if (pid !== undefined) forget(running, pid)
      const finish = () => resume(Effect.succeed(statusOf(code, signal, os.constants.signals)))
      if (stdout === null && stderr === null) finish()
      else drain(child, isPatient, finish)
    })
    child.on("error", (cause) => {
      if (pid === undefined) resume(Effect.fail(failureOf(script, cause)))
    })
    if (pid === undefined) return Effect.void
    known.add(pid)
    return end(pid, isGroup, ended, () => hasEnded)
  } catch (cause) {
    resume(Effect.fail(failureOf(script, cause)))
    return Effect.void
  }
}

/** Let a lane start a script; gives what ends it. */
const runInLane = ({ running }: Runtime, lane: Lanes.Lane, request: string, script: ShellScript, resume: Resume): Effect.Effect<void> => {
  const started = Deferred.unsafeMake<number | undefined>(FiberId.none)
  const ended = Deferred.unsafeMake<void>(FiberId.none)
  let hasEnded = false
  let leader: number | undefined
  lane.send(request, {
    started: (pid) => {
      leader = pid
      running.groups.add(pid)
      if (running.isOver) killAll([pid])
      Deferred.unsafeDone(started, Effect.succeed(pid))
    },
    ended: (status) => {
      hasEnded = true
      Deferred.unsafeDone(started, Effect.succeed(undefined))
      Deferred.unsafeDone(ended, Effect.void)
      if (leader !== undefined) forget(running, leader)
      if (status !== undefined) return resume(Effect.succeed(status))
      if (leader !== undefined) signalGroup(leader, "SIGKILL")
      resume(Effect.fail(new ShellFailure({ reason: "Failed", directory: script.directory, detail: "the shell that started it is gone" })))
    }
  })
  return Effect.flatMap(Deferred.await(started), (pid) => (pid === undefined || hasEnded ? Effect.void : end(pid, true, ended, () => hasEnded)))
}

const runIn = (runtime: Runtime, script: ShellScript, streams: ShellStreams, isPatient: boolean): Effect.Effect<number, ShellFailure> =>
  Effect.async((resume) => {
    const isGroup = !(streams.stdin === "inherit" && isatty(0))
    const { interpreter, lanes } = runtime
    let isWanted = true
    let stop: Effect.Effect<void> = Effect.void
    const begin = (lane: Lanes.Lane | undefined): void => {
      if (!isWanted) return lane?.release()
      if (runtime.running.isOver) {
        lane?.release()
        return resume(Effect.fail(new ShellFailure({ reason: "Failed", directory: script.directory, detail: "all was ended by force" })))
      }
      const request = lane === undefined ? undefined : LaneRequest.make(lane.place, script, argumentsOf(interpreter, script), streams)
      if (lane !== undefined && request !== undefined) {
        stop = runInLane(runtime, lane, request, script, resume)
      } else {
        lane?.release()
        stop = runDirectly(runtime, script, streams, isGroup, isPatient, resume)
      }
    }
    const needsPipes = typeof streams.stdout === "function" || typeof streams.stderr === "function"
    if (lanes === undefined || !isGroup || needsPipes || !isFolder(script.directory) || !LaneRequest.canHandOn(script.environment)) begin(undefined)
    else lanes.take(script, begin)
    return Effect.suspend(() => {
      isWanted = false
      return stop
    })
  })

const captureIn = (runtime: Runtime, script: ShellScript, streams: Omit<ShellStreams, "stdout">): Effect.Effect<{ readonly status: number; readonly output: string }, ShellFailure> =>
  Effect.gen(function* () {
    const pieces: Array<Uint8Array> = []
    let size = 0
    const tooMuch = yield* Deferred.make<never, ShellFailure>()
    const stdout = (bytes: Uint8Array): void => {
      size += bytes.length
      if (size <= captureLimit) pieces.push(bytes)
      else Deferred.unsafeDone(tooMuch, Effect.fail(new ShellFailure({ reason: "Failed", directory: script.directory, detail: "it printed more than 16 MiB" })))
    }
    const status = yield* Effect.raceFirst(runIn(runtime, script, { ...streams, stdout }, true), Deferred.await(tooMuch))
    return { status, output: Buffer.concat(pieces).toString("utf8") }
  })

const make = Effect.gen(function* () {
  const running: Running = { groups: new Set(), readers: new Set(), left: new Set(), wasSignalled: false, isOver: false }
  const prepared = yield* Effect.cached(
    Effect.map(findInterpreter, (interpreter): Runtime | undefined =>
      interpreter === undefined ? undefined : { interpreter, running, lanes: interpreter.isBash ? Lanes.make(interpreter.path) : undefined }
    )
  )
  let made: Runtime | undefined
  yield* Effect.addFinalizer(() => Effect.sync(() => made?.lanes?.close()))
  const withRuntime = <A>({ directory }: ShellScript, use: (runtime: Runtime) => Effect.Effect<A, ShellFailure>): Effect.Effect<A, ShellFailure> =>
    Effect.flatMap(prepared, (runtime) => {
      made = runtime
      return runtime === undefined ? Effect.fail(new ShellFailure({ reason: "Missing", directory, detail: "there is neither bash nor sh on the PATH" })) : use(runtime)
    })
  const shell = Shell.of({
    run: (script, streams) => withRuntime(script, (runtime) => runIn(runtime, script, streams, false)),
    capture: (script, streams) => withRuntime(script, (runtime) => captureIn(runtime, script, streams))
  })
  const signal: RunningGroups["Type"]["signal"] = (name) =>
    Effect.sync(() => {
      running.wasSignalled = true
      const groups = [...running.groups, ...running.left]
      if (name !== "SIGKILL") return groups.forEach((leader) => signalGroup(leader, name))
      running.isOver = true
      killAll([...groups, ...running.readers])
    })
  return Context.make(Shell, shell).pipe(Context.add(RunningGroups, { signal }))
})

/**
 * The computer's bash; where there is none its `sh`, with a warning.
 *
 * @example
 * ```ts
 * import * as Shell from "@dev-infra/task-runner/Shell"
 * import * as ShellLive from "@dev-infra/task-runner/ShellLive"
 * import * as Effect from "effect/Effect"
 *
 * export const version = Effect.flatMap(Shell.Shell, (shell) =>
 *   shell.capture({ script: "git --version", directory: "/", environment: { PATH: "/usr/bin:/bin" }, set: [], shopt: [] }, { stdin: "none", stderr: "ignore" })
 * ).pipe(Effect.provide(ShellLive.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<Shell | RunningGroups> = Layer.scopedContext(make)
