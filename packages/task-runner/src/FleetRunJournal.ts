/**
 * Runs over many repositories as they are kept: how far each came, so that one that was cut off can go on, and what each project printed. The port;
 * `FleetRunJournalFile` keeps them in a folder.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"

/** What a run was asked to do. Values of variables are not in it: they may be secret. @category schemas */
export const RunStart = Schema.Struct({
  /** as `2026-01-31T12:00:00.000Z` */
  started: Schema.String,
  task: Schema.String,
  /** the ids of all projects that were chosen */
  projects: Schema.Array(Schema.String),
  /** a short digest of variables and arguments: enough to tell that others were given, too little to learn them */
  given: Schema.String
})

/** @category models */
export type RunStart = typeof RunStart.Type

/** A project that ended well. @category schemas */
export const FinishedProject = Schema.Struct({
  id: Schema.String,
  state: Schema.Literal("ran", "up to date", "skipped"),
  /** milliseconds */
  duration: Schema.Number
})

/** @category models */
export type FinishedProject = typeof FinishedProject.Type

/** What one project prints. @category models */
export interface RunLog {
  /** absolute */
  readonly path: string
  /** Add to it, at once. What cannot be written (a full disk) is lost, and `problem` says why. */
  readonly write: (bytes: Uint8Array) => void
  readonly problem: () => FileFailure | undefined
  /** Show all of it to a function, a piece at a time; also when nothing is written to it any more. */
  readonly read: (visit: (bytes: Uint8Array) => Effect.Effect<void>) => Effect.Effect<void, FileFailure>
}

/** A run that is under way. @category models */
export interface OpenRun {
  /** sorts by time */
  readonly id: string
  /** where its logs are; absolute */
  readonly folder: string
  /** A project ended well. */
  readonly finish: (project: FinishedProject) => Effect.Effect<void, FileFailure>
  /** All ended well: nothing is left to go on with. */
  readonly end: Effect.Effect<void, FileFailure>
  /** The log of a project, empty, by a name that {@link logNames} gave. */
  readonly log: (name: string) => Effect.Effect<RunLog, FileFailure, Scope.Scope>
}

/** A run that did not come to its end. @category models */
export interface UnfinishedRun {
  readonly start: RunStart
  /** by id */
  readonly finished: ReadonlyMap<string, FinishedProject>
}

/** The run is under way in another process. `holder` says which. @category errors */
export class RunBusy extends Schema.TaggedError<RunBusy>("@dev-infra/task-runner/RunBusy")("RunBusy", { run: Schema.String, holder: Schema.String }) {
  override get message(): string {
    return `the run ${this.run} is still under way (${this.holder})`
  }
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { FleetRunJournal } from "@dev-infra/task-runner/FleetRunJournal"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const left = Effect.gen(function* () {
 *   const journal = yield* FleetRunJournal
 *   return yield* journal.resume(undefined, (_run, { finished, start }) => Effect.succeed(start.projects.length - finished.size))
 * }).pipe(Effect.map(Option.getOrElse(() => 0)))
 * ```
 */
export class FleetRunJournal extends Context.Tag("@dev-infra/task-runner/FleetRunJournal")<
  FleetRunJournal,
  {
    /** A run begins. Others may be under way at the same time. */
    readonly begin: <A, E, R>(start: RunStart, use: (run: OpenRun) => Effect.Effect<A, E, R>) => Effect.Effect<A, E | FileFailure | RunBusy, R>
    /** Go on with the newest run, of a task if one is named; none if there is none, or if it came to its end. */
    readonly resume: <A, E, R>(
      task: string | undefined,
      use: (run: OpenRun, unfinished: UnfinishedRun) => Effect.Effect<A, E, R>
    ) => Effect.Effect<Option.Option<A>, E | FileFailure | RunBusy, R>
  }
>() {}

/** Names of files must be unequal also where a disk does not know capitals. */
const longestName = 80

/**
 * A name for the log of each project, by id, that is safe as the name of a file: `api.log`, and where that is not unique or would be odd, `api-0a1b2c3d.log`.
 *
 * @category constructors
 */
export const logNames = (projects: ReadonlyArray<{ readonly id: string; readonly name: string }>): ReadonlyMap<string, string> => {
  const plain = (name: string): string => name.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[.-]+/, "_").slice(0, longestName)
  const counts = new Map<string, number>()
  for (const { name } of projects) counts.set(plain(name).toLowerCase(), (counts.get(plain(name).toLowerCase()) ?? 0) + 1)
  return new Map(
    projects.map(({ id, name }) => {
      const safe = plain(name)
      return [id, safe === name && counts.get(safe.toLowerCase()) === 1 ? `${safe}.log` : `${safe}-${id.replace(/[^A-Za-z0-9]/g, "").slice(-12)}.log`]
    })
  )
}

interface MemoryRun {
  readonly start: RunStart
  readonly finished: Map<string, FinishedProject>
  readonly logs: Map<string, Array<Uint8Array>>
  ended: boolean
  busy: boolean
}

/**
 * In memory.
 *
 * @category layers
 * @example
 * ```ts
 * import * as FleetRunJournal from "@dev-infra/task-runner/FleetRunJournal"
 * import * as Effect from "effect/Effect"
 *
 * export const nothing = Effect.flatMap(FleetRunJournal.FleetRunJournal, ({ resume }) => resume(undefined, () => Effect.void)).pipe(Effect.provide(FleetRunJournal.layerMemory))
 * ```
 */
export const layerMemory: Layer.Layer<FleetRunJournal> = Layer.sync(FleetRunJournal, () => {
  const runs: Array<MemoryRun> = []
  const opened = (run: MemoryRun): OpenRun => {
    const id = String(runs.indexOf(run) + 1)
    return {
      id,
      folder: `/log/runs/${id}`,
      finish: (project) => Effect.sync(() => void run.finished.set(project.id, project)),
      end: Effect.sync(() => void (run.ended = true)),
      log: (name) =>
        Effect.sync(() => {
          const pieces: Array<Uint8Array> = []
          run.logs.set(name, pieces)
          return { path: `/log/runs/${id}/${name}`, write: (bytes) => void pieces.push(bytes.slice()), problem: () => undefined, read: (visit) => Effect.forEach(pieces, visit, { discard: true }) }
        })
    }
  }
  const holding = <A, E, R>(run: MemoryRun, use: Effect.Effect<A, E, R>): Effect.Effect<A, E | RunBusy, R> =>
    Effect.suspend((): Effect.Effect<A, E | RunBusy, R> => {
      if (run.busy) return Effect.fail(new RunBusy({ run: opened(run).id, holder: "in this process" }))
      run.busy = true
      return Effect.ensuring(use, Effect.sync(() => void (run.busy = false)))
    })
  return FleetRunJournal.of({
    begin: (start, use) =>
      Effect.suspend(() => {
        const run: MemoryRun = { start, finished: new Map(), logs: new Map(), ended: false, busy: false }
        runs.push(run)
        return holding(run, use(opened(run)))
      }),
    resume: (task, use) =>
      Effect.suspend(() => {
        const run = runs.findLast(({ start }) => task === undefined || start.task === task)
        return run === undefined || run.ended ? Effect.succeedNone : holding(run, Effect.asSome(use(opened(run), { start: run.start, finished: new Map(run.finished) })))
      })
  })
})
