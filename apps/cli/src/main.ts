/**
 * The entry of the bundle: the services of the process, and nothing else.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Cli from "./Cli.js"
import * as ExitCode from "./ExitCode.js"
import * as NodeSignals from "./NodeSignals.js"
import * as NodeStreams from "./NodeStreams.js"
import * as NodeSurroundings from "./NodeSurroundings.js"
import { StandardStreams } from "./StandardStreams.js"
import { Surroundings } from "./Surroundings.js"

/**
 * Run the command line of this process and end it with the exit code. The first Ctrl-C (or SIGTERM) interrupts what runs, so
 * that nothing is left half done, or ends what runs until then; the second one ends at once.
 *
 * @category running
 */
export const main = (start: NodeSurroundings.Start): void => {
  const signals = NodeSignals.make()
  const surroundings = NodeSurroundings.make(start, signals)
  const services = Context.make(StandardStreams, NodeStreams.make()).pipe(Context.add(Surroundings, surroundings))
  const fiber = Effect.runFork(Effect.provide(Cli.run(process.argv.slice(2), start.version), services))
  let code: ExitCode.ExitCode = ExitCode.interrupted
  signals.whenInterrupted((signalCode) => {
    code = signalCode
    Effect.runFork(Fiber.interruptFork(fiber))
  })
  // Nothing else keeps the process alive while a fiber waits, e.g. for another fiber.
  setInterval(() => undefined, 2 ** 31 - 1)
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) return signals.end(exit.value)
    if (Exit.isInterrupted(exit)) return signals.end(code)
    // A defect outside of what `Cli.run` reports: the launcher tells it.
    process.nextTick(() => {
      throw Cause.squash(exit.cause)
    })
  })
}
