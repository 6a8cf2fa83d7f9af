/**
 * The registry for scripts that do not use Effect: the same operations as promises.
 *
 * A failed operation rejects with the tagged error of the library (`error._tag` says which, its fields say what).
 *
 * @module
 */
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import { homedir, hostname } from "node:os"
import * as DirectoryReader from "./DirectoryReader.js"
import * as Discovery from "./Discovery.js"
import * as LocalRegistry from "./LocalRegistry.js"
import type { ProjectFilter, SortField } from "./ProjectFilter.js"
import { resolvePath } from "./ProjectReference.js"
import * as ProjectStatement from "./ProjectStatement.js"
import * as Registration from "./Registration.js"
import type { StatementProblem } from "./Registration.js"
import * as Registry from "./Registry.js"
import type { EntryProblem, ProjectPatch } from "./RegistryEdit.js"
import type { ImportOptions, ImportReport } from "./RegistryImport.js"

/** Where the registry is. @category models */
export interface OpenOptions {
  /** The folder that holds `registry.json`; by default the one of the command line program (`DEV_INFRA_HOME`, else `~/.dev-infra`). */
  readonly home?: string
}

/** A project by its id, the beginning of it, its name or its path. @category models */
export type Reference = string

/** What became of each folder, in their order, and which projects' own files could not be read. @category models */
export interface Registered {
  readonly outcomes: ReadonlyArray<Registry.AddOutcome>
  readonly problems: ReadonlyArray<StatementProblem>
}

/**
 * An open registry. Every method reads the file anew, so that it sees what other programs changed.
 *
 * @category models
 */
export interface RegistryHandle {
  /** The projects that fit, in the order of the file unless `sort` names a field. */
  readonly list: (options?: { readonly filter?: ProjectFilter; readonly sort?: SortField }) => Promise<ReadonlyArray<Project>>
  /** The entries of the file that are no projects, with the reasons. */
  readonly problems: () => Promise<ReadonlyArray<EntryProblem>>
  /** One project; rejects with `ProjectNotFound` or `AmbiguousProject`. */
  readonly find: (reference: Reference) => Promise<Project>
  /**
   * Register folders, in one write; what their `.dev-infra.yml` state is taken over. Relative paths start from the working
   * folder. Rejects with `FolderUnusable` if one of them is no folder; then nothing is registered.
   */
  readonly add: (paths: ReadonlyArray<string>, options?: Registry.AddOptions) => Promise<Registered>
  /** Set fields of a project; `null` clears one. */
  readonly update: (reference: Reference, patch: ProjectPatch) => Promise<Project>
  readonly archive: (reference: Reference) => Promise<Project>
  readonly restore: (reference: Reference) => Promise<Project>
  /** Forget a project; nothing outside the registry is touched. */
  readonly remove: (reference: Reference) => Promise<Registry.RemoveOutcome>
  /** Merge entries by identity: id, then folder, then repository. An entry needs no more than a `path`. */
  readonly import: (entries: ReadonlyArray<JsonValue>, options?: ImportOptions) => Promise<ImportReport>
  /**
   * Runs `onChange` after every change by anybody, until the returned function is called. Should watching end before that (the
   * registry cannot be read, or `onChange` throws), `onError` is told why; without it that is an unhandled rejection.
   */
  readonly watch: (onChange: () => void, onError?: (error: unknown) => void) => () => Promise<void>
  /** Ends the watches and frees everything. */
  readonly close: () => Promise<void>
}

/**
 * Open the registry of this user.
 *
 * @example
 * ```ts
 * import { openRegistry } from "@dev-infra/registry/promise"
 *
 * const registry = await openRegistry()
 * for (const project of await registry.list({ filter: { status: ["active"] }, sort: "name" })) {
 *   console.log(project.name, project.path)
 * }
 * await registry.close()
 * ```
 *
 * @category constructors
 */
export const openRegistry = async (options: OpenOptions = {}): Promise<RegistryHandle> => {
  const workingDirectory = process.cwd()
  const runtime = ManagedRuntime.make(
    Layer.provideMerge(
      Layer.merge(Layer.provide(Discovery.layer, DirectoryReader.layer), MetadataFile.layer),
      LocalRegistry.layer({
        environment: options.home === undefined ? process.env : { ...process.env, DEV_INFRA_HOME: options.home },
        homeDirectory: homedir(),
        workingDirectory,
        hostName: hostname()
      })
    )
  )
  const run = async <A, E, R extends ManagedRuntime.ManagedRuntime.Context<typeof runtime>>(
    effect: (registry: Registry.Registry["Type"]) => Effect.Effect<A, E, R>
  ): Promise<A> => {
    const exit = await runtime.runPromiseExit(Effect.flatMap(Registry.Registry, effect))
    if (Exit.isSuccess(exit)) return exit.value
    // the error itself, not one that wraps it: callers tell errors apart by their tags
    throw Cause.squash(exit.cause)
  }
  const withProject = <A, E>(reference: Reference, use: (registry: Registry.Registry["Type"], project: Project) => Effect.Effect<ReadonlyArray<A>, E>) =>
    run((registry) =>
      Effect.gen(function* () {
        const project = yield* registry.find(reference, { folder: workingDirectory })
        const [result] = yield* use(registry, project)
        return result === undefined ? yield* Effect.dieMessage("one project in, one result out") : result
      })
    )
  await runtime.runtime()
  return {
    list: (listOptions) => run((registry) => Effect.map(registry.list(listOptions), ({ projects }) => projects)),
    problems: () => run((registry) => Effect.map(registry.list(), ({ problems }) => problems)),
    find: (reference) => run((registry) => registry.find(reference, { folder: workingDirectory })),
    add: (paths, addOptions) =>
      run((registry) =>
        Effect.gen(function* () {
          const found = yield* Registration.inspectAll(paths.map((path) => resolvePath(workingDirectory, path)))
          const { candidates, problems } = yield* Registration.prepare(found.map(Registration.asRepository), ProjectStatement.readAll)
          return { outcomes: yield* registry.add(candidates, addOptions), problems }
        })
      ),
    update: (reference, patch) => withProject(reference, (registry, { id }) => registry.update([{ id, patch }])),
    archive: (reference) => withProject(reference, (registry, { id }) => registry.archive([id])),
    restore: (reference) => withProject(reference, (registry, { id }) => registry.restore([id])),
    remove: (reference) => withProject(reference, (registry, { id }) => registry.remove([{ id }])),
    import: (entries, importOptions) => run((registry) => registry.import(entries, importOptions)),
    watch: (onChange, onError) => {
      const fiber = runtime.runFork(
        Effect.flatMap(Registry.Registry, (registry) => Stream.runForEach(registry.changes, () => Effect.sync(onChange)))
      )
      fiber.addObserver((exit) => {
        if (Exit.isSuccess(exit) || Cause.isInterruptedOnly(exit.cause)) return
        const error = Cause.squash(exit.cause)
        if (onError === undefined) void Promise.reject(error)
        else onError(error)
      })
      return async () => {
        await runtime.runPromise(Fiber.interrupt(fiber))
      }
    },
    close: () => runtime.dispose()
  }
}
