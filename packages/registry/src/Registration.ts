/**
 * From what a search found to what can be registered.
 *
 * Submodules are shown but not registered: they belong to the repository around them. A project file that cannot be read is
 * reported; its folder is registered from what the search alone knows, and the others are not affected.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import { withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Discovery } from "./Discovery.js"
import type { Found } from "./DiscoveryEvent.js"
import type { Candidate } from "./Identity.js"
import type { AddOutcome } from "./Registry.js"

/**
 * What a project's own file states: the fields that the registry has too, with null for one that was cleared. Absent means
 * no opinion. `path` is the file.
 *
 * @category models
 */
export interface Statement {
  readonly path: string
  readonly id?: ProjectId
  readonly fields: { readonly [field: string]: JsonValue }
}

/**
 * A project file that cannot be read: why, where (`line` and `column` count from 1), and what to do about it.
 *
 * @category models
 */
export interface StatementProblem {
  /** the project's folder */
  readonly folder: AbsolutePath
  /** the file */
  readonly path: string
  readonly problem: string
  readonly line?: number
  readonly column?: number
  readonly hint?: string
}

/** What the files of many projects state, by folder. @category models */
export interface Statements {
  readonly statements: ReadonlyMap<string, Statement>
  readonly problems: ReadonlyArray<StatementProblem>
}

/** Reads the files of projects. `ProjectStatement.readAll` is the real one. @category models */
export type ReadStatements<R> = (folders: ReadonlyArray<AbsolutePath>) => Effect.Effect<Statements, never, R>

/** What can be registered, what cannot, and what is wrong. @category models */
export interface Registration {
  /** in the order in which they were found */
  readonly candidates: ReadonlyArray<Candidate>
  readonly submodules: ReadonlyArray<Found>
  readonly problems: ReadonlyArray<StatementProblem>
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The name that a folder gives a project: that of the folder, without the `.git` of a bare repository. */
const derivedName = (found: Pick<Found, "path" | "kind">): string => {
  const name = nameOf(found.path)
  const stem = found.kind === "bare" ? name.replace(/\.git$/, "") : name
  if (stem.trim() !== "" && stem !== ".bare") return stem.slice(0, 1000)
  // `project/.git` as a bare repository, or `project/.bare`: the folder around it has the name.
  const around = nameOf(found.path.slice(0, found.path.lastIndexOf("/")))
  return (around.trim() === "" ? found.path : around).slice(0, 1000)
}

/**
 * The candidate for a folder; none for a submodule.
 *
 * @param found as `Discovery` found it
 * @param statement what the project's own file states, if it has one
 * @category constructors
 */
export const candidateOf = (found: Found, statement?: Statement): Candidate | undefined => {
  if (found.kind === "submodule") return undefined
  const stated = statement === undefined ? [] : Object.entries(statement.fields).filter(([, value]) => value !== null)
  return {
    path: found.path,
    kind: found.kind,
    ...(found.mainPath === undefined ? {} : { mainPath: found.mainPath }),
    ...(found.repository === undefined ? {} : { repository: withoutCredentials(found.repository) }),
    ...(found.inner === undefined ? {} : { inner: found.inner }),
    ...(statement?.id === undefined ? {} : { id: statement.id }),
    fields: Object.fromEntries(stated),
    derived: { name: derivedName(found) }
  }
}

/**
 * What can be registered of what was found. The project files are read only if there are any, all at once.
 *
 * @example
 * ```ts
 * import { Discovery } from "@dev-infra/registry/Discovery"
 * import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
 * import * as Registration from "@dev-infra/registry/Registration"
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const registerAll = (root: string) =>
 *   Effect.gen(function* () {
 *     const discovery = yield* Discovery
 *     const registry = yield* Registry
 *     const events = yield* Stream.runCollect(discovery.discover([root]))
 *     const found = [...events].filter((event) => event._tag === "Found")
 *     const { candidates, problems } = yield* Registration.prepare(found, ProjectStatement.readAll)
 *     const outcomes = yield* registry.add(candidates)
 *     return { outcomes, problems }
 *   })
 * ```
 *
 * @category constructors
 */
export const prepare = <R>(found: ReadonlyArray<Found>, read: ReadStatements<R>): Effect.Effect<Registration, never, R> => {
  const folders = found.flatMap((one) => (one.hasMetadata && one.kind !== "submodule" && one.kind !== "bare" ? [one.path] : []))
  const all: Effect.Effect<Statements, never, R> = folders.length === 0 ? Effect.succeed({ statements: new Map(), problems: [] }) : read(folders)
  return Effect.map(all, ({ problems, statements }) => ({
    candidates: found.flatMap((one) => candidateOf(one, statements.get(one.path)) ?? []),
    submodules: found.filter((one) => one.kind === "submodule"),
    problems
  }))
}

/**
 * A submodule as the repository that it also is, for whoever names it on purpose.
 *
 * @category constructors
 */
export const asRepository = (found: Found): Found => {
  const { mainPath: _, ...rest } = found
  return found.kind === "submodule" ? { ...rest, kind: "repository" } : found
}

/** What a folder is to the registry. @category models */
export type RegistrationState = "new" | "registered" | "moved" | "checkout" | "submodule" | "refused"

/** The state that an outcome of `Registry.add` stands for; with a dry run the one that a folder has. @category combinators */
export const stateOf = (outcome: AddOutcome): RegistrationState => {
  switch (outcome._tag) {
    case "Added":
      return "new"
    case "AlreadyRegistered":
      return "registered"
    case "Moved":
      return "moved"
    case "CheckoutAdded":
      return "checkout"
    case "Refused":
      return "refused"
  }
}

/**
 * A path that cannot be registered: it does not exist, is no folder, cannot be read, or its `.git` is of no use. `Bare`: it is
 * a bare repository, where a folder for files is needed.
 *
 * @category errors
 */
export class FolderUnusable extends Schema.TaggedError<FolderUnusable>("@dev-infra/registry/FolderUnusable")("FolderUnusable", {
  path: Schema.String,
  reason: Schema.Literal("NotFound", "NotAFolder", "Unreadable", "Broken", "Bare"),
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `${this.path}: ${this.detail ?? this.reason}`
  }
}

const unusable = (path: string, failure: FileFailure): FolderUnusable => {
  if (failure.reason === "NotFound" || failure.reason === "NotAFolder") return new FolderUnusable({ path, reason: failure.reason })
  // Nothing can have such a name.
  if (failure.code === "ENAMETOOLONG" || path.includes("\0")) return new FolderUnusable({ path, reason: "NotFound" })
  return new FolderUnusable({ path, reason: "Unreadable", ...(failure.code === undefined ? {} : { detail: failure.code }) })
}

/**
 * Look at folders that somebody names. Unlike a search, a folder that is no repository and has no file of its own is a
 * project as well, and a path that cannot be used fails: then nothing has happened yet.
 *
 * @param paths absolute; symbolic links are resolved
 * @category constructors
 */
export const inspectAll = (paths: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Found>, FolderUnusable, Discovery | LocalFiles> =>
  Effect.gen(function* () {
    const discovery = yield* Discovery
    const files = yield* LocalFiles
    return yield* Effect.forEach(paths, (path) =>
      Effect.gen(function* () {
        const resolved = yield* Effect.mapError(files.resolve(path), (failure) => unusable(path, failure))
        const found = yield* discovery.inspect(resolved)
        if (found._tag === "Found") return found
        if (found.reason === "NotAProject") {
          // `resolve` gives absolute, normalised paths only.
          return { _tag: "Found", path: resolved as AbsolutePath, kind: "folder", hasMetadata: false } satisfies Found
        }
        const reason = found.reason === "OtherFileSystem" ? "Unreadable" : found.reason
        return yield* new FolderUnusable({ path, reason, ...(found.detail === undefined ? {} : { detail: found.detail }) })
      })
    )
  })
