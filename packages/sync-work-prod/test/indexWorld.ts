/** Indexes over the servers on which the client is tried. */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteContent, RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { Fetched, Known, OperationResult, RemoteIndexShape, RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { expect } from "vitest"
import * as Worlds from "../../work-prod-client/test/contract/worlds.js"

export const uuid = (number: number, group = 1): string => `${String(group).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`

export const desk = { uid: uuid(1, 90), name: "desk" }
export const laptop = { uid: uuid(2, 90), name: "laptop" }

export interface IndexWorld {
  readonly passSecond: Effect.Effect<void>
  readonly client: WorkProdShape
  readonly at: (machine: typeof desk) => Effect.Effect<RemoteIndexShape, never, Scope.Scope>
}

export const { worlds } = Worlds
export type World = Worlds.World

/** An empty server, and what somebody without a machine speaks to it with. */
export const open = (world: World): Effect.Effect<IndexWorld, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { connect, passSecond } = yield* world.open
    return {
      passSecond,
      client: yield* connect(),
      at: (machine) => Effect.map(connect(machine), (workProd) => WorkProdIndex.make(workProd, { machine, remoteName: "home", address: "work.example" }))
    }
  })

export const knownOf = ({ cursor, instance, note }: Fetched): Known => ({ cursor, instance, note })

export const content = (fields: { readonly [field: string]: JsonValue }, options: Partial<RemoteContent> = {}): RemoteContent => ({
  fields: { name: "api", status: "active", ...fields },
  writes: { [desk.uid]: 1 },
  path: null,
  ...options
})

export const create = (uid: string, made: RemoteContent, recreate = false): RemoteOperation => ({ _tag: "Create", uid, content: made, recreate })

/** Sends after a fetch, as the engine does. */
export const send = (index: RemoteIndexShape, ...operations: ReadonlyArray<RemoteOperation>) =>
  Effect.gen(function* () {
    const known = knownOf(yield* index.fetch(undefined))
    return yield* index.send(operations, { known })
  })

export const entryOf = (result: OperationResult | undefined): RemoteEntry => {
  if (result?._tag !== "Done" || result.entry === null) throw new Error(`not done: ${JSON.stringify(result)}`)
  return result.entry
}

/** Sends one change and gives the row. */
export const done = (index: RemoteIndexShape, operation: RemoteOperation) => Effect.map(send(index, operation), ({ results }) => entryOf(results[0]))

export const fetched = (index: RemoteIndexShape) => Effect.orDie(index.fetch(undefined))

/** What counts of a row. */
export const gist = ({ deletedAt, fields, locations, uid, writes }: RemoteEntry) => ({ uid, fields, writes, locations, isDeleted: deletedAt !== null })

export const expectGone = (result: OperationResult | undefined) => expect(result).toEqual(expect.objectContaining({ _tag: "Done", entry: null }))
