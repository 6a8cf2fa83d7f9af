/**
 * A folder with many files that appears in one step, or not at all: it is written beside its place and then moved there.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { fromCode } from "@dev-infra/durable-files/FileFailure"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as Live from "./creation/FolderWriter.js"

/** A folder that is ready to be moved to its place. @category models */
export interface StagedFolder {
  /** where it lies until then; nobody else can look into it */
  readonly path: string
  /** where it will lie, without symbolic links */
  readonly target: string
  /** Moves it to its place. Fails with code `EEXIST` if something has come there meanwhile. */
  readonly move: Effect.Effect<void, FileFailure>
}

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as FileTree from "@dev-infra/git-repositories/FileTree"
 * import { StagedFolders } from "@dev-infra/templates/StagedFolders"
 * import * as Effect from "effect/Effect"
 *
 * const files = FileTree.fromFiles([{ path: "README.md", mode: "file", content: new TextEncoder().encode("# api\n") }])
 * export const program = Effect.scoped(
 *   Effect.gen(function* () {
 *     const folders = yield* StagedFolders
 *     const staged = yield* folders.stage("/home/me/api", files)
 *     yield* staged.move
 *   })
 * )
 * ```
 * @category tags
 */
export class StagedFolders extends Context.Tag("@dev-infra/templates/StagedFolders")<
  StagedFolders,
  {
    /** Whether anything lies at a path that is to stay, be it a link that leads nowhere. An empty folder is not, unless the process stands in it. */
    readonly isTaken: (path: string) => Effect.Effect<boolean, FileFailure>
    /**
     * Writes a folder with these files beside its place, making folders around it where they are missing, and removing what processes left there that were killed. If the scope ends with a failure or by an interruption nothing
     * is left, not even what was moved already.
     *
     * @param target absolute; nothing may lie there but an empty folder, whose place it takes
     */
    readonly stage: (target: string, files: FileTree) => Effect.Effect<StagedFolder, FileFailure, Scope.Scope>
  }
>() {}

/**
 * On disk.
 *
 * @example
 * ```ts
 * import * as StagedFolders from "@dev-infra/templates/StagedFolders"
 * import * as Effect from "effect/Effect"
 *
 * export const isTaken = Effect.flatMap(StagedFolders.StagedFolders, (folders) => folders.isTaken("/home/me/api")).pipe(Effect.provide(StagedFolders.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<StagedFolders> = Layer.effect(
  StagedFolders,
  Effect.map(LocalProcess.LocalProcess, (processes) => ({
    isTaken: Live.isTaken,
    stage: (target: string, files: FileTree) =>
      Effect.gen(function* () {
        const begun = Effect.provideService(Live.begin(target), LocalProcess.LocalProcess, processes)
        const place = yield* Effect.acquireRelease(begun, (opened, exit) => Live.end(opened, Exit.isSuccess(exit)))
        yield* Live.write(place, files)
        return { path: place.path, target: place.target, move: Live.move(place) }
      })
  }))
).pipe(Layer.provide(LocalProcess.layer))

/**
 * In memory, for tests: the folders that were moved to their places are in `folders`.
 *
 * @example
 * ```ts
 * import type { FileTree } from "@dev-infra/git-repositories/FileTree"
 * import * as StagedFolders from "@dev-infra/templates/StagedFolders"
 * import * as Ref from "effect/Ref"
 *
 * const folders = Ref.unsafeMake<ReadonlyMap<string, FileTree>>(new Map())
 * export const inMemory = StagedFolders.layerMemory(folders)
 * ```
 * @category layers
 */
export const layerMemory = (folders: Ref.Ref<ReadonlyMap<string, FileTree>>): Layer.Layer<StagedFolders> =>
  Layer.succeed(StagedFolders, {
    isTaken: (path) => Effect.map(Ref.get(folders), (all) => all.has(path)),
    stage: (target, files) =>
      Effect.gen(function* () {
        const taken = Effect.fail(fromCode("create", target, "EEXIST"))
        if ((yield* Ref.get(folders)).has(target)) return yield* taken
        const isMoved = yield* Ref.make(false)
        yield* Effect.addFinalizer((exit) =>
          Effect.flatMap(Ref.get(isMoved), (moved) => (moved && Exit.isFailure(exit) ? Ref.update(folders, (all) => new Map([...all].filter(([path]) => path !== target))) : Effect.void))
        )
        const move = Effect.uninterruptible(
          Effect.gen(function* () {
            const moved = yield* Ref.modify(folders, (all) => (all.has(target) ? [false, all] : [true, new Map([...all, [target, files]])]))
            if (!moved) return yield* taken
            yield* Ref.set(isMoved, true)
          })
        )
        return { path: `${target}.staged`, target, move }
      })
  })
