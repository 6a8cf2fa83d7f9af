/**
 * Where new files wait until all of them are there, and old ones stay until it is over.
 *
 * Both are put in place by renames, which need no space and cannot be half done, but only work within one file system. So they lie in a folder
 * beside the project; in the project itself if there may be nothing beside it, or if that is another disk; and for a folder of the project that
 * is another disk, in that folder.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { folderOf, inside, standing } from "./ProjectTree.js"

type Files = LocalFiles["Type"]

/** @category models */
export interface Staging {
  /** the folder that was made */
  readonly folder: string
  /** Where to prepare the file of a relative path: a beginning that `.new` and `.old` are put behind. */
  readonly placeOf: (path: string, index: number) => Effect.Effect<string, FileFailure>
}

const deviceOf = (files: Files, path: string): Effect.Effect<bigint | undefined, FileFailure> =>
  Effect.map(standing(files, path), (found) => Option.getOrUndefined(found)?.device)

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/** The folder that lies nearest to the path, outwards. */
const existingFolder = (files: Files, root: string, path: string): Effect.Effect<string, FileFailure> =>
  Effect.gen(function* () {
    for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder)) {
      const found = Option.getOrUndefined(yield* standing(files, inside(root, folder)))
      if (found?.kind === "Folder") return inside(root, folder)
    }
    return root
  })

/**
 * Choose the place; nothing is made.
 *
 * @param root the folder of the project, links followed
 * @param token part of the names
 * @category constructors
 */
export const choose = (files: Files, root: string, token: string): Effect.Effect<Staging, FileFailure> =>
  Effect.gen(function* () {
    const device = yield* deviceOf(files, root)
    const parent = folderOf(root)
    const around = root === "/" ? undefined : yield* deviceOf(files, parent)
    const mayBeBeside = around === device && (yield* Effect.isSuccess(files.checkWritable(parent)))
    const folder = mayBeBeside ? inside(parent, `.${nameOf(root)}.dev-infra-${token}`) : inside(root, `.dev-infra-${token}`)
    const devices = new Map<string, bigint | undefined>()
    return {
      folder,
      placeOf: (path, index) =>
        Effect.gen(function* () {
          const near = yield* existingFolder(files, root, path)
          if (!devices.has(near)) devices.set(near, yield* deviceOf(files, near))
          return devices.get(near) === device ? `${folder}/${index}` : `${near}/.dev-infra-${token}-${index}`
        })
    }
  })
