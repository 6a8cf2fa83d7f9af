/**
 * Functions for dates.
 *
 * @module
 */
import * as Either from "effect/Either"
import { durationText, parseDuration } from "../dates/Duration.js"
import { formatTime, parseTime } from "../dates/Layout.js"
import { isZone } from "../dates/Zone.js"
import { isTime } from "../evaluation/Values.js"
import type { GoTime, GoValue } from "../GoValue.js"
import type { TemplateFunction } from "../Template.js"
import type { TemplateWorld } from "../TemplateWorld.js"
import { parsedInteger } from "./Conversions.js"
import { anything, partial, text, time, total } from "./Signature.js"

/** The moments that a date can be. */
const latest = 8_640_000_000_000_000

const moment = (epoch: number, zone: string): GoTime => ({ _tag: "Time", epoch: Math.max(-latest, Math.min(latest, epoch)), zone })

const now = (world: TemplateWorld): GoTime => moment(world.now, world.zone)

/** Integers are seconds since 1970; what is no date is now. */
const toTime = (value: GoValue, world: TemplateWorld): GoTime =>
  isTime(value) ? value : typeof value === "bigint" ? moment(Number(value) * 1000, world.zone) : now(world)

const shown = (layout: string, value: GoValue, zone: string, world: TemplateWorld): string => {
  const wanted = zone === "Local" ? world.zone : isZone(zone) ? zone : "UTC"
  return formatTime({ ...toTime(value, world), zone: wanted }, layout)
}

/** Where `toDate` cannot read a text: what Go calls the zero time. */
const zero: GoTime = { _tag: "Time", epoch: -62_135_596_800_000, zone: "UTC" }

const inZone = total([text, anything, text], ([layout, value, zone], world) => shown(layout, value, zone, world))

const moved = (by: bigint, value: GoTime): GoTime => moment(value.epoch + Number(by / 1_000_000n), value.zone)

const modify = total([text, time], ([by, value]) => moved(parseDuration(by) ?? 0n, value))
const mustModify = partial([text, time], ([by, value]) => {
  const length = parseDuration(by)
  return length === undefined ? Either.left(`${JSON.stringify(by)} is no length of time such as 1h30m`) : Either.right(moved(length, value))
})

const seconds = (value: bigint): bigint => value * 1_000_000_000n

/** The largest unit that is more than one of it. */
const rounded = (nanoseconds: bigint): string => {
  const length = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const units: ReadonlyArray<readonly [string, number]> = [
    ["y", 365 * 86_400],
    ["mo", 30 * 86_400],
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1]
  ]
  const found = units.find(([, size]) => length > seconds(BigInt(size)))
  return found === undefined ? "0s" : `${length / seconds(BigInt(found[1]))}${found[0]}`
}

const since = (value: GoTime, world: TemplateWorld): bigint => BigInt(Math.trunc(world.now - value.epoch)) * 1_000_000n

const ago = (value: GoValue, world: TemplateWorld): string => {
  const passed = since(toTime(value, world), world)
  const half = passed < 0n ? -500_000_000n : 500_000_000n
  return durationText(((passed + half) / 1_000_000_000n) * 1_000_000_000n)
}

/** By name. @category constants */
export const dates: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["now", total([], (_, world) => now(world))],
  ["date", total([text, anything], ([layout, value], world) => shown(layout, value, "Local", world))],
  ["dateInZone", inZone],
  ["date_in_zone", inZone],
  ["dateModify", modify],
  ["date_modify", modify],
  ["mustDateModify", mustModify],
  ["must_date_modify", mustModify],
  ["ago", total([anything], ([value], world) => ago(value, world))],
  ["duration", total([anything], ([value]) => durationText(seconds(typeof value === "bigint" ? value : typeof value === "string" ? (parsedInteger(value) ?? 0n) : 0n)))],
  [
    "durationRound",
    total([anything], ([value], world) => rounded(typeof value === "string" ? (parseDuration(value) ?? 0n) : typeof value === "bigint" ? value : isTime(value) ? since(value, world) : 0n))
  ],
  ["htmlDate", total([anything], ([value], world) => shown("2006-01-02", value, "Local", world))],
  ["htmlDateInZone", total([anything, text], ([value, zone], world) => shown("2006-01-02", value, zone, world))],
  ["toDate", total([text, text], ([layout, value], world) => Either.getOrElse(parseTime(value, layout, world.zone), () => zero))],
  ["mustToDate", partial([text, text], ([layout, value], world) => parseTime(value, layout, world.zone))],
  ["unixEpoch", total([time], ([value]) => String(Math.floor(value.epoch / 1000)))]
]
