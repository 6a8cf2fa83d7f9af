/**
 * A work-prod account as the remote index of projects.
 *
 * Our server keeps everything, tells what changed since, and changes a row only if it is still as it was last seen. On 0.3.0 what has no column is in
 * the envelope, a comment at the end of `description`; it tells everything or nothing, and whatever is written is looked at again.
 *
 * @module
 */
import { RemoteFailed, RemoteIndex, type RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import { WorkProd, type WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Known030 } from "./v030/Create030.js"
import * as FetchRows from "./remote/FetchRows.js"
import type { AskingMachine } from "./v030/Mapping030.js"
import * as RemoteFailure from "./remote/RemoteFailure.js"
import { Results } from "./remote/Results.js"
import { Rows030 } from "./v030/Rows030.js"
import * as Send030 from "./v030/Send030.js"
import * as SendBatch from "./ours/SendBatch.js"
import * as Watching from "./ours/Watching.js"

/**
 * What the note of a fetch says of the server, for the client of the next process, which then need not ask. None if it says nothing that this
 * version knows.
 *
 * @category accessors
 */
export { featuresOf } from "./remote/FetchRows.js"

/** Which remote a server is: the id that it says, else what the user calls it. @category accessors */
export { instanceOf } from "./remote/FetchRows.js"

/**
 * `machine` is the one in whose name is asked; the client must have the same. `remoteName` is what the user calls the remote: 0.3.0 has no name for
 * itself. `address` is what a person recognises it by, such as its host.
 *
 * @category models
 */
export interface IndexOptions {
  readonly machine: AskingMachine
  readonly remoteName: string
  readonly address: string
}

const switched = (address: string): RemoteFailed =>
  new RemoteFailed({ reason: "NotARemote", address, detail: `another server answers at ${address} than a moment ago: nothing was sent; run the command again` })

/**
 * Makes the index over a client. Made once for each sync: what a fetch showed is what the changes after it go by.
 *
 * @category constructors
 * @example
 * ```ts
 * import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
 * import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
 *
 * const machine = { uid: "00000000-0000-4000-8000-000000000001", name: "laptop" }
 * export const of = (workProd: WorkProdShape) => WorkProdIndex.make(workProd, { machine, remoteName: "home", address: "work.example.org" })
 * ```
 */
export const make = (workProd: WorkProdShape, { address, machine, remoteName }: IndexOptions): RemoteIndexShape => {
  const source: FetchRows.Source = { workProd, address, remoteName }
  /** what the last fetch from 0.3.0 showed, and what was made of it since */
  let listed: ReadonlyArray<RemoteProject> | undefined
  let known030: Known030 | undefined
  return {
    fetch: (known) =>
      Effect.mapError(
        Effect.map(FetchRows.fetch(source, known), ({ projects, ...fetched }) => {
          listed = projects
          known030 = undefined
          return fetched
        }),
        (error) => RemoteFailure.toRemoteFailed(error, address)
      ),
    send: (operations, { known, report }) =>
      Effect.gen(function* () {
        const results = new Results(operations.length, report)
        if (operations.length === 0) return results.sent
        yield* Effect.gen(function* () {
          const features = yield* workProd.features
          if (FetchRows.instanceOf(features, remoteName) !== known.instance) {
            results.stop(switched(address))
            return
          }
          if (FetchRows.isOurs(features)) {
            yield* SendBatch.send({ workProd, address, machine: machine.uid, since: known.cursor }, operations, results)
            return
          }
          known030 ??= { rows: new Rows030(listed ?? (yield* FetchRows.listRows(workProd)).projects) }
          yield* Send030.send({ workProd, address, self: machine, results }, known030, operations)
        }).pipe(
          Effect.catchAll((error) =>
            Effect.sync(() => {
              results.stop(RemoteFailure.toRemoteFailed(error, address))
            })
          )
        )
        return results.sent
      }),
    watch: Watching.news(workProd, address)
  }
}

/**
 * The index over the work-prod client of the environment.
 *
 * @category layers
 * @example
 * ```ts
 * import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
 * import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
 * import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const machine = { uid: "00000000-0000-4000-8000-000000000001", name: "laptop" }
 * const server = WorkProd.layerMemory({ machine })
 * const index = WorkProdIndex.layer({ machine, remoteName: "home", address: "memory" }).pipe(Layer.provide(server))
 *
 * const rows = Effect.flatMap(RemoteIndex, (remote) => remote.fetch(undefined)).pipe(Effect.provide(index))
 * ```
 */
export const layer = (options: IndexOptions): Layer.Layer<RemoteIndex, never, WorkProd> =>
  Layer.effect(RemoteIndex, Effect.map(WorkProd, (workProd) => make(workProd, options)))
