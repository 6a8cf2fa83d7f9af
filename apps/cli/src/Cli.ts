/**
 * The program: how a line becomes a command, and how it ends.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { root } from "./Commands.js"
import type { CommandError } from "./CommandError.js"
import { check, type CheckedLine } from "./CommandLine.js"
import { withConfiguredColor } from "./ConfiguredColor.js"
import type { CommandServices } from "./Declaration.js"
import * as ExitCode from "./ExitCode.js"
import { defaults, GlobalFlags, type GlobalValues } from "./GlobalFlags.js"
import * as Logging from "./Logging.js"
import * as Output from "./Output.js"
import * as Progress from "./Progress.js"
import * as Prompt from "./Prompt.js"
import { StandardStreams } from "./StandardStreams.js"
import { Surroundings } from "./Surroundings.js"
import { entries, route, type Route } from "./Tree.js"
import { UsageError } from "./UsageError.js"

/** What the program needs from outside. @category models */
export type Environment = StandardStreams | Surroundings

/** Run with the services of commands. They are made by hand: to build them as layers takes milliseconds. */
const withServices =
  (values: GlobalValues) =>
  <A, E>(effect: Effect.Effect<A, E, CommandServices>): Effect.Effect<A, E, Environment> =>
    Effect.contextWithEffect((environment: Context.Context<Environment>) => {
      const streams = Context.get(environment, StandardStreams)
      const surroundings = Context.get(environment, Surroundings)
      const services = environment.pipe(
        Context.add(GlobalFlags, values),
        Context.add(Output.Output, Output.make(streams, values, surroundings)),
        Context.add(Progress.Progress, Progress.make(streams, values, surroundings)),
        Context.add(Prompt.Prompt, Prompt.make(streams, values))
      )
      return effect.pipe(Logging.withLogger(values.logLevel, streams), Effect.provide(services))
    })

const help = ({ target, words }: Route) =>
  Effect.gen(function* () {
    const output = yield* Output.Output
    const { stdout } = yield* StandardStreams
    const pages = yield* Effect.promise(() => import("./Help.js"))
    if (typeof target === "function") {
      const { command } = yield* Effect.promise(target)
      yield* output.line(pages.ofCommand(words, command, stdout.columns))
    } else {
      const commands = yield* entries(target.children)
      yield* output.line(words.length === 0 ? pages.ofProgram(commands, stdout.columns) : pages.ofGroup(words, target.summary, commands, stdout.columns))
    }
    return ExitCode.done
  })

const showVersion = (version: string) => Effect.flatMap(Output.Output, (output) => Effect.as(output.plain(version, "\n"), ExitCode.done))

type Run = Effect.Effect<ExitCode.ExitCode, CommandError, CommandServices>

/** What a line means, and the flags that hold while it runs. */
const understand = (line: ReadonlyArray<string>, version: string): Effect.Effect<readonly [GlobalValues, Run], UsageError> =>
  Effect.gen(function* () {
    const asksHelp = line[0] === "help"
    const found = yield* route(root, asksHelp ? line.slice(1) : line)
    if (typeof found.target !== "function") {
      const shape = { flags: [{ name: "version", letter: "v", description: "" }], arguments: [] }
      const checked = yield* check(found.words, shape, found.rest)
      const isVersion = checked.values.has("version") && found.words.length === 0
      return [checked.global, isVersion && !checked.help ? showVersion(version) : help(found)]
    }
    const { command } = yield* Effect.promise(found.target)
    if (asksHelp) return [defaults, help(found)]
    if (command.isRaw) {
      const checked = yield* check(found.words, { flags: [], arguments: [] }, found.before)
      return [checked.global, checked.help ? help(found) : command.execute(found.words, { ...checked, words: found.after })]
    }
    const checked: CheckedLine = yield* check(found.words, command, found.rest)
    return [checked.global, checked.help ? help(found) : command.execute(found.words, checked)]
  })

/** Say what went wrong on standard error. */
const report = (cause: Cause.Cause<CommandError>, debug: boolean) =>
  Effect.gen(function* () {
    const { stdout } = yield* StandardStreams
    if (Cause.isInterruptedOnly(cause)) return stdout.isClosed() ? ExitCode.done : ExitCode.interrupted
    const { atHome, details, report } = yield* Effect.promise(() => import("./ErrorReport.js"))
    const { environment, homeFolder, readableStack, workingFolder } = yield* Surroundings
    const told = report(Cause.map(cause, atHome({ environment, homeDirectory: homeFolder, workingDirectory: workingFolder })), debug ? { more: yield* readableStack(details(cause)) } : {})
    yield* Effect.flatMap(Output.Output, (output) => output.error(told.message))
    return told.exitCode
  })

/**
 * Run a command line (without the names of runtime and program) to its exit code. Never fails: every error has been told.
 *
 * @category running
 */
export const run = (line: ReadonlyArray<string>, version: string): Effect.Effect<ExitCode.ExitCode, never, Environment> =>
  Effect.gen(function* () {
    const understood = yield* Effect.exit(understand(line, version))
    if (Exit.isFailure(understood)) return yield* withServices(defaults)(report(understood.cause, false))
    const [given, command] = understood.value
    const values = yield* withConfiguredColor(given)
    return yield* command.pipe(
      Effect.catchAllCause((cause) => report(cause, values.logLevel === "debug")),
      withServices(values)
    )
  })
