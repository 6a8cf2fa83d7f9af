/**
 * The words after `dev-infra task`, read as `task` reads them: flags anywhere before `--`, letters joined, the last one of a flag wins, `X=1` is a variable, anything
 * else the name of a task.
 *
 * @module
 */
import * as Either from "effect/Either"
import { didYouMean } from "../../Suggestion.js"
import { UsageError } from "../../UsageError.js"
import { type FlagName, type TaskFlag, taskFlags } from "./flags.js"

/** @category models */
export interface TaskLine {
  /** whether a switch is on */
  readonly has: (name: FlagName) => boolean
  /** what was given last; a duration in milliseconds */
  readonly text: (name: FlagName) => string | undefined
  readonly number: (name: FlagName) => number | undefined
  readonly names: ReadonlyArray<string>
  readonly variables: ReadonlyMap<string, string>
  /** behind `--` */
  readonly arguments: ReadonlyArray<string>
}

const flags: ReadonlyArray<TaskFlag> = taskFlags

const wrong = (message: string, hint?: string): UsageError => new UsageError({ command: ["task"], message, ...(hint === undefined ? {} : { hint }) })

const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text)

/** What Go takes for a truth value. */
const truth = (text: string): boolean | undefined =>
  /^(?:1|t|T|true|TRUE|True)$/.test(text) ? true : /^(?:0|f|F|false|FALSE|False)$/.test(text) ? false : undefined

const units: { readonly [unit: string]: number } = { ns: 1e-6, us: 1e-3, "\u00b5s": 1e-3, "\u03bcs": 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds of a duration of Go. */
const milliseconds = (text: string): number | undefined => {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+|0)$/.exec(text)
  if (match === null) return undefined
  let sum = 0
  for (const [, number, unit] of (match[2] ?? "").matchAll(/(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g)) sum += Number(number) * (units[unit ?? ""] ?? 0)
  return match[1] === "-" ? -sum : sum
}

/** The text of a value if it fits the flag, as it is kept. */
const valueFor = (flag: TaskFlag, given: string, text: string): Either.Either<string, UsageError> => {
  switch (flag.is) {
    case "switch": {
      const value = truth(text)
      return value === undefined ? Either.left(wrong(`${given} is on or off, not ${shown(text)}`, `${given}, or ${given}=false`)) : Either.right(String(value))
    }
    case "number":
      return /^[+-]?\d{1,15}$/.test(text) ? Either.right(text) : Either.left(wrong(`${given} needs a whole number, not ${shown(text)}`))
    case "duration": {
      const value = milliseconds(text)
      return value === undefined || value < 0 ? Either.left(wrong(`${given} needs a duration such as 500ms or 1m30s, not ${shown(text)}`)) : Either.right(String(value))
    }
    default:
      return flag.choices === undefined || flag.choices.includes(text)
        ? Either.right(text)
        : Either.left(wrong(`${given} is one of ${flag.choices.join(", ")}, not ${shown(text)}`, didYouMean(text, flag.choices)))
  }
}

const unknownFlag = (given: string): UsageError =>
  wrong(`task has no flag ${given}`, given.startsWith("--") ? didYouMean(given, flags.map((flag) => `--${flag.name}`)) : "what is meant for a program goes behind --")

interface Given {
  readonly flag: TaskFlag
  /** as typed */
  readonly as: string
  readonly value: string | undefined
}

/** The flags that one word names. */
const readWord = (word: string): Either.Either<ReadonlyArray<Given>, UsageError> => {
  if (word.startsWith("--")) {
    const equals = word.indexOf("=")
    const as = equals < 0 ? word : word.slice(0, equals)
    const flag = flags.find((each) => `--${each.name}` === as)
    return flag === undefined ? Either.left(unknownFlag(as)) : Either.right([{ flag, as, value: equals < 0 ? undefined : word.slice(equals + 1) }])
  }
  const read: Array<Given> = []
  for (let at = 1; at < word.length; at++) {
    const flag = flags.find((each) => each.letter === word[at])
    const as = `-${word[at]}`
    if (flag === undefined) return Either.left(unknownFlag(as))
    const rest = word.slice(at + 1)
    if (rest.startsWith("=")) return Either.right([...read, { flag, as, value: rest.slice(1) }])
    if (flag.is !== "switch") return Either.right([...read, { flag, as, value: rest === "" ? undefined : rest }])
    read.push({ flag, as, value: undefined })
  }
  return Either.right(read)
}

/** What does not go together, in the order in which `task` looks. */
const contradiction = (line: TaskLine): UsageError | undefined => {
  const listed = line.has("list") || line.has("list-all")
  if (line.has("download") && line.has("offline")) return wrong("--download and --offline do not go together")
  if (line.has("download") && line.has("clear-cache")) return wrong("--download and --clear-cache do not go together")
  if (line.has("global") && (line.text("dir") ?? "") !== "") return wrong("--global and --dir do not go together")
  if (line.text("output") !== "group") {
    if ((line.text("output-group-begin") ?? "") !== "") return wrong("--output-group-begin goes only with --output=group")
    if ((line.text("output-group-end") ?? "") !== "") return wrong("--output-group-end goes only with --output=group")
    if (line.has("output-group-error-only")) return wrong("--output-group-error-only goes only with --output=group")
  }
  if (line.has("list") && line.has("list-all")) return wrong("--list and --list-all do not go together")
  if (line.has("json") && !listed && !line.has("plan")) return wrong("--json goes only with --list, --list-all or --plan")
  if (line.has("no-status") && !line.has("json")) return wrong("--no-status goes only with --json")
  return line.has("nested") && !line.has("json") ? wrong("--nested goes only with --json") : undefined
}

/**
 * Read the words.
 *
 * @example
 * ```ts
 * import * as Either from "effect/Either"
 * import { read } from "./line.js"
 *
 * const line = Either.getOrThrow(read(["-sf", "build", "MODE=fast", "--", "--watch"]))
 * line.has("force") // true
 * line.names // ["build"]
 * line.arguments // ["--watch"]
 * ```
 *
 * @category reading
 */
export const read = (words: ReadonlyArray<string>): Either.Either<TaskLine, UsageError> => {
  const values = new Map<string, string>()
  const names: Array<string> = []
  const variables = new Map<string, string>()
  let behind: ReadonlyArray<string> = []
  // Errors wait: --help anywhere on the line wins over them.
  let error: UsageError | undefined
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ""
    if (word === "--") {
      behind = words.slice(at + 1)
      break
    }
    if (word === "-" || !word.startsWith("-")) {
      const equals = word.indexOf("=")
      if (equals < 0) names.push(word)
      else variables.set(word.slice(0, equals), word.slice(equals + 1))
      continue
    }
    const given = readWord(word)
    if (Either.isLeft(given)) {
      error ??= given.left
      continue
    }
    for (const { as, flag, value } of given.right) {
      let text = value ?? (flag.is === "switch" ? "true" : undefined)
      if (text === undefined) {
        at++
        text = words[at]
      }
      if (text === undefined) {
        error ??= wrong(`${as} needs a value (${flag.value ?? "TEXT"})`, flag.choices === undefined ? undefined : `one of ${flag.choices.join(", ")}`)
        continue
      }
      const fitting = valueFor(flag, as, text)
      if (Either.isLeft(fitting)) error ??= fitting.left
      else values.set(flag.name, flag.is === "texts" && values.has(flag.name) ? `${values.get(flag.name)},${fitting.right}` : fitting.right)
    }
  }
  const line: TaskLine = {
    has: (name) => values.get(name) === "true",
    text: (name) => values.get(name),
    number: (name) => (values.has(name) ? Number(values.get(name)) : undefined),
    names,
    variables,
    arguments: behind
  }
  if (!line.has("help")) error ??= contradiction(line)
  return error !== undefined && !line.has("help") ? Either.left(error) : Either.right(line)
}

/** The words without `--engine`, for another program. @category reading */
export const withoutEngine = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const kept: Array<string> = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ""
    if (word === "--") return [...kept, ...words.slice(at)]
    if (word.startsWith("--engine=")) continue
    if (word === "--engine") at++
    else kept.push(word)
  }
  return kept
}
