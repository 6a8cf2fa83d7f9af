/**
 * The surroundings of this process.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import { accessSync, constants } from "node:fs"
import { availableParallelism, hostname } from "node:os"
import { quote } from "./Next.js"
import type { Signals } from "./NodeSignals.js"
import type { Surroundings } from "./Surroundings.js"

/**
 * What the launcher knows. `program` is the file that was started, `folder` that of the built program, `version` that of the package, `cacheFolder` where compiled
 * code is kept.
 *
 * @category models
 */
export interface Start {
  readonly program: string
  readonly folder: string
  readonly version: string
  readonly cacheFolder: string | undefined
}

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** npm and npx put these folders on the PATH of what they start; they are not on the PATH of the shell. */
const isAddedByNpm = (folder: string): boolean => /\/node_modules\/\.bin\/?$|\/node-gyp-bin\/?$/.test(folder)

const foldersAbove = (folder: string): ReadonlyArray<string> => {
  const parts = folder.split("/")
  return parts.map((_, at) => parts.slice(0, parts.length - at).join("/"))
}

const invocation = (program: string, workingFolder: string): string => {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder.startsWith("/") && !isAddedByNpm(folder))
  if (folders.some((folder) => isExecutable(`${folder}/dev-infra`))) return "dev-infra"
  const isLinked = foldersAbove(workingFolder).some((folder) => isExecutable(`${folder}/node_modules/.bin/dev-infra`))
  return isLinked ? "npx dev-infra" : quote(program)
}

/** Beside the program as it is built stands a folder with nothing but the command. */
const commandFolder = (folder: string): string | undefined => (isExecutable(`${folder}/command/dev-infra`) ? `${folder}/command` : undefined)

/** The working folder may have been removed; then its name is what the shell last said. */
const workingFolderNow = (): string => {
  try {
    return process.cwd()
  } catch {
    return process.env["PWD"] ?? "/"
  }
}

/**
 * The surroundings of this process, as the launcher and its signals say.
 *
 * @category constructors
 */
export const make = ({ cacheFolder, folder, program, version }: Start, { holdSignals, stopRequested }: Signals): Surroundings["Type"] => {
  const workingFolder = workingFolderNow()
  return {
    environment: process.env,
    homeFolder: process.env["HOME"],
    workingFolder,
    hostName: hostname,
    processors: availableParallelism,
    readableStack: (stack) => Effect.map(Effect.promise(() => import("./SourcePositions.js")), ({ withSources }) => withSources(stack)),
    crash: Effect.async<never>(() => void process.kill(process.pid, "SIGKILL")),
    invocation: Effect.sync(() => invocation(program, workingFolder)),
    program: `${folder}/dev-infra.cjs`,
    stopRequested,
    holdSignals,
    runtime: process.execPath,
    processId: process.pid,
    version,
    cacheFolder,
    taskFolder: `${folder}/shim`,
    pathFolder: commandFolder(folder)
  }
}
