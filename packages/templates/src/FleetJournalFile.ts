/**
 * Keeps in `state/fleet.jsonl` of the home how far an update of many projects has come: a line for the run, then one for each project that is done. A line
 * that a crash cut off counts as not written; its project is looked at again, which does no harm.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { type FileFailure, type LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import * as LineFile from "@dev-infra/registry/LineFile"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { FinishedProject, FleetBusy, FleetJournal, FleetRun, patience } from "./FleetJournal.js"

/** Version 1 of the first line. */
const Start = Schema.parseJson(Schema.Struct({ version: Schema.Literal(1), run: FleetRun }))
const Finished = Schema.parseJson(FinishedProject)

const decodeStart = Schema.decodeUnknownOption(Start)
const encodeStart = Schema.encodeSync(Start)
const decodeFinished = Schema.decodeUnknownOption(Finished)
const encodeFinished = Schema.encodeSync(Finished)

const lockOptions: FileLock.LockOptions = { wait: patience, abandoned: Infinity }

const sizeLimit = 64 * 1024 * 1024

const make = Effect.gen(function* () {
  const { stateFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const files = yield* LocalFiles
  const locks = yield* FileLock.FileLock
  const path = `${stateFolder}/fleet.jsonl`
  const lines = yield* LineFile.make(path)

  /** Replaces what is there; the lines that follow are added to it. */
  const replace = (content: string) =>
    durable.modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: sizeLimit }, () => Effect.succeed({ result: undefined, content }))

  const busy = (failure: LockUnavailable): FleetBusy => {
    const { holder } = failure
    return new FleetBusy({ holder: holder === undefined ? failure.path : `process ${holder.pid}${failure.reason === "HeldOnOtherHost" ? ` on ${holder.host}` : ""}` })
  }

  /** Another lock than that of the journal itself, which is held for moments only. */
  const turn: Effect.Effect<string, FileFailure> = Effect.zipRight(files.makeFolder(stateFolder, folderMode), durable.resolve(`${stateFolder}/fleet`))

  return FleetJournal.of({
    exclusively: (effect) =>
      Effect.gen(function* () {
        // What fails inside is told apart from a lock that is taken: it may be about another lock.
        const outcome = yield* locks.withLock(yield* turn, () => Effect.exit(effect), lockOptions).pipe(
          Effect.catchTag("LockUnavailable", (failure) => Effect.fail(busy(failure)))
        )
        return yield* outcome
      }),
    unfinished: Effect.gen(function* () {
      let run: Option.Option<FleetRun> | undefined
      const finished = new Map<string, FinishedProject>()
      yield* lines.forEach((line) => {
        if (run === undefined) run = Option.map(decodeStart(line), (start) => start.run)
        else {
          const project = Option.getOrUndefined(decodeFinished(line))
          if (project !== undefined) finished.set(project.id, project)
        }
      })
      return Option.map(run ?? Option.none(), (known) => ({ run: known, finished }))
    }),
    begin: (run) => replace(`${encodeStart({ version: 1, run })}\n`),
    finish: (project) => lines.append([encodeFinished(project)]),
    end: Effect.flatMap(durable.read(path, { limit: sizeLimit }), Option.match({ onNone: () => Effect.void, onSome: () => replace("") }))
  })
})

/**
 * The journal in the home.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as FleetJournalFile from "@dev-infra/templates/FleetJournalFile"
 * import * as Layer from "effect/Layer"
 *
 * // What is missing is a file system, such as that of `@effect/platform-node`.
 * export const journal = FleetJournalFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<FleetJournal, never, DevInfraHome | DurableFile | FileLock.FileLock | LocalFiles | FileSystem.FileSystem> = Layer.effect(FleetJournal, make)
