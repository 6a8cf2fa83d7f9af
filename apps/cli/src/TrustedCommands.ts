/**
 * Commands that a template names. They are shown, and run only where somebody said that the template is trusted.
 *
 * @module
 */
import type { TemplateCommand } from "@dev-infra/templates/TemplateManifest"
import * as Command from "@effect/platform/Command"
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { CommandFailed } from "./CommandError.js"
import * as Next from "./Next.js"
import { Output } from "./Output.js"
import { own, type SafeText, styled, text } from "./SafeText.js"

/** A command as somebody would type it. */
const shown = (command: TemplateCommand): SafeText => own(command.run.map(Next.word).join(" "))

/**
 * Show the commands, or say that they are not run.
 *
 * @category printing
 */
export const announce = (commands: ReadonlyArray<TemplateCommand>, isTrusted: boolean): Effect.Effect<void, never, Output> =>
  Effect.gen(function* () {
    if (commands.length === 0) return
    const output = yield* Output
    yield* output.message(isTrusted ? text`The template's commands, which are run in the project:` : text`The template names commands, which are not run (--trust would):`)
    for (const command of commands) yield* output.message(text`  ${shown(command)}`)
  })

const runOne = (folder: string, command: TemplateCommand) =>
  Effect.gen(function* () {
    const executor = yield* CommandExecutor
    const output = yield* Output
    const [program = "", ...words] = command.run
    const failed = (why: string) => new CommandFailed({ what: `the template's command failed: ${command.run.map(Next.quote).join(" ")}`, why, hint: "the project itself is complete; run the command again in its folder" })
    yield* output.message(text`${styled("dim", "running:")} ${shown(command)}`)
    const exitCode = yield* Effect.scoped(
      Effect.gen(function* () {
        const child = yield* executor.start(Command.make(program, ...words).pipe(Command.workingDirectory(folder), Command.stdin(Stream.empty)))
        yield* Effect.addFinalizer(() => Effect.ignore(Effect.flatMap(child.isRunning, (running) => (running ? child.kill("SIGKILL") : Effect.void))))
        const said = (stream: typeof child.stdout) => Stream.runForEach(Stream.splitLines(Stream.decodeText(stream)), (line) => output.message(text`  ${line}`))
        const [code] = yield* Effect.all([child.exitCode, said(child.stdout), said(child.stderr)], { concurrency: "unbounded" })
        return code
      })
    ).pipe(Effect.mapError((error) => failed(error.message)))
    if (exitCode !== 0) return yield* failed(`it ended with code ${exitCode}`)
  })

/**
 * Run the commands one after the other in a folder, without a shell and without input; the first one that fails is the last.
 *
 * @category running
 */
export const run = (folder: string, commands: ReadonlyArray<TemplateCommand>): Effect.Effect<void, CommandFailed, CommandExecutor | Output> =>
  Effect.forEach(commands, (command) => runOne(folder, command), { discard: true })
