/**
 * A remote index in memory, for tests: one store that several machines share, and everything that may happen to it meanwhile.
 *
 * It is of one of two kinds. One tells what was deleted, gives changes since a cursor, confirms what was written, and tells watchers what happens. The other has
 * none of this: it always tells everything, a deletion is a row that says so, and keys are given again.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { idsOf, type RemoteDeletion, type RemoteEntry, type RemoteLocation } from "./RemoteEntry.js"
import { type Fetched, type Known, type OperationResult, RemoteFailed, RemoteIndex, type RemoteIndexShape, type RemoteNews, type RemoteOperation, type Sent } from "./RemoteIndex.js"
import { patched, type SharedFields } from "./SharedFields.js"

/** Which kind, and its name. @category models */
export interface ServerOptions {
  /** it remembers deletions and tells changes since a cursor; true by default */
  readonly tellsDeletions?: boolean
  readonly instance?: string
  readonly address?: string
}

/** What the server holds at some moment, to be put back later. @category models */
export interface Backup {
  readonly rows: ReadonlyArray<RemoteEntry>
  readonly deletions: ReadonlyArray<RemoteDeletion>
  readonly nextKey: number
}

/** How often clients asked. `operations` counts single changes that arrived. @category models */
export interface Requests {
  readonly fetches: number
  readonly sends: number
  readonly operations: number
}

/**
 * The store with everything that may happen to it. Rows are named by their key.
 *
 * @category tags
 * @example
 * ```ts
 * import { MemoryRemote } from "@dev-infra/sync/MemoryRemoteIndex"
 * import * as Effect from "effect/Effect"
 *
 * export const renameByHand = Effect.gen(function* () {
 *   const remote = yield* MemoryRemote
 *   const [row] = yield* remote.rows
 *   if (row !== undefined) yield* remote.edit(row.key, { name: "renamed in the browser" })
 * })
 * ```
 */
export class MemoryRemote extends Context.Tag("@dev-infra/sync/MemoryRemote")<
  MemoryRemote,
  {
    /** All rows, those that stand for a deletion too. */
    readonly rows: Effect.Effect<ReadonlyArray<RemoteEntry>>
    readonly requests: Effect.Effect<Requests>
    /** What a machine speaks with. `name` is what people call the machine. */
    readonly client: (machine: string, name: string) => RemoteIndexShape

    /** Make a row as a person or another tool does, without uid. Gives its key. */
    readonly add: (fields: SharedFields, path?: string) => Effect.Effect<string>
    /** Change fields of a row as a person does; null takes one away. */
    readonly edit: (key: string, patch: { readonly [field: string]: JsonValue }) => Effect.Effect<void>
    /** Remove a row as a person does. */
    readonly remove: (key: string) => Effect.Effect<void>
    /** Put a row back as it was before, over whatever others wrote since: what a careless client does. */
    readonly overwrite: (row: RemoteEntry) => Effect.Effect<void>
    /** Damage the envelope of a row: it loses uid, writes, machines and all fields but those that have a column. */
    readonly loseEnvelope: (key: string) => Effect.Effect<void>
    /** Make a second row with the envelope of this one. Gives its key. */
    readonly copy: (key: string) => Effect.Effect<string>
    /** Have a row told as one that cannot be read; with false it can be again. */
    readonly damage: (key: string, damaged?: boolean) => Effect.Effect<void>

    readonly backup: Effect.Effect<Backup>
    /** Go back to a backup. Cursors that were given out are no longer known. */
    readonly restore: (backup: Backup) => Effect.Effect<void>
    /** Lose everything; as another server if a new instance is named. */
    readonly empty: (instance?: string) => Effect.Effect<void>

    /** Have the next so many requests (one by default) fail before they do anything. */
    readonly failNext: (reason: RemoteFailed["reason"], times?: number) => Effect.Effect<void>
    /** Have the next changes break off after so many: the last of them was made, but its answer is lost. */
    readonly breakAfter: (operations: number) => Effect.Effect<void>
    /** Have all of the next changes made, and all answers lost. */
    readonly loseNextAnswer: Effect.Effect<void>
    /** Have this change refused for a reason whenever it comes. */
    readonly refuse: (uid: string, reason: string | undefined) => Effect.Effect<void>
    /** Tell something to everybody who watches. Changes are told by themselves. */
    readonly tellWatchers: (news: RemoteNews) => Effect.Effect<void>
    /** Do something between the last look and the next changes, as another machine does that is quicker. */
    readonly beforeNextSend: (effect: Effect.Effect<unknown>) => Effect.Effect<void>
  }
>() {}

/** Fields that a server has columns for; an envelope holds the others. */
const columns = new Set(["name", "description", "organization", "classification", "status", "repository"])

/** A row, and the number of its last change. */
interface Stored {
  readonly row: RemoteEntry
  readonly changed: number
}

const copyOf = <A>(value: A): A => structuredClone(value)

const at = (millis: number): string => new Date(millis).toISOString()

const sentences: { readonly [reason: string]: string } = {
  Unreachable: "nothing answers there",
  Unauthorized: "the key is not known there",
  ReadOnly: "the key may only read",
  Busy: "it asks to wait",
  Lost: "the connection was lost"
}

/** The server itself, as plain state. */
class Server {
  readonly tellsDeletions: boolean
  readonly address: string
  instance: string
  rows = new Map<string, Stored>()
  deletions: Array<{ readonly deletion: RemoteDeletion; readonly changed: number }> = []
  damaged = new Set<string>()
  refusals = new Map<string, string>()
  requests: Requests = { fetches: 0, sends: 0, operations: 0 }
  failures: Array<RemoteFailed["reason"]> = []
  breakAfter: number | undefined
  losesAnswer = false
  interference: Effect.Effect<unknown> = Effect.void
  readonly watchers = new Set<(news: RemoteNews) => void>()
  /** number of the last change */
  changes = 0
  /** how often any row was written, restored servers included */
  writes = 0
  /** cursors of another epoch are not known */
  epoch = 0
  nextKey = 1

  constructor(options: ServerOptions) {
    this.tellsDeletions = options.tellsDeletions ?? true
    this.instance = options.instance ?? "memory"
    this.address = options.address ?? "memory.example"
  }

  get cursor(): string | null {
    return this.tellsDeletions ? `${this.epoch}-${this.changes}` : null
  }

  /** After which change a client goes on; none if everything has to come. */
  placeOf(known: Known | undefined): number | undefined {
    if (!this.tellsDeletions || known === undefined || known.instance !== this.instance || known.cursor === null) return undefined
    const [epoch, place] = known.cursor.split("-").map(Number)
    return epoch === this.epoch && place !== undefined && place <= this.changes ? place : undefined
  }

  failed(reason: RemoteFailed["reason"]): RemoteFailed {
    return new RemoteFailed({ reason, address: this.address, detail: `${this.address}: ${sentences[reason] ?? "it failed"}` })
  }

  put(row: RemoteEntry, now: number): RemoteEntry {
    this.changes += 1
    this.writes += 1
    const stored = copyOf({ ...row, updatedAt: at(now), native: { write: this.writes } })
    this.rows.set(row.key, { row: stored, changed: this.changes })
    this.tellWatchers({ _tag: "Changed" })
    return copyOf(stored)
  }

  insert(row: Omit<RemoteEntry, "key" | "createdAt" | "updatedAt" | "deletedAt" | "native">, now: number): RemoteEntry {
    const key = String(this.tellsDeletions ? this.nextKey++ : this.freeKey())
    return this.put({ ...row, key, createdAt: at(now), updatedAt: null, deletedAt: null, native: null }, now)
  }

  /** One more than the highest, so that the key of a removed last row is given again. */
  freeKey(): number {
    return 1 + Math.max(0, ...[...this.rows.keys()].map(Number))
  }

  drop(row: RemoteEntry, now: number, mergedInto: string | null): void {
    this.changes += 1
    this.rows.delete(row.key)
    if (this.tellsDeletions) this.deletions.push({ deletion: { key: row.key, uid: row.uid, deletedAt: at(now), mergedInto }, changed: this.changes })
    this.tellWatchers({ _tag: "Changed" })
  }

  tellWatchers(news: RemoteNews): void {
    for (const tell of this.watchers) tell(news)
  }

  get(key: string): RemoteEntry | undefined {
    return this.rows.get(key)?.row
  }

  /** Where machines have a project, this one at `path` or no longer. Where a row has one place of its own, that is this machine's if it is the same. */
  places(locations: ReadonlyArray<RemoteLocation>, { machine, name }: Self, path: string | null): ReadonlyArray<RemoteLocation> {
    const others = locations.filter((location) => location.machine !== machine && (this.tellsDeletions || location.machine !== null || location.path !== path))
    return path === null ? others : [...others, { machine, name, path }]
  }

  /** The row if it is still as it was last seen. */
  seen(entry: RemoteEntry): RemoteEntry | undefined {
    const row = this.get(entry.key)
    if (row === undefined || row.createdAt !== entry.createdAt || this.damaged.has(row.key)) return undefined
    return this.tellsDeletions ? (sameJson(row.native, entry.native) ? row : undefined) : (sameJson(contentOf(row), contentOf(entry)) ? row : undefined)
  }

  tell(known: Known | undefined): Fetched {
    const place = this.placeOf(known)
    const after = place ?? 0
    const told = [...this.rows.values()].filter(({ changed }) => place === undefined || changed > after).map(({ row }) => row)
    return copyOf({
      instance: this.instance,
      address: this.address,
      isWhole: place === undefined,
      tellsDeletions: this.tellsDeletions,
      entries: told.filter(({ key }) => !this.damaged.has(key)),
      deletions: this.deletions.filter(({ changed }) => changed > after).map(({ deletion }) => deletion),
      unreadable: told.filter(({ key }) => this.damaged.has(key)).map(({ key, uid }) => ({ key, uid, fault: "it cannot be read" })),
      cursor: this.cursor,
      note: { requests: this.requests.fetches }
    })
  }

  apply(operation: RemoteOperation, self: Self, now: number): OperationResult {
    const refusal = this.refusals.get(operation.uid)
    if (refusal !== undefined) return { _tag: "Refused", reason: refusal }
    const done = (entry: RemoteEntry | null): OperationResult => ({ _tag: "Done", entry, isConfirmed: this.tellsDeletions })
    const stale = (key: string): OperationResult => ({ _tag: "Stale", entry: copyOf(this.get(key) ?? null) })
    if (operation._tag === "Create") {
      const { content, recreate, uid } = operation
      const there = [...this.rows.values()].find(({ row }) => row.deletedAt === null && idsOf(row).includes(uid))
      if (there !== undefined) return { _tag: "Taken", entry: copyOf(there.row), reason: "another row has this id" }
      const tombstone = [...this.rows.values()].find(({ row }) => row.deletedAt !== null && row.uid === uid)?.row
      const isDeleted = tombstone !== undefined || this.deletions.some(({ deletion }) => deletion.uid === uid && deletion.mergedInto === null)
      if (isDeleted && !recreate) return { _tag: "Deleted" }
      this.deletions = this.deletions.filter(({ deletion }) => deletion.uid !== uid)
      const row = { uid, fields: content.fields, writes: content.writes, locations: this.places([], self, content.path) }
      return done(tombstone === undefined ? this.insert(row, now) : this.put({ ...tombstone, ...row, deletedAt: null }, now))
    }
    const row = this.seen(operation.entry)
    if (row === undefined) return stale(operation.entry.key)
    if (operation._tag === "Delete") {
      if (this.tellsDeletions || operation.purge) {
        this.drop(row, now, null)
        return done(null)
      }
      return done(this.put({ ...row, deletedAt: at(now) }, now))
    }
    const { content } = operation
    if (operation._tag === "Join") {
      const into = this.seen(operation.into)
      if (into === undefined) return stale(operation.into.key)
      const locations = [...row.locations.filter(({ machine }) => !into.locations.some((other) => other.machine === machine)), ...into.locations]
      if (this.tellsDeletions) this.drop(row, now, into.uid)
      else this.put({ ...row, deletedAt: at(now) }, now)
      return done(this.put({ ...into, fields: content.fields, writes: content.writes, locations: this.places(locations, self, content.path) }, now))
    }
    if (operation._tag === "Adopt" && row.uid !== null) return stale(row.key)
    const uid = operation._tag === "Adopt" ? operation.uid : row.uid
    return done(this.put({ ...row, uid, fields: content.fields, writes: content.writes, locations: this.places(row.locations, self, content.path), deletedAt: null }, now))
  }
}

const contentOf = ({ deletedAt, fields, locations, uid, writes }: RemoteEntry) => ({ deletedAt, fields, locations, uid, writes })

/** As the server holds both, so keys stand in the same order. */
const sameJson = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Who asks. */
interface Self {
  readonly machine: string
  readonly name: string
}

const watch = (server: Server): Stream.Stream<RemoteNews, RemoteFailed> =>
  Stream.async((emit) => {
    const tell = (news: RemoteNews): void => void emit.single(news)
    if (!server.tellsDeletions) {
      tell({ _tag: "Silent" })
      void emit.end()
      return Effect.void
    }
    const reason = server.failures.shift()
    if (reason !== undefined) {
      void emit.fail(server.failed(reason))
      return Effect.void
    }
    server.watchers.add(tell)
    tell({ _tag: "Ready" })
    return Effect.sync(() => void server.watchers.delete(tell))
  })

const clientOf = (server: Server, machine: string, name: string): RemoteIndexShape => ({
  watch: watch(server),
  fetch: (known) =>
    Effect.suspend(() => {
      server.requests = { ...server.requests, fetches: server.requests.fetches + 1 }
      const reason = server.failures.shift()
      return reason === undefined ? Effect.succeed(server.tell(known)) : Effect.fail(server.failed(reason))
    }),
  send: (operations, { known, report }) =>
    Effect.gen(function* () {
      const interference = server.interference
      server.interference = Effect.void
      yield* interference
      server.requests = { ...server.requests, sends: server.requests.sends + 1 }
      const [reason, last, losesAnswer] = [server.failures.shift(), server.breakAfter, server.losesAnswer]
      server.breakAfter = undefined
      server.losesAnswer = false
      const skipped = (): OperationResult => ({ _tag: "Skipped" })
      if (reason !== undefined) return { results: operations.map(skipped), stopped: server.failed(reason) }
      const isAlone = server.placeOf(known) === server.changes
      const results: Array<OperationResult> = []
      for (const operation of operations) {
        if (last !== undefined && results.length >= last) break
        const now = yield* Clock.currentTimeMillis
        server.requests = { ...server.requests, operations: server.requests.operations + 1 }
        results.push(server.apply(copyOf(operation), { machine, name }, now))
        if (report !== undefined) yield* report(results.length)
      }
      const isCut = last !== undefined && operations.length > 0
      const unknown = losesAnswer ? 0 : isCut ? Math.max(0, results.length - 1) : results.length
      const answers = operations.map((_, index): OperationResult => (index < unknown ? (results[index] ?? skipped()) : index < results.length ? { _tag: "Unknown" } : skipped()))
      if (losesAnswer || isCut) return { results: answers, stopped: server.failed("Lost") } satisfies Sent
      return { results: answers, ...(isAlone && server.cursor !== null ? { cursor: server.cursor } : {}) } satisfies Sent
    })
})

/**
 * A new server without rows.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
 * import * as Effect from "effect/Effect"
 *
 * export const twoMachines = Effect.gen(function* () {
 *   const remote = yield* MemoryRemoteIndex.make()
 *   return [remote.client("machine-a", "desk"), remote.client("machine-b", "laptop")]
 * })
 * ```
 */
export const make = (options: ServerOptions = {}): Effect.Effect<MemoryRemote["Type"]> =>
  Effect.sync(() => {
    const server = new Server(options)
    const change = (run: (now: number) => void) => Effect.flatMap(Clock.currentTimeMillis, (now) => Effect.sync(() => run(now)))
    const changeRow = (key: string, run: (row: RemoteEntry, now: number) => void) =>
      change((now) => {
        const row = server.get(key)
        if (row !== undefined) run(row, now)
      })
    const inserted = (row: Parameters<Server["insert"]>[0]) => Effect.map(Clock.currentTimeMillis, (now) => server.insert(row, now).key)
    return MemoryRemote.of({
      rows: Effect.sync(() => [...server.rows.values()].map(({ row }) => copyOf(row))),
      requests: Effect.sync(() => server.requests),
      client: (machine, name) => clientOf(server, machine, name),
      add: (fields, path) => inserted({ uid: null, fields, writes: {}, locations: path === undefined ? [] : [{ machine: null, name: null, path }] }),
      edit: (key, patch) => changeRow(key, (row, now) => void server.put({ ...row, fields: patched(row.fields, patch) }, now)),
      remove: (key) => changeRow(key, (row, now) => server.drop(row, now, null)),
      overwrite: (row) => change((now) => void server.put(row, now)),
      loseEnvelope: (key) =>
        changeRow(key, (row, now) => {
          const fields = Object.fromEntries(Object.entries(row.fields).filter(([field]) => columns.has(field)))
          const locations = row.locations.slice(0, 1).map(({ path }) => ({ machine: null, name: null, path }))
          server.put({ ...row, uid: null, fields, writes: {}, locations, deletedAt: null }, now)
        }),
      copy: (key) => {
        const row = server.get(key)
        return row === undefined ? Effect.succeed(key) : inserted(row)
      },
      damage: (key, damaged = true) =>
        changeRow(key, (row, now) => {
          if (damaged) server.damaged.add(key)
          else server.damaged.delete(key)
          server.put(row, now)
        }),
      backup: Effect.sync(() => ({ rows: [...server.rows.values()].map(({ row }) => copyOf(row)), deletions: server.deletions.map(({ deletion }) => deletion), nextKey: server.nextKey })),
      restore: (backup) =>
        Effect.sync(() => {
          server.epoch += 1
          server.changes = backup.rows.length
          server.rows = new Map(backup.rows.map((row, index) => [row.key, { row: copyOf(row), changed: index + 1 }]))
          server.deletions = backup.deletions.map((deletion) => ({ deletion, changed: server.changes }))
          server.nextKey = backup.nextKey
        }),
      empty: (instance) =>
        Effect.sync(() => {
          server.epoch += 1
          server.rows.clear()
          server.deletions = []
          if (instance !== undefined) server.instance = instance
        }),
      failNext: (reason, times = 1) => Effect.sync(() => void (server.failures = Array.from({ length: times }, () => reason))),
      breakAfter: (operations) => Effect.sync(() => void (server.breakAfter = operations)),
      loseNextAnswer: Effect.sync(() => void (server.losesAnswer = true)),
      tellWatchers: (news) => Effect.sync(() => server.tellWatchers(news)),
      refuse: (uid, reason) => Effect.sync(() => void (reason === undefined ? server.refusals.delete(uid) : server.refusals.set(uid, reason))),
      beforeNextSend: (effect) => Effect.sync(() => void (server.interference = effect))
    })
  })

/**
 * A server, to be shared by the machines of a test.
 *
 * @category layers
 * @example
 * ```ts
 * import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
 *
 * const forgetful = MemoryRemoteIndex.layerServer({ tellsDeletions: false })
 * ```
 */
export const layerServer = (options: ServerOptions = {}): Layer.Layer<MemoryRemote> => Layer.effect(MemoryRemote, make(options))

/**
 * The index as one machine sees it.
 *
 * @category layers
 * @example
 * ```ts
 * import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
 * import * as Layer from "effect/Layer"
 *
 * const remote = MemoryRemoteIndex.layer({ machine: "7d0e0f5a-9a55-4c56-8f1f-2f0c7c9b1a10", name: "desk" }).pipe(Layer.provide(MemoryRemoteIndex.layerServer()))
 * ```
 */
export const layer = (self: { readonly machine: string; readonly name: string }): Layer.Layer<RemoteIndex, never, MemoryRemote> =>
  Layer.effect(RemoteIndex, Effect.map(MemoryRemote, ({ client }) => client(self.machine, self.name)))
