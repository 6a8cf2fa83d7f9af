/**
 * The signals by which this process is asked to end.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as ExitCode from "./ExitCode.js"
import type { StopSignal } from "./Surroundings.js"

/** @category models */
export interface Signals {
  /** Returns at the next Ctrl-C or SIGTERM, or when the terminal is closed; while it waits, these interrupt nothing. */
  readonly stopRequested: Effect.Effect<void>
  /** While the scope is open, Ctrl-C, SIGTERM and the end of the terminal interrupt nothing: each is only told. */
  readonly holdSignals: (tell: (signal: StopSignal) => void) => Effect.Effect<void, never, Scope.Scope>
  /** What the first Ctrl-C or SIGTERM does where nobody waits for it; the second one ends the process at once. */
  readonly whenInterrupted: (interrupt: (code: ExitCode.ExitCode) => void) => void
  /** End the process: with a code, or if the terminal was closed as that ends others. */
  readonly end: (code: ExitCode.ExitCode) => void
}

/**
 * The signals of this process.
 *
 * @category constructors
 */
export const make = (): Signals => {
  let stop: (() => void) | undefined
  let held: ((signal: StopSignal) => void) | undefined
  let hasHungUp = false
  const stopRequested = Effect.async<void>((resume) => {
    const leave = () => {
      stop = undefined
      process.removeListener("SIGHUP", hungUp)
    }
    const asked = () => {
      leave()
      resume(Effect.void)
    }
    const hungUp = () => {
      hasHungUp = true
      asked()
    }
    stop = asked
    process.once("SIGHUP", hungUp)
    return Effect.sync(leave)
  })
  const whenInterrupted: Signals["whenInterrupted"] = (interrupt) => {
    const on = (signal: StopSignal, code: ExitCode.ExitCode) => {
      const listener = () => {
        if (held !== undefined) return held(signal)
        // The next one ends the process at once.
        process.removeListener(signal, listener)
        return stop === undefined ? interrupt(code) : stop()
      }
      process.on(signal, listener)
    }
    on("SIGINT", ExitCode.interrupted)
    on("SIGTERM", ExitCode.terminated)
  }
  const end: Signals["end"] = (code) => {
    // Node.js would want to set the terminal back, and aborts if there is none any more.
    if (hasHungUp) process.kill(process.pid, "SIGHUP")
    else process.exit(code)
  }
  const holdSignals: Signals["holdSignals"] = (tell) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const hungUp = () => tell("SIGHUP")
        process.on("SIGHUP", hungUp)
        held = tell
        return hungUp
      }),
      (hungUp) =>
        Effect.sync(() => {
          held = undefined
          process.removeListener("SIGHUP", hungUp)
        })
    )
  return { stopRequested, holdSignals, whenInterrupted, end }
}
