/**
 * The values of flags and of the environment variables that stand in for them. A flag counts more; an empty variable counts as
 * not set.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import { BlockList, isIP } from "node:net"
import { UsageError } from "./CommandError.js"
import type { Line } from "./Declaration.js"
import { Surroundings } from "./Surroundings.js"

/** A value with the name of the flag or variable that it comes from. @category models */
interface Setting {
  readonly name: string
  readonly text: string
}

const variables: { readonly [flag: string]: string } = {
  host: "WORK_PROD_HOST",
  port: "WORK_PROD_PORT",
  database: "WORK_PROD_DATABASE",
  "rate-limit": "WORK_PROD_RATE_LIMIT",
  metrics: "WORK_PROD_METRICS",
  "log-level": "WORK_PROD_LOG_LEVEL"
}

/**
 * What a flag or its variable says; undefined if neither does.
 *
 * @category settings
 */
export const find = (line: Line, flag: string): Effect.Effect<Setting | undefined, never, Surroundings> =>
  Effect.map(Surroundings, ({ environment }) => {
    const given = line.flags.get(flag)
    if (typeof given === "string") return { name: `--${flag}`, text: given }
    const variable = variables[flag]
    const text = variable === undefined ? undefined : environment[variable]
    return variable === undefined || text === undefined || text === "" ? undefined : { name: variable, text }
  })

const refuse = (command: ReadonlyArray<string>, what: string, hint?: string) => new UsageError({ command, what, hint })

const wholeNumber = (text: string, most: number): number | undefined => (/^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : undefined)

/** @category settings */
export const port = (line: Line): Effect.Effect<number, UsageError, Surroundings> =>
  Effect.flatMap(find(line, "port"), (setting) => {
    if (setting === undefined) return Effect.succeed(5055)
    const number = wholeNumber(setting.text, 65_535)
    return number === undefined ? Effect.fail(refuse(["serve"], `${setting.name} must be a number from 0 to 65535, not "${setting.text}"`)) : Effect.succeed(number)
  })

/** A host as it was said, and whether only this computer reaches it. @category models */
export interface Host {
  readonly name: string
  readonly isLoopback: boolean
}

const loopback = new BlockList()
loopback.addSubnet("127.0.0.0", 8, "ipv4")
loopback.addAddress("::1", "ipv6")

const isHostName = (text: string): boolean => /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?$/i.test(text)

/** Names other than localhost count as reachable by others: who knows what they stand for at the next start. */
const isLoopback = (host: string): boolean => {
  const version = isIP(host)
  if (version === 0) return host.toLowerCase() === "localhost"
  return !host.includes("%") && loopback.check(host, version === 4 ? "ipv4" : "ipv6")
}

/** @category settings */
export const host = (line: Line): Effect.Effect<Host, UsageError, Surroundings> =>
  Effect.flatMap(find(line, "host"), (setting) => {
    const name = (setting?.text ?? "127.0.0.1").replace(/^\[(.*)\]$/, "$1")
    if (setting !== undefined && isIP(name) === 0 && !isHostName(name)) {
      const hint = name.includes("/") || name.includes(":") ? "say the host alone, without scheme and port" : undefined
      return Effect.fail(refuse(["serve"], `${setting.name} must be a host name or an address, not "${setting.text}"`, hint))
    }
    return Effect.succeed({ name, isLoopback: isLoopback(name) })
  })

/** Who is told the metrics. @category models */
export type Metrics = "local" | "off" | { readonly host: string; readonly port: number }

const metricsWords: { readonly [word: string]: Metrics } = { local: "local", off: "off" }

/** A host and a port as `HOST:PORT`; an address of version 6 stands in brackets. */
const readAddress = (text: string): { readonly host: string; readonly port: number } | undefined => {
  const [, inBrackets, plain, digits = ""] = /^(?:\[([^\]]+)\]|([^:[\]/]+)):(\d+)$/.exec(text) ?? []
  const number = wholeNumber(digits, 65_535)
  const name = inBrackets ?? plain ?? ""
  const isValid = inBrackets === undefined ? isHostName(name) : isIP(name) === 6
  return number === undefined || !isValid ? undefined : { host: name, port: number }
}

/**
 * Who is told the metrics: programs on this computer if nothing is said.
 *
 * @category settings
 */
export const metrics = (line: Line): Effect.Effect<Metrics, UsageError, Surroundings> =>
  Effect.flatMap(find(line, "metrics"), (setting) => {
    if (setting === undefined) return Effect.succeed<Metrics>("local")
    const found = metricsWords[setting.text] ?? readAddress(setting.text)
    const what = `${setting.name} must be local, off, or an address to listen at such as 127.0.0.1:9464, not "${setting.text}"`
    return found === undefined ? Effect.fail(refuse(["serve"], what)) : Effect.succeed(found)
  })

/**
 * Requests per minute and key; undefined for no limit.
 *
 * @category settings
 */
export const rateLimit = (line: Line, { isLoopback }: Host): Effect.Effect<number | undefined, UsageError, Surroundings> =>
  Effect.flatMap(find(line, "rate-limit"), (setting) => {
    if (setting === undefined) return Effect.succeed(isLoopback ? undefined : Limits.requestsPerMinute)
    const number = wholeNumber(setting.text, 1_000_000_000)
    if (number === undefined) return Effect.fail(refuse(["serve"], `${setting.name} must be a number of requests per minute, or 0 for no limit, not "${setting.text}"`))
    return Effect.succeed(number === 0 ? undefined : number)
  })

const levels: ReadonlyMap<string, LogLevel.LogLevel> = new Map([
  ["debug", LogLevel.Debug],
  ["info", LogLevel.Info],
  ["warning", LogLevel.Warning],
  ["error", LogLevel.Error],
  ["none", LogLevel.None]
])

/**
 * What the log holds.
 *
 * @param command which asks, for the hint where to read on
 * @category settings
 */
export const logLevel = (line: Line, command: ReadonlyArray<string>): Effect.Effect<LogLevel.LogLevel, UsageError, Surroundings> =>
  Effect.flatMap(find(line, "log-level"), (setting) => {
    const level = levels.get(setting?.text ?? "info")
    return level === undefined
      ? Effect.fail(refuse(command, `${setting?.name ?? ""} must be one of ${[...levels.keys()].join(", ")}, not "${setting?.text ?? ""}"`))
      : Effect.succeed(level)
  })

const hoursOf: { readonly [unit: string]: number } = { h: 1, d: 24, w: 168 }

/** A hundred years. */
const mostDays = 36_525

/**
 * For how many days a key is valid; undefined for ever.
 *
 * @category settings
 */
export const expiresInDays = (line: Line): Effect.Effect<number | undefined, UsageError> => {
  const text = line.flags.get("expires")
  if (typeof text !== "string") return Effect.succeed(undefined)
  const [, count, unit] = /^(\d{1,9})([hdw])$/.exec(text) ?? []
  const days = (Number(count ?? 0) * (hoursOf[unit ?? ""] ?? 0)) / 24
  if (days > 0 && days <= mostDays) return Effect.succeed(days)
  const what = days > mostDays ? `--expires ${text} is more than a hundred years` : `--expires must be a number of hours (h), days (d) or weeks (w) such as 12h, 90d or 4w, not "${text}"`
  return Effect.fail(refuse(["keys", "create"], what, days > mostDays ? "leave it out for a key that is valid for ever" : undefined))
}

/** A name for people and for tables: some text on one line. */
const readName = (line: Line, flag: string, command: ReadonlyArray<string>) => {
  const text = line.flags.get(flag)
  if (typeof text !== "string") return Effect.succeed(undefined)
  if (/\p{Cc}|\p{Cs}/u.test(text)) return Effect.fail(refuse(command, `--${flag} must be text on one line`))
  const name = text.trim()
  return name === "" || name.length > 100 ? Effect.fail(refuse(command, `--${flag} must have 1 to 100 characters`)) : Effect.succeed(name)
}

/** The account that was named, if one was. @category settings */
export const account = (line: Line, command: ReadonlyArray<string>): Effect.Effect<string | undefined, UsageError> => readName(line, "account", command)

/** @category settings */
export const label = (line: Line, command: ReadonlyArray<string>): Effect.Effect<string | undefined, UsageError> => readName(line, "label", command)
