/**
 * What a home knows before anybody is asked: its projects with their files, and what it remembers of its remotes.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { IdGenerator } from "@dev-infra/metadata/IdGenerator"
import type { Machine } from "@dev-infra/registry/Machine"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import type { Registry } from "@dev-infra/registry/Registry"
import * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as LocalView from "../LocalView.js"
import type { ProjectFile, ProjectFiles } from "../ProjectFiles.js"
import type { RemoteIndex } from "../RemoteIndex.js"
import type { RemoteSnapshot } from "../RemoteSnapshot.js"
import type { StandstillShape } from "../Standstill.js"
import type { SyncLog } from "../SyncLog.js"
import { fresh, type RemoteState, type StateDocument, type SyncState } from "../SyncState.js"
import type { SyncTurn } from "../SyncTurn.js"

/** Everything that a sync is made of. @category models */
export interface Services {
  readonly registry: Context.Tag.Service<typeof Registry>
  readonly machine: Context.Tag.Service<typeof Machine>
  readonly ids: Context.Tag.Service<typeof IdGenerator>
  readonly files: Context.Tag.Service<typeof ProjectFiles>
  readonly state: Context.Tag.Service<typeof SyncState>
  readonly snapshot: Context.Tag.Service<typeof RemoteSnapshot>
  readonly log: Context.Tag.Service<typeof SyncLog>
  readonly turn: Context.Tag.Service<typeof SyncTurn>
  readonly remote: Context.Tag.Service<typeof RemoteIndex>
  readonly standstill: StandstillShape
}

/** What a home knows. @category models */
export interface Home {
  readonly machine: string
  readonly projects: ReadonlyArray<Project>
  readonly files: ReadonlyMap<string, ProjectFile>
  readonly problems: ReadonlyArray<StatementProblem>
  readonly document: StateDocument
}

/** The time as it stands in files: ISO 8601 in UTC. @category accessors */
export const now: Effect.Effect<string> = Effect.map(Clock.currentTimeMillis, (millis) => new Date(millis).toISOString())

/** Looks. Nothing is written, except with `isLasting` who this machine is, which others are to be told. @category constructors */
export const look = ({ files, machine, registry, state }: Services, options: { readonly isLasting: boolean }) =>
  Effect.gen(function* () {
    const { syncId } = yield* options.isLasting ? machine.ensure : machine.identify
    const { projects } = yield* registry.list()
    const read = yield* files.read(projects, options)
    return { machine: syncId, projects, files: read.files, problems: read.problems, document: yield* state.read } satisfies Home
  })

/** What is remembered of a remote. The bases of another machine, in a home that was copied, count as lost; decisions do not. @category accessors */
export const rememberedOf = (document: StateDocument, instance: string, machine: string): RemoteState => {
  const known = Object.hasOwn(document.remotes, instance) ? document.remotes[instance] : undefined
  if (known === undefined) return fresh(machine)
  return known.machine === machine ? known : { ...fresh(machine), pending: known.pending, dropped: known.dropped }
}

/** Changes what is remembered of a remote. @category combinators */
export const remember = (
  document: StateDocument,
  instance: string,
  machine: string,
  change: (state: RemoteState) => RemoteState
): StateDocument => {
  const before = rememberedOf(document, instance, machine)
  const after = change(before)
  return after === before && document.remotes[instance] === before ? document : { ...document, remotes: { ...document.remotes, [instance]: after } }
}

/** What {@link refreshed} would make of the home. Nothing is written. @category combinators */
export const asRefreshed = (home: Home): Home => ({
  ...home,
  projects: home.projects.map((project) => {
    const file = home.files.get(project.id)
    if (file === undefined || file.branch !== undefined) return project
    const { refreshed: patch } = LocalView.make(project, file, undefined, false)
    // A file states only what a project may have; null takes a field away.
    return Object.keys(patch).length === 0 ? project : (Object.fromEntries(Object.entries({ ...project, ...patch }).filter(([, value]) => value !== null)) as Project)
  })
})

/**
 * Takes into the registry what the projects' own files state, after logging what that replaces.
 *
 * @returns the home as it then is
 * @category combinators
 */
export const refreshed = (services: Services, home: Home, command: string) =>
  Effect.gen(function* () {
    const changed = home.projects.flatMap((project) => {
      const file = home.files.get(project.id)
      if (file === undefined || file.branch !== undefined) return []
      const { fields, refreshed: patch } = LocalView.make(project, file, undefined, false)
      return Object.keys(patch).length === 0 ? [] : [{ project, file, patch, fields }]
    })
    if (changed.length === 0) return home
    const targets = changed.map(({ patch, project }) => ({ id: project.id, patch }))
    // A value that is not allowed is found before anything is logged.
    yield* services.registry.update(targets, { dryRun: true })
    const time = yield* now
    yield* services.log.append(
      changed.flatMap(({ file, patch, project }) =>
        Object.entries(patch).flatMap(([field, value]) => {
          const old = Object.hasOwn(project, field) ? project[field] : undefined
          // A project is read from JSON, so that the value of any key is one.
          return old === undefined || old === null ? [] : [{ time, command, kind: "overridden" as const, id: project.id, name: project.name, field, old: old as typeof value, new: value, source: file.path, side: "local" as const }]
        })
      )
    )
    yield* services.registry.update(targets)
    const { projects } = yield* services.registry.list()
    return { ...home, projects }
  })
