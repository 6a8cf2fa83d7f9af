/**
 * What this home remembers of its syncs: whether it can be read, and whether it is this machine's.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { Finding } from "@dev-infra/registry/Doctor"
import { Machine } from "@dev-infra/registry/Machine"
import type { StateDocument } from "@dev-infra/sync/SyncState"
import * as Effect from "effect/Effect"

/** What one state says, beside the machine that looks at it. */
const examine = (path: string, { current, remotes }: StateDocument): Effect.Effect<Finding, never, Machine> =>
  Effect.map(Effect.either(Effect.flatMap(Machine, (machine) => machine.identify)), (identity): Finding => {
    const { intents = {}, pending = [], machine } = (current === null ? undefined : remotes[current.instance]) ?? {}
    if (identity._tag === "Right" && machine !== undefined && machine !== identity.right.syncId) {
      return {
        subject: "sync",
        severity: "warning",
        path,
        what: "what is remembered of syncs is of another machine, or state/machine.json was deleted: the next sync takes this for a new machine, and shows differences as conflicts",
        fix: "if this home was not copied, put state/machine.json back from a backup; else look at what dev-infra sync push --dry-run says before you push"
      }
    }
    const waiting = pending.length + Object.keys(intents).length
    const what = current === null ? "no server was asked yet" : `in order; ${current.address} was asked last${waiting === 0 ? "" : `, ${waiting} ${waiting === 1 ? "change waits" : "changes wait"} for the next push`}`
    return { subject: "sync", severity: "ok", path, what }
  })

/** The state of syncs; nothing as long as there is none. What reads it is loaded only if it is there. @category checking */
export const examineRemembered: Effect.Effect<ReadonlyArray<Finding>, never, DevInfraHome | DurableFile | LocalFiles | Machine> = Effect.gen(function* () {
  const { stateFolder } = yield* DevInfraHome
  const { existing } = yield* LocalFiles
  const path = `${stateFolder}/sync.json`
  if (existing([path])[0] !== true) return []
  const { SyncState } = yield* Effect.promise(() => import("@dev-infra/sync/SyncState"))
  const { layer } = yield* Effect.promise(() => import("@dev-infra/sync/SyncStateFile"))
  return yield* Effect.flatMap(SyncState, (state) => state.read).pipe(
    Effect.flatMap((document) => examine(path, document)),
    Effect.catchTags({
      SyncStateUnreadable: ({ detail }) =>
        Effect.succeed<Finding>({
          subject: "sync",
          severity: "error",
          path,
          what: `what is remembered of syncs cannot be read: ${detail}`,
          fix: "put back a copy (sync.json.bak is the one before it), or move it to backups: then differences show as conflicts, and nothing is lost",
          repair: { _tag: "SetAside", path, lockTarget: path }
        }),
      FileFailure: (failure) => Effect.succeed<Finding>({ subject: "sync", severity: "error", path, what: failure.message, fix: `see what is wrong with ${failure.path}` }),
      LockUnavailable: (failure) => Effect.succeed<Finding>({ subject: "sync", severity: "warning", path, what: failure.message, fix: "try again once the other command has ended" })
    }),
    Effect.map((finding) => [finding]),
    Effect.provide(layer)
  )
})
