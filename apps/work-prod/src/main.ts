/**
 * The entry: the services of the process, and nothing else.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Cli from "./Cli.js"
import * as ExitCode from "./ExitCode.js"
import * as NodeOutput from "./NodeOutput.js"
import { Output } from "./Output.js"
import { withoutKeys } from "./PlainText.js"
import { Surroundings } from "./Surroundings.js"

declare const VERSION: string

/** The working folder may have been removed; then its name is what the shell last said. */
const workingFolderNow = (): string => {
  try {
    return process.cwd()
  } catch {
    return process.env["PWD"] ?? "/"
  }
}

const services = Context.make(Output, NodeOutput.make()).pipe(
  Context.add(Surroundings, { environment: process.env, homeFolder: process.env["HOME"], workingFolder: workingFolderNow() })
)

// Node.js would show the line of the bundle in which it happened, which is very long.
process.on("uncaughtException", (fault) => {
  const entry = { time: new Date().toISOString(), level: "error", message: "work-prod has a fault of its own and had to stop", cause: fault.stack ?? String(fault) }
  process.stderr.write(withoutKeys(`${JSON.stringify(entry)}\n`))
  process.exit(ExitCode.failed)
})

const fiber = Effect.runFork(Effect.provide(Cli.run(process.argv.slice(2), VERSION), services))
// Nothing else keeps the process alive while a fiber waits.
const alive = setInterval(() => undefined, 2 ** 31 - 1)

/** The first signal asks to stop and lets running requests end; the second one ends at once. */
let stoppedBy: number | undefined
for (const [signal, number] of [["SIGHUP", 1], ["SIGINT", 2], ["SIGTERM", 15]] as const) {
  process.on(signal, () => {
    if (stoppedBy !== undefined) process.exit(128 + number)
    stoppedBy = number
    Effect.runFork(Fiber.interruptFork(fiber))
  })
}

fiber.addObserver((exit) => {
  clearInterval(alive)
  // A server that was stopped as asked has done what it was to do; any other command has not.
  const whenStopped = process.argv[2] === "serve" ? ExitCode.done : 128 + (stoppedBy ?? 0)
  process.exit(Exit.isSuccess(exit) ? exit.value : whenStopped)
})
