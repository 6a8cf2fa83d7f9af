/**
 * Runs the status script over many checkouts: a few shells side by side, each with a batch of paths, their results in order.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { PlatformError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Checkout, GitOptions, StatusOptions, Unavailable } from "./CheckoutState.js"
import * as GitStatusOutput from "./GitStatusOutput.js"
import { environment, processorsScript, statusScript } from "./GitStatusScript.js"

const shell = "/bin/sh"
const mostWorkers = 8
const defaultTimeLimit = 30
/** Arguments of one process: well below what any system allows (1 MiB with the environment on macOS). */
const batchPaths = 512
/** A share is not cut smaller than this: a process costs as much as asking about two or three checkouts. */
const smallestShare = 12
const batchCharacters = 96 * 1024
const pathCharacters = 4096
/** Milliseconds between two reads. Taking each answer as it comes costs as much again as git takes for it. */
const readEvery = 15
/** So few answers before the end of a batch each is taken at once: the next batch waits for it. */
const promptly = 12
const detailCharacters = 300

const unavailable = (path: string, reason: Unavailable["reason"], detail: string): Unavailable => ({ _tag: "Unavailable", path, reason, detail })

/** Text from git, which may hold anything a repository's owner wrote, as one harmless line. */
const harmless = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").replace(/ {2,}/g, " ").trim()
  return line.length > detailCharacters ? `${line.slice(0, detailCharacters)}…` : line
}

/** A path as one word of a shell command. */
const quoted = (path: string): string => (/[\p{Cc}\p{Cf}]/u.test(path) ? "PATH" : `'${path.replaceAll("'", "'\\''")}'`)

const failure = (path: string, hasGit: boolean, message: string): Unavailable => {
  const lines = message.split("\n").filter((line) => line.trim() !== "")
  const first = lines.find((line) => line.startsWith("fatal: ")) ?? lines.find((line) => line.startsWith("error: ")) ?? lines[0] ?? ""
  if (/dubious ownership|unsafe repository/.test(first)) {
    const fix = `git config --global --add safe.directory ${quoted(path)}`
    return unavailable(path, "Broken", `belongs to another user, so git does not trust it; if you do: ${fix}`)
  }
  const detail = harmless(first.replace(/^(?:fatal|error): /, ""))
  if (!hasGit && detail.startsWith("not a git repository")) return unavailable(path, "NotARepository", "not inside a git repository")
  return unavailable(path, "Broken", detail === "" ? "git status failed without a word" : detail)
}

const result = (path: string, record: GitStatusOutput.StatusRecord): Checkout | Unavailable => {
  switch (record._tag) {
    case "Missing":
      return unavailable(path, "Missing", "no such folder")
    case "NoGit":
      return unavailable(path, "NoGit", /not found$/m.test(record.message) || record.message === "" ? "git is not installed, or not on the PATH" : harmless(`git does not work: ${record.message}`))
    case "Failed":
      return failure(path, record.hasGit, record.message)
    case "Status": {
      const { branch, commit, committedAt, upstream, ...counts } = record.fields
      return {
        _tag: "Checkout",
        path,
        ...(branch === undefined ? {} : { branch }),
        ...(commit === undefined ? {} : { commit }),
        ...(upstream === undefined ? {} : { upstream }),
        ...counts,
        ...(committedAt === undefined ? {} : { committedAt })
      }
    }
  }
}

/** Paths still to be asked about, as places in the list of all. */
interface Work {
  readonly paths: ReadonlyArray<string>
  readonly again: Array<number>
  next: number
}

/** Takes a share of the work: large at first, small at the end, so that all shells finish at about the same time. */
const takeBatch = (work: Work, workers: number): ReadonlyArray<number> => {
  const left = work.paths.length - work.next + work.again.length
  const size = Math.min(batchPaths, Math.max(Math.ceil((left * 3) / (4 * workers)), Math.min(smallestShare, Math.ceil(left / workers))))
  const batch: Array<number> = []
  let characters = 0
  while (batch.length < size && characters < batchCharacters) {
    const index = work.again.shift() ?? (work.next < work.paths.length ? work.next++ : undefined)
    if (index === undefined) break
    batch.push(index)
    characters += work.paths[index]?.length ?? 0
  }
  return batch
}

type Executor = CommandExecutor.CommandExecutor

/**
 * The state of each checkout, in order. See `GitStatus.inspect`.
 *
 * @category constructors
 */
export const inspect = (
  executor: Executor,
  paths: ReadonlyArray<string>,
  options: GitOptions,
  statusOptions: StatusOptions
): Stream.Stream<Checkout | Unavailable> => {
  const timeLimit = (statusOptions.timeLimit ?? defaultTimeLimit) * 1000

  const start = (script: string, args: ReadonlyArray<string>) =>
    Effect.tap(
      executor.start(Command.env(Command.make(shell, "-c", script, "sh", ...args), { ...environment, ...options.environment })),
      // The shell and every git it started, at once: a hanging one may not listen to anything milder.
      (child) => Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
    )

  const processors = Effect.scoped(
    Effect.flatMap(start(processorsScript, []), (child) => Stream.mkString(Stream.decodeText(child.stdout)))
  ).pipe(
    Effect.timeoutOption(timeLimit),
    Effect.map((output) => (output._tag === "Some" ? Number.parseInt(output.value, 10) || 1 : 1)),
    // Without a shell there is nothing to count; each path is told so by its own attempt.
    Effect.orElseSucceed(() => 1)
  )

  /** Asks about a batch. `settle` is told each result; gives the places that remain unanswered, and why the first one does. */
  const runBatch = (
    batch: ReadonlyArray<number>,
    arguments_: ReadonlyArray<string>,
    settle: (index: number, record: GitStatusOutput.StatusRecord) => void
  ): Effect.Effect<{ readonly left: ReadonlyArray<number>; readonly timedOut: boolean }, PlatformError> =>
    Effect.scoped(
      Effect.gen(function*() {
        const clock = yield* Effect.clock
        const output = GitStatusOutput.make()
        let answered = 0
        let since = clock.unsafeCurrentTimeMillis()
        const child = yield* start(statusScript, [...arguments_, ...batch.map((index) => paths[index] ?? "")])
        const read = Stream.runForEachChunk(child.stdout, (chunk) =>
          Effect.suspend(() => {
            for (const bytes of chunk) {
              for (const record of output.read(bytes)) {
                const index = batch[answered]
                answered += 1
                since = clock.unsafeCurrentTimeMillis()
                if (index !== undefined) settle(index, record)
              }
            }
            return batch.length - answered > promptly ? Effect.sleep(readEvery) : Effect.void
          }))
        const watch: Effect.Effect<boolean> = Effect.suspend(() => {
          const left = since + timeLimit - clock.unsafeCurrentTimeMillis()
          return left <= 0 ? Effect.succeed(true) : Effect.zipRight(Effect.sleep(left), watch)
        })
        const timedOut = yield* Effect.raceFirst(Effect.as(read, false), watch)
        return { left: batch.slice(answered), timedOut }
      })
    )

  return Stream.asyncPush<Checkout | Unavailable>(
    (emit) =>
      Effect.forkScoped(
        Effect.gen(function*() {
          const work: Work = { paths, again: [], next: 0 }
          const results = new Map<number, Checkout | Unavailable>()
          let emitted = 0
          const settle = (index: number, value: Checkout | Unavailable): void => {
            if (index < emitted || results.has(index)) return
            results.set(index, value)
            for (let ready = results.get(emitted); ready !== undefined; ready = results.get(emitted)) {
              results.delete(emitted)
              emitted += 1
              emit.single(ready)
            }
          }
          const settleAll = (indexes: Iterable<number>, reason: Unavailable["reason"], detail: string): void => {
            for (const index of indexes) settle(index, unavailable(paths[index] ?? "", reason, detail))
          }
          if (paths.length === 0) return emit.end()

          const workers = Math.max(1, options.concurrency ?? Math.min(yield* processors, mostWorkers))
          const arguments_ = [statusOptions.lastCommit === true ? "yes" : "no"]
          const worker: Effect.Effect<void> = Effect.suspend(() => {
            const taken = takeBatch(work, workers)
            if (taken.length === 0) return Effect.void
            // What no system call could take is no folder.
            const impossible = taken.filter((index) => /^$|\0/.test(paths[index] ?? "") || (paths[index] ?? "").length >= pathCharacters)
            settleAll(impossible, "Missing", "no such folder")
            const batch = taken.filter((index) => !impossible.includes(index))
            if (batch.length === 0) return worker
            return runBatch(batch, arguments_, (index, record) => settle(index, result(paths[index] ?? "", record))).pipe(
              Effect.match({
                onFailure: (error) => settleAll(batch, "NoGit", harmless(error.message)),
                onSuccess: ({ left: [first, ...others], timedOut }) => {
                  if (first === undefined) return
                  if (timedOut) settleAll([first], "TimedOut", `git gave no answer within ${timeLimit / 1000} s`)
                  else settleAll([first], "Broken", "git status ended before its time")
                  work.again.push(...others)
                }
              }),
              Effect.zipRight(worker)
            )
          })
          yield* Effect.all(Array.from({ length: workers }, () => worker), { concurrency: workers, discard: true })
          emit.end()
        }).pipe(Effect.onError((cause) => Effect.sync(() => emit.halt(cause))))
      ),
    { bufferSize: "unbounded" }
  )
}
