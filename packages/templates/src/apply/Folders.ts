/**
 * Which folders come and go with the files of an update.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { foldersOn, inside, standing } from "./ProjectTree.js"

type Files = LocalFiles["Type"]

/** @category models */
export interface FolderChanges {
  /** relative, the outermost first */
  readonly made: ReadonlyArray<string>
  /** relative, the innermost first */
  readonly removed: ReadonlyArray<{ readonly path: string; readonly bits: number }>
}

const foldersAround = (paths: Iterable<string>): ReadonlyArray<string> => [...new Set([...paths].flatMap(foldersOn))].toSorted()

/**
 * The folders that are empty once the files are gone.
 *
 * @param removed relative paths of the files
 * @param written relative paths of files that are to be: a folder around one stays
 * @param isRemovable whether a folder may go
 * @category folders
 */
export const emptied = (
  files: Files,
  root: string,
  removed: ReadonlySet<string>,
  written: ReadonlySet<string>,
  isRemovable: (folder: string) => boolean
): Effect.Effect<FolderChanges["removed"], FileFailure> =>
  Effect.gen(function* () {
    const needed = new Set(foldersAround(written))
    const gone = new Map<string, number>()
    for (const folder of foldersAround(removed).toReversed()) {
      if (needed.has(folder) || !isRemovable(folder)) continue
      const found = Option.getOrUndefined(yield* standing(files, inside(root, folder)))
      if (found?.kind !== "Folder") continue
      const names = yield* files.list(inside(root, folder))
      if (names.every((name) => removed.has(`${folder}/${name}`) || gone.has(`${folder}/${name}`))) gone.set(folder, found.mode)
    }
    return [...gone].map(([path, bits]) => ({ path, bits }))
  })

/**
 * The folders that files need and that are not there.
 *
 * @param gone relative paths that are removed before
 * @category folders
 */
export const missing = (files: Files, root: string, written: Iterable<string>, gone: ReadonlySet<string>): Effect.Effect<FolderChanges["made"], FileFailure> =>
  Effect.filter(foldersAround(written), (folder) =>
    gone.has(folder) ? Effect.succeed(true) : Effect.map(standing(files, inside(root, folder)), Option.isNone))

/**
 * Remove a folder if it is empty. A file that stands there is the one already for which the folder had to make room.
 *
 * @param path absolute
 * @category folders
 */
export const remove = (files: Files, path: string): Effect.Effect<void, FileFailure> =>
  Effect.flatMap(standing(files, path), (found) => (Option.isSome(found) && found.value.kind === "Folder" ? Effect.asVoid(files.removeFolder(path)) : Effect.void))
