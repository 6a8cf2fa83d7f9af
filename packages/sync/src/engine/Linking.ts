/**
 * Which projects are linked to which rows from now on: the base of those that stand alike on both sides, and the ids of those that
 * turned out to be known elsewhere under another one.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import type { UpdateTarget } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { compareFields, nextBase } from "../FieldCompare.js"
import type { RemoteEntry } from "../RemoteEntry.js"
import { areEqual } from "../SharedFields.js"
import type { Pair } from "../Survey.js"
import type { Base, RemoteState } from "../SyncState.js"
import type { Services } from "./Home.js"

/** The link of a project to a row that is as this machine last saw it. @category constructors */
export const linkTo = (entry: RemoteEntry, uid: string, fields: Base["fields"], machine: string, at: string): Base => ({
  key: entry.key,
  createdAt: entry.createdAt,
  uid,
  fields,
  confirmed: entry.writes[machine] ?? 0,
  writes: entry.writes,
  at
})

/**
 * The base of a pair of which nothing is sent or taken: it moves where both sides are equal. None if it stands as it is.
 *
 * @category constructors
 */
export const settledBase = (pair: Pair, machine: string, at: string): Base | undefined => {
  const { base, entry, link, states, uid } = pair
  if (entry.uid === null || pair.twins.length > 0) return undefined
  const isLinked = link !== undefined && link.key === entry.key && link.uid === uid && link.confirmed >= (entry.writes[machine] ?? 0)
  // Where nothing differs, the base is what both sides are.
  if (isLinked && states.length === 0 && compareFields(pair.values, link.fields, undefined).length === 0) return undefined
  const next = nextBase(base, pair.fields, states, {})
  return isLinked && areEqual(link.fields, next) ? undefined : linkTo(entry, uid, next, machine, at)
}

/** Puts bases under the ids that projects have from now on. @category combinators */
export const withBases = (state: RemoteState, bases: ReadonlyMap<string, Base>, gone: Iterable<string>): RemoteState => {
  const removed = [...gone].filter((id) => Object.hasOwn(state.bases, id) && !bases.has(id))
  if (bases.size === 0 && removed.length === 0) return state
  const isLinkedAgain = Object.keys(state.dropped).some((id) => bases.has(id))
  const next: { [id: string]: Base } = { ...state.bases }
  for (const id of removed) delete next[id]
  for (const [id, base] of bases) next[id] = base
  // What is linked again was not deleted for good.
  return { ...state, bases: next, ...(isLinkedAgain ? { dropped: Object.fromEntries(Object.entries(state.dropped).filter(([id]) => !bases.has(id))) } : {}) }
}

/** Gives projects the ids under which they are known elsewhere. @category combinators */
export const identify = ({ registry }: Services, pairs: ReadonlyArray<Pair>) => {
  const changes = pairs.flatMap(({ uid, view: { project } }) =>
    // A uid was read from a row that is a UUID in lower case, or is the project's own id.
    uid === project.id ? [] : [{ id: project.id, to: uid as ProjectId, keepAlias: true }]
  )
  return changes.length === 0 ? Effect.void : Effect.asVoid(registry.reidentify(changes))
}

const localOf = (project: Project): { readonly [key: string]: unknown } => {
  const { local } = project
  return typeof local === "object" && local !== null && !Array.isArray(local) ? { ...local } : {}
}

/**
 * What the registry remembers of a link, for people and for the case that all else is lost: the row, the time, and below `local` the remote.
 *
 * @category constructors
 */
export const mark = (id: string, key: string, instance: string, at: string): UpdateTarget => ({
  // The id is that of a project of the registry.
  id: id as ProjectId,
  patch: (project) => ({
    work_prod_id: /^[0-9]{1,15}$/.test(key) ? Number(key) : key,
    last_sync: at,
    // What is below `local` came out of JSON.parse.
    local: { ...localOf(project), work_prod: instance } as { readonly work_prod: string }
  })
})

/**
 * Changes projects in one write, those that are still there: one may have been removed meanwhile.
 *
 * @category combinators
 */
export const update = ({ registry }: Services, targets: ReadonlyArray<UpdateTarget>) =>
  targets.length === 0
    ? Effect.void
    : Effect.asVoid(registry.update(targets)).pipe(
        Effect.catchTag("ProjectNotFound", () =>
          Effect.gen(function* () {
            const { projects } = yield* registry.list()
            const here = new Set<string>(projects.map(({ id }) => id))
            yield* registry.update(targets.filter(({ id }) => here.has(id)))
          })
        )
      )

/** Two changes of one project as one. */
const both = (first: UpdateTarget, second: UpdateTarget): UpdateTarget => ({
  id: first.id,
  patch: (project) => ({ ...patchOf(first, project), ...patchOf(second, project) })
})

const patchOf = ({ patch }: UpdateTarget, project: Project) => (typeof patch === "function" ? patch(project) : patch)

/** Changes with at most one for each project. @category combinators */
export const combined = (targets: ReadonlyArray<UpdateTarget>): ReadonlyArray<UpdateTarget> => {
  const byId = new Map<string, UpdateTarget>()
  for (const target of targets) {
    const before = byId.get(target.id)
    byId.set(target.id, before === undefined ? target : both(before, target))
  }
  return [...byId.values()]
}
