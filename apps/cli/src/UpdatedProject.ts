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

/**
 * What was named, by default the project of the working folder. A folder with a `.dev-infra.yml` of its own is meant itself, also where it is not
 * registered or lies in a project that is.
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
    const isNamed = Either.isRight(found) && found.right.folder === undefined
    if (!isNamed && existing([`${path === "/" ? "" : path}/${metadataFileName}`])[0] === true) {
      const project = Option.map(Either.getRight(found), ({ folder, project: { name } }) => (folder === path ? name : nameOf(path)))
      return { name: Option.getOrElse(project, () => nameOf(path)), path }
    }
    if (Either.isRight(found)) return { name: found.right.project.name, path: found.right.folder ?? found.right.project.path }
    // A folder without the file is told as that, not as a name that nobody has.
    return found.left._tag === "ProjectNotFound" && existing([path])[0] === true ? { name: nameOf(path), path } : yield* found.left
  })
