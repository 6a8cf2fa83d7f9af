/**
 * Merging by `git merge-file`: the files lie in a temporary folder that nobody else can read, and one shell merges many of them, since starting
 * processes costs more than merging.
 *
 * @module
 */
import * as Command from "@effect/platform/Command"
import type * as CommandExecutor from "@effect/platform/CommandExecutor"
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Merged, MergeInput, MergeLabels } from "../TextMerge.js"

/**
 * Arguments: three labels, then numbers of files. Names and texts of the project are never part of it. Prints how each `git merge-file` ended, or
 * `missing`.
 */
const script = `
exec 2>/dev/null </dev/null
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_PREFIX
git --version >/dev/null || { echo missing; exit 0; }
ours=$1 base=$2 theirs=$3
shift 3
for n do
  git -c merge.conflictStyle=merge merge-file -q -p -L "$ours" -L "$base" -L "$theirs" -- "$n.ours" "$n.base" "$n.theirs" >"$n.merged"
  echo "$?"
done
`

/** What one shell is given at least, and how many there are at most. */
const share = 8
const mostShells = 4
const openFiles = 16
/** git counts conflicts up to this; above it, it failed. */
const mostConflicts = 127

/** What git is to know of the surroundings: no settings of anybody, no repository around the folder. */
const environment = (folder: string) => ({
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_COUNT: "0",
  GIT_CEILING_DIRECTORIES: folder.slice(0, Math.max(1, folder.lastIndexOf("/"))),
  GIT_TERMINAL_PROMPT: "0",
  LC_ALL: "C"
})

// oxlint-disable-next-line no-control-regex -- a label is one line
const oneLine = (label: string): string => label.replace(/[\0-\x1f\x7f]+/g, " ")

const batchesOf = (count: number): ReadonlyArray<ReadonlyArray<number>> => {
  const shells = Math.max(1, Math.min(mostShells, Math.ceil(count / share)))
  return Array.from({ length: shells }, (_, shell) => Array.from({ length: count }, (_, at) => at).filter((at) => at % shells === shell))
}

const inFolder = (
  files: FileSystem.FileSystem,
  executor: CommandExecutor.CommandExecutor,
  inputs: ReadonlyArray<MergeInput>,
  labels: MergeLabels
): Effect.Effect<Option.Option<ReadonlyArray<Merged>>, PlatformError | string, Scope.Scope> =>
  Effect.gen(function*() {
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "dev-infra-merge-" })
    const write = (name: string, content: Uint8Array) => files.writeFile(`${folder}/${name}`, content, { mode: 0o600 })
    yield* Effect.forEach(
      inputs,
      ({ base, ours, theirs }, at) => Effect.all([write(`${at}.ours`, ours), write(`${at}.base`, base), write(`${at}.theirs`, theirs)], { discard: true }),
      { concurrency: openFiles, discard: true }
    )

    const runShell = (batch: ReadonlyArray<number>) =>
      Effect.gen(function*() {
        const command = Command.make("/bin/sh", "-c", script, "sh", oneLine(labels.ours), oneLine(labels.base), oneLine(labels.theirs), ...batch.map(String)).pipe(
          Command.env(environment(folder)),
          Command.workingDirectory(folder)
        )
        const child = yield* executor.start(command)
        yield* Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
        const lines = (yield* Stream.mkString(Stream.decodeText(child.stdout))).split("\n")
        return batch.map((at, place) => [at, lines[0] === "missing" ? "missing" : Number.parseInt(lines[place] ?? "", 10)] as const)
      }).pipe(Effect.scoped)

    const ended = new Map((yield* Effect.forEach(batchesOf(inputs.length), runShell, { concurrency: "unbounded" })).flat())
    if ([...ended.values()].includes("missing")) return Option.none()
    return Option.some(
      yield* Effect.forEach(
        inputs,
        (_, at) =>
          Effect.gen(function*() {
            const conflicts = Number(ended.get(at))
            if (!(conflicts >= 0 && conflicts <= mostConflicts)) return yield* Effect.fail(`git merge-file ended with ${ended.get(at)}`)
            const content = yield* files.readFile(`${folder}/${at}.merged`)
            return conflicts === 0 ? ({ _tag: "Clean", content } as const) : ({ _tag: "Conflict", content, conflicts } as const)
          }),
        { concurrency: openFiles }
      )
    )
  })

/**
 * Each input merged by git, in order; none if there is no git. None of them may be binary. A failure is a clause for people.
 *
 * @category merging
 */
export const mergeAll = (
  files: FileSystem.FileSystem,
  executor: CommandExecutor.CommandExecutor,
  inputs: ReadonlyArray<MergeInput>,
  labels: MergeLabels
): Effect.Effect<Option.Option<ReadonlyArray<Merged>>, string> =>
  Effect.scoped(inFolder(files, executor, inputs, labels)).pipe(Effect.mapError((error) => (typeof error === "string" ? error : error.message)))
