/**
 * How all projects of this machine and all rows of a remote stand to each other. Pure: what the disk and the remote say is passed in.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { FieldState, ProjectState, Refusal, StateName } from "./Comparison.js"
import * as FieldCompare from "./FieldCompare.js"
import * as LocalView from "./LocalView.js"
import * as Matching from "./Matching.js"
import type { ProjectFile } from "./ProjectFiles.js"
import { idsOf, pathOn, type RemoteDeletion, type RemoteEntry } from "./RemoteEntry.js"
import { areEqual, growingFields, isEqual, patched, repositoryKey, type SharedFields, textsOf, valueOf } from "./SharedFields.js"
import type { Base, Intent, Pending, RemoteState } from "./SyncState.js"

/** What is known of both sides. `instance` is the remote's. @category models */
export interface Sides {
  readonly projects: ReadonlyArray<Project>
  readonly files: ReadonlyMap<string, ProjectFile>
  readonly state: RemoteState
  readonly instance: string
  readonly machine: string
  readonly entries: ReadonlyArray<RemoteEntry>
  readonly deletions: ReadonlyArray<RemoteDeletion>
  /** absence there is no sign of a deletion */
  readonly tellsDeletions: boolean
  readonly same?: ReadonlySet<string>
}

/**
 * A project with its row. `fields` are its own with its identity as the remote is to know it; `values` the same, and maybe others that are not shared,
 * at no cost; `base` the values at which both were last
 * equal; `there` what the row holds. `states` are the fields that differ. `location`: the row has another path of this machine.
 *
 * @category models
 */
export interface Pair {
  readonly view: LocalView.LocalView
  readonly entry: RemoteEntry
  readonly uid: string
  readonly link: Base | undefined
  readonly base: SharedFields | undefined
  readonly fields: SharedFields
  readonly values: SharedFields
  readonly there: SharedFields
  readonly states: ReadonlyArray<FieldState>
  readonly location: boolean
  readonly twins: ReadonlyArray<Matching.TwinRows>
}

/** A project without a row, or with one that stands for its deletion. @category models */
export interface Alone {
  readonly view: LocalView.LocalView
  readonly tombstone?: RemoteEntry
  readonly state: "local only" | "deleted elsewhere" | "refused"
  readonly refusal?: Refusal
}

/**
 * The whole. `others` are live rows that are no project of this machine. `gone` counts linked projects whose rows are absent where absence
 * means deletion.
 *
 * @category models
 */
export interface Survey {
  readonly pairs: ReadonlyArray<Pair>
  readonly alone: ReadonlyArray<Alone>
  readonly others: ReadonlyArray<RemoteEntry>
  readonly duplicates: ReadonlyArray<RemoteEntry>
  /** rows that stand for deletions, by uid and alias */
  readonly tombstones: ReadonlyMap<string, RemoteEntry>
  readonly gone: number
}

/** The row that shows whether something has arrived; several may carry one uid, if somebody copied a row by hand. */
const witness = (intent: Intent, rows: ReadonlyArray<RemoteEntry>): RemoteEntry | undefined => {
  const repository = repositoryKey(intent.fields)
  return (
    rows.find((entry) => isAnswer(intent, entry)) ??
    rows.filter((entry) => repository !== undefined && repositoryKey(entry.fields) === repository).toSorted(Matching.byKey)[0] ??
    rows.toSorted(Matching.byKey)[0]
  )
}

const isAnswer = ({ createdAt, key }: Intent, entry: RemoteEntry): boolean => key === entry.key && createdAt === entry.createdAt

/**
 * What the rows show of what was being sent: an intent whose counter a row holds is the base now; another one never arrived. A row that answered
 * and has lost its envelope since says nothing against it.
 *
 * @category combinators
 */
export const confirmed = (state: RemoteState, machine: string, entries: Iterable<RemoteEntry>, at: string): RemoteState => {
  const intents = Object.entries(state.intents)
  if (intents.length === 0) return state
  const wanted = new Set(intents.flatMap(([id, { uid }]) => [id, uid]))
  const rows = new Map<string, Array<RemoteEntry>>()
  const nameless = new Map<string, RemoteEntry>()
  for (const entry of entries) {
    if (entry.uid === null) nameless.set(entry.key, entry)
    for (const id of idsOf(entry)) if (wanted.has(id)) rows.set(id, [...(rows.get(id) ?? []), entry])
  }
  const bases: { [id: string]: Base } = { ...state.bases }
  for (const [id, intent] of intents) {
    const found = rows.get(intent.uid) ?? rows.get(id) ?? []
    const own = found.filter(({ uid }) => uid === intent.uid)
    const lost = intent.key === undefined ? undefined : nameless.get(intent.key)
    const entry = witness(intent, own.length === 0 ? found : own) ?? (lost !== undefined && isAnswer(intent, lost) ? lost : undefined)
    if (entry === undefined) continue
    const counter = entry.uid === null ? intent.counter : (entry.writes[machine] ?? 0)
    if (counter >= intent.counter) bases[id] = { key: entry.key, createdAt: entry.createdAt, uid: entry.uid ?? intent.uid, fields: intent.fields, confirmed: counter, writes: entry.writes, at }
  }
  const dropped = Object.fromEntries(Object.entries(state.dropped).filter(([id]) => !Object.hasOwn(bases, id)))
  return { ...state, bases, intents: {}, dropped }
}

/** What the row holds, where a lost envelope counts as unknown and not as changed; and the base to compare with. */
const valuesThere = (entry: RemoteEntry, link: Base | undefined, machine: string): { readonly there: SharedFields; readonly base: SharedFields | undefined } => {
  if (link === undefined) return { there: entry.fields, base: undefined }
  if (entry.uid === null) {
    const repository = link.fields["repository"]
    const place = repository !== undefined && Matching.isAround(entry.fields, link.fields) ? { repository } : {}
    const there = { ...link.fields, ...entry.fields, ...place }
    return { there: isStillArchived(entry, link) ? patched(there, archivedFields(link)) : there, base: link.fields }
  }
  // The row went back in time: what it holds is no change of anybody.
  return { there: entry.fields, base: (entry.writes[machine] ?? 0) < link.confirmed ? entry.fields : link.fields }
}

/** Servers that have no word for archived keep it as this pair, which then says nothing new. */
const isStillArchived = ({ fields }: RemoteEntry, link: Base): boolean =>
  link.fields["status"] === "archived" && fields["status"] === "completed" && fields["classification"] === "archive"

const archivedFields = ({ fields }: Base) => ({ status: fields["status"] ?? null, classification: fields["classification"] ?? null })

const markGit = (view: LocalView.LocalView, states: ReadonlyArray<FieldState>, base: SharedFields | undefined): ReadonlyArray<FieldState> =>
  view.file === undefined || states.length === 0
    ? states
    : states.map((state) => {
        if ((state.state !== "behind" && state.state !== "merged") || !LocalView.isStated(view, state.field)) return state
        // Both changed it, and the file wins: it cleared what was there.
        if (state.state === "behind" && state.local === null && base !== undefined && valueOf(base, state.field) !== undefined && !isEqual(state.field, base[state.field], state.remote)) {
          return { ...state, state: "conflict" as const }
        }
        return { ...state, arrivesWithGit: true as const }
      })

const pairOf = (sides: Sides, found: LocalView.LocalView, entry: RemoteEntry, twins: ReadonlyArray<Matching.TwinRows>): Pair => {
  const { project } = found
  const link = sides.state.bases[project.id]
  const uid = entry.uid ?? project.id
  const view = link === undefined && found.pending.length > 0 ? LocalView.make(project, found.file, undefined, true) : found
  const { base: last, there } = valuesThere(entry, link, sides.machine)
  const joined = twins.length === 0 ? there : joinedFields(there, twins)
  const base = last ?? (project.last_sync === undefined ? LocalView.derivedBase(view, joined) : undefined)
  const isPlain = uid === project.id && twins.length === 0
  const own = isPlain ? undefined : withTwins(LocalView.withIdentity(view.fields, project.id, uid), uid, twins)
  const states = markGit(view, FieldCompare.compareFields(own ?? view.raw, joined, base), base)
  return new Found({ view, entry, uid, link, base, own, there: joined, states, location: pathOn(entry, sides.machine) !== project.path, twins })
}

/** A pair that makes what most pairs are never asked for only when it is. */
class Found implements Pair {
  readonly view: LocalView.LocalView
  readonly entry: RemoteEntry
  readonly uid: string
  readonly link: Base | undefined
  readonly base: SharedFields | undefined
  readonly own: SharedFields | undefined
  readonly there: SharedFields
  readonly states: ReadonlyArray<FieldState>
  readonly location: boolean
  readonly twins: ReadonlyArray<Matching.TwinRows>
  constructor(parts: Omit<Pair, "fields" | "values"> & { readonly own: SharedFields | undefined }) {
    this.view = parts.view
    this.entry = parts.entry
    this.uid = parts.uid
    this.link = parts.link
    this.base = parts.base
    this.own = parts.own
    this.there = parts.there
    this.states = parts.states
    this.location = parts.location
    this.twins = parts.twins
  }
  get fields(): SharedFields {
    return this.own ?? this.view.fields
  }
  get values(): SharedFields {
    return this.own ?? this.view.raw
  }
}

/** The surviving row, with what only the others have. */
const joinedFields = (there: SharedFields, twins: ReadonlyArray<Matching.TwinRows>): SharedFields =>
  Object.assign({}, ...twins.map(({ entry }) => entry.fields), there) as SharedFields // records of fields all of them

const withTwins = (fields: SharedFields, uid: string, twins: ReadonlyArray<Matching.TwinRows>): SharedFields => {
  if (twins.length === 0) return fields
  const aliases = new Set([...textsOf(fields["aliases"]), ...twins.flatMap(({ entry }) => idsOf(entry))])
  aliases.delete(uid)
  return { ...fields, aliases: [...aliases] }
}

const wasSynced = ({ project }: LocalView.LocalView, instance: string): boolean => {
  const { local } = project
  return typeof local === "object" && local !== null && "work_prod" in local && local["work_prod"] === instance
}

const deletedElsewhere = (view: LocalView.LocalView): Alone => ({
  view,
  state: "deleted elsewhere",
  refusal: {
    reason: "DeletedElsewhere",
    detail: `it was deleted from the remote by another machine; it stays here. To create it there again: --recreate ${JSON.stringify(view.project.name)}`
  }
})

const forget = (view: LocalView.LocalView): Alone => ({
  view,
  state: "refused",
  refusal: {
    reason: "WasSynced",
    detail: `it was synced before, but the remote has no such project, and what this machine remembered is lost: if it should be there, create it again with --recreate ${JSON.stringify(view.project.name)}`
  }
})

const aloneOf = (sides: Sides, gone: ReadonlyMap<string, RemoteDeletion>, tombstones: ReadonlyMap<string, RemoteEntry>, view: LocalView.LocalView, refusal: Refusal | undefined): Alone => {
  if (refusal !== undefined) return { view, state: "refused", refusal }
  const { id } = view.project
  const ids = [id, ...textsOf(view.raw["aliases"])]
  const deletion = ids.map((one) => gone.get(one)).find((found) => found !== undefined && found.mergedInto === null)
  const tombstone = ids.map((one) => tombstones.get(one)).find((found) => found !== undefined)
  if (tombstone !== undefined) return { ...deletedElsewhere(view), tombstone }
  if (deletion !== undefined || sides.state.dropped[id] !== undefined) return deletedElsewhere(view)
  if (sides.state.bases[id] !== undefined) return sides.tellsDeletions ? { view, state: "local only" } : deletedElsewhere(view)
  return wasSynced(view, sides.instance) ? forget(view) : { view, state: "local only" }
}

/**
 * How everything stands.
 *
 * @category constructors
 */
export const make = (sides: Sides): Survey => {
  const { bases } = sides.state
  const live = sides.entries.filter((entry) => entry.deletedAt === null)
  const dead = live.length === sides.entries.length ? [] : sides.entries.filter((entry) => entry.deletedAt !== null)
  const tombstones = new Map(dead.flatMap((entry) => idsOf(entry).map((one) => [one, entry] as const)))
  const views = sides.projects.map((project) => {
    const link = bases[project.id]
    return LocalView.make(project, sides.files.get(project.id), link?.fields, link !== undefined)
  })
  const matches = Matching.match(views, live, { bases, machine: sides.machine, ...(sides.same === undefined ? {} : { same: sides.same }) })
  const gone = new Map(sides.deletions.flatMap((deletion) => (deletion.uid === null ? [] : [[deletion.uid, deletion] as const])))
  const pairs: Array<Pair> = []
  const alone: Array<Alone> = []
  let lost = 0
  for (const view of views) {
    const { id } = view.project
    const entry = matches.rows.get(id)
    if (entry !== undefined) {
      pairs.push(pairOf(sides, view, entry, matches.twins.get(id) ?? []))
      continue
    }
    const one = aloneOf(sides, gone, tombstones, view, matches.refusals.get(id))
    if (one.state === "deleted elsewhere" && one.tombstone === undefined && bases[id] !== undefined && !sides.tellsDeletions) lost += 1
    alone.push(one)
  }
  return { pairs, alone, others: matches.others, duplicates: matches.duplicates, tombstones, gone: lost }
}

/** The state of a project in one word. @category accessors */
export const stateOf = ({ entry, location, states, twins, uid, view }: Pair): StateName => {
  if (states.some(({ state }) => state === "conflict")) return "conflict"
  const isAhead = location || twins.length > 0 || entry.uid !== uid || states.some(({ state }) => state === "ahead" || state === "merged")
  const isBehind = states.some(({ state }) => state === "behind" || state === "merged")
  if (isAhead) return isBehind ? "diverged" : "ahead"
  return isBehind ? "behind" : view.pending.length > 0 ? "pending" : "in sync"
}

/** Whether a row is still as it was when somebody decided about it; who it is, who writes it and where machines have it does not count. @category predicates */
export const isUnchanged = (pending: Pending, entry: RemoteEntry): boolean => areEqual(withoutIdentity(pending.seen), withoutIdentity(entry.fields))

const withoutIdentity = (fields: SharedFields): SharedFields => Object.fromEntries(Object.entries(fields).filter(([field]) => !growingFields.has(field)))

const remoteName = (entry: RemoteEntry): string => {
  const { name } = entry.fields
  return typeof name === "string" ? name : `row ${entry.key}`
}

const stateOfOther = (entry: RemoteEntry, pending: ReadonlyMap<string, Pending>): ProjectState => {
  const ids = idsOf(entry)
  const decided = ids.map((id) => pending.get(id)).find((found) => found !== undefined)
  const shared = { id: entry.uid ?? entry.key, name: remoteName(entry), fields: [], remote: entry, since: entry.updatedAt, location: false }
  if (decided === undefined || decided._tag === "Recreate") return { ...shared, state: "not local" }
  if (decided._tag === "Edit") {
    const fields = Object.entries(decided.patch).map(([field, local]): FieldState => ({ field, state: "ahead", local, remote: entry.fields[field] ?? null }))
    return { ...shared, state: "edit pending", fields, since: decided.at }
  }
  if (isUnchanged(decided, entry)) return { ...shared, state: "removal pending", since: decided.at }
  return {
    ...shared,
    state: "removal refused",
    since: decided.at,
    fields: FieldCompare.compareFields(decided.seen, entry.fields, decided.seen),
    refusal: changedThere(remoteName(entry))
  }
}

/** Why a project is not removed everywhere. @category constructors */
export const changedThere = (name: string): Refusal => ({
  reason: "ChangedThere",
  detail: `${JSON.stringify(name)} was to be removed everywhere, but it was changed there since: push --force removes it all the same`
})

/** Every project in words. @category accessors */
export const projectStates = (survey: Survey, state: RemoteState): ReadonlyArray<ProjectState> => {
  const pending = new Map(state.pending.map((one) => [one.uid, one]))
  return [
    ...survey.pairs.map((pair): ProjectState => {
      const name = stateOf(pair)
      return {
        id: pair.view.project.id,
        name: pair.view.project.name,
        state: name,
        fields: pair.view.pending.length === 0 ? pair.states : [...pair.states, ...pair.view.pending],
        local: pair.view.project,
        remote: pair.entry,
        since: name === "behind" ? pair.entry.updatedAt : (pair.link?.at ?? null),
        location: pair.location
      }
    }),
    ...survey.alone.map(
      ({ refusal, state: name, view }): ProjectState => ({
        id: view.project.id,
        name: view.project.name,
        state: name,
        fields: view.pending,
        local: view.project,
        since: state.bases[view.project.id]?.at ?? null,
        location: false,
        ...(refusal === undefined ? {} : { refusal })
      })
    ),
    ...survey.others.map((entry) => stateOfOther(entry, pending))
  ]
}
