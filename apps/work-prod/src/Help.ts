/**
 * Help pages, made from the declarations.
 *
 * @module
 */
import { commands, groups } from "./Commands.js"
import type { Command, Flag } from "./Declaration.js"

/** How a page looks. @category models */
export interface Look {
  readonly columns: number
  readonly color: boolean
}

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

const widthOf = (look: Look): number => Math.max(40, Math.min(look.columns, 100))

const pairs = (rows: ReadonlyArray<readonly [left: string, right: string]>, look: Look): ReadonlyArray<string> => {
  const left = Math.max(...rows.map(([first]) => first.length))
  return rows.flatMap(([first, second]) => wrap(second, widthOf(look) - left - 4).map((line, at) => `  ${(at === 0 ? first : "").padEnd(left)}  ${line}`))
}

const section = (title: string, lines: ReadonlyArray<string>, look: Look): ReadonlyArray<string> =>
  lines.length === 0 ? [] : ["", look.color ? `\u001b[1m${title}\u001b[0m` : title, ...lines]

const flagName = (flag: Flag): string => `--${flag.name}${flag.value === undefined ? "" : ` ${flag.value}`}`

const flagRow = (flag: Flag): readonly [string, string] => [flagName(flag), flag.variable === undefined ? flag.description : `${flag.description}; also ${flag.variable}`]

const helpRow: readonly [string, string] = ["-h, --help", "show this page"]

const examplesOf = (examples: Command["examples"]): ReadonlyArray<string> => examples.flatMap(([line, meaning]) => [`  ${line}`, `      ${meaning}`])

const usageOf = (command: Command): string => {
  const required = command.flags.filter((flag) => flag.required === true).map(flagName)
  const optional = command.flags.some((flag) => flag.required !== true) ? ["[flags]"] : []
  return ["work-prod", ...command.words, ...required, ...command.takes.map(([name]) => name), ...optional].join(" ")
}

const page = (lines: ReadonlyArray<string>): string => `${lines.join("\n")}\n`

/** @category pages */
export const ofCommand = (command: Command, look: Look): string =>
  page([
    usageOf(command),
    ...command.description.flatMap((paragraph) => ["", ...wrap(paragraph, widthOf(look))]),
    ...section("Words", command.takes.length === 0 ? [] : pairs(command.takes, look), look),
    ...section("Flags", pairs([...command.flags.map(flagRow), helpRow], look), look),
    ...section("Examples", examplesOf(command.examples), look)
  ])

const rowOf = (command: Command): readonly [string, string] => [command.words.join(" "), command.summary]

/** @category pages */
export const ofGroup = (word: string, look: Look): string =>
  page([
    `work-prod ${word}: ${groups.get(word) ?? ""}`,
    ...section("Commands", pairs(commands.filter((command) => command.words[0] === word).map(rowOf), look), look),
    "",
    `work-prod ${word} COMMAND --help tells more of one.`
  ])

/** @category pages */
export const ofProgram = (look: Look): string =>
  page([
    "work-prod: an index of projects that you run yourself",
    ...section("Commands", pairs(commands.map(rowOf), look), look),
    ...section("Flags", pairs([helpRow, ["--version", "show the version"]], look), look),
    ...section("Start", ["  work-prod serve"], look),
    "",
    "work-prod COMMAND --help tells more of one."
  ])
