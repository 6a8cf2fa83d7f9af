/**
 * Reads the Taskfile that a line means, and asks on a terminal whether what it takes from elsewhere is trusted.
 *
 * @module
 */
import { IncludeUnavailable, type ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import { TaskfileSources } from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import { Prompt } from "../../Prompt.js"
import * as TaskServices from "../../TaskServices.js"

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")))

/** The folder of the root Taskfile: what is inherited is said there. @category reading */
export const projectOf = (entry: TaskGraph.Entry): Effect.Effect<string, never, TaskfileSources> =>
  entry._tag === "File"
    ? Effect.succeed(entry.directory ?? (/\.ya?ml$/.test(entry.file) ? folderOf(entry.file) : entry.file))
    : Effect.flatMap(TaskfileSources, ({ find }) => Effect.map(Effect.orElseSucceed(find(entry.folder), Option.none), Option.match({ onNone: () => entry.folder, onSome: folderOf })))

const nameOf = ({ namespace, target }: IncludeUnavailable): string => (/^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(target) ? target : (namespace.split(":")[0] ?? namespace))

/**
 * The graph. With `mayAsk`, content that nobody trusts yet is shown and asked about, one after the other, if there is a terminal; what is approved is approved for good.
 *
 * @category reading
 */
export const graph = (entry: TaskGraph.Entry, mayAsk: boolean): Effect.Effect<TaskGraph.TaskGraph, CommandError, CommandServices | TaskfileSources> =>
  Effect.gen(function* () {
    const prompt = yield* Prompt
    const options = yield* TaskServices.loadOptions
    const load: Effect.Effect<TaskGraph.TaskGraph, ReadFailure, TaskfileSources> = Effect.catchTag(TaskGraph.load(entry, options), "TaskfileNotFound", (failure) =>
      // What is named is not searched above.
      Effect.fail(entry._tag === "File" ? new IncludeUnavailable({ location: { file: failure.path, line: 1, column: 1 }, namespace: "", target: `the file ${failure.path}`, reason: "NotFound" }) : failure)
    )
    if (!mayAsk || !prompt.isPossible) return yield* load
    let before: string | undefined
    for (;;) {
      const read = yield* Effect.either(load)
      if (read._tag === "Right") return read.right
      const failure = read.left
      if (failure._tag !== "IncludeUnavailable" || failure.reason !== "NotTrusted") return yield* failure
      const name = nameOf(failure)
      // What is approved and still not trusted would be asked about for ever.
      if (name === before) return yield* failure
      before = name
      const [{ ask }, { layer }] = yield* Effect.promise(() => Promise.all([import("../../InheritanceTrust.js"), import("../../InheritanceChangeServices.js")]))
      const isTrusted = yield* Effect.provide(ask(yield* projectOf(entry), name, "--trust"), layer())
      if (!isTrusted) return yield* failure
    }
  })
