/**
 * What a line that was typed means.
 *
 * @module
 */
import * as Either from "effect/Either"
import { parseArgs } from "node:util"
import { UsageError } from "./CommandError.js"
import { commands, groups } from "./Commands.js"
import type { Command, Line } from "./Declaration.js"
import { didYouMean } from "./Suggestion.js"

/** @category models */
export type Meaning =
  | { readonly _tag: "Version" }
  | { readonly _tag: "ProgramHelp" }
  | { readonly _tag: "GroupHelp"; readonly word: string }
  | { readonly _tag: "CommandHelp"; readonly command: Command }
  | { readonly _tag: "Run"; readonly command: Command; readonly line: Line }

type Read<A> = Either.Either<A, UsageError>

const refuse = (command: ReadonlyArray<string>, what: string, hint?: string): Read<never> => Either.left(new UsageError({ what, hint, command }))

const isHelp = (argument: string): boolean => argument === "--help" || argument === "-h"

/** The flags that were given, each known and with a value where it needs one. */
const readFlags = (command: Command, rest: ReadonlyArray<string>): Read<Line & { readonly help: boolean }> => {
  const options = Object.fromEntries(command.flags.map((flag) => [flag.name, { type: flag.value === undefined ? ("boolean" as const) : ("string" as const) }]))
  const { tokens } = parseArgs({
    args: [...rest],
    options: { ...options, help: { type: "boolean", short: "h" } },
    strict: false,
    allowPositionals: true,
    tokens: true
  })
  const flags = new Map<string, string | true>()
  const words: Array<string> = []
  let help = false
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value)
    if (token.kind !== "option") continue
    if (token.name === "help" && token.value === undefined) {
      help = true
      continue
    }
    const flag = command.flags.find(({ name }) => name === token.name)
    if (flag === undefined || token.rawName !== `--${flag.name}`) {
      return refuse(command.words, `unknown flag ${token.rawName}`, didYouMean(token.rawName, [...command.flags.map(({ name }) => `--${name}`), "--help"]))
    }
    if (flag.value === undefined) {
      if (token.value !== undefined) return refuse(command.words, `--${flag.name} takes no value`)
      flags.set(flag.name, true)
    } else {
      if (token.value === undefined || (!token.inlineValue && token.value.startsWith("--"))) return refuse(command.words, `--${flag.name} needs a value: --${flag.name} ${flag.value}`)
      flags.set(flag.name, token.value)
    }
  }
  return Either.right({ flags, words, help })
}

const readCommand = (command: Command, rest: ReadonlyArray<string>): Read<Meaning> =>
  Either.gen(function* () {
    const { flags, help, words } = yield* readFlags(command, rest)
    if (help) return { _tag: "CommandHelp", command } as const
    const missing = command.flags.find((flag) => flag.required === true && !flags.has(flag.name))
    if (missing !== undefined) return yield* refuse(command.words, `--${missing.name} is missing`, `say --${missing.name} ${missing.value ?? ""}`)
    const [lacking] = command.takes.slice(words.length)
    if (lacking !== undefined) return yield* refuse(command.words, `${lacking[0]} is missing`)
    const surplus = words[command.takes.length]
    if (surplus !== undefined && /^postgres(?:ql)?:/i.test(surplus)) return yield* refuse(command.words, "the URL of a database does not belong in an argument: others can see it, with its password", "set DATABASE_URL in the environment")
    if (surplus !== undefined) return yield* refuse(command.words, `unexpected word "${surplus}"`, didYouMean(surplus, command.flags.map(({ name }) => `--${name}`)))
    return { _tag: "Run", command, line: { flags, words } } as const
  })

/** The command of a group that the words name. */
const readGroup = (group: string, rest: ReadonlyArray<string>): Read<Meaning> => {
  const [word] = rest
  if (word === undefined || isHelp(word)) return Either.right({ _tag: "GroupHelp", word: group })
  const children = commands.filter((command) => command.words[0] === group)
  const command = children.find((child) => child.words[1] === word)
  if (command !== undefined) return readCommand(command, rest.slice(1))
  return refuse([group], word.startsWith("-") ? `say what to do before ${word}` : `unknown command "${group} ${word}"`, didYouMean(word, children.map((child) => child.words[1] ?? ""), [group]))
}

/** `help keys create` means `keys create --help`. */
const turned = (line: ReadonlyArray<string>): ReadonlyArray<string> => (line[0] === "help" ? [...line.slice(1), "--help"] : line)

/**
 * What a line means, without the names of runtime and program.
 *
 * @category parsing
 */
export const read = (typed: ReadonlyArray<string>): Read<Meaning> => {
  const line = turned(typed)
  const [word, ...rest] = line
  if (word === undefined) return Either.right({ _tag: "ProgramHelp" })
  if (word === "--version" || isHelp(word)) {
    const [surplus] = rest
    if (surplus !== undefined) return isHelp(word) && !surplus.startsWith("-") ? read([...rest, "--help"]) : refuse([], `unexpected word "${surplus}" after ${word}`)
    return Either.right({ _tag: word === "--version" ? "Version" : "ProgramHelp" })
  }
  const names = [...commands.map((command) => command.words[0] ?? ""), "help"]
  if (word.startsWith("-")) {
    const known = commands.find((command) => command.flags.some(({ name }) => word === `--${name}` || word.startsWith(`--${name}=`)))
    return known === undefined ? refuse([], `unknown flag ${word.split("=")[0]}`, didYouMean(word, ["--version", "--help"])) : refuse([], `say the command before ${word.split("=")[0]}`)
  }
  if (groups.has(word)) return readGroup(word, rest)
  const command = commands.find((candidate) => candidate.words.length === 1 && candidate.words[0] === word)
  if (command !== undefined) return readCommand(command, rest)
  const inGroup = commands.find((candidate) => candidate.words[1] === word)
  return refuse([], `unknown command "${word}"`, inGroup === undefined ? didYouMean(word, names) : `did you mean ${inGroup.words.join(" ")}?`)
}
