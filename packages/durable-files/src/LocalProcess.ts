/**
 * Who this process is, in a way that another process can check later: process numbers are given out again, so a number
 * counts only together with the time at which its process started and the boot of the computer.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as os from "node:os"
import * as process from "node:process"
import { LocalFiles, layer as localFiles } from "./LocalFiles.js"

/** A process of some computer. @category models */
export interface ProcessIdentity {
  /** the name of the computer */
  readonly host: string
  /** changes with every start of the computer; empty if unknown */
  readonly boot: string
  /** process numbers mean something only within one of these (a container has its own); empty if unknown */
  readonly namespace: string
  readonly pid: number
  /** when the process started, in a unit of the system's own; 0 if unknown */
  readonly started: number
  /** what was started, for messages */
  readonly command: string
}

/** `Elsewhere`: it belongs to another computer, so nothing is known. @category models */
export type ProcessState = "Running" | "Gone" | "Elsewhere"

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as Effect from "effect/Effect"
 *
 * const me = Effect.flatMap(LocalProcess.LocalProcess, (processes) => processes.self).pipe(Effect.provide(LocalProcess.layer))
 * ```
 * @category tags
 */
export class LocalProcess extends Context.Tag("@dev-infra/durable-files/LocalProcess")<
  LocalProcess,
  {
    readonly self: Effect.Effect<ProcessIdentity>
    /** Whether that very process still runs. */
    readonly state: (other: ProcessIdentity) => Effect.Effect<ProcessState>
  }
>() {}

/** Whether both are processes of one computer: the same boot proves it, also after the computer was renamed. */
const isSameHost = (a: ProcessIdentity, b: ProcessIdentity): boolean => a.host === b.host || (a.boot !== "" && a.boot === b.boot)

/**
 * What is known of `other` by one who can tell which processes run here.
 *
 * @param startOf - none if no such process runs, else its start time (0 if unknown)
 */
const judge = (
  self: ProcessIdentity,
  other: ProcessIdentity,
  startOf: (pid: number) => Effect.Effect<Option.Option<number>>
): Effect.Effect<ProcessState> => {
  if (!isSameHost(self, other)) return Effect.succeed("Elsewhere")
  if (self.boot !== "" && other.boot !== "" && self.boot !== other.boot) return Effect.succeed("Gone")
  // its number says nothing here: believe that it runs
  if (self.namespace !== other.namespace) return Effect.succeed("Running")
  return Effect.map(startOf(other.pid), Option.match({
    onNone: (): ProcessState => "Gone",
    onSome: (started) => started === 0 || other.started === 0 || started === other.started ? "Running" : "Gone"
  }))
}

/** The output of a system program, empty if it cannot be run. Linux needs none, so the module is loaded only here. */
const outputOf = (command: string, args: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.try(() => process.getBuiltinModule("node:child_process").execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], env: { LC_ALL: "C", PATH: "/usr/bin:/bin:/usr/sbin:/sbin" } }).trim()).pipe(
    Effect.orElseSucceed(() => "")
  )

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // EPERM: it runs, but belongs to somebody else
    return typeof cause === "object" && cause !== null && "code" in cause && cause.code === "EPERM"
  }
}

const make = Effect.gen(function* () {
  const files = yield* LocalFiles
  const textOf = (path: string): Effect.Effect<string> =>
    files.read(path, 65_536).pipe(
      Effect.map(Option.match({ onNone: () => "", onSome: (content) => new TextDecoder().decode(content.bytes) })),
      Effect.orElseSucceed(() => "")
    )

  /** Field 22 of `/proc/PID/stat` (proc(5)); the second field may itself hold spaces and brackets, so count after its last bracket. */
  const startOnLinux = (pid: number): Effect.Effect<Option.Option<number>> =>
    Effect.map(textOf(`/proc/${pid}/stat`), (text) => {
      const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
      // a zombie (Z) or dead (X) process only waits for its parent to ask after it
      if (fields[0] === "Z" || fields[0] === "X") return Option.none()
      return Option.some(Number(fields[19] ?? 0) || 0)
    })
  const startElsewhere = (pid: number): Effect.Effect<Option.Option<number>> =>
    Effect.map(outputOf("ps", ["-o", "lstart=", "-p", String(pid)]), (text) => Option.some(Math.floor(Date.parse(text) / 1000) || 0))
  const startOf = (pid: number): Effect.Effect<Option.Option<number>> =>
    Effect.suspend(() => !exists(pid) ? Effect.succeed(Option.none()) : process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid))

  const self = yield* Effect.cached(Effect.gen(function* () {
    const boot = process.platform === "linux" ? yield* textOf("/proc/sys/kernel/random/boot_id") : yield* outputOf("sysctl", ["-n", "kern.bootsessionuuid"])
    const namespace = yield* files.readLink("/proc/self/ns/pid").pipe(Effect.map(Option.getOrElse(() => "")), Effect.orElseSucceed(() => ""))
    const started = yield* startOf(process.pid)
    return {
      host: os.hostname(),
      boot: boot.trim(),
      namespace,
      pid: process.pid,
      started: Option.getOrElse(started, () => 0),
      command: (process.argv[1] ?? process.execPath).replace(/^.*\//, "")
    }
  }))
  return LocalProcess.of({ self, state: (other) => Effect.flatMap(self, (me) => judge(me, other, startOf)) })
})

/**
 * The processes of this computer: from `/proc` on Linux, from `ps` and `sysctl` elsewhere.
 *
 * @example
 * ```ts
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 * import * as Effect from "effect/Effect"
 *
 * const running = Effect.flatMap(LocalProcess.LocalProcess, (processes) => Effect.flatMap(processes.self, processes.state)).pipe(
 *   Effect.provide(LocalProcess.layer)
 * )
 * ```
 * @category layers
 */
export const layer: Layer.Layer<LocalProcess> = Layer.effect(LocalProcess, make).pipe(Layer.provide(localFiles))

/**
 * A computer of which only `self` and `running` are known: for tests of locks left by others.
 *
 * @example
 * ```ts
 * import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
 *
 * const me = { host: "desk", boot: "b1", namespace: "", pid: 10, started: 100, command: "dev-infra" }
 * const alone = LocalProcess.layerMemory(me, () => [me])
 * ```
 * @category layers
 */
export const layerMemory = (self: ProcessIdentity, running: () => ReadonlyArray<ProcessIdentity>): Layer.Layer<LocalProcess> =>
  Layer.succeed(LocalProcess, {
    self: Effect.succeed(self),
    state: (other) =>
      judge(self, other, (pid) => Effect.sync(() => Option.map(Option.fromNullable(running().find((process) => process.pid === pid)), ({ started }) => started)))
  })
