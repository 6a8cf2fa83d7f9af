/**
 * Telling the registry of which version a project is now. The project's own file has said it by then, so that this fails is no reason to
 * fail: `dev-infra refresh` reads it from there.
 *
 * @module
 */
import { type ReadError, Registry, type WriteError } from "@dev-infra/registry/Registry"
import type { ProjectNotFound } from "@dev-infra/registry/RegistryError"
import type { ProjectInvalid } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import type { Journal } from "./Journal.js"

/** What can go wrong in the registry. @category errors */
export type RegistryProblem = ReadError | WriteError | ProjectNotFound | ProjectInvalid

/** @category models */
export type Refreshed = { readonly _tag: "Refreshed" } | { readonly _tag: "NotRegistered" } | { readonly _tag: "Failed"; readonly problem: RegistryProblem }

/** Update the entry of the project whose folder it is. @category refreshing */
export const refresh = ({ project: root, registry: { path, template, version } }: Journal): Effect.Effect<Refreshed, never, Registry> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const { projects } = yield* registry.list()
    const project = projects.find((each) => each.path === path || each.path === root)
    if (project === undefined) return { _tag: "NotRegistered" } as const
    if (project.template !== template || project.version !== version) yield* registry.update([{ id: project.id, patch: { template, version } }])
    return { _tag: "Refreshed" } as const
  }).pipe(Effect.catchAll((problem) => Effect.succeed({ _tag: "Failed", problem } as const)))
