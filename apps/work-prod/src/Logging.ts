/**
 * The log on standard error: one JSON object a line, or short lines for people on a terminal. No key ever gets into it.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"
import { Output } from "./Output.js"
import { printable, withoutKeys } from "./PlainText.js"

/** What of a log entry is written. */
type Entry = Logger.Logger.Options<unknown>

const messageOf = ({ message }: Entry): string =>
  (Array.isArray(message) ? message : [message]).map((part: unknown) => (typeof part === "string" ? part : Inspectable.toStringUnknown(part, 0))).join(" ")

const plain = (value: unknown): unknown => (typeof value === "number" || typeof value === "boolean" || value === null ? value : Inspectable.toStringUnknown(value, 0))

const asJson = (entry: Entry): string => {
  const { annotations, cause, date, logLevel } = entry
  const fields = Object.fromEntries([...HashMap.entries(annotations)].map(([name, value]) => [name, plain(value)]))
  const failure = Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause, { renderErrorCause: true }) }
  return withoutKeys(JSON.stringify({ time: date.toISOString(), level: logLevel.label.toLowerCase(), message: messageOf(entry), ...fields, ...failure }))
}

/** What happened, in a few words: of a request what was asked and what became of it. */
const shortly = (entry: Entry): string => {
  const fields = new Map([...HashMap.entries(entry.annotations)].map(([name, value]) => [name, Inspectable.toStringUnknown(value, 0)]))
  const [method, path, status, millis] = ["method", "path", "status", "ms"].map((name) => fields.get(name))
  if (method !== undefined && path !== undefined) return `${method} ${path} ${status ?? ""} ${millis ?? ""} ms`
  return [messageOf(entry), ...[...fields].map(([name, value]) => `${name}=${value}`)].join(" ")
}

const forPeople = (entry: Entry): string => {
  const { cause, date, logLevel } = entry
  const level = logLevel._tag === "Info" ? "" : ` ${logLevel.label.toLowerCase()}`
  const failure = Cause.isEmpty(cause) ? "" : `\n${Cause.pretty(cause, { renderErrorCause: true })}`
  return withoutKeys(`${date.toTimeString().slice(0, 8)}${level} ${printable(shortly(entry))}${failure}`)
}

/**
 * The log of this level, in the place of that of Effect, which writes to standard output.
 *
 * @category layers
 */
export const layer = (level: LogLevel.LogLevel): Layer.Layer<never, never, Output> =>
  Layer.unwrapEffect(
    Effect.map(Output, ({ log, logIsTerminal }) => {
      const write = logIsTerminal ? forPeople : asJson
      return Layer.merge(Logger.replace(Logger.defaultLogger, Logger.make((entry) => log(`${write(entry)}\n`))), Logger.minimumLogLevel(level))
    })
  )
