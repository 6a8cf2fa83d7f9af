/**
 * Layouts of dates as Go writes them: by what Monday, 2 January 2006, 15:04:05 -0700 would look like.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { GoTime } from "../GoValue.js"
import { distance, fromLocal, localParts, offset, zoneName } from "./Zone.js"

const token =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|__2|_2(?!006)|2006|15|[12345]|PM|pm|-07:00:00|-070000|-07:00|-0700|-07|Z07:00:00|Z070000|Z07:00|Z0700|Z07|[.,](?:0+|9+)(?!\d)/g

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

const filled = (value: number, digits: number, by = "0"): string => String(value).padStart(digits, by)

const yearText = (year: number): string => (year < 0 ? `-${filled(-year, 4)}` : filled(year, 4))

const zoneText = (seconds: number, layout: string): string => {
  if (layout.startsWith("Z") && seconds === 0) return "Z"
  const between = layout.includes(":") ? ":" : ""
  const hoursOnly = layout.length === 3
  const whole = distance(seconds, between, layout.length > 6)
  return hoursOnly ? whole.slice(0, 3) : whole
}

const fraction = (millisecond: number, layout: string): string => {
  const digits = filled(millisecond, 3).padEnd(9, "0").slice(0, layout.length - 1).padEnd(layout.length - 1, "0")
  if (layout[1] === "0") return `${layout[0] ?? ""}${digits}`
  const shown = digits.replace(/0+$/, "")
  return shown === "" ? "" : `${layout[0] ?? ""}${shown}`
}

/** @category combinators */
export const formatTime = (time: GoTime, layout: string): string => {
  if (!Number.isFinite(time.epoch)) return ""
  const parts = localParts(time)
  const hour12 = parts.hour % 12 === 0 ? 12 : parts.hour % 12
  const month = months[parts.month - 1] ?? ""
  const day = days[parts.weekday] ?? ""
  return layout.replace(token, (found) => {
    switch (found) {
      case "2006":
        return yearText(parts.year)
      case "06":
        return filled(((parts.year % 100) + 100) % 100, 2)
      case "January":
        return month
      case "Jan":
        return month.slice(0, 3)
      case "01":
        return filled(parts.month, 2)
      case "1":
        return String(parts.month)
      case "Monday":
        return day
      case "Mon":
        return day.slice(0, 3)
      case "02":
        return filled(parts.day, 2)
      case "_2":
        return filled(parts.day, 2, " ")
      case "2":
        return String(parts.day)
      case "002":
        return filled(parts.yearDay, 3)
      case "__2":
        return filled(parts.yearDay, 3, " ")
      case "15":
        return filled(parts.hour, 2)
      case "03":
        return filled(hour12, 2)
      case "3":
        return String(hour12)
      case "04":
        return filled(parts.minute, 2)
      case "4":
        return String(parts.minute)
      case "05":
        return filled(parts.second, 2)
      case "5":
        return String(parts.second)
      case "PM":
        return parts.hour >= 12 ? "PM" : "AM"
      case "pm":
        return parts.hour >= 12 ? "pm" : "am"
      case "MST":
        return zoneName(time)
      default:
        return /^[.,]/.test(found) ? fraction(parts.millisecond, found) : zoneText(offset(time.epoch, time.zone), found)
    }
  })
}

interface Read {
  year: number
  month: number
  day: number
  yearDay: number | undefined
  hour: number
  minute: number
  second: number
  millisecond: number
  afternoon: boolean | undefined
  offset: number | undefined
  zone: string | undefined
}

const names = (list: ReadonlyArray<string>, length?: number): string => list.map((name) => name.slice(0, length)).join("|")

/** The pattern of each token, and what it says. */
const readers: { readonly [token: string]: readonly [pattern: string, set: (read: Read, text: string) => void] | undefined } = {
  "2006": ["\\d{4}", (read, text) => void (read.year = Number(text))],
  "06": ["\\d{2}", (read, text) => void (read.year = Number(text) + (Number(text) >= 69 ? 1900 : 2000))],
  January: [names(months), (read, text) => void (read.month = months.findIndex((name) => name.toLowerCase() === text.toLowerCase()) + 1)],
  Jan: [names(months, 3), (read, text) => void (read.month = months.findIndex((name) => name.slice(0, 3).toLowerCase() === text.toLowerCase()) + 1)],
  "01": ["\\d{2}", (read, text) => void (read.month = Number(text))],
  "1": ["\\d{1,2}", (read, text) => void (read.month = Number(text))],
  Monday: [names(days), () => undefined],
  Mon: [names(days, 3), () => undefined],
  "02": ["\\d{2}", (read, text) => void (read.day = Number(text))],
  _2: [" ?\\d{1,2}", (read, text) => void (read.day = Number(text))],
  "2": ["\\d{1,2}", (read, text) => void (read.day = Number(text))],
  "002": ["\\d{3}", (read, text) => void (read.yearDay = Number(text))],
  __2: [" {0,2}\\d{1,3}", (read, text) => void (read.yearDay = Number(text))],
  "15": ["\\d{1,2}", (read, text) => void (read.hour = Number(text))],
  "03": ["\\d{2}", (read, text) => void (read.hour = Number(text))],
  "3": ["\\d{1,2}", (read, text) => void (read.hour = Number(text))],
  "04": ["\\d{2}", (read, text) => void (read.minute = Number(text))],
  "4": ["\\d{1,2}", (read, text) => void (read.minute = Number(text))],
  "05": ["\\d{2}", (read, text) => void (read.second = Number(text))],
  "5": ["\\d{1,2}", (read, text) => void (read.second = Number(text))],
  PM: ["[AP]M", (read, text) => void (read.afternoon = text === "PM")],
  pm: ["[ap]m", (read, text) => void (read.afternoon = text === "pm")],
  MST: ["[A-Z]{3,4}|[+-]\\d{2}(?:\\d{2})?", (read, text) => void (read.zone = text)]
}

const readOffset = (read: Read, text: string): void => {
  if (text === "Z") {
    read.offset = 0
    return
  }
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] = /^([+-])(\d\d):?(\d\d)?:?(\d\d)?$/.exec(text) ?? []
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  read.offset = sign === "-" ? -total : total
}

const readFraction = (read: Read, text: string): void => {
  read.millisecond = Math.floor(Number(`0${text.replace(",", ".")}`) * 1000)
}

const offsetPattern = (layout: string): string => {
  const between = layout.includes(":") ? ":" : ""
  const parts = layout.length === 3 ? "[+-]\\d{2}" : layout.length > 6 ? `[+-]\\d{2}${between}\\d{2}${between}\\d{2}` : `[+-]\\d{2}${between}\\d{2}`
  return layout.startsWith("Z") ? `Z|${parts}` : parts
}

const wanted = (found: string): readonly [string, (read: Read, text: string) => void] => {
  const known = Object.hasOwn(readers, found) ? readers[found] : undefined
  if (known !== undefined) return known
  if (!/^[.,]/.test(found)) return [offsetPattern(found), readOffset]
  return [found[1] === "0" ? `[.,]\\d{${found.length - 1}}` : "(?:[.,]\\d+)?", readFraction]
}

const isRight = (read: Read): boolean =>
  read.month >= 1 &&
  read.month <= 12 &&
  read.day >= 1 &&
  read.day <= new Date(Date.UTC(2000 + (((read.year % 400) + 400) % 400), read.month, 0)).getUTCDate() &&
  read.hour < 24 &&
  read.minute < 60 &&
  read.second < 60 &&
  (read.afternoon === undefined || (read.hour >= 1 && read.hour <= 12)) &&
  (read.yearDay === undefined || (read.yearDay >= 1 && read.yearDay <= 366))

const momentOf = (read: Read, zone: string): GoTime => {
  const local = new Date(0)
  if (read.yearDay === undefined) local.setUTCFullYear(read.year, read.month - 1, read.day)
  else local.setUTCFullYear(read.year, 0, read.yearDay)
  const hour = read.afternoon === undefined ? read.hour : (read.hour % 12) + (read.afternoon ? 12 : 0)
  local.setUTCHours(hour, read.minute, read.second, read.millisecond)
  const at = local.getTime()
  if (read.offset !== undefined) {
    const epoch = at - read.offset * 1000
    const same = offset(epoch, zone) === read.offset
    return { _tag: "Time", epoch, zone: same ? zone : read.offset === 0 ? "UTC" : distance(read.offset, ":") }
  }
  const epoch = fromLocal(at, zone)
  if (read.zone === undefined || zoneName({ _tag: "Time", epoch, zone }) === read.zone) return { _tag: "Time", epoch, zone }
  // a name that this zone does not have says nothing about the distance
  return { _tag: "Time", epoch: at, zone: "UTC" }
}

/** Reads a text by a layout; a date without a zone is one of `zone`. It fails with what is wrong. @category combinators */
export const parseTime = (text: string, layout: string, zone: string): Either.Either<GoTime, string> => {
  const read: Read = { year: 0, month: 1, day: 1, yearDay: undefined, hour: 0, minute: 0, second: 0, millisecond: 0, afternoon: undefined, offset: undefined, zone: undefined }
  const wrong = Either.left(`${JSON.stringify(text)} is no date of the layout ${JSON.stringify(layout)}`)
  let at = 0
  let from = 0
  const literal = (expected: string): boolean => {
    if (!text.startsWith(expected, at)) return false
    at += expected.length
    return true
  }
  for (const match of layout.matchAll(token)) {
    if (!literal(layout.slice(from, match.index))) return wrong
    from = match.index + match[0].length
    const [pattern, set] = wanted(match[0])
    const found = new RegExp(`^(?:${pattern})`, "i").exec(text.slice(at, at + 64))?.[0]
    if (found === undefined) return wrong
    set(read, found)
    at += found.length
    // a part of a second may stand behind seconds though the layout has none
    if ((match[0] === "05" || match[0] === "5") && !/^[.,][09]/.test(layout.slice(from))) {
      const part = /^[.,]\d+/.exec(text.slice(at, at + 32))?.[0]
      if (part !== undefined) {
        readFraction(read, part)
        at += part.length
      }
    }
  }
  if (!literal(layout.slice(from)) || at !== text.length || !isRight(read)) return wrong
  return Either.right(momentOf(read, zone))
}
