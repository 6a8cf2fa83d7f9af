/**
 * Projects that carry the id of another one, as a copied folder does, get an id of their own.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Effect from "effect/Effect"
import { textsOf } from "../SharedFields.js"
import { removed } from "./Decisions.js"
import { type Home, look, type Services } from "./Home.js"

/**
 * Give projects new ids, and note which they are not.
 *
 * @param ids of the projects
 * @returns the home as it then is
 * @category commands
 */
export const withNewIds = (services: Services, home: Home, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const chosen = home.projects.filter(({ id }) => ids.includes(id))
    if (chosen.length === 0) return home
    const changes = yield* Effect.forEach(chosen, (project) => Effect.map(services.ids.next, (to) => ({ project, id: project.id, to, keepAlias: false })))
    yield* services.registry.reidentify(changes)
    yield* services.registry.update(
      changes.map(({ project, to }) => ({ id: to satisfies ProjectId, patch: { distinct_from: apartFrom(project), aliases: null, work_prod_id: null, last_sync: null, local: withoutRemote(project) } }))
    )
    yield* removed(services, changes.map(({ id }) => id))
    return yield* look(services, { isLasting: true })
  })

/** What is below `local`, without the remote that the project with the former id was synced with. */
const withoutRemote = ({ local }: Project): JsonValue => {
  if (typeof local !== "object" || local === null || Array.isArray(local)) return null
  // What is below `local` came out of JSON.parse.
  const rest = Object.entries(local as { readonly [key: string]: JsonValue }).filter(([key]) => key !== "work_prod")
  return rest.length === 0 ? null : Object.fromEntries(rest)
}

/** All ids that the project has until now: it is none of these. */
const apartFrom = (project: Project): ReadonlyArray<string> => {
  // A project is read from JSON, so that the value of any key is one.
  const texts = (field: string) => textsOf(project[field] as ReadonlyArray<string> | undefined)
  return [...new Set([...texts("distinct_from"), project.id, ...texts("aliases")])]
}

/**
 * The home as it would be with new ids. Nothing is changed, and the ids are made up.
 *
 * @param ids of the projects
 * @category constructors
 */
export const foreseen = (services: Services, home: Home, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const chosen = home.projects.filter(({ id }) => ids.includes(id))
    const made = new Map<string, ProjectId>(yield* Effect.forEach(chosen, ({ id }) => Effect.map(services.ids.next, (to) => [id, to] as const)))
    const projects = home.projects.map((project): Project => {
      const to = made.get(project.id)
      if (to === undefined) return project
      const { aliases: _aliases, last_sync: _last, work_prod_id: _row, local: _local, ...rest } = project
      return { ...rest, id: to, distinct_from: apartFrom(project) }
    })
    const files = new Map([...home.files].map(([id, file]) => [made.get(id) ?? id, file] as const))
    return { ...home, projects, files } satisfies Home
  })
