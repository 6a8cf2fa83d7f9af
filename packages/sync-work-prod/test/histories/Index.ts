/** The indexes that histories are played on, with everything that may happen to one without any machine of ours. */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** What a person types into the pages of the server. */
export interface Columns {
  readonly name?: string
  readonly description?: string | null
  readonly organization?: string | null
  readonly classification?: string | null
  readonly status?: string
  readonly remote_url?: string | null
  readonly path?: string | null
}

/** The way of one machine to the index, and what may happen to its requests. */
export interface Connection {
  readonly remote: RemoteIndexShape
  /** The request after so many others fails, and nothing is done. */
  readonly failAfter: (requests: number) => Effect.Effect<void>
  /** The request after so many others is done, and its answer is lost. */
  readonly loseAfter: (requests: number) => Effect.Effect<void>
  /** The next changes break off after so many: the rest is not done, and the answer is lost. */
  readonly breakAfter: (changes: number) => Effect.Effect<void>
  /** A new process: whatever was planned and did not happen is off. */
  readonly renew: Effect.Effect<void>
  /** How often this machine asked. */
  readonly requests: Effect.Effect<number>
}

export interface Index {
  readonly name: string
  /** deletions are remembered there */
  readonly tellsDeletions: boolean
  readonly connect: (machine: string, name: string) => Effect.Effect<Connection, never, Scope.Scope>
  /** What a machine sees that takes no part. */
  readonly rows: Effect.Effect<ReadonlyArray<RemoteEntry>>
  /** All that is stored, as text by key, whatever hides what. */
  readonly raw: Effect.Effect<ReadonlyMap<string, string>>
  readonly add: (columns: Columns & { readonly name: string }) => Effect.Effect<string>
  readonly edit: (key: string, columns: Columns) => Effect.Effect<void>
  readonly remove: (key: string) => Effect.Effect<void>
  /** Somebody damages what is not for people's eyes. */
  readonly damage: (key: string) => Effect.Effect<void>
  readonly copy: (key: string) => Effect.Effect<void>
  /** Remembers everything; the effect that it gives puts it all back. Undefined where that cannot be done while it runs. */
  readonly backup: Effect.Effect<Effect.Effect<void>> | undefined
  readonly empty: Effect.Effect<void> | undefined
}

const patchOf = ({ remote_url: repository, path: _path, ...others }: Columns): { readonly [field: string]: JsonValue } =>
  // what is undefined was left out
  Object.fromEntries(Object.entries({ ...others, ...(repository === undefined ? {} : { repository }) }).filter(([, value]) => value !== undefined)) as { readonly [field: string]: JsonValue }

const withoutNulls = (patch: { readonly [field: string]: JsonValue }) => Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null))

/** The index that tests of sync use: what the engine sees, without any mapping. */
export const memory = (tellsDeletions: boolean): Effect.Effect<Index> =>
  Effect.gen(function* () {
    const server = yield* MemoryRemoteIndex.make({ tellsDeletions })
    const observer = server.client("00000000-0000-4000-8000-0000000000ff", "observer")
    return {
      name: tellsDeletions ? "memory" : "memory without deletions",
      tellsDeletions,
      connect: (machine, name) =>
        Effect.sync((): Connection => {
          let requests = 0
          const count = Effect.sync(() => {
            requests += 1
          })
          const client = server.client(machine, name)
          let planned: { readonly what: "fail" | "lose" | "break"; after: number; readonly changes: number } | undefined
          const strike = Effect.suspend(() => {
            if (planned === undefined || planned.after-- > 0) return Effect.void
            const { changes, what } = planned
            planned = undefined
            return what === "fail" ? server.failNext("Unreachable") : what === "lose" ? server.loseNextAnswer : server.breakAfter(changes)
          })
          const plan = (what: "fail" | "lose" | "break", after: number, changes = 0) =>
            Effect.sync(() => {
              planned = { what, after, changes }
            })
          return {
            remote: {
              fetch: (known) => Effect.zipRight(count, Effect.zipRight(Effect.suspend(() => (planned?.what === "fail" ? strike : Effect.void)), client.fetch(known))),
              send: (operations, options) => Effect.zipRight(count, Effect.zipRight(strike, client.send(operations, options))),
              watch: client.watch
            },
            failAfter: (after) => plan("fail", after),
            loseAfter: () => plan("lose", 0),
            breakAfter: (changes) => plan("break", 0, Math.max(1, changes)),
            renew: Effect.sync(() => {
              planned = undefined
            }),
            requests: Effect.sync(() => requests)
          }
        }),
      rows: Effect.map(Effect.orDie(observer.fetch(undefined)), ({ entries }) => entries),
      raw: Effect.map(server.rows, (rows) => new Map(rows.map((row) => [row.key, JSON.stringify({ ...row, native: null, updatedAt: null })] as const))),
      add: (columns) => server.add({ status: "active", ...withoutNulls(patchOf(columns)) }, columns.path ?? undefined),
      edit: (key, columns) => server.edit(key, patchOf(columns)),
      remove: server.remove,
      damage: server.loseEnvelope,
      copy: (key) => Effect.asVoid(server.copy(key)),
      backup: Effect.map(server.backup, (backup) => server.restore(backup)),
      empty: server.empty()
    }
  })
