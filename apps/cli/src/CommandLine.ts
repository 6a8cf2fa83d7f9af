/**
 * The words of a command line, checked against the shape of a command. `@effect/cli` takes an unknown flag for an argument,
 * mistakes a wrong case for another flag and says little about a missing value; so the line is checked here, and what is
 * handed on cannot be misread.
 *
 * @module
 */
import * as Either from "effect/Either"
import { colorChoices, defaults, type GlobalValues, logLevels } from "./GlobalFlags.js"
import type { ArgumentShape, FlagShape } from "./options.js"
import { didYouMean } from "./Suggestion.js"
import { UsageError } from "./UsageError.js"

/** @category models */
export interface Shape {
  readonly flags: ReadonlyArray<FlagShape>
  readonly arguments: ReadonlyArray<ArgumentShape>
}

/** The flags of every command. @category models */
export const globalFlags: ReadonlyArray<FlagShape> = [
  { name: "help", letter: "h", description: "Show this help." },
  { name: "quiet", letter: "q", description: "Print only data, warnings and errors." },
  { name: "color", value: "WHEN", choices: colorChoices, byDefault: defaults.color, description: "Use colour." },
  { name: "no-input", description: "Never ask; fail where an answer is needed." },
  { name: "log-level", value: "LEVEL", choices: logLevels, byDefault: defaults.logLevel, description: "How much to log; debug also shows causes of errors." }
]

/**
 * A line that fits its command. `values` holds the texts given to each flag (a switch has an empty text), `words` the
 * arguments.
 *
 * @category models
 */
export interface CheckedLine {
  readonly help: boolean
  readonly global: GlobalValues
  readonly values: ReadonlyMap<string, ReadonlyArray<string>>
  readonly words: ReadonlyArray<string>
  /** what stands behind `--`, of commands that have an argument for it; of others it is among the words */
  readonly behind: ReadonlyArray<string>
}

interface Context {
  readonly command: ReadonlyArray<string>
  readonly flags: ReadonlyArray<FlagShape>
}

const quote = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)

const commandText = (command: ReadonlyArray<string>): string => ["dev-infra", ...command].join(" ")

const wrong = (context: Context, message: string, hint?: string): UsageError =>
  new UsageError({ command: context.command, message, ...(hint === undefined ? {} : { hint }) })

const unknownFlag = (context: Context, given: string): UsageError => {
  const name = given.replace(/^-+/, "")
  const sameLetters = context.flags.find((flag) => flag.name.toLowerCase() === name.toLowerCase())
  const letter = given.startsWith("--") ? context.flags.find((flag) => flag.letter === name) : undefined
  const sentence = `${commandText(context.command)} has no flag ${given}`
  if (sameLetters !== undefined) {
    const reason = given.startsWith("--") ? "flags are case-sensitive" : "long flags begin with two dashes"
    return wrong(context, `${sentence}; ${reason}`, `did you mean --${sameLetters.name}?`)
  }
  if (letter !== undefined) return wrong(context, sentence, `did you mean -${name} (--${letter.name})?`)
  return wrong(context, sentence, didYouMean(`--${name}`, context.flags.map((flag) => `--${flag.name}`)))
}

const needsValue = (context: Context, flag: FlagShape, given: string): UsageError => {
  const what = flag.choices === undefined ? `a value (${flag.value ?? "TEXT"})` : `one of ${flag.choices.join(", ")}`
  return wrong(context, `${given} needs ${what}`, flag.choices === undefined ? `a value that begins with a dash is written --${flag.name}=-value` : undefined)
}

const notAChoice = (context: Context, flag: FlagShape, value: string): UsageError | undefined => {
  if (flag.choices === undefined || flag.choices.includes(value)) return undefined
  return wrong(context, `--${flag.name} is one of ${flag.choices.join(", ")}, not ${quote(value)}`, didYouMean(value, flag.choices))
}

/** The flags that one word names, and the value that is part of it: `--sort=name`, `-qn`, `-nvalue`. */
const readFlagWord = (
  context: Context,
  word: string
): Either.Either<ReadonlyArray<{ readonly flag: FlagShape; readonly given: string; readonly value: string | undefined }>, UsageError> => {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=")
    const given = equals < 0 ? word : word.slice(0, equals)
    const flag = context.flags.find((each) => `--${each.name}` === given)
    return flag === undefined
      ? Either.left(unknownFlag(context, given))
      : Either.right([{ flag, given, value: equals < 0 ? undefined : word.slice(equals + 1) }])
  }
  const read = []
  for (let at = 1; at < word.length; at++) {
    const letter = word[at]
    const flag = context.flags.find((each) => each.letter === letter)
    if (flag === undefined) return Either.left(unknownFlag(context, at === 1 ? word : `-${letter}`))
    const rest = word.slice(at + 1)
    if (flag.value !== undefined) {
      read.push({ flag, given: `-${letter}`, value: rest === "" ? undefined : rest.replace(/^=/, "") })
      break
    }
    read.push({ flag, given: `-${letter}`, value: undefined })
  }
  return Either.right(read)
}

const checkArguments = (context: Context, shapes: ReadonlyArray<ArgumentShape>, words: ReadonlyArray<string>): UsageError | undefined => {
  const most = shapes.reduce((sum, shape) => sum + shape.maximum, 0)
  const extra = words[most]
  if (extra !== undefined) {
    const takes = most === 0 ? "takes no arguments" : most === 1 ? `takes one ${shapes[0]?.name}` : `takes ${most} arguments`
    return wrong(context, `${commandText(context.command)} ${takes}, but got ${quote(extra)}`)
  }
  let least = 0
  for (const shape of shapes) {
    least += shape.minimum
    if (words.length < least) {
      const which = shape.choices === undefined ? shape.name : `${shape.name}, one of ${shape.choices.join(", ")}`
      return wrong(context, `${commandText(context.command)} needs ${which}`)
    }
    const word = words[least - 1]
    if (shape.choices !== undefined && word !== undefined && !shape.choices.includes(word)) {
      return wrong(context, `${shape.name} is one of ${shape.choices.join(", ")}, not ${quote(word)}`, didYouMean(word, shape.choices))
    }
  }
  for (const [at, word] of words.entries()) {
    let last = 0
    const shape = shapes.find((each) => at < (last += each.maximum))
    if (word === "" && shape !== undefined && shape.kind !== "other") return wrong(context, `${shape.name} is empty`)
  }
  return undefined
}

const globalValues = (values: ReadonlyMap<string, ReadonlyArray<string>>): GlobalValues => {
  const last = <const C extends string>(name: string, choices: ReadonlyArray<C>, byDefault: C): C =>
    choices.find((choice) => choice === values.get(name)?.at(-1)) ?? byDefault
  return {
    quiet: values.has("quiet"),
    color: last("color", colorChoices, defaults.color),
    colorIsGiven: values.has("color"),
    input: !values.has("no-input"),
    logLevel: last("log-level", logLevels, defaults.logLevel)
  }
}

/**
 * Check the words after the command's own: flags may stand anywhere before `--`, `--name=value` and `--name value` are the
 * same, letters may be joined, a flag that is not `repeatable` may be given once.
 *
 * @category checking
 */
export const check = (command: ReadonlyArray<string>, shape: Shape, words: ReadonlyArray<string>): Either.Either<CheckedLine, UsageError> => {
  const context: Context = { command, flags: [...shape.flags, ...globalFlags] }
  const values = new Map<string, Array<string>>()
  const others: Array<string> = []
  let behind: ReadonlyArray<string> = []
  const ordinary = shape.arguments.filter(({ isBehindDashes }) => isBehindDashes !== true)
  // Errors wait: `--help` anywhere on the line wins over them.
  let error: UsageError | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ""
    if (word === "--") {
      if (ordinary.length < shape.arguments.length) behind = words.slice(at + 1)
      else others.push(...words.slice(at + 1))
      break
    }
    if (word === "-" || !word.startsWith("-")) {
      others.push(word)
      continue
    }
    const read = readFlagWord(context, word)
    if (Either.isLeft(read)) {
      error ??= read.left
      continue
    }
    for (const { flag, given, value } of read.right) {
      const seen = values.get(flag.name) ?? []
      values.set(flag.name, seen)
      if (flag.value === undefined) {
        if (value !== undefined) error ??= wrong(context, `--${flag.name} takes no value, but got ${quote(value)}`)
        seen[0] = ""
        continue
      }
      const next = words[at + 1]
      const missing = value === undefined && (next === undefined || (next.startsWith("-") && next !== "-"))
      if (missing) {
        error ??= needsValue(context, flag, given)
        continue
      }
      const text = value ?? next ?? ""
      if (value === undefined) at++
      if (seen.length > 0 && flag.repeatable !== true) error ??= wrong(context, `--${flag.name} is given twice`)
      error ??= notAChoice(context, flag, text)
      seen.push(text)
    }
  }
  const help = values.has("help")
  if (!help) {
    error ??= checkArguments(context, ordinary, others)
    if (error !== undefined) return Either.left(error)
  }
  return Either.right({ help, global: globalValues(values), values, words: others, behind })
}
