/**
 * The log on standard error: one JSON object a line, or short lines for people on a terminal. No key ever gets into it.
 *
 * @module
 */
import { RequestLog, type RequestLogShape } from "@dev-infra/work-prod-server/RequestLog"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Inspectable from "effect/Inspectable"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Output } from "./Output.js"
import { printable, withoutKeys } from "./PlainText.js"

/** What of a log entry is written. */
type Entry = Logger.Logger.Options<unknown>

type Fields = Readonly<Record<string, unknown>>

const isFields = (part: unknown): part is Fields => typeof part === "object" && part !== null && Object.getPrototypeOf(part) === Object.prototype

const plain = (value: unknown): unknown => (typeof value === "number" || typeof value === "boolean" || value === null ? value : Inspectable.toStringUnknown(value, 0))

/** The words of a message, and the fields that are parts of it or its annotations. */
const partsOf = ({ annotations, message }: Entry): { readonly words: string; readonly fields: Fields } => {
  const words: Array<string> = []
  const fields: Record<string, unknown> = {}
  for (const part of Array.isArray(message) ? message : [message]) {
    if (typeof part === "string") words.push(part)
    else if (!isFields(part)) words.push(Inspectable.toStringUnknown(part, 0))
    else for (const name in part) fields[name] = plain(part[name])
  }
  if (HashMap.size(annotations) > 0) for (const [name, value] of HashMap.entries(annotations)) fields[name] = plain(value)
  return { words: words.join(" "), fields }
}

const asJson = (entry: Entry): string => {
  const { cause, date, logLevel } = entry
  const { fields, words } = partsOf(entry)
  const failure = Cause.isEmpty(cause) ? {} : { cause: Cause.pretty(cause, { renderErrorCause: true }) }
  return withoutKeys(JSON.stringify({ time: date.toISOString(), level: logLevel.label.toLowerCase(), message: words, ...fields, ...failure }))
}

/** What happened, in a few words: of a request what was asked and what became of it. */
const shortly = (entry: Entry): string => {
  const { fields, words } = partsOf(entry)
  const { method, ms, path, status } = fields
  if (method !== undefined && path !== undefined) return `${method} ${path} ${status ?? ""} ${ms ?? ""} ms`
  return [words, ...Object.entries(fields).map(([name, value]) => `${name}=${value}`)].join(" ")
}

const forPeople = (entry: Entry): string => {
  const { cause, date, logLevel } = entry
  const level = logLevel._tag === "Info" ? "" : ` ${logLevel.label.toLowerCase()}`
  const failure = Cause.isEmpty(cause) ? "" : `\n${Cause.pretty(cause, { renderErrorCause: true })}`
  return withoutKeys(`${date.toTimeString().slice(0, 8)}${level} ${printable(shortly(entry))}${failure}`)
}

/** The lines of requests, past the logger of Effect: a busy server writes thousands a second. */
const requests = (log: (line: string) => void, level: LogLevel.LogLevel): RequestLogShape => {
  if (LogLevel.greaterThan(level, LogLevel.Info)) return { write: () => Effect.void }
  return {
    write: (line) =>
      Effect.map(Clock.currentTimeMillis, (now) => log(`${withoutKeys(JSON.stringify({ time: new Date(now).toISOString(), level: "info", message: "request", ...line }))}\n`))
  }
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
      const lines = Layer.mergeAll(Logger.replace(Logger.defaultLogger, Logger.make((entry) => log(`${write(entry)}\n`))), Logger.minimumLogLevel(level))
      return logIsTerminal ? lines : Layer.merge(lines, Layer.succeed(RequestLog, requests(log, level)))
    })
  )
