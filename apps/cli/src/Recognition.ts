/**
 * Folders that are about to be registered, and what the last fetch knows of them: a project that another machine has, too, gets its id and
 * what is known of it. Where nothing was ever synced nothing is loaded, and nothing changes.
 *
 * @module
 */
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { Candidate } from "@dev-infra/registry/Identity"
import type { AddOutcome } from "@dev-infra/registry/Registry"
import { Sync } from "@dev-infra/sync/Sync"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "./CommandError.js"
import type { CommandServices } from "./Declaration.js"
import * as SyncAccess from "./SyncAccess.js"

/** @category models */
export interface Recognised {
  /** in the order in which they were given */
  readonly candidates: ReadonlyArray<Candidate>
  /** the names of those that were recognised, by path */
  readonly names: ReadonlyMap<string, string>
}

type Services = CommandServices | DevInfraHome | LocalFiles

const nameOf = ({ derived, fields, path }: Candidate): string => {
  const name = fields["name"] ?? derived?.["name"]
  return typeof name === "string" ? name : path.slice(path.lastIndexOf("/") + 1)
}

/**
 * The candidates with the ids and fields under which other machines know them. No network.
 *
 * @example
 * ```ts
 * import type { Candidate } from "@dev-infra/registry/Identity"
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 * import * as Recognition from "./Recognition.js"
 *
 * const register = (found: ReadonlyArray<Candidate>) =>
 *   Effect.gen(function* () {
 *     const registry = yield* Registry
 *     const { candidates } = yield* Recognition.recognise(found)
 *     const outcomes = yield* registry.add(candidates)
 *     yield* Recognition.registered(outcomes)
 *     return outcomes
 *   })
 * ```
 *
 * @category registering
 */
export const recognise = (candidates: ReadonlyArray<Candidate>): Effect.Effect<Recognised, CommandError, Services> =>
  Effect.map(SyncAccess.lookUp(Effect.flatMap(Sync, (sync) => sync.recognise(candidates))), (known) => {
    const recognised = Option.getOrElse(known, () => candidates)
    return { candidates: recognised, names: new Map(recognised.flatMap((candidate, at) => (candidate === candidates[at] ? [] : [[candidate.path, nameOf(candidate)] as const]))) }
  })

/**
 * Say that projects were registered: should they have been about to be removed everywhere, they no longer are.
 *
 * @category registering
 */
export const registered = (outcomes: ReadonlyArray<AddOutcome>): Effect.Effect<void, CommandError, Services> => {
  const ids = outcomes.flatMap((outcome) => (outcome._tag === "Refused" ? [] : [outcome.project.id]))
  return ids.length === 0 ? Effect.void : Effect.asVoid(SyncAccess.lookUp(Effect.flatMap(Sync, (sync) => sync.registered(ids))))
}

/**
 * Say that projects are no longer on this machine: what they were when they were last in sync is forgotten.
 *
 * @category registering
 */
export const removed = (ids: ReadonlyArray<string>): Effect.Effect<void, CommandError, Services> =>
  ids.length === 0 ? Effect.void : Effect.asVoid(SyncAccess.lookUp(Effect.flatMap(Sync, (sync) => sync.removed(ids))))
