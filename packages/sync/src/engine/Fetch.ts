/**
 * Asking the remote, and keeping what it says.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { idsOf, type RemoteDeletion, type RemoteEntry } from "../RemoteEntry.js"
import type { Fetched, Known } from "../RemoteIndex.js"
import type { Snapshot } from "../RemoteSnapshot.js"
import { textsOf } from "../SharedFields.js"
import * as Survey from "../Survey.js"
import { TooManyGone } from "../SyncError.js"
import type { RemoteState } from "../SyncState.js"
import { around } from "../SyncStep.js"
import { type Home, now, remember, rememberedOf, type Services } from "./Home.js"

/** What the remote has now, with what is remembered of it. @category models */
export interface Remote {
  readonly known: Known
  readonly snapshot: Snapshot
  readonly state: RemoteState
  readonly fetched: Fetched
}

/** Who is linked here, so that deletions of others need not be kept. */
const concerned = ({ projects }: Home, state: RemoteState): ReadonlySet<string> =>
  new Set([
    ...projects.flatMap((project) => [project.id, ...(Array.isArray(project["aliases"]) ? textsOf(project["aliases"]) : [])]),
    ...Object.values(state.bases).map(({ uid }) => uid),
    ...state.pending.map(({ uid }) => uid)
  ])

const apply = (before: Snapshot | undefined, fetched: Fetched, fetchedAt: string, isConcerned: (uid: string) => boolean): Snapshot => {
  const rows = new Map<string, RemoteEntry>()
  if (before !== undefined && !fetched.isWhole) for (const entry of before.entries) rows.set(entry.key, entry)
  if (before !== undefined && fetched.isWhole && fetched.unreadable.length > 0) keepUnreadable(rows, before, fetched)
  for (const { key } of fetched.deletions) rows.delete(key)
  if (!fetched.isWhole && fetched.tellsDeletions) dropMovedIds(rows, fetched.entries)
  for (const entry of fetched.entries) rows.set(entry.key, entry)
  const live = new Set([...rows.values()].flatMap((entry) => entry.uid ?? []))
  const deletions = new Map<string, RemoteDeletion>()
  for (const deletion of [...(before?.deletions ?? []), ...fetched.deletions]) {
    if (deletion.uid !== null && !live.has(deletion.uid) && isConcerned(deletion.uid)) deletions.set(deletion.uid, deletion)
  }
  return {
    instance: fetched.instance,
    address: fetched.address,
    fetchedAt,
    tellsDeletions: fetched.tellsDeletions,
    cursor: fetched.cursor,
    entries: [...rows.values()],
    deletions: [...deletions.values()]
  }
}

/** Where a uid has one row only, one that comes with another key was deleted and made again. */
const dropMovedIds = (rows: Map<string, RemoteEntry>, entries: ReadonlyArray<RemoteEntry>): void => {
  const keys = new Map(entries.flatMap(({ key, uid }) => (uid === null ? [] : [[uid, key] as const])))
  if (keys.size === 0) return
  for (const [key, { uid }] of rows) {
    const now = uid === null ? undefined : keys.get(uid)
    if (now !== undefined && now !== key) rows.delete(key)
  }
}

/** A row that cannot be read is not gone: what was known of it stands. */
const keepUnreadable = (rows: Map<string, RemoteEntry>, before: Snapshot, { unreadable }: Fetched): void => {
  const isNameless = unreadable.some(({ key, uid }) => key === null && uid === null)
  const keys = new Set(unreadable.map(({ key }) => key))
  const uids = new Set(unreadable.map(({ uid }) => uid))
  for (const entry of before.entries) if (isNameless || keys.has(entry.key) || (entry.uid !== null && uids.has(entry.uid))) rows.set(entry.key, entry)
}

/** The survey of everything, by what the remote has now. @category constructors */
export const surveyOf = (home: Home, { snapshot, state }: Pick<Remote, "snapshot" | "state">, same?: ReadonlySet<string>): Survey.Survey =>
  Survey.make({
    projects: home.projects,
    files: home.files,
    state,
    instance: snapshot.instance,
    machine: home.machine,
    entries: snapshot.entries,
    deletions: snapshot.deletions,
    tellsDeletions: snapshot.tellsDeletions,
    ...(same === undefined ? {} : { same })
  })

/** Gone at once must not be more than this, or something is wrong with the server. */
const allowedGone = (known: number): number => Math.max(5, known / 10)

/**
 * The last copy of the remote that was asked last, with what the snapshot shows of what was being sent.
 *
 * @category constructors
 */
export const remembered = (services: Services, home: Home) =>
  Effect.gen(function* () {
    const { current } = home.document
    if (current === null) return undefined
    const snapshot = yield* services.snapshot.read(current.instance)
    if (Option.isNone(snapshot)) return undefined
    const state = rememberedOf(home.document, current.instance, home.machine)
    return { snapshot: snapshot.value, state: Survey.confirmed(state, home.machine, snapshot.value.entries, snapshot.value.fetchedAt) }
  })

/** With `isDry` nothing is written; `asked` is what the remote has just said. @category models */
export interface FetchOptions {
  readonly isDry: boolean
  readonly acceptDeletions: boolean
  readonly asked?: Fetched | undefined
}

/**
 * Ask the remote.
 *
 * @category constructors
 */
export const fetch = (services: Services, home: Home, options: FetchOptions) =>
  Effect.gen(function* () {
    const { current } = home.document
    const before = current === null ? undefined : Option.getOrUndefined(yield* services.snapshot.read(current.instance))
    const known: Known | undefined = current === null ? undefined : { instance: current.instance, cursor: before?.cursor ?? null, note: current.note }
    const fetched = options.asked ?? (yield* around("sync-fetch", services.remote.fetch(known)))
    const isSame = before?.instance === fetched.instance
    const at = yield* now
    const last = rememberedOf(home.document, fetched.instance, home.machine)
    const other = isSame || fetched.isWhole ? undefined : yield* services.snapshot.read(fetched.instance)
    const start = isSame ? before : other === undefined ? undefined : Option.getOrUndefined(other)
    const interested = concerned(home, last)
    const snapshot = apply(start, fetched, at, (uid) => interested.has(uid))
    const state = Survey.confirmed(last, home.machine, snapshot.entries, at)
    const remote: Remote = { known: { instance: fetched.instance, cursor: fetched.cursor, note: fetched.note }, snapshot, state, fetched }
    const links = Object.keys(state.bases).length
    if (!fetched.tellsDeletions && !options.acceptDeletions && links > 0) {
      const { gone } = surveyOf(home, remote)
      if (gone > allowedGone(links)) return yield* new TooManyGone({ address: fetched.address, gone, known: links })
    }
    if (options.isDry) return remote
    const isUnchanged = isSame && !fetched.isWhole && fetched.entries.length === 0 && fetched.deletions.length === 0
    yield* around("sync-snapshot", isUnchanged ? services.snapshot.touch(fetched.instance, at, fetched.cursor) : services.snapshot.write(snapshot))
    const isCurrent = current !== null && current.address === fetched.address && current.instance === fetched.instance && JSON.stringify(current.note) === JSON.stringify(fetched.note)
    if (!isCurrent || state !== last) {
      yield* services.state.modify((document) => ({
        ...remember(document, fetched.instance, home.machine, (stored) => (state === last ? stored : Survey.confirmed(stored, home.machine, snapshot.entries, at))),
        current: { address: fetched.address, instance: fetched.instance, note: fetched.note }
      }))
    }
    return remote
  })

/** Rows by key with some replaced or, where null, taken away. @category combinators */
export const replaced = (snapshot: Snapshot, changes: ReadonlyMap<string, RemoteEntry | null>): Snapshot => {
  if (changes.size === 0) return snapshot
  const rows = new Map(snapshot.entries.map((entry) => [entry.key, entry]))
  for (const [key, entry] of changes) {
    if (entry === null) rows.delete(key)
    else rows.set(key, entry)
  }
  const live = new Set([...changes.values()].flatMap((entry) => (entry === null || entry.deletedAt !== null ? [] : idsOf(entry))))
  return { ...snapshot, entries: [...rows.values()], deletions: snapshot.deletions.filter(({ uid }) => uid === null || !live.has(uid)) }
}
