/**
 * Log lines on standard error, so that they never mix with data.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import type { GlobalValues } from "./GlobalFlags.js"
import { render, text } from "./SafeText.js"
import { StandardStreams } from "./StandardStreams.js"

const levels = {
  none: LogLevel.None,
  error: LogLevel.Error,
  warning: LogLevel.Warning,
  info: LogLevel.Info,
  debug: LogLevel.Debug
} as const

/**
 * Replace the logger of Effect, which writes to standard output.
 *
 * @category layers
 */
export const layer = (level: GlobalValues["logLevel"]): Layer.Layer<never, never, StandardStreams> =>
  Layer.merge(
    Logger.minimumLogLevel(levels[level]),
    Layer.unwrapEffect(
      Effect.map(StandardStreams, ({ stderr }) =>
        Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ logLevel, message }) => {
            const words = (Array.isArray(message) ? message : [message]).map(String).join(" ")
            Effect.runFork(stderr.write(`${render(text`${logLevel.label.toLowerCase()}: ${words}`, false)}\n`))
          })
        )
      )
    )
  )
