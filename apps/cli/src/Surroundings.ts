/**
 * What the process was started with.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"

/** By which the process is asked to end. @category models */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP"

/**
 * The service: the environment variables, the working folder, the home directory as `HOME` says it, and what to type in the
 * working folder to start this program (`dev-infra`, `npx dev-infra`, or the whole path).
 *
 * @category tags
 */
export class Surroundings extends Context.Tag("dev-infra/Surroundings")<
  Surroundings,
  {
    readonly environment: { readonly [name: string]: string | undefined }
    readonly workingFolder: string
    readonly homeFolder: string | undefined
    readonly hostName: () => string
    /** How many processors this process may use. */
    readonly processors: () => number
    /** A stack trace that names the sources instead of the bundle. */
    readonly readableStack: (stack: string) => Effect.Effect<string>
    /** End this process as a crash would, without any cleaning up; for tests of what a crash leaves behind. */
    readonly crash: Effect.Effect<never>
    readonly invocation: Effect.Effect<string>
    /** The file that Node.js runs to start this program once more. */
    readonly program: string
    /** Returns when this process is asked to end (Ctrl-C, SIGTERM, the terminal is closed), and is not interrupted then. */
    readonly stopRequested: Effect.Effect<void>
    /** While the scope is open, requests to end interrupt nothing: each is only told. */
    readonly holdSignals: (tell: (signal: StopSignal) => void) => Effect.Effect<void, never, Scope.Scope>
    /** The Node.js that runs this program. */
    readonly runtime: string
    /** The number of its process. */
    readonly processId: number
    /** The version of this program. */
    readonly version: string
    /** Where what can be found out again is kept for the next start; a folder that only this user can write. None if there is no place for it. */
    readonly cacheFolder: string | undefined
    /** A folder with nothing but a program `task`, which is `dev-infra task`. */
    readonly taskFolder: string
    /** A folder that makes `dev-infra` a command if it is put on the PATH; none if there is no such folder. */
    readonly pathFolder: string | undefined
  }
>() {}

/**
 * Surroundings of a test: a process in `/work` of a user whose home is `/home/user`.
 *
 * @category layers
 */
export const layerMemory = (environment: { readonly [name: string]: string } = {}): Layer.Layer<Surroundings> =>
  Layer.succeed(Surroundings, {
    environment,
    workingFolder: "/work",
    homeFolder: "/home/user",
    hostName: () => "laptop",
    processors: () => 2,
    invocation: Effect.succeed("dev-infra"),
    program: "/opt/dev-infra/dev-infra.cjs",
    stopRequested: Effect.never,
    holdSignals: () => Effect.void,
    runtime: "/usr/bin/node",
    processId: 1,
    version: "0.0.0",
    cacheFolder: undefined,
    taskFolder: "/opt/dev-infra/shim",
    pathFolder: undefined,
    readableStack: Effect.succeed,
    crash: Effect.dieMessage("crashed")
  })
