/**
 * Log lines on standard error, so that they never mix with data.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashSet from "effect/HashSet"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import type { GlobalValues } from "./GlobalFlags.js"
import { render, text } from "./SafeText.js"
import type { StandardStreams } from "./StandardStreams.js"

const levels = {
  none: LogLevel.None,
  error: LogLevel.Error,
  warning: LogLevel.Warning,
  info: LogLevel.Info,
  debug: LogLevel.Debug
} as const

/** As `--log-level` calls it. */
const labelOf = ({ label }: LogLevel.LogLevel): string => (label === LogLevel.Warning.label ? "warning" : label.toLowerCase())

type Fields = Readonly<Record<string, unknown>>

const isFields = (part: unknown): part is Fields => typeof part === "object" && part !== null && Object.getPrototypeOf(part) === Object.prototype

const wordOf = (part: unknown): string => (isFields(part) ? Object.entries(part).map(([name, value]) => `${name}=${String(value)}`).join(" ") : String(part))

/**
 * Run with a logger in the place of that of Effect, which writes to standard output.
 *
 * @category combinators
 */
export const withLogger =
  (level: GlobalValues["logLevel"], { stderr }: StandardStreams["Type"]) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    effect.pipe(
      Effect.locally(FiberRef.currentMinimumLogLevel, levels[level]),
      Effect.locally(
        FiberRef.currentLoggers,
        HashSet.make(
          Logger.make(({ logLevel, message }) => {
            const words = (Array.isArray(message) ? message : [message]).map(wordOf).join(" ")
            Effect.runFork(stderr.write(`${render(text`${labelOf(logLevel)}: ${words}`, false)}\n`))
          })
        )
      )
    )
