/**
 * What a push sends: one change at most for each row. Pure.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { FieldState, Refusal } from "./Comparison.js"
import { nextBase, sentValue } from "./FieldCompare.js"
import { idsOf, pathOn, type RemoteContent, type RemoteEntry } from "./RemoteEntry.js"
import type { RemoteOperation } from "./RemoteIndex.js"
import { isEqual, patched, type SharedFields, textsOf, valueOf } from "./SharedFields.js"
import { type Alone, changedThere, isUnchanged, type Pair, type Survey } from "./Survey.js"
import type { SyncItem } from "./Sync.js"
import type { Intent, Pending, RemoteState } from "./SyncState.js"

/** What a user insists on. All by the id of the project. @category models */
export interface PushChoices {
  readonly recreate: ReadonlySet<string>
  /** whole projects, or single fields */
  readonly mine: ReadonlyMap<string, ReadonlySet<string> | "all">
  readonly force: boolean
  readonly purge: boolean
}

/** A value that a change replaces on the remote. @category models */
export interface Replaced {
  readonly field: string
  readonly old: JsonValue
  readonly new: JsonValue
  readonly conflict: boolean
}

/**
 * One change. `id` is the local project, or the uid of one that is not here. `intent` is what is remembered until it has arrived. `pending` is
 * the decision that it carries out.
 *
 * @category models
 */
export interface Step {
  readonly id: string
  readonly name: string
  readonly isLocal: boolean
  readonly action: SyncItem["action"]
  readonly operation: RemoteOperation
  readonly fields: ReadonlyArray<FieldState>
  readonly replaced: ReadonlyArray<Replaced>
  readonly intent?: Intent
  readonly pending?: Pending
}

/** Everything. `settled` are decisions that need nothing any more, `lost` those among them that came too late. @category models */
export interface PushPlan {
  readonly steps: ReadonlyArray<Step>
  readonly refused: ReadonlyArray<SyncItem & { readonly refusal: Refusal }>
  readonly settled: ReadonlyArray<Pending>
  readonly lost: ReadonlyArray<Extract<Pending, { readonly _tag: "Edit" }>>
  readonly counter: number
}

const remoteOnes = (states: ReadonlyArray<FieldState>, mine: ReadonlySet<string> | "all" | undefined): ReadonlyArray<FieldState> =>
  mine === undefined
    ? states
    : states.map((state) => (state.state === "behind" && (mine === "all" || mine.has(state.field)) ? { ...insisted(state), state: "ahead" } : state))

const insisted = ({ field, local, remote, state }: FieldState): FieldState => ({ field, local, remote, state })

const replacedBy = (states: ReadonlyArray<FieldState>, sent: { readonly [field: string]: JsonValue }): ReadonlyArray<Replaced> =>
  states.flatMap(({ field, remote, state }) =>
    Object.hasOwn(sent, field) && remote !== null ? [{ field, old: remote, new: sent[field] ?? null, conflict: state === "conflict" }] : []
  )

/** What further rows of a project held that does not stand. */
const lostInJoin = (entry: RemoteEntry, fields: SharedFields): ReadonlyArray<Replaced> =>
  Object.entries(entry.fields).flatMap(([field, old]) =>
    isEqual(field, old, fields[field]) || field === "aliases" ? [] : [{ field, old, new: valueOf(fields, field) ?? null, conflict: true }]
  )

/** Builds the plan, counting the writes of this machine. */
class Builder {
  readonly steps: Array<Step> = []
  readonly refused: Array<SyncItem & { readonly refusal: Refusal }> = []
  readonly settled: Array<Pending> = []
  readonly lost: Array<Extract<Pending, { readonly _tag: "Edit" }>> = []
  counter: number
  readonly #machine: string

  constructor(counter: number, machine: string) {
    this.counter = counter
    this.#machine = machine
  }

  content(fields: SharedFields, writes: RemoteContent["writes"], path: string | null): RemoteContent & { readonly counter: number } {
    this.counter += 1
    return { fields, writes: { ...writes, [this.#machine]: this.counter }, path, counter: this.counter }
  }

  refuse(id: string, name: string, refusal: Refusal, fields: ReadonlyArray<FieldState> = []): void {
    this.refused.push({ id, name, action: "refused", fields, refusal })
  }
}

const planPair = (builder: Builder, pair: Pair, choices: PushChoices): void => {
  const { base, entry, location, there, twins, uid, view } = pair
  const { id, name, path } = view.project
  const states = remoteOnes(pair.states, choices.mine.get(id))
  const sent: { [field: string]: JsonValue } = {}
  const settled: { [field: string]: JsonValue } = {}
  const fields: Array<FieldState> = []
  for (const state of states) {
    const value = sentValue(state)
    if (value === undefined) continue
    sent[state.field] = value
    // Of a set the base is what is here: what the others added is still to be taken, what they removed too.
    settled[state.field] = state.merged === undefined ? value : state.local
    fields.push(state)
  }
  const isAdopted = entry.uid === null
  if (fields.length === 0 && !location && !isAdopted && twins.length === 0) return
  const next = patched(there, sent)
  const { counter, ...content } = builder.content(next, merge([entry.writes, pair.link?.writes ?? {}, ...twins.map((twin) => twin.entry.writes)]), path)
  const intent: Intent = { counter, uid, fields: nextBase(base, pair.fields, states, settled) }
  const shared = { id, name, isLocal: true, fields, intent }
  const replaced = replacedBy(states, sent)
  const [twin, ...others] = twins
  if (twin !== undefined) {
    // One at a time: the next push finds the rest.
    const lost = [twin, ...others].slice(0, 1).flatMap(({ entry: row }) => lostInJoin(row, next))
    builder.steps.push({ ...shared, action: "joined", operation: { _tag: "Join", uid: twin.entry.uid ?? uid, entry: twin.entry, into: twin.into, content }, replaced: [...replaced, ...lost] })
    return
  }
  const operation: RemoteOperation = isAdopted ? { _tag: "Adopt", uid, entry, content } : { _tag: "Update", uid, entry, content }
  builder.steps.push({ ...shared, action: isAdopted ? "adopted" : fields.length === 0 ? "location" : "updated", operation, replaced })
}

/** The highest counter of each machine. */
const merge = (all: ReadonlyArray<RemoteContent["writes"]>): RemoteContent["writes"] => {
  const merged: { [machine: string]: number } = {}
  for (const writes of all) for (const [machine, counter] of Object.entries(writes)) merged[machine] = Math.max(merged[machine] ?? 0, counter)
  return merged
}

/** Making a project; where a row stands for its deletion, that row becomes the project again. */
const creation = (uid: string, content: RemoteContent, tombstone: RemoteEntry | undefined, recreate: boolean): RemoteOperation =>
  tombstone === undefined ? { _tag: "Create", uid, content, recreate } : { _tag: "Update", uid: tombstone.uid ?? uid, entry: tombstone, content }

const planAlone = (builder: Builder, { refusal, state, tombstone, view }: Alone, choices: PushChoices, pending: Pending | undefined): void => {
  const { id, name, path } = view.project
  const recreate = choices.recreate.has(id) || pending !== undefined
  if (refusal !== undefined && !(recreate && refusal.reason !== "OtherRepository")) {
    // A deletion elsewhere is a state that stays; it is told, not refused, unless somebody asks for it.
    if (state === "refused") builder.refuse(id, name, refusal)
    return
  }
  // What was deleted comes back with what it had, where this machine has nothing to say.
  const fields = pending === undefined ? view.fields : { ...pending.seen, ...view.fields }
  const { counter, ...content } = builder.content(fields, tombstone?.writes ?? {}, path)
  builder.steps.push({
    id,
    name,
    isLocal: true,
    action: "created",
    operation: creation(id, content, tombstone, recreate),
    fields: [],
    replaced: [],
    intent: { counter, uid: tombstone?.uid ?? id, fields: view.fields },
    ...(pending === undefined ? {} : { pending })
  })
}

const planPending = (builder: Builder, pending: Pending, { entry, tombstone }: RowsOf, choices: PushChoices): void => {
  const { name, uid } = pending
  const shared = { id: uid, name, isLocal: false, pending }
  if (pending._tag === "Recreate") {
    if (entry !== undefined) builder.settled.push(pending)
    else builder.steps.push({ ...shared, action: "created", operation: creation(uid, builder.content(pending.seen, tombstone?.writes ?? {}, null), tombstone, true), fields: [], replaced: [] })
    return
  }
  if (entry === undefined) {
    builder.settled.push(pending)
    if (pending._tag === "Remove") return
    builder.lost.push(pending)
    builder.refuse(uid, name, { reason: "DeletedElsewhere", detail: `${JSON.stringify(name)} was deleted there by another machine, so it cannot be changed; what was to be changed is in the log` })
    return
  }
  if (pending._tag === "Remove") {
    if (!choices.force && !isUnchanged(pending, entry)) builder.refuse(uid, name, changedThere(name))
    else builder.steps.push({ ...shared, action: "deleted", operation: { _tag: "Delete", uid, entry, purge: choices.purge }, fields: [], replaced: [] })
    return
  }
  const fields = Object.entries(pending.patch).flatMap(([field, local]): ReadonlyArray<FieldState> => {
    const remote = valueOf(entry.fields, field)
    if (isEqual(field, local, remote)) return []
    const isConflict = remote !== undefined && !isEqual(field, remote, pending.seen[field])
    return [{ field, state: isConflict ? "conflict" : "ahead", local, remote: remote ?? null }]
  })
  if (fields.length === 0) {
    builder.settled.push(pending)
    return
  }
  const sent = Object.fromEntries(fields.map(({ field, local }) => [field, local]))
  const content = builder.content(patched(entry.fields, sent), entry.writes, null)
  builder.steps.push({ ...shared, action: "updated", operation: { _tag: "Update", uid: entry.uid ?? uid, entry, content }, fields, replaced: replacedBy(fields, sent) })
}

/** A row that lost its uid since it was decided about. */
const withoutUid = (pending: Pending, nameless: ReadonlyMap<string, RemoteEntry>): RemoteEntry | undefined => {
  const entry = pending._tag === "Remove" && pending.key !== undefined ? nameless.get(pending.key) : undefined
  return entry?.createdAt === (pending._tag === "Remove" ? pending.createdAt : undefined) ? entry : undefined
}

/** A decision about a project that is on this machine by now. */
const settleHere = (builder: Builder, pending: Pending, hasRow: boolean): void => {
  if (pending._tag === "Recreate" && !hasRow) return
  builder.settled.push(pending)
  if (pending._tag !== "Edit") return
  builder.lost.push(pending)
  builder.refuse(pending.uid, pending.name, {
    reason: "ChangedThere",
    detail: `${JSON.stringify(pending.name)} is on this machine now, so that what was to be changed there is to be changed here; it is in the log`
  })
}

/** The rows that a decision is about. */
interface RowsOf {
  readonly entry: RemoteEntry | undefined
  readonly tombstone: RemoteEntry | undefined
}

/** Rows that say that this machine has a project which it does not have any more. */
const planPlaces = (builder: Builder, survey: Survey, machine: string, decided: ReadonlySet<string>): void => {
  const unsettled = new Set(survey.alone.flatMap(({ view }) => [view.project.id, ...textsOf(view.fields["aliases"])]))
  for (const entry of survey.others) {
    if (entry.uid === null || pathOn(entry, machine) === undefined) continue
    if (idsOf(entry).some((id) => decided.has(id) || unsettled.has(id))) continue
    const { name } = entry.fields
    const content = builder.content(entry.fields, entry.writes, null)
    builder.steps.push({
      id: entry.uid,
      name: typeof name === "string" ? name : entry.uid,
      isLocal: false,
      action: "location",
      operation: { _tag: "Update", uid: entry.uid, entry, content },
      fields: [],
      replaced: []
    })
  }
}

/**
 * What to send.
 *
 * @param machine the id of this machine
 * @category constructors
 */
export const make = (survey: Survey, state: RemoteState, machine: string, choices: PushChoices): PushPlan => {
  const builder = new Builder(state.counter, machine)
  for (const pair of survey.pairs) planPair(builder, pair, choices)
  const recreated = new Map(state.pending.flatMap((pending) => (pending._tag === "Recreate" ? [[pending.uid, pending] as const] : [])))
  for (const alone of survey.alone) planAlone(builder, alone, choices, recreated.get(alone.view.project.id))
  const rows = new Map(survey.others.flatMap((entry) => idsOf(entry).map((id) => [id, entry] as const)))
  const nameless = new Map(survey.others.flatMap((entry) => (entry.uid === null ? [[entry.key, entry] as const] : [])))
  const here = new Map(survey.pairs.flatMap((pair) => [pair.view.project.id, ...idsOf(pair.entry)].map((id) => [id, pair] as const)))
  const local = new Set([...here.keys(), ...survey.alone.map(({ view }) => view.project.id)])
  for (const pending of state.pending) {
    // What is on this machine again is no longer a matter of a decision about another one.
    if (local.has(pending.uid)) settleHere(builder, pending, here.has(pending.uid))
    else planPending(builder, pending, { entry: rows.get(pending.uid) ?? withoutUid(pending, nameless), tombstone: survey.tombstones.get(pending.uid) }, choices)
  }
  planPlaces(builder, survey, machine, new Set(state.pending.map(({ uid }) => uid)))
  return { steps: builder.steps, refused: builder.refused, settled: builder.settled, lost: builder.lost, counter: builder.counter }
}

/** Whether there is nothing to do. @category predicates */
export const isEmpty = ({ lost, refused, settled, steps }: PushPlan): boolean => steps.length === 0 && refused.length === 0 && settled.length === 0 && lost.length === 0
