/** A server in memory, with clients whose connections are told what to do, and the indexes over them. */
import type { RemoteIndexShape } from "@dev-infra/sync/RemoteIndex"
import * as WorkProdIndex from "@dev-infra/sync-work-prod/WorkProdIndex"
import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
import type { ServerFeatures } from "@dev-infra/work-prod-client/ServerFeatures"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import * as Effect from "effect/Effect"
import type { desk } from "./indexWorld.js"

export interface Connected {
  readonly index: RemoteIndexShape
  readonly workProd: WorkProdShape
  readonly control: MemoryWorkProd.MemoryWorkProdShape
  /** requests until now, those for the health of the server too */
  readonly requests: Effect.Effect<number>
}

export const connect = (store: MemoryWorkProd.MemoryStore, machine: typeof desk, known?: ServerFeatures, wrap: (workProd: WorkProdShape) => WorkProdShape = (same) => same): Effect.Effect<Connected> =>
  Effect.map(MemoryWorkProd.make({ store, machine, known }), ({ control, workProd }) => ({
    index: WorkProdIndex.make(wrap(workProd), { machine, remoteName: "home", address: "work.example" }),
    workProd,
    control,
    requests: Effect.zipWith(control.requests, control.healthRequests, (some, others) => some + others)
  }))

export const ours = MemoryWorkProd.makeStore()
export const old = MemoryWorkProd.makeStore({ asVersion030: true })
