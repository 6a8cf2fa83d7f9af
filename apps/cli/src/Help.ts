/**
 * Help pages, made from the declarations.
 *
 * @module
 */
import { globalFlags } from "./CommandLine.js"
import type { Command } from "./Declaration.js"
import type { ArgumentShape, FlagShape } from "./options.js"
import { join, own, type SafeText, styled, text } from "./SafeText.js"

/** A command or group in a list of commands. @category models */
export interface Entry {
  readonly words: ReadonlyArray<string>
  readonly summary: string
}

/** The four commands that a newcomer needs. @category models */
export const startWith: ReadonlyArray<readonly [line: string, meaning: string]> = [
  ["dev-infra up", "find the projects on this machine and register them"],
  ["dev-infra list", "show them"],
  ["dev-infra show .", "everything known about the project of this folder"],
  ["dev-infra status --git", "branches, changes, ahead and behind"]
]

const widest = 100

const wrap = (content: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of content.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}

const paragraph = (content: string, columns: number): ReadonlyArray<SafeText> => wrap(content, Math.min(columns, widest)).map((line) => own(line))

/** Pairs in two columns, the right one wrapped. */
const pairs = (rows: ReadonlyArray<readonly [left: string, right: string]>, columns: number): ReadonlyArray<SafeText> => {
  const left = Math.min(34, Math.max(...rows.map(([first]) => first.length)))
  const room = Math.max(24, Math.min(columns, widest) - left - 4)
  return rows.flatMap(([first, second]) => {
    const lines = wrap(second, room)
    const head = first.length > left ? [own(`  ${first}`)] : []
    const rest = lines.map((line, at) => own(`  ${(at === 0 && head.length === 0 ? first : "").padEnd(left)}  ${line}`))
    return [...head, ...rest]
  })
}

/** Examples beside their meaning where there is room, else above it. */
const examplesOf = (examples: ReadonlyArray<readonly [line: string, meaning: string]>, columns: number): ReadonlyArray<SafeText> => {
  if (examples.every(([line]) => line.length <= 34)) return pairs(examples, columns)
  return examples.flatMap(([line, meaning]) => [own(`  ${line}`), own(`      ${meaning}`)])
}

const section = (title: string, lines: ReadonlyArray<SafeText>): ReadonlyArray<SafeText> =>
  lines.length === 0 ? [] : [text``, styled("bold", title), ...lines]

const argumentText = (shape: ArgumentShape): string => {
  const name = shape.maximum > 1 ? `${shape.name}...` : shape.name
  if (shape.isBehindDashes === true) return `[-- ${name}]`
  return shape.minimum === 0 ? `[${name}]` : name
}

const argumentRow = (shape: ArgumentShape): readonly [string, string] => [
  shape.name,
  shape.choices === undefined ? shape.description : `${shape.description} (one of ${shape.choices.join(", ")})`
]

const flagRow = (flag: FlagShape): readonly [string, string] => {
  const value = flag.value === undefined ? "" : ` ${flag.value}`
  const left = `${flag.letter === undefined ? "    " : `-${flag.letter}, `}--${flag.name}${value}`
  const facts = [
    ...(flag.choices === undefined ? [] : [`one of ${flag.choices.join(", ")}`]),
    ...(flag.byDefault === undefined ? [] : [`default: ${flag.byDefault}`]),
    ...(flag.repeatable === true ? ["may be repeated"] : [])
  ]
  return [left, facts.length === 0 ? flag.description : `${flag.description} (${facts.join("; ")})`]
}

const usageOf = (words: ReadonlyArray<string>, more: ReadonlyArray<string>): SafeText => text`  ${["dev-infra", ...words, ...more].join(" ")}`

const page = (lines: ReadonlyArray<SafeText>): SafeText => join(lines, "\n")

/** The page of one command. @category pages */
export const ofCommand = (words: ReadonlyArray<string>, command: Command, columns: number): SafeText =>
  page([
    ...paragraph(command.summary, columns),
    ...(command.details ?? "").split("\n").filter((line) => line !== "").flatMap((line) => [text``, ...paragraph(line, columns)]),
    ...section("USAGE", [usageOf(words, [...command.arguments.map(argumentText), "[FLAGS]"])]),
    ...section("ARGUMENTS", command.arguments.length === 0 ? [] : pairs(command.arguments.map(argumentRow), columns)),
    ...section("FLAGS", command.flags.length === 0 ? [] : pairs(command.flags.map(flagRow), columns)),
    ...section("FLAGS OF EVERY COMMAND", command.isRaw ? [] : pairs(globalFlags.map(flagRow), columns)),
    ...section("EXAMPLES", command.examples.length === 0 ? [] : examplesOf(command.examples, columns))
  ])

/** The page of a group of commands, e.g. `config`. @category pages */
export const ofGroup = (words: ReadonlyArray<string>, summary: string, entries: ReadonlyArray<Entry>, columns: number): SafeText =>
  page([
    ...paragraph(summary, columns),
    ...section("USAGE", [usageOf(words, ["COMMAND", "[FLAGS]"])]),
    ...section("COMMANDS", pairs(entries.map((entry) => [entry.words.join(" "), entry.summary]), columns)),
    text``,
    text`${`\`dev-infra help ${words.join(" ")} COMMAND\` says more about each.`}`
  ])

/** What `dev-infra` alone prints. @category pages */
export const ofProgram = (entries: ReadonlyArray<Entry>, columns: number): SafeText =>
  page([
    text`${styled("bold", "dev-infra")}: know every project on your machines`,
    ...section("USAGE", [usageOf([], ["COMMAND", "[FLAGS]"])]),
    ...section("START WITH", pairs(startWith, columns)),
    ...section("COMMANDS", pairs([...entries.map((entry) => [entry.words.join(" "), entry.summary] as const), ["help [COMMAND]", "Say more about a command."]], columns)),
    ...section("FLAGS OF EVERY COMMAND", pairs([...globalFlags.map(flagRow), ["-v, --version", "Print the version."]], columns))
  ])
