import * as Effect from "effect/Effect"
import type { CommandError } from "../../CommandError.js"
import type { CommandServices } from "../../Declaration.js"
import * as ExitCode from "../../ExitCode.js"
import { GlobalFlags } from "../../GlobalFlags.js"
import * as Output from "../../Output.js"
import { own } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { taskVersion } from "../../TaskWorld.js"
import { UsageError } from "../../UsageError.js"
import { read, type TaskLine } from "./line.js"

type Run = Effect.Effect<ExitCode.ExitCode | void, CommandError, CommandServices>

const help: Run = Effect.gen(function* () {
  const [pages, { command }] = yield* Effect.promise(() => Promise.all([import("../../Help.js"), import("./command.js")]))
  const { stdout } = yield* StandardStreams
  yield* Effect.flatMap(Output.Output, (output) => output.line(pages.ofCommand(["task"], command, stdout.columns)))
})

const showVersion: Run = Effect.gen(function* () {
  const { version } = yield* Surroundings
  yield* Effect.flatMap(Output.Output, (output) => output.line(own(`${taskVersion} (dev-infra ${version})`)))
})

const completion = (shell: string): Run =>
  Effect.gen(function* () {
    const { scripts } = yield* Effect.promise(() => import("../completions/run.js"))
    const script = shell === "bash" ? scripts.bash : shell === "zsh" ? scripts.zsh : scripts.fish
    yield* Effect.flatMap(Output.Output, (output) => output.line(own(script)))
  })

/** What only our own engine can do. */
const ownOnly = (line: TaskLine): string | undefined => (["plan", "frozen", "trust", "evaluate", "eager"] as const).find((name) => line.has(name))

const understood = (line: TaskLine, words: ReadonlyArray<string>): Run => {
  const shell = line.text("completion")
  if (line.has("help")) return help
  if (line.text("engine") === "task") {
    const flag = ownOnly(line)
    if (flag !== undefined) return Effect.fail(new UsageError({ command: ["task"], message: `--${flag} and --engine=task do not go together: task has no such flag` }))
    return Effect.flatMap(Effect.promise(() => import("./engine.js")), (engine) => engine.run(words))
  }
  if (line.has("version")) return showVersion
  if (shell !== undefined) return completion(shell)
  if (line.has("init")) return Effect.flatMap(Effect.promise(() => import("./init.js")), (init) => init.run(line))
  return Effect.flatMap(Effect.promise(() => import("./taskfile.js")), (taskfile) => taskfile.run(line, words))
}

/** `-c` and `--color=false` say about colour what `--color` says for other commands. */
const withColor = (line: TaskLine, run: Run): Run =>
  line.text("color") === undefined
    ? run
    : Effect.gen(function* () {
        const values = { ...(yield* GlobalFlags), color: line.has("color") ? ("always" as const) : ("never" as const), colorIsGiven: true }
        const output = Output.make(yield* StandardStreams, values, yield* Surroundings)
        return yield* run.pipe(Effect.provideService(GlobalFlags, values), Effect.provideService(Output.Output, output))
      })

/** Do what the words say. @category commands */
export const run = (words: ReadonlyArray<string>): Run => Effect.flatMap(read(words), (line) => withColor(line, understood(line, words)))
