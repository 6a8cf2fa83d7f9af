/**
 * An update of a project, all or nothing: prepare, change, finish; and what becomes of one that was left in the middle.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { ApplyIncomplete, type JournalUnreadable, PlanStale } from "../ApplyFailure.js"
import { around } from "../ApplyStep.js"
import { backward } from "./Backward.js"
import { type Disturbed, forward } from "./Forward.js"
import * as Journal from "./Journal.js"
import * as Preparation from "./Preparation.js"
import type { Turn } from "./ProjectLock.js"
import { type Refreshed, refresh } from "./RegistryEntry.js"
import { type Standings, survey } from "./Survey.js"

type Files = LocalFiles["Type"]

/** How many updates of a project can be undone, one after the other. */
const kept = 10

/** The oldest updates are forgotten. */
const forgetOldest = (files: Files, folder: string): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    const ended = (yield* Journal.list(files, folder)).filter((place) => !Journal.isOpen(place))
    for (const place of ended.slice(0, Math.max(0, ended.length - kept))) yield* Journal.drop(files, folder, place)
  })

/** Everything is in place: clear away, tell the registry, and keep the journal for undoing. */
const finish = (folder: string, number: number, journal: Journal.Journal): Effect.Effect<Refreshed, FileFailure, LocalFiles | Registry> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    yield* around("apply-clear", Preparation.clear(files, journal))
    const refreshed = yield* around("apply-registry", refresh(journal))
    const place = { number, phase: "finish" } as const
    if (journal.undoes === null) yield* around("apply-done", Journal.advance(files, folder, place, "done"))
    else {
      const undone = (yield* Journal.list(files, folder)).find((other) => other.number === journal.undoes && other.phase === "done")
      if (undone !== undefined) yield* Journal.advance(files, folder, undone, "undone")
      yield* around("apply-done", Journal.drop(files, folder, place))
    }
    yield* forgetOldest(files, folder)
    return refreshed
  })

/** Roll back, from wherever it is. */
const revert = (folder: string, place: Journal.Place, journal: Journal.Journal): Effect.Effect<ReadonlyArray<string>, FileFailure | JournalUnreadable, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    if (place.phase === "apply") yield* around("revert-begin", Journal.advance(files, folder, place, "revert"))
    const changed = yield* backward(files, folder, place.number, journal, yield* survey(files, journal))
    yield* Preparation.clear(files, journal)
    yield* around("revert-end", Journal.drop(files, folder, { number: place.number, phase: "revert" }))
    return changed
  })

/** Nothing of the project was changed yet. */
const abandon = (folder: string, number: number, journal: Journal.Journal): Effect.Effect<void, FileFailure, LocalFiles> =>
  Effect.flatMap(LocalFiles, (files) => Effect.zipRight(Preparation.clear(files, journal), Journal.drop(files, folder, { number, phase: "prepare" })))

/** Change the project; if that fails, put everything back. */
const change = (
  folder: string,
  number: number,
  journal: Journal.Journal,
  standings: Standings
): Effect.Effect<void, FileFailure | Disturbed | ApplyIncomplete, LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    yield* forward(files, journal, standings)
    yield* around("apply-finish", Journal.advance(files, folder, { number, phase: "apply" }, "finish"))
  }).pipe(
    Effect.catchAll((failure) =>
      revert(folder, { number, phase: "apply" }, journal).pipe(
        Effect.mapError((problem) =>
          new ApplyIncomplete({
            project: journal.project,
            cause: failure._tag === "Disturbed" ? `${failure.path} was changed meanwhile` : failure.message,
            problem: problem.message
          })),
        Effect.zipRight(Effect.fail(failure))
      ))
  )

/**
 * Make an update. If it fails, the project is as it was, and nothing is left of it. It is short, so it cannot be interrupted.
 *
 * @category applying
 */
export const run = (
  turn: Turn,
  request: Preparation.Request
): Effect.Effect<Refreshed, FileFailure | PlanStale | ApplyIncomplete, LocalFiles | Registry> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { folder, token } = turn
    const number = ((yield* Journal.list(files, folder)).at(-1)?.number ?? 0) + 1
    const journal = yield* Preparation.describe(files, request, token)
    yield* Preparation.prepare(files, folder, number, journal, request.changes).pipe(
      Effect.zipRight(around("apply-commit", Journal.advance(files, folder, { number, phase: "prepare" }, "apply"))),
      // what cannot be cleared away now is cleared away by the next command
      Effect.tapError(() => Effect.ignore(abandon(folder, number, journal)))
    )
    const standings: Standings = new Map(request.changes.map(({ before, path }) => [path, { state: "Before", identity: before?.identity }]))
    yield* change(folder, number, journal, standings)
    return yield* finish(folder, number, journal)
  }).pipe(
    Effect.catchTag("Disturbed", ({ path }) => Effect.fail(new PlanStale({ project: request.root, problems: [{ path, problem: "was changed meanwhile" }] }))),
    Effect.uninterruptible
  )

/** What was found of an update that a process left in the middle, and what became of it. @category models */
export interface Recovered {
  /** `Finished`: the project is as the update was to make it; `RolledBack`: as it was before */
  readonly outcome: "Finished" | "RolledBack"
  readonly action: Journal.Journal["action"]
  readonly name: string
  readonly project: string
  readonly from: Journal.Journal["from"]
  readonly to: Journal.Journal["to"]
  /** files that somebody changed in between; they were left alone */
  readonly changed: ReadonlyArray<string>
}

/** Whether all that is missing is still prepared. */
const canGoOn = (files: Files, journal: Journal.Journal, standings: Standings): Effect.Effect<boolean, FileFailure> =>
  Effect.gen(function* () {
    for (const { after, path, staged } of journal.entries) {
      const state = standings.get(path)?.state
      if (state === "Other") return false
      if (state === "Before" && after !== null && (yield* files.stat(staged))._tag === "None") return false
    }
    return true
  })

type Settled = Pick<Recovered, "outcome" | "changed">

const finished: Settled = { outcome: "Finished", changed: [] }

const rolledBack = (changed: ReadonlyArray<string>): Settled => ({ outcome: "RolledBack", changed })

/** End an update, by going on where that is possible. */
const settle = (folder: string, place: Journal.Place, journal: Journal.Journal): Effect.Effect<Settled, FileFailure | JournalUnreadable | ApplyIncomplete, LocalFiles | Registry> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { number, phase } = place
    switch (phase) {
      case "prepare":
        yield* abandon(folder, number, journal)
        return rolledBack([])
      case "finish":
        yield* finish(folder, number, journal)
        return finished
      case "revert":
        return rolledBack(yield* revert(folder, place, journal))
      default: {
        const standings = yield* survey(files, journal)
        if (!(yield* canGoOn(files, journal, standings))) return rolledBack(yield* revert(folder, place, journal))
        const changed = yield* change(folder, number, journal, standings).pipe(
          Effect.as(undefined),
          // it was rolled back then
          Effect.catchTags({ Disturbed: ({ path }) => Effect.succeed([path]), FileFailure: () => Effect.succeed([]) })
        )
        if (changed !== undefined) return rolledBack(changed)
        yield* finish(folder, number, journal)
        return finished
      }
    }
  })

/**
 * End what a process that died left in the middle. To be called with the lock.
 *
 * @category applying
 */
export const recover = ({ folder }: Turn): Effect.Effect<ReadonlyArray<Recovered>, FileFailure | JournalUnreadable | ApplyIncomplete, LocalFiles | Registry> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const recovered: Array<Recovered> = []
    for (const place of (yield* Journal.list(files, folder)).filter(Journal.isOpen)) {
      const journal = yield* Journal.read(files, folder, place)
      const { action, from, name, project, to } = journal
      recovered.push({ ...(yield* settle(folder, place, journal)), action, name, project, from, to })
    }
    return recovered
  }).pipe(Effect.uninterruptible)
