/**
 * The project that a command about templates means: one of the registry, or a folder that is in none.
 *
 * @module
 */
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { type ReadError, Registry } from "@dev-infra/registry/Registry"
import type { AmbiguousProject, ProjectNotFound } from "@dev-infra/registry/RegistryError"
import type { PlannedProject } from "@dev-infra/templates/Planning"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { Surroundings } from "./Surroundings.js"

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1) || "/"

/** The folder, or the nearest one around it, that has a `.dev-infra.yml`. */
const described = (existing: LocalFiles["Type"]["existing"], path: string): string | undefined => {
  const folders = [path]
  for (let folder = path; folder !== "/"; folder = folder.slice(0, folder.lastIndexOf("/")) || "/") folders.push(folder.slice(0, folder.lastIndexOf("/")) || "/")
  const found = existing(folders.map((folder) => `${folder === "/" ? "" : folder}/${metadataFileName}`))
  return folders.find((_folder, at) => found[at] === true)
}

/**
 * What was named, by default the project of the working folder. The nearest folder with a `.dev-infra.yml` is meant, also where it is not registered,
 * or lies in a project that is.
 *
 * @category reading
 */
export const locate = (
  named: Option.Option<string>
): Effect.Effect<PlannedProject, ProjectNotFound | AmbiguousProject | ReadError, LocalFiles | Registry | Surroundings> =>
  Effect.gen(function* () {
    const reference = Option.getOrElse(named, () => ".")
    const { workingFolder } = yield* Surroundings
    const { existing } = yield* LocalFiles
    const { projects } = yield* Effect.flatMap(Registry, (registry) => registry.list())
    const found = ProjectReference.locate(projects, reference, workingFolder)
    const path = ProjectReference.resolvePath(workingFolder, reference)
    if (Either.isRight(found)) {
      const { folder, project } = found.right
      const inner = folder === undefined ? undefined : described(existing, path)
      return folder !== undefined && inner !== undefined && inner.length > folder.length ? { name: nameOf(inner), path: inner } : { name: project.name, path: folder ?? project.path }
    }
    // A folder without the file is told as that, not as a name that nobody has.
    if (found.left._tag !== "ProjectNotFound" || existing([path])[0] !== true) return yield* found.left
    const folder = described(existing, path) ?? path
    return { name: nameOf(folder), path: folder }
  })
