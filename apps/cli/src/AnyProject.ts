/**
 * The projects that a command line names, on this machine or not: local ones come first, and only a name that none of them has is looked for
 * among those of other machines.
 *
 * @module
 */
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import * as ProjectReference from "@dev-infra/registry/ProjectReference"
import { Registry } from "@dev-infra/registry/Registry"
import { ProjectNotFound } from "@dev-infra/registry/RegistryError"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CommandError } from "./CommandError.js"
import type { CommandServices } from "./Declaration.js"
import * as ProjectArguments from "./ProjectArguments.js"
import * as SyncAccess from "./SyncAccess.js"
import { Surroundings } from "./Surroundings.js"

/** A project of this machine, with the folder of it that was named; or one that is not here. @category models */
export type Named = (ProjectReference.Located & { readonly _tag: "Local" }) | { readonly _tag: "NotLocal"; readonly entry: RemoteEntry }

/** Where projects that are not here are looked up; loaded only then. */
const notLocal = Effect.flatMap(
  Effect.promise(() => import("./NotLocal.js")),
  ({ entries }) => SyncAccess.lookUp(entries)
)

/** A reference that may be a name: what looks like a path means a folder of this machine. */
const mayBeElsewhere = (reference: string): boolean => !/^\.{0,2}\//.test(reference) && reference !== "." && reference !== ".."

const elsewhere = (notFound: ProjectNotFound, entries: ReadonlyArray<RemoteEntry>) =>
  Effect.flatMap(
    Effect.promise(() => Promise.all([import("./RemoteReference.js"), import("./NotLocal.js")])),
    ([{ locate }, { asProject }]) =>
      Either.mapLeft(locate(entries, notFound.reference), (error) => {
        if (error._tag !== "ProjectNotFound") return error
        const close = ProjectReference.suggest(entries.map(asProject), notFound.reference)
        return new ProjectNotFound({ reference: notFound.reference, suggestions: [...new Set([...notFound.suggestions, ...close])].slice(0, 3) })
      })
  )

/**
 * What was named, in order.
 *
 * @category reading
 */
export const locate = (
  words: ReadonlyArray<string>,
  options: ProjectArguments.ReferenceOptions = {}
): Effect.Effect<ReadonlyArray<Named>, CommandError, CommandServices | DevInfraHome | LocalFiles | Registry> =>
  Effect.gen(function* () {
    const references = yield* ProjectArguments.references(words, options)
    if (references.length === 0) return []
    const { workingFolder } = yield* Surroundings
    const { projects } = yield* Effect.flatMap(Registry, (registry) => registry.list())
    const entries = yield* Effect.cached(Effect.map(notLocal, Option.getOrElse((): ReadonlyArray<RemoteEntry> => [])))
    return yield* Effect.forEach(references, (reference) =>
      Either.match(ProjectReference.locate(projects, reference, workingFolder), {
        onRight: (located): Effect.Effect<Named, CommandError, CommandServices | DevInfraHome | LocalFiles> => Effect.succeed({ _tag: "Local", ...located }),
        onLeft: (error) =>
          error._tag !== "ProjectNotFound" || !mayBeElsewhere(reference)
            ? Effect.fail(error)
            : Effect.map(Effect.flatMap(entries, (all) => elsewhere(error, all)), (entry): Named => ({ _tag: "NotLocal", entry }))
      })
    )
  })

/** Those of this machine, each once, in the order in which they were named first. @category accessors */
export const locals = (named: ReadonlyArray<Named>): ReadonlyArray<ProjectReference.Located["project"]> => [
  ...new Map(named.flatMap((one) => (one._tag === "Local" ? [[one.project.id, one.project] as const] : []))).values()
]

/** Those that are elsewhere, each once. @category accessors */
export const others = (named: ReadonlyArray<Named>): ReadonlyArray<RemoteEntry> => [
  ...new Map(named.flatMap((one) => (one._tag === "NotLocal" ? [[one.entry.key, one.entry] as const] : []))).values()
]
