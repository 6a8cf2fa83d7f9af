/**
 * How far an update of many projects has come, so that one that was interrupted can go on where it stopped. The port; `FleetJournalFile` keeps it in the home.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Turns from "@dev-infra/durable-files/Turns"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"

/** What an update was asked to do; whoever goes on with it does the same. @category schemas */
export const FleetRun = Schema.Struct({
  /** when it began, as `2026-01-31T12:00:00.000Z` */
  started: Schema.String,
  /** the version that was asked for; absent: the newest */
  to: Schema.optionalWith(Schema.String, { exact: true }),
  onConflict: Schema.Literal("markers", "ours", "theirs", "fail"),
  ask: Schema.Literal("apply", "merge", "skip"),
  allowDirty: Schema.Boolean,
  /** the ids of all projects that are to be updated */
  projects: Schema.Array(Schema.String)
})

/** @category models */
export type FleetRun = typeof FleetRun.Type

const Version = Schema.Struct({ version: Schema.String, commit: Schema.String })

/** One project that is done, with what the summary says of it. @category schemas */
export const FinishedProject = Schema.Struct({
  id: Schema.String,
  state: Schema.Literal("up to date", "clean", "conflicts", "failed", "no template", "missing"),
  template: Schema.optionalWith(Schema.String, { exact: true }),
  from: Schema.optionalWith(Version, { exact: true }),
  to: Schema.optionalWith(Version, { exact: true }),
  counts: Schema.Record({ key: Schema.String, value: Schema.Number }),
  conflicts: Schema.Array(Schema.String),
  warnings: Schema.Array(Schema.String)
})

/** @category models */
export type FinishedProject = typeof FinishedProject.Type

/** A run that did not come to its end. @category models */
export interface UnfinishedRun {
  readonly run: FleetRun
  /** by id; of a project that was tried twice the last one */
  readonly finished: ReadonlyMap<string, FinishedProject>
}

/** Another update of many projects is running. `holder` says which. @category errors */
export class FleetBusy extends Schema.TaggedError<FleetBusy>("@dev-infra/templates/FleetBusy")("FleetBusy", { holder: Schema.String }) {
  override get message(): string {
    return `another update of many projects is running (${this.holder}): wait until it has ended, then try again`
  }
}

/** Why the journal cannot be kept. @category errors */
export type JournalFailure = FileFailure | LockUnavailable

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { FleetJournal } from "@dev-infra/templates/FleetJournal"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const left = Effect.gen(function* () {
 *   const journal = yield* FleetJournal
 *   const unfinished = yield* journal.unfinished
 *   return Option.match(unfinished, { onNone: () => 0, onSome: ({ finished, run }) => run.projects.length - finished.size })
 * })
 * ```
 */
export class FleetJournal extends Context.Tag("@dev-infra/templates/FleetJournal")<
  FleetJournal,
  {
    /** Do something while no other update of many projects runs in this home; wait for one at most some seconds. */
    readonly exclusively: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | FleetBusy | FileFailure, R>
    /** The run that did not come to its end, if the last one did not. */
    readonly unfinished: Effect.Effect<Option.Option<UnfinishedRun>, JournalFailure>
    /** A run begins; what is known of the one before is forgotten. */
    readonly begin: (run: FleetRun) => Effect.Effect<void, JournalFailure>
    /** A project of the run is done. */
    readonly finish: (project: FinishedProject) => Effect.Effect<void, JournalFailure>
    /** The run is done as a whole: nothing is left to go on with. */
    readonly end: Effect.Effect<void, JournalFailure>
  }
>() {}

/** How long an update waits for another one. @category constants */
export const patience = "3 seconds"

/**
 * In memory.
 *
 * @category layers
 * @example
 * ```ts
 * import * as FleetJournal from "@dev-infra/templates/FleetJournal"
 * import * as Effect from "effect/Effect"
 *
 * const none = Effect.flatMap(FleetJournal.FleetJournal, (journal) => journal.unfinished).pipe(Effect.provide(FleetJournal.layerMemory))
 * ```
 */
export const layerMemory: Layer.Layer<FleetJournal> = Layer.effect(
  FleetJournal,
  Effect.map(Ref.make(Option.none<UnfinishedRun>()), (state) => {
    const turns = Turns.make()
    return FleetJournal.of({
      exclusively: (effect) =>
        Effect.flatMap(
          turns.take("fleet", patience, effect),
          Option.match({ onNone: () => Effect.fail(new FleetBusy({ holder: "in this process" })), onSome: Effect.succeed })
        ),
      unfinished: Ref.get(state),
      begin: (run) => Ref.set(state, Option.some({ run, finished: new Map() })),
      finish: (project) => Ref.update(state, Option.map(({ finished, run }) => ({ run, finished: new Map([...finished, [project.id, project]]) }))),
      end: Ref.set(state, Option.none())
    })
  })
)
