/**
 * What audits of inherited tasks take: the registry, files, and repositories that are read in this process. Nothing here can start a process.
 *
 * @module
 */
import type { GitHistory } from "@dev-infra/inheritance/GitHistory"
import * as GitHistoryFiles from "@dev-infra/inheritance/GitHistoryFiles"
import * as Library from "@dev-infra/inheritance/Library"
import type { Project } from "@dev-infra/metadata/Project"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { LocalRegistry } from "@dev-infra/registry/LocalRegistry"
import type { ProjectFilter } from "@dev-infra/registry/ProjectFilter"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type CommandError, CommandFailed } from "./CommandError.js"
import * as EntryProblems from "./EntryProblems.js"
import type { Output } from "./Output.js"
import * as RegistryServices from "./RegistryServices.js"
import { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

/** What {@link layer} offers. @category models */
export type InheritanceServices = GitHistory | Library.Library | LocalRegistry

/** Building it touches no file. @category layers */
export const layer: Layer.Layer<InheritanceServices, HomeUnusable | UsageError, Surroundings> = Layer.merge(GitHistoryFiles.layer, Library.layer).pipe(
  Layer.provideMerge(RegistryServices.layer)
)

/**
 * The projects that a command line chooses: those it names, else all that fit the filter, by name.
 *
 * @category reading
 */
export const chosen = (
  command: ReadonlyArray<string>,
  words: ReadonlyArray<string>,
  filter: ProjectFilter
): Effect.Effect<ReadonlyArray<Project>, CommandError, Registry | Surroundings | Output> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { workingFolder } = yield* Surroundings
    const isFiltered = Object.keys(filter).length > 0
    if (words.length > 0 && isFiltered) return yield* new UsageError({ command, message: "filters choose among all projects, so none is named with them" })
    const { problems, projects } = yield* registry.list({ filter, sort: "name" })
    yield* EntryProblems.warn(problems)
    if (words.length === 0) return projects
    const named = yield* Effect.forEach(words, (reference) =>
      Effect.mapError(ProjectReference.locate(projects, reference, workingFolder), (failure) =>
        failure._tag === "ProjectNotFound" && /^\.{1,2}$|\//.test(reference)
          ? new CommandFailed({ what: `${reference === "." ? "this folder" : reference} is no registered project`, hint: `dev-infra add ${reference}` })
          : failure
      )
    )
    return [...new Map(named.map(({ project }) => [project.id, project])).values()]
  })
