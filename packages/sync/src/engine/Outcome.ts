/**
 * What became of the changes that a push sent.
 *
 * @module
 */
import type * as PushPlan from "../PushPlan.js"
import type { RemoteEntry } from "../RemoteEntry.js"
import type { OperationResult } from "../RemoteIndex.js"
import type { SyncItem } from "../Sync.js"
import type { Pending } from "../SyncState.js"
import * as Records from "./Records.js"

/** What became of everything that was sent until now. */
export class Outcome {
  readonly rows = new Map<string, RemoteEntry | null>()
  readonly deleted = new Set<string>()
  readonly done: Array<{ readonly step: PushPlan.Step; readonly entry: RemoteEntry | null; readonly isConfirmed: boolean }> = []
  readonly items: Array<SyncItem> = []
  /** decisions that need nothing any more after a second look */
  readonly settled: Array<Pending> = []
  readonly lost: Array<PushPlan.PushPlan["lost"][number]> = []
  readonly unsent: Array<SyncItem> = []
  /** projects whose change is to be made again on the row as it is now */
  again = new Set<string>()
  readonly voided = new Set<string>()

  /** Takes note of one result; `isLast` if nothing is tried again. */
  take(step: PushPlan.Step, result: OperationResult, isLast: boolean): void {
    switch (result._tag) {
      case "Done": {
        this.#replace(step, result.entry)
        this.voided.delete(step.intent?.uid ?? step.id)
        this.done.push({ step, entry: result.entry, isConfirmed: result.isConfirmed })
        this.items.push(Records.itemOf(step))
        return
      }
      case "Stale":
      case "Taken": {
        const { entry } = result
        this.voided.add(step.intent?.uid ?? step.id)
        if (entry !== null) this.rows.set(entry.key, entry)
        else if (result._tag === "Stale") this.#forget(step)
        if (!isLast && (result._tag === "Stale" || entry !== null)) this.again.add(step.id)
        else this.#refuse(step, "Stale", result._tag === "Taken" ? result.reason : "it keeps changing there: push again")
        return
      }
      case "Deleted": {
        this.voided.add(step.intent?.uid ?? step.id)
        this.deleted.add("uid" in step.operation ? step.operation.uid : step.id)
        this.#forget(step)
        this.#refuse(step, "DeletedElsewhere", `it was deleted from the remote by another machine: to create it there again, push --recreate ${JSON.stringify(step.name)}`)
        return
      }
      case "Refused": {
        this.voided.add(step.intent?.uid ?? step.id)
        this.#refuse(step, "Server", result.reason)
        return
      }
      case "Unknown": {
        this.items.push({ ...Records.itemOf(step), action: "unsure" })
        break
      }
      case "Skipped":
        this.unsent.push(Records.itemOf(step))
    }
  }

  #refuse(step: PushPlan.Step, reason: "Stale" | "Server" | "DeletedElsewhere", detail: string): void {
    this.items.push({ id: step.id, name: step.name, action: "refused", fields: step.fields, refusal: { reason, detail } })
  }

  #forget({ operation }: PushPlan.Step): void {
    if (operation._tag !== "Create") this.rows.set(operation.entry.key, null)
  }

  #replace({ operation }: PushPlan.Step, entry: RemoteEntry | null): void {
    if (operation._tag === "Join" || operation._tag === "Delete") this.rows.set(operation.entry.key, null)
    if (entry !== null) this.rows.set(entry.key, entry)
  }
}
