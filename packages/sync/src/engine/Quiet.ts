/**
 * Syncs that have nothing to do: if nothing changed here since the last one of this kind, and the remote says that nothing changed there, nothing is
 * compared.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Fetched } from "../RemoteIndex.js"
import type { Rest } from "../Standstill.js"
import type { SyncReport } from "../Sync.js"
import { around } from "../SyncStep.js"
import { now, type Services } from "./Home.js"

const isQuiet = ({ deletions, entries, instance, isWhole, unreadable }: Fetched, rest: Rest): boolean =>
  instance === rest.known.instance && !isWhole && entries.length === 0 && deletions.length === 0 && unreadable.length === 0

const reportOf = (command: "push" | "pull", rest: Rest, isDry: boolean): SyncReport => ({
  command,
  dryRun: isDry,
  address: rest.address,
  instance: rest.known.instance,
  items: [],
  counts: { created: 0, updated: 0, deleted: 0, taken: 0, unchanged: rest.unchanged, refused: 0, conflicts: 0, notLocal: rest.notLocal },
  problems: [],
  unreadable: [],
  duplicates: []
})

/**
 * What a whole run came to, with what is needed to know later that nothing changed. `isOtherQuiet` tells whether the other kind of sync would have
 * found nothing to do either.
 *
 * @category models
 */
export interface Ran {
  readonly report: SyncReport
  readonly fetched: Fetched
  readonly isOtherQuiet: () => boolean
}

const isNothing = ({ report }: Ran): boolean =>
  report.deletedElsewhere === undefined &&
  report.items.length === 0 && report.problems.length === 0 && report.unreadable.length === 0 && report.duplicates.length === 0 && report.stopped === undefined

/**
 * Runs a sync, or finds that there is nothing to do.
 *
 * @param isPlain whether the user asked for nothing special
 * @param run does it all, with what the remote has already said, if it was asked
 * @category commands
 */
export const quietly = <E, R>(
  services: Services,
  command: "push" | "pull",
  { isDry, isPlain }: { readonly isDry: boolean; readonly isPlain: boolean },
  run: (asked: Fetched | undefined) => Effect.Effect<Ran, E, R>
) =>
  Effect.gen(function* () {
    if (!isPlain) return (yield* run(undefined)).report
    const { standstill } = services
    const rest = Option.getOrUndefined(yield* standstill.recall(command))
    if (rest !== undefined) {
      const fetched = yield* around("sync-fetch", services.remote.fetch(rest.known))
      if (!isQuiet(fetched, rest)) return (yield* run(fetched)).report
      if (!isDry) yield* services.snapshot.touch(fetched.instance, yield* now, fetched.cursor)
      return reportOf(command, rest, isDry)
    }
    const since = yield* standstill.observe
    const ran = yield* run(undefined)
    const { fetched, report } = ran
    if (!isDry && fetched.tellsDeletions && isNothing(ran)) {
      const { projects } = yield* services.registry.list()
      const known = { instance: fetched.instance, cursor: fetched.cursor, note: fetched.note }
      const { notLocal, unchanged } = report.counts
      const commands = ran.isOtherQuiet() ? (["push", "pull"] as const) : [command]
      yield* standstill.keep(commands, { known, address: fetched.address, unchanged, notLocal }, { since, paths: projects.map(({ path }) => path) })
    }
    return report
  })
