/**
 * What the user decides between two syncs: what is to be removed everywhere or changed although it is not here, and what becomes of
 * decisions when projects come and go.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { Candidate } from "@dev-infra/registry/Identity"
import { repositoryOf } from "@dev-infra/registry/Identity"
import * as Project from "@dev-infra/metadata/Project"
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { idsOf, type RemoteEntry } from "../RemoteEntry.js"
import { growingFields, isShared, ofProject, patched, repositoryKey, type SharedFields, textsOf } from "../SharedFields.js"
import type { Base, Pending, RemoteState, StateDocument } from "../SyncState.js"
import { remembered } from "./Fetch.js"
import { look, now, remember, rememberedOf, type Services } from "./Home.js"
import { linkTo, withBases } from "./Linking.js"

const nameOf = (entry: RemoteEntry): string => {
  const { name } = entry.fields
  return typeof name === "string" ? name : `row ${entry.key}`
}

const known = (services: Services, options: { readonly isLasting: boolean }) =>
  Effect.gen(function* () {
    const home = yield* look(services, options)
    const remote = yield* remembered(services, home)
    const rows = new Map<string, RemoteEntry>()
    for (const entry of remote?.snapshot.entries ?? []) {
      if (entry.deletedAt !== null) continue
      for (const id of idsOf(entry)) if (id === entry.uid || !rows.has(id)) rows.set(id, entry)
    }
    return { home, remote, rows }
  })

const decide = (services: Services, instance: string, machine: string, added: ReadonlyArray<Pending>) => {
  const uids = new Set(added.map(({ uid }) => uid))
  return services.state.modify((document) =>
    remember(document, instance, machine, (state) => ({ ...state, pending: [...state.pending.filter(({ uid }) => !uids.has(uid)), ...added] }))
  )
}

/** Have projects deleted there with the next push. Those that the remote does not have need no decision. @category commands */
export const removeEverywhere = (services: Services, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { home, remote, rows } = yield* known(services, { isLasting: true })
    const { current } = home.document
    if (current === null) return
    const { intents } = rememberedOf(home.document, current.instance, home.machine)
    const state = remote?.state ?? rememberedOf(home.document, current.instance, home.machine)
    const at = yield* now
    const decisions = ids.flatMap((id): ReadonlyArray<Pending> => {
      const link = state.bases[id]
      const intent = intents[id]
      const entry = rows.get(id) ?? (link === undefined ? undefined : rows.get(link.uid))
      if (entry !== undefined && entry.uid !== null) {
        return [{ _tag: "Remove", uid: entry.uid, name: nameOf(entry), seen: entry.fields, at, key: entry.key, createdAt: entry.createdAt }]
      }
      // A row that this home never saw, or that lost its uid: it may be there all the same, so the next push looks.
      if (link !== undefined) return [{ _tag: "Remove", uid: link.uid, name: textOr(link.fields["name"], link.uid), seen: link.fields, at, key: link.key, createdAt: link.createdAt }]
      return intent === undefined ? [] : [{ _tag: "Remove", uid: intent.uid, name: textOr(intent.fields["name"], intent.uid), seen: intent.fields, at }]
    })
    if (decisions.length > 0) yield* decide(services, current.instance, home.machine, decisions)
  })

const textOr = (value: JsonValue | undefined, other: string): string => (typeof value === "string" ? value : other)

/** Have fields of a project that is not here changed with the next push. @category commands */
export const editRemote = (services: Services, id: string, patch: { readonly [field: string]: JsonValue }) =>
  Effect.gen(function* () {
    const { home, remote, rows } = yield* known(services, { isLasting: true })
    const entry = rows.get(id)
    if (remote === undefined || entry === undefined || entry.uid === null) return
    const { uid } = entry
    const before = remote.state.pending.find((one) => one.uid === uid && one._tag === "Edit")
    const earlier = before?._tag === "Edit" ? before : undefined
    const at = yield* now
    yield* decide(services, remote.snapshot.instance, home.machine, [
      { _tag: "Edit", uid, name: nameOf(entry), seen: earlier?.seen ?? entry.fields, patch: { ...earlier?.patch, ...sharedOf(patch) }, at }
    ])
  })

const withoutDecisions = (state: RemoteState, ids: ReadonlySet<string>, isKept: (pending: Pending) => boolean): RemoteState => {
  const pending = state.pending.filter((one) => !ids.has(one.uid) || isKept(one))
  return pending.length === state.pending.length ? state : { ...state, pending }
}

const everywhere = (services: Services, change: (state: RemoteState) => RemoteState) =>
  Effect.asVoid(
    services.state.modify((document): StateDocument => {
      const remotes = Object.entries(document.remotes).map(([instance, state]) => [instance, state, change(state)] as const)
      return remotes.every(([, before, after]) => before === after) ? document : { ...document, remotes: Object.fromEntries(remotes.map(([instance, , after]) => [instance, after])) }
    })
  )

/** What a new project took over from its row is what both are: the base of all that comes. */
const takenOver = (projects: ReadonlyArray<Project.Project>, rows: ReadonlyMap<string, RemoteEntry>, state: RemoteState, machine: string, at: string) =>
  projects.flatMap((project): ReadonlyArray<readonly [string, Base]> => {
    const entry = rows.get(project.id)
    if (entry === undefined || entry.uid !== project.id || project.last_sync !== undefined || Object.hasOwn(state.bases, project.id)) return []
    const [here, there] = [repositoryKey(ofProject(project)), repositoryKey(entry.fields)]
    // The same id with another repository is for the user to decide.
    if (here !== undefined && there !== undefined && here !== there) return []
    return [[project.id, linkTo(entry, project.id, entry.fields, machine, at)]]
  })

/**
 * Projects are here, or here again: that they were to be removed is off, and what they took over from the remote is the base.
 *
 * @category commands
 */
export const registered = (services: Services, ids: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const here = new Set(ids)
    yield* everywhere(services, (state) => withoutDecisions(state, here, ({ _tag }) => _tag !== "Remove"))
    const { home, remote, rows } = yield* known(services, { isLasting: true })
    if (remote === undefined) return
    const projects = home.projects.filter(({ id }) => here.has(id))
    const at = yield* now
    yield* services.state.modify((document) =>
      remember(document, remote.snapshot.instance, home.machine, (state) => {
        const bases = new Map(takenOver(projects, rows, state, home.machine, at))
        // What was to be changed elsewhere came with the project. Where it did not, the next push says so.
        return withBases(withoutDecisions(state, new Set(bases.keys()), ({ _tag }) => _tag !== "Edit"), bases, [])
      })
    )
  })

/** Projects are not here any more: what was last in sync is forgotten. @category commands */
export const removed = (services: Services, ids: ReadonlyArray<string>) =>
  everywhere(services, (state) => {
    const isGone = (id: string) => ids.includes(id)
    if (!ids.some((id) => Object.hasOwn(state.bases, id) || Object.hasOwn(state.intents, id) || Object.hasOwn(state.dropped, id))) return state
    const without = <A>(record: { readonly [id: string]: A }) => Object.fromEntries(Object.entries(record).filter(([id]) => !isGone(id)))
    return { ...state, bases: without(state.bases), intents: without(state.intents), dropped: without(state.dropped) }
  })

/** Without what is of one machine only. */
const sharedOf = (fields: { readonly [field: string]: JsonValue }): { readonly [field: string]: JsonValue } =>
  Object.fromEntries(Object.entries(fields).filter(([field]) => isShared(field)))

/** The fields of a row that a new project of the registry can have. */
const usable = (fields: SharedFields, candidate: Candidate): { readonly [field: string]: JsonValue } => {
  const { repository: _, ...rest } = sharedOf(fields)
  const entry = { name: "x", ...rest, path: candidate.path }
  return Either.match(Project.decode(entry, { machineId: "00000000-0000-4000-8000-000000000000" }), {
    onLeft: ({ problems }) => {
      const wrong = new Set(problems.map(({ field }) => field.split(/[.[]/)[0] ?? field))
      return Object.fromEntries(Object.entries(rest).filter(([field]) => !wrong.has(field)))
    },
    onRight: () => rest
  })
}

/** Folders with the ids and fields under which they are known elsewhere. @category commands */
export const recognise = (services: Services, candidates: ReadonlyArray<Candidate>) =>
  Effect.gen(function* () {
    if (candidates.length === 0) return candidates
    const { home, remote, rows } = yield* known(services, { isLasting: false })
    if (remote === undefined) return candidates
    const local = new Set(home.projects.flatMap((project) => [project.id, ...textsOf(project["aliases"] as ReadonlyArray<string> | undefined)])) // read from JSON
    const byRepository = new Map<string, Array<RemoteEntry>>()
    for (const entry of remote.snapshot.entries) {
      const key = repositoryKey(entry.fields)
      if (key === undefined || entry.uid === null || entry.deletedAt !== null || idsOf(entry).some((id) => local.has(id))) continue
      byRepository.set(key, [...(byRepository.get(key) ?? []), entry])
    }
    const edits = new Map(remote.state.pending.flatMap((one) => (one._tag === "Edit" ? [[one.uid, one.patch] as const] : [])))
    return candidates.map((candidate): Candidate => {
      const repository = repositoryOf(candidate)
      const key = repository === undefined ? undefined : normalise(repository)
      const found = key === undefined ? [] : (byRepository.get(key) ?? [])
      const byId = candidate.id === undefined ? undefined : rows.get(candidate.id)
      const byIdFits = byId !== undefined && (key === undefined || repositoryKey(byId.fields) === undefined || repositoryKey(byId.fields) === key)
      const entry = byIdFits ? byId : candidate.id === undefined || byId === undefined ? found.toSorted((one, other) => ((one.uid ?? "") < (other.uid ?? "") ? -1 : 1))[0] : undefined
      if (entry === undefined || entry.uid === null) return candidate
      const fields = patched(entry.fields, edits.get(entry.uid) ?? {})
      const sets = Object.fromEntries(Object.entries(fields).filter(([field]) => growingFields.has(field)))
      const aliases = candidate.id === undefined || candidate.id === entry.uid ? [] : [candidate.id]
      return {
        ...candidate,
        // A uid of a row is a UUID in lower case.
        id: entry.uid as NonNullable<Candidate["id"]>,
        derived: {
          ...candidate.derived,
          ...usable(fields, candidate),
          ...sets,
          ...(aliases.length === 0 ? {} : { aliases: [...new Set([...textsOf(fields["aliases"]), ...aliases])] })
        }
      }
    })
  })
