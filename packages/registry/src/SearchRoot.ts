/**
 * Where to search for projects if nobody says where: around the project that one stands in.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/**
 * What to search. `Folder`: this one. `TooWide`: the folder around the project (`around`) is the root of a file system or the
 * home folder, or has the home in it, which one may not want to search whole; `project` is the project alone, where there is one.
 *
 * @category models
 */
export type SearchRoot =
  | { readonly _tag: "Folder"; readonly path: string }
  | { readonly _tag: "TooWide"; readonly around: string; readonly project: string | undefined }

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

const above = (path: string): ReadonlyArray<string> => {
  const folders = [path]
  for (let folder = path; folder !== "/"; folder = parentOf(folder)) folders.push(parentOf(folder))
  return folders
}

/**
 * The folder to search by default: the one around the project that `workingFolder` lies in (a git checkout, or a folder with a
 * `.dev-infra.yml`), or the working folder itself if it lies in none.
 *
 * @param workingFolder absolute
 * @param homeFolder the user's home, if it is known
 * @example
 * ```ts
 * import * as SearchRoot from "@dev-infra/registry/SearchRoot"
 *
 * export const root = SearchRoot.byDefault("/home/me/code/api/src", "/home/me") // Folder /home/me/code
 * ```
 * @category lookup
 */
export const byDefault = (workingFolder: string, homeFolder: string | undefined): Effect.Effect<SearchRoot, never, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    // A folder that cannot be resolved is searched under the name that was given.
    const resolved = (path: string) => Effect.orElseSucceed(files.resolve(path), () => path)
    const here = yield* resolved(workingFolder)
    const folders = above(here)
    const marks = files.existing(folders.flatMap((folder) => [`${folder === "/" ? "" : folder}/.git`, `${folder === "/" ? "" : folder}/${metadataFileName}`]))
    const project = folders.find((_, index) => marks[2 * index] === true || marks[2 * index + 1] === true)
    const around = project === undefined ? here : parentOf(project)
    const home = homeFolder === undefined || homeFolder === "" ? undefined : yield* resolved(homeFolder)
    const device = (path: string) =>
      Effect.map(Effect.orElseSucceed(files.stat(path), Option.none), (facts) => (Option.isSome(facts) ? facts.value.device : undefined))
    const isMount = around !== "/" && (yield* device(around)) !== (yield* device(parentOf(around)))
    const isAroundHome = home !== undefined && (home === around || home.startsWith(`${around}/`))
    return around === "/" || isAroundHome || isMount ? { _tag: "TooWide", around, project } : { _tag: "Folder", path: around }
  })
