/**
 * What reading Taskfiles takes. Running is kept apart, in `TaskRunServices`: a list of tasks loads nothing that could start a process.
 *
 * @module
 */
import * as InheritanceSources from "@dev-infra/inheritance/InheritanceSources"
import * as Library from "@dev-infra/inheritance/Library"
import * as LinkedProjects from "@dev-infra/inheritance/LinkedProjects"
import * as Trust from "@dev-infra/inheritance/Trust"
import type { HomeUnusable } from "@dev-infra/registry/DevInfraHome"
import type { LoadOptions } from "@dev-infra/taskfile/TaskGraph"
import type { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RegistryServices from "./RegistryServices.js"
import { Surroundings } from "./Surroundings.js"
import { world } from "./TaskWorld.js"
import type { UsageError } from "./UsageError.js"

/** Taskfiles of this computer, with what projects inherit. Nothing is started, and nothing is asked over the network. @category layers */
export const readingWith = (options?: InheritanceSources.InheritanceSourcesOptions): Layer.Layer<TaskfileSources, HomeUnusable | UsageError, Surroundings> =>
  InheritanceSources.layer(options).pipe(Layer.provide([Library.layer, LinkedProjects.layer, Trust.layer]), Layer.provide(RegistryServices.layer))

/** The same, where nothing is said about trust. @category layers */
export const reading: Layer.Layer<TaskfileSources, HomeUnusable | UsageError, Surroundings> = readingWith()

/** What paths of includes may name. @category constructors */
export const loadOptions: Effect.Effect<LoadOptions, never, Surroundings> = Effect.gen(function* () {
  const { environment } = yield* Surroundings
  return { environment, world: yield* world }
})

/** What lists and plans may know of a command line and of this computer. @category constructors */
export const known = (line: {
  readonly variables: ReadonlyMap<string, string>
  readonly arguments: ReadonlyArray<string>
}): Effect.Effect<LoadOptions & { readonly variables: ReadonlyMap<string, string>; readonly arguments: ReadonlyArray<string>; readonly workingDirectory: string }, never, Surroundings> =>
  Effect.gen(function* () {
    const { workingFolder } = yield* Surroundings
    return { ...(yield* loadOptions), variables: line.variables, arguments: line.arguments, workingDirectory: workingFolder }
  })
