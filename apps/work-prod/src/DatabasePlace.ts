/**
 * Where the database lies: where `--database` says, else in the home of dev-infra.
 *
 * @module
 */
import * as HomePaths from "@dev-infra/registry/HomePaths"
import * as Effect from "effect/Effect"
import { access, constants, mkdir, stat } from "node:fs/promises"
import { dirname, resolve } from "node:path"
import { CommandFailed } from "./CommandError.js"
import type { Line } from "./Declaration.js"
import * as Settings from "./Settings.js"
import { Surroundings } from "./Surroundings.js"

/** The absolute path of the database file; `isOurs` if the folder around it is this program's own. */
interface Place {
  readonly file: string
  readonly isOurs: boolean
}

const place = (line: Line): Effect.Effect<Place, CommandFailed, Surroundings> =>
  Effect.gen(function* () {
    const { environment, homeFolder, workingFolder } = yield* Surroundings
    const named = yield* Settings.find(line, "database")
    if (named?.text.includes("\0") === true || named?.text === "") return yield* new CommandFailed({ what: `${named.name} must name a file` })
    if (named !== undefined) return { file: resolve(workingFolder, named.text), isOurs: false }
    const home = HomePaths.resolve({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
    if (!HomePaths.isFault(home)) return { file: resolve(home.folder, "work-prod/work-prod.db"), isOurs: true }
    const { fix, what } = HomePaths.explainFault(home)
    return yield* new CommandFailed({ what, hint: `${fix}, or say --database FILE` })
  })

const codeOf = (cause: unknown): string => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "")

const clauses: { readonly [code: string]: string } = {
  EACCES: "permission denied",
  EEXIST: "it is not a folder",
  ENOENT: "it does not exist",
  ENOSPC: "no space left on the disk",
  ENOTDIR: "it lies below something that is no folder",
  EPERM: "permission denied",
  EROFS: "the file system is read-only"
}

/** The end of a sentence about a file, from what the system said. @category sentences */
export const clause = (cause: unknown): string => {
  const code = codeOf(cause)
  return clauses[code] ?? (code === "" ? "the system refused" : `the system refused (${code})`)
}

const kindOf = (path: string) =>
  Effect.tryPromise({ try: () => stat(path), catch: (cause) => cause }).pipe(
    Effect.map((found) => (found.isDirectory() ? ("Folder" as const) : found.isFile() ? ("File" as const) : ("Other" as const))),
    Effect.catchAll((cause) =>
      codeOf(cause) === "ENOENT" ? Effect.succeed("Nothing" as const) : Effect.fail(new CommandFailed({ what: `the database ${path} cannot be looked at: ${clause(cause)}`, cause }))
    )
  )

const refuseOthers = (file: string, kind: "File" | "Folder" | "Nothing" | "Other") =>
  kind === "Folder" || kind === "Other" ? Effect.fail(new CommandFailed({ what: `the database ${file} is ${kind === "Folder" ? "a folder" : "no regular file"}`, hint: "name a file" })) : Effect.void

const mayWrite = (path: string, name: string) =>
  Effect.tryPromise({
    try: () => access(path, constants.W_OK),
    catch: (cause) => new CommandFailed({ what: `${name} cannot be written: ${clause(cause)}`, hint: "name another database with --database FILE", cause })
  })

const makeFolder = (folder: string) =>
  Effect.tryPromise({
    try: () => mkdir(folder, { recursive: true, mode: HomePaths.folderMode }),
    // ENOENT: the folder around it is there, yet nobody may make one in it, as below /proc.
    catch: (cause) => new CommandFailed({ what: `the folder ${folder} cannot be made: ${codeOf(cause) === "ENOENT" ? "the file system does not allow it" : clause(cause)}`, hint: "set DEV_INFRA_HOME to a folder that can be written, or say --database FILE", cause })
  })

/**
 * The database file of a server, with its folder. The folder is made, for its owner only, where it is this program's own.
 *
 * @category places
 */
export const forServer = (line: Line): Effect.Effect<string, CommandFailed, Surroundings> =>
  Effect.gen(function* () {
    const { file, isOurs } = yield* place(line)
    const folder = dirname(file)
    if (isOurs) {
      yield* makeFolder(folder)
    } else {
      const around = yield* kindOf(folder)
      if (around === "Nothing") return yield* new CommandFailed({ what: `the folder ${folder} does not exist`, hint: "make it, or name another database" })
      if (around !== "Folder") return yield* new CommandFailed({ what: `${folder} is no folder`, hint: "name another database" })
    }
    const kind = yield* kindOf(file)
    yield* refuseOthers(file, kind)
    yield* mayWrite(folder, `the folder ${folder}`)
    if (kind === "File") yield* mayWrite(file, `the database ${file}`)
    return file
  })

/**
 * The database file that a server has made before.
 *
 * @category places
 */
export const existing = (line: Line): Effect.Effect<string, CommandFailed, Surroundings> =>
  Effect.gen(function* () {
    const { file } = yield* place(line)
    const kind = yield* kindOf(file)
    if (kind === "Nothing") return yield* new CommandFailed({ what: `there is no database at ${file}`, hint: "work-prod serve makes one at its first start; --database FILE names another place" })
    yield* refuseOthers(file, kind)
    return file
  })

/**
 * Where the first key of a database in PostgreSQL is written: below the home, whose folder is made for its owner only.
 *
 * @category places
 */
export const postgresKey: Effect.Effect<string, CommandFailed, Surroundings> = Effect.gen(function* () {
  const { environment, homeFolder, workingFolder } = yield* Surroundings
  const home = HomePaths.resolve({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })
  if (HomePaths.isFault(home)) {
    const { fix, what } = HomePaths.explainFault(home)
    return yield* new CommandFailed({ what: `there is no place for the first key: ${what}`, hint: fix })
  }
  const folder = resolve(home.folder, "work-prod")
  yield* makeFolder(folder)
  return resolve(folder, "postgresql.key")
})
