/**
 * The program: how a line becomes a command, and how it ends.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { CommandFailed, type CommandError } from "./CommandError.js"
import * as CommandLine from "./CommandLine.js"
import type { Command, Environment, Line } from "./Declaration.js"
import * as ErrorReport from "./ErrorReport.js"
import * as ExitCode from "./ExitCode.js"
import * as Help from "./Help.js"
import { Output } from "./Output.js"
import { Surroundings } from "./Surroundings.js"

type Run = Effect.Effect<ExitCode.ExitCode, CommandError, Environment>

const execute = (command: Command, line: Line): Run =>
  Effect.gen(function* () {
    const { execute } = yield* Effect.tryPromise({
      try: command.load,
      catch: (cause) => new CommandFailed({ what: "the database engine cannot be loaded on this system", hint: "install work-prod again, with its optional dependencies", cause })
    })
    return yield* execute(line)
  })

const show = (text: string): Run => Effect.flatMap(Output, (output) => Effect.as(output.print(text), ExitCode.done))

const carryOut = (meaning: CommandLine.Meaning, version: string): Run =>
  Effect.flatMap(Output, (look) => {
    switch (meaning._tag) {
      case "Version":
        return show(`${version}\n`)
      case "ProgramHelp":
        return show(Help.ofProgram(look))
      case "GroupHelp":
        return show(Help.ofGroup(meaning.word, look))
      case "CommandHelp":
        return show(Help.ofCommand(meaning.command, look))
      case "Run":
        return execute(meaning.command, meaning.line)
      default:
        return meaning satisfies never
    }
  })

/**
 * Run a command line (without the names of runtime and program) to its exit code. Never fails: every error has been told.
 *
 * @category running
 */
export const run = (line: ReadonlyArray<string>, version: string): Effect.Effect<ExitCode.ExitCode, never, Environment> =>
  Effect.gen(function* () {
    const output = yield* Output
    const { environment } = yield* Surroundings
    const understood = CommandLine.read(line)
    const given = Either.isRight(understood) && understood.right._tag === "Run" ? understood.right.line.flags.get("log-level") : undefined
    const debug = (given ?? environment["WORK_PROD_LOG_LEVEL"]) === "debug"
    const command = Either.match(understood, { onLeft: (error): Run => Effect.fail(error), onRight: (meaning) => carryOut(meaning, version) })
    return yield* Effect.catchAllCause(command, (cause) => {
      const { exitCode, text } = ErrorReport.report(cause, debug)
      return Effect.as(output.say(text), exitCode)
    })
  })
