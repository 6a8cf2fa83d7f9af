/**
 * All files of a folder of this computer. The port; `LocalFolders` reads the disk.
 *
 * @module
 */
import { type FileTree, fromFiles } from "@dev-infra/git-repositories/FileTree"
import { type MemoryFile, treeOf } from "@dev-infra/git-repositories/Repositories"
import { treeProblems } from "@dev-infra/git-repositories/TreeRules"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TemplateInvalid, TemplateUnavailable } from "../TemplateFailure.js"

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { Folders } from "./Folders.js"
 * import * as Effect from "effect/Effect"
 *
 * export const paths = (folder: string) => Effect.flatMap(Folders, (folders) => Effect.map(folders.read(folder), (files) => [...files.keys()]))
 * ```
 */
export class Folders extends Context.Tag("@dev-infra/templates/folders/Folders")<
  Folders,
  {
    /**
     * The files of a folder, without those of `.git`, links as links. Fails if the folder is not there, or holds what no template can. As long as nothing
     * changed on the disk the same value comes back.
     */
    readonly read: (path: string) => Effect.Effect<FileTree, TemplateUnavailable | TemplateInvalid>
  }
>() {}

/**
 * Folders in memory, by their path, as they are at the moment when they are read.
 *
 * @category layers
 * @example
 * ```ts
 * import * as Folders from "./Folders.js"
 * import * as Effect from "effect/Effect"
 *
 * export const one = Folders.layerMemory(Effect.succeed(new Map([["/templates/api", { "README.md": "# API\n" }]])))
 * ```
 */
export const layerMemory = (folders: Effect.Effect<ReadonlyMap<string, { readonly [path: string]: MemoryFile }>>): Layer.Layer<Folders> =>
  Layer.succeed(Folders, {
    read: (path) =>
      Effect.gen(function* () {
        const files = (yield* folders).get(path)
        if (files === undefined) return yield* new TemplateUnavailable({ source: path, reason: "NotFound" })
        const found = [...treeOf(files).values()].filter((file) => !file.path.split("/").includes(".git"))
        const problems = treeProblems(found.map(({ content, mode, path: name }) => ({ path: name, mode, size: content.length })))
        return problems.length > 0 ? yield* new TemplateInvalid({ source: path, problems }) : fromFiles(found)
      })
  })
