/**
 * What templates may know of the computer, and chance.
 *
 * @module
 */
import * as Either from "effect/Either"
import { checkText } from "../evaluation/Limits.js"
import type { TemplateFunction } from "../Template.js"
import type { TemplateWorld } from "../TemplateWorld.js"
import { partial, text, total, variadic } from "./Signature.js"
import { joinPath } from "./PathText.js"
import * as Shell from "./ShellText.js"

const named = (world: TemplateWorld, name: string): string => (Object.hasOwn(world.environment, name) ? (world.environment[name] ?? "") : "")

/** As `os.ExpandEnv` of Go: `$NAME` and `${NAME}`. */
const expanded = (value: string, world: TemplateWorld): string =>
  value.replace(/\$(?:\{([^{}]{0,256})\}|([A-Za-z_]\w*)|([*#$@!?\-0-9]))/g, (_, braced: string | undefined, plain: string | undefined, special: string | undefined) =>
    named(world, braced ?? plain ?? special ?? "")
  )

const uuid = (world: TemplateWorld): string => {
  const digits = Array.from({ length: 32 }, (_, index) => {
    const digit = Math.floor(world.random() * 16) & 15
    // version 4, and the variant of RFC 4122
    return (index === 12 ? 4 : index === 16 ? (digit & 3) | 8 : digit).toString(16)
  }).join("")
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-")
}

const windows = (world: TemplateWorld): boolean => world.os === "windows"

const fromSlash = total([text], ([path], world) => (windows(world) ? path.replaceAll("/", "\\") : path))
const toSlash = total([text], ([path], world) => (windows(world) ? path.replaceAll("\\", "/") : path))
const exeExt = total([], (_, world) => (windows(world) ? ".exe" : ""))
const shellQuote = partial([text], ([value]) => Shell.quote(value))

/** By name. @category constants */
export const machine: ReadonlyArray<readonly [string, TemplateFunction]> = [
  ["OS", total([], (_, world) => world.os)],
  ["ARCH", total([], (_, world) => world.arch)],
  ["numCPU", total([], (_, world) => BigInt(world.cpus))],
  ["env", total([text], ([name], world) => named(world, name))],
  [
    "expandenv",
    total([text], ([value], world) => {
      const result = expanded(value, world)
      checkText(result.length)
      return result
    })
  ],
  ["uuid", total([], (_, world) => uuid(world))],
  ["catLines", total([text], ([value]) => value.replaceAll("\r\n", " ").replaceAll("\n", " "))],
  ["splitLines", total([text], ([value]) => value.replaceAll("\r\n", "\n").split("\n"))],
  ["fromSlash", fromSlash],
  ["FromSlash", fromSlash],
  ["toSlash", toSlash],
  ["ToSlash", toSlash],
  ["exeExt", exeExt],
  ["ExeExt", exeExt],
  ["IsSH", total([], () => true)],
  ["shellQuote", shellQuote],
  ["q", shellQuote],
  ["splitArgs", partial([text], ([value], world) => Shell.fields(value, (name) => named(world, name)))],
  ["joinEnv", variadic([], text, (_, values, world) => Either.right(values.join(windows(world) ? ";" : ":")))],
  ["joinPath", variadic([], text, (_, values) => Either.right(joinPath(values)))]
]
