/**
 * Keeps runs over many repositories in a folder, each in one of its own: `run.jsonl` with a line for what was asked and one for each project that ended well, and the logs. Lines are
 * written in one piece as soon as a project has ended, so that they are there also if the program is killed; one that was cut off counts as not written.
 *
 * @module
 */
import { type FileFailure, fromCode, type LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { FinishedProject, FleetRunJournal, type OpenRun, RunBusy, type RunLog, RunStart, type UnfinishedRun } from "./FleetRunJournal.js"

const Start = Schema.parseJson(Schema.Struct({ version: Schema.Literal(1), run: RunStart }))
const Finished = Schema.parseJson(FinishedProject)
const decodeStart = Schema.decodeUnknownOption(Start)
const encodeStart = Schema.encodeSync(Start)
const decodeFinished = Schema.decodeUnknownOption(Finished)
const encodeFinished = Schema.encodeSync(Finished)

/** The line that says that nothing is left. */
const endLine = JSON.stringify({ ended: true })

const folderMode = 0o700
const fileMode = 0o600

/** So many runs are kept. */
const kept = 50

/** Names that are ours: nothing else in the folder is touched. */
const runName = /^\d{8}T\d{9}Z(?:-\d+)?$/

const pieceSize = 256 * 1024

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

const attempt = <A>(operation: string, path: string, work: () => A): Effect.Effect<A, FileFailure> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(work())
    } catch (cause) {
      return Effect.fail(fromCode(operation, path, codeOf(cause)))
    }
  })

const append = (path: string, line: string): Effect.Effect<void, FileFailure> =>
  attempt("write", path, () => fs.writeFileSync(path, `${line}\n`, { flag: "a", mode: fileMode }))

/** What stands in the journal of a run; none if there is nothing that can be read. */
const readRun = (path: string): Option.Option<UnfinishedRun & { readonly ended: boolean }> => {
  let text: string
  try {
    text = fs.readFileSync(path, "utf8")
  } catch {
    return Option.none()
  }
  const [first = "", ...lines] = text.split("\n")
  return Option.map(decodeStart(first), ({ run }) => {
    const finished = new Map<string, FinishedProject>()
    for (const line of lines) {
      const project = Option.getOrUndefined(decodeFinished(line))
      if (project !== undefined) finished.set(project.id, project)
    }
    return { start: run, finished, ended: lines.includes(endLine) }
  })
}

const openLog = (path: string): Effect.Effect<{ readonly log: RunLog; readonly descriptor: number }, FileFailure> =>
  attempt("create", path, () => {
    // Nothing that stands there is followed or kept: links neither.
    fs.rmSync(path, { force: true })
    const descriptor = fs.openSync(path, "wx", fileMode)
    let problem: FileFailure | undefined
    const log: RunLog = {
      path,
      problem: () => problem,
      write: (bytes) => {
        try {
          for (let done = 0; done < bytes.length;) done += fs.writeSync(descriptor, bytes, done)
        } catch (cause) {
          problem ??= fromCode("write", path, codeOf(cause))
        }
      },
      // It may be closed by then.
      read: (visit) =>
        Effect.acquireUseRelease(
          attempt("read", path, () => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)),
          (reader) => {
            const pieces = (from: number): Effect.Effect<void, FileFailure> =>
              Effect.flatMap(
                attempt("read", path, () => {
                  const piece = new Uint8Array(pieceSize)
                  return piece.subarray(0, fs.readSync(reader, piece, 0, pieceSize, from))
                }),
                (piece) => (piece.length === 0 ? Effect.void : Effect.zipRight(visit(piece), Effect.suspend(() => pieces(from + piece.length))))
              )
            return pieces(0)
          },
          (reader) => Effect.ignore(attempt("close", path, () => fs.closeSync(reader)))
        )
    }
    return { log, descriptor }
  })

const opened = (folder: string, id: string): OpenRun => {
  const place = `${folder}/${id}`
  const journal = `${place}/run.jsonl`
  return {
    id,
    folder: place,
    finish: (project) => append(journal, encodeFinished(project)),
    end: append(journal, endLine),
    log: (name) =>
      Effect.map(
        Effect.acquireRelease(openLog(`${place}/${name}`), ({ descriptor }) => Effect.ignore(attempt("close", name, () => fs.closeSync(descriptor)))),
        ({ log }) => log
      )
  }
}

const runsIn = (folder: string): ReadonlyArray<string> => {
  try {
    return fs.readdirSync(folder).filter((name) => runName.test(name)).toSorted((left, right) => (left < right ? 1 : -1))
  } catch {
    return []
  }
}

/** Make a folder that is not there yet, by the time at which the run began. */
const newFolder = (folder: string, started: string): string => {
  fs.mkdirSync(folder, { recursive: true, mode: folderMode })
  const name = started.replace(/[-:.]/g, "")
  for (let at = 1; ; at++) {
    const id = at === 1 ? name : `${name}-${at}`
    try {
      fs.mkdirSync(`${folder}/${id}`, { mode: folderMode })
      return id
    } catch (cause) {
      if (codeOf(cause) !== "EEXIST" || at >= 10_000) throw cause
    }
  }
}

const make = (folder: string) =>
  Effect.gen(function* () {
    const locks = yield* FileLock.FileLock

    const busy = (run: string, { holder }: LockUnavailable): RunBusy => new RunBusy({ run, holder: holder === undefined ? "in another process" : `process ${holder.pid}` })

    const holding = <A, E, R>(id: string, use: Effect.Effect<A, E, R>): Effect.Effect<A, E | FileFailure | RunBusy, R> =>
      Effect.gen(function* () {
        // What fails inside is told apart from a lock that is taken: it may be about another lock.
        const outcome = yield* locks.withLock(`${folder}/${id}/run.jsonl`, () => Effect.exit(use), { wait: "1 second", abandoned: Infinity }).pipe(
          Effect.catchTag("LockUnavailable", (failure) => Effect.fail(busy(id, failure)))
        )
        return yield* outcome
      })

    return FleetRunJournal.of({
      begin: (start, use) =>
        Effect.gen(function* () {
          const id = yield* attempt("make the folder", folder, () => newFolder(folder, start.started))
          yield* append(`${folder}/${id}/run.jsonl`, encodeStart({ version: 1, run: start }))
          yield* Effect.ignore(
            attempt("remove", folder, () => {
              for (const name of runsIn(folder).slice(kept)) fs.rmSync(`${folder}/${name}`, { recursive: true, force: true })
            })
          )
          return yield* holding(id, use(opened(folder, id)))
        }),
      resume: (task, use) =>
        Effect.gen(function* () {
          for (const id of runsIn(folder)) {
            const found = readRun(`${folder}/${id}/run.jsonl`)
            if (Option.isNone(found) || (task !== undefined && found.value.start.task !== task)) continue
            if (found.value.ended) return Option.none()
            // It is read again by whoever holds it: another process may have gone on with it meanwhile.
            return yield* holding(
              id,
              Effect.suspend(() => {
                const now = Option.getOrElse(readRun(`${folder}/${id}/run.jsonl`), () => found.value)
                return now.ended ? Effect.succeedNone : Effect.asSome(use(opened(folder, id), now))
              })
            )
          }
          return Option.none()
        })
    })
  })

/**
 * The runs in a folder, which is made when it is needed.
 *
 * @param folder absolute
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as FleetRunJournalFile from "@dev-infra/task-runner/FleetRunJournalFile"
 * import * as Layer from "effect/Layer"
 *
 * export const journal = FleetRunJournalFile.layer("/home/me/.dev-infra/log/runs").pipe(Layer.provide(DurableFile.layer))
 * ```
 */
export const layer = (folder: string): Layer.Layer<FleetRunJournal, never, FileLock.FileLock> => Layer.effect(FleetRunJournal, make(folder))
