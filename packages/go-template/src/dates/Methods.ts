/**
 * What a template may ask a time: `now.Year`, `now.Format "2006"`.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { GoTime, GoValue } from "../GoValue.js"
import { formatTime } from "./Layout.js"
import { timeText } from "./TimeText.js"
import { localParts } from "./Zone.js"

type Method = (time: GoTime, zone: string) => GoValue

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["Year", (time) => BigInt(localParts(time).year)],
  ["Month", (time) => formatTime(time, "January")],
  ["Day", (time) => BigInt(localParts(time).day)],
  ["YearDay", (time) => BigInt(localParts(time).yearDay)],
  ["Weekday", (time) => formatTime(time, "Monday")],
  ["Hour", (time) => BigInt(localParts(time).hour)],
  ["Minute", (time) => BigInt(localParts(time).minute)],
  ["Second", (time) => BigInt(localParts(time).second)],
  ["Nanosecond", (time) => BigInt(localParts(time).millisecond) * 1_000_000n],
  ["Unix", (time) => BigInt(Math.floor(time.epoch / 1000))],
  ["UnixMilli", (time) => BigInt(Math.trunc(time.epoch))],
  ["UnixNano", (time) => BigInt(Math.trunc(time.epoch)) * 1_000_000n],
  ["UTC", (time) => ({ ...time, zone: "UTC" })],
  ["Local", (time, zone) => ({ ...time, zone })],
  ["String", timeText]
])

/** It fails with what is wrong. `zone` is that of this computer. @category combinators */
export const call = (time: GoTime, name: string, given: ReadonlyArray<GoValue>, zone: string): Either.Either<GoValue, string> => {
  const [layout] = given
  if (name === "Format") return typeof layout === "string" && given.length === 1 ? Either.right(formatTime(time, layout)) : Either.left("Format takes one text, the layout")
  const method = methods.get(name)
  if (method === undefined) return Either.left(`a time has no ${name} that templates may ask for`)
  return given.length === 0 ? Either.right(method(time, zone)) : Either.left(`${name} of a time takes no arguments`)
}
