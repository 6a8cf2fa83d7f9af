/**
 * Zones of time: how far from UTC they are at a moment, and what that is called.
 *
 * @module
 */
import type { GoTime } from "../GoValue.js"

/** A moment as the clock of its zone shows it. @category models */
export interface LocalParts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
  /** 0 is Sunday */
  readonly weekday: number
  readonly yearDay: number
}

const fixed = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/

const formatters = new Map<string, Intl.DateTimeFormat | undefined>()

const formatter = (zone: string): Intl.DateTimeFormat | undefined => {
  if (formatters.has(zone)) return formatters.get(zone)
  let made: Intl.DateTimeFormat | undefined
  try {
    made = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
  } catch {
    made = undefined
  }
  if (formatters.size > 1000) formatters.clear()
  formatters.set(zone, made)
  return made
}

const isUtc = (zone: string): boolean => zone === "" || zone === "UTC"

/** Whether there is such a zone: a name of the IANA database, or a distance such as `+02:00`. @category guards */
export const isZone = (zone: string): boolean => isUtc(zone) || fixed.test(zone) || formatter(zone) !== undefined

const floor = (value: number, step: number): number => Math.floor(value / step) * step

/** Seconds east of UTC. A zone that does not exist is UTC. @category combinators */
export const offset = (epoch: number, zone: string): number => {
  if (isUtc(zone)) return 0
  const distance = fixed.exec(zone)
  if (distance !== null) {
    const seconds = Number(distance[2]) * 3600 + Number(distance[3]) * 60 + Number(distance[4] ?? 0)
    return distance[1] === "-" ? -seconds : seconds
  }
  const format = formatter(zone)
  if (format === undefined || !Number.isFinite(epoch)) return 0
  const parts = new Map(format.formatToParts(epoch).map(({ type, value }) => [type, value]))
  const part = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type) ?? 0)
  const year = parts.get("era") === "BC" ? 1 - part("year") : part("year")
  const local = new Date(0)
  local.setUTCFullYear(year, part("month") - 1, part("day"))
  local.setUTCHours(part("hour"), part("minute"), part("second"))
  return Math.round((local.getTime() - floor(epoch, 1000)) / 1000)
}

/** The moment at which the clock of a zone shows this; the earlier one where it does twice. @category combinators */
export const fromLocal = (local: number, zone: string): number => {
  const first = local - offset(local, zone) * 1000
  const second = local - offset(first, zone) * 1000
  const earlier = Math.min(first, second)
  return earlier + offset(earlier, zone) * 1000 === local ? earlier : second
}

/** @category combinators */
export const localParts = (time: GoTime): LocalParts => {
  const date = new Date(time.epoch + offset(time.epoch, time.zone) * 1000)
  const start = new Date(0)
  start.setUTCFullYear(date.getUTCFullYear(), 0, 1)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - start.getTime()) / 86_400_000) + 1
  }
}

/** `+02:00`, with the given text between hours and minutes. @category combinators */
export const distance = (seconds: number, between: string, withSeconds = false): string => {
  const minutes = Math.trunc(Math.abs(seconds) / 60)
  const two = (value: number): string => String(value).padStart(2, "0")
  const text = `${seconds < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}${between}${two(minutes % 60)}`
  return withSeconds ? `${text}${between}${two(Math.abs(seconds) % 60)}` : text
}

/** Names of zones that the languages of Intl below do not know. */
const named: { readonly [zone: string]: string | undefined } = {
  "Asia/Tokyo": "JST",
  "Asia/Seoul": "KST",
  "Asia/Shanghai": "CST",
  "Asia/Taipei": "CST",
  "Asia/Macau": "CST",
  "Asia/Hong_Kong": "HKT",
  "Asia/Manila": "PST",
  "Asia/Karachi": "PKT",
  "Asia/Jakarta": "WIB",
  "Africa/Lagos": "WAT",
  "Africa/Nairobi": "EAT",
  "Africa/Johannesburg": "SAST",
  "Europe/Moscow": "MSK",
  GMT: "GMT"
}

const abbreviations = new Map<string, string>()

const abbreviation = (epoch: number, zone: string, seconds: number): string => {
  const key = `${zone} ${seconds}`
  const known = abbreviations.get(key)
  if (known !== undefined) return known
  let found = Object.hasOwn(named, zone) ? named[zone] : undefined
  for (const language of ["en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "en-CA", "en-ZA", "en-IL"]) {
    if (found !== undefined) break
    const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "short" }).formatToParts(epoch)
    const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? ""
    if (/^[A-Z]{3,5}$/.test(name)) found = name
  }
  // the database calls a zone without letters by its distance
  const plain = distance(seconds, "")
  // At some moments of the past the same distance has no name, so that it is none is not remembered.
  if (found === undefined) return plain.endsWith("00") ? plain.slice(0, 3) : plain
  if (abbreviations.size > 1000) abbreviations.clear()
  abbreviations.set(key, found)
  return found
}

/** `CEST`, `UTC`, `-03`, as `MST` in a layout shows it. @category combinators */
export const zoneName = (time: GoTime): string => {
  if (isUtc(time.zone)) return "UTC"
  const seconds = offset(time.epoch, time.zone)
  // Go calls a zone without a name by its distance, hours and minutes
  if (fixed.test(time.zone)) return distance(seconds, "")
  return formatter(time.zone) === undefined ? "UTC" : abbreviation(time.epoch, time.zone, seconds)
}
