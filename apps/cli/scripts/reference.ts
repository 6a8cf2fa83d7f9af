/**
 * The reference of commands as Markdown, made from the declarations that the program itself runs on.
 */
import { globalFlags } from "../src/CommandLine.js"
import { root } from "../src/Commands.js"
import type { Command } from "../src/Declaration.js"
import type { ArgumentShape, FlagShape } from "../src/options.js"
import type { Group, Leaf } from "../src/Tree.js"

const cell = (content: string): string => content.replaceAll("|", "\\|").replaceAll("\n", " ")

const code = (content: string): string => `\`${content}\``

const flagRow = (flag: FlagShape): string => {
  const value = flag.value === undefined ? "" : ` ${flag.value}`
  const names = [...(flag.letter === undefined ? [] : [`-${flag.letter}`]), `--${flag.name}`].map((name) => code(`${name}${value}`))
  const facts = [
    ...(flag.choices === undefined ? [] : [`one of ${flag.choices.map(code).join(", ")}`]),
    ...(flag.byDefault === undefined ? [] : [`default ${code(String(flag.byDefault))}`]),
    ...(flag.repeatable === true ? ["may be repeated"] : [])
  ]
  return `| ${names.join(", ")} | ${cell(flag.description)}${facts.length === 0 ? "" : ` (${facts.join("; ")})`} |`
}

const argumentText = (shape: ArgumentShape): string => {
  const name = shape.maximum > 1 ? `${shape.name}...` : shape.name
  return shape.minimum === 0 ? `[${name}]` : name
}

const table = (rows: ReadonlyArray<string>): ReadonlyArray<string> => (rows.length === 0 ? [] : ["", "| | |", "|---|---|", ...rows])

const section = (words: ReadonlyArray<string>, command: Command): ReadonlyArray<string> => {
  const usage = ["dev-infra", ...words, ...command.arguments.map(argumentText), ...(command.flags.length === 0 ? [] : ["[FLAGS]"])].join(" ")
  const details = (command.details ?? "").split("\n").filter((line) => line !== "")
  return [
    `## ${words.join(" ")}`,
    "",
    command.summary,
    "",
    "```sh",
    usage,
    "```",
    ...details.flatMap((line) => ["", line.replaceAll("<", "&lt;")]),
    ...table([...command.arguments.map((shape) => `| ${code(shape.name)} | ${cell(shape.description)}${shape.choices === undefined ? "" : ` (one of ${shape.choices.map(code).join(", ")})`} |`), ...command.flags.map(flagRow)]),
    ...(command.examples.length === 0 ? [] : ["", "```sh", ...command.examples.map(([line, meaning]) => `${line}    # ${meaning}`), "```"]),
    ""
  ]
}

const sections = async (words: ReadonlyArray<string>, node: Leaf | Group): Promise<ReadonlyArray<string>> => {
  if (typeof node === "function") {
    const { command } = await node()
    return command.hidden ? [] : section(words, command)
  }
  const lines: Array<string> = []
  for (const [word, child] of Object.entries(node.children)) lines.push(...(await sections([...words, word], child)))
  return lines
}

const lines = [
  "# Commands",
  "",
  "Made from the program by `node apps/cli/scripts/write-reference.mjs`; `npm run check` says when it is out of date. `dev-infra help COMMAND` prints the same.",
  "",
  "`PROJECT` is an id, the beginning of an id (at least 4 characters), a name, a path, or `.` for the project of this folder. Commands that take several also",
  "take them from standard input (`-`).",
  "",
  "Data goes to standard output, everything else to standard error. The exit code is 0 if all went well, 1 if the work failed or something was refused, 2 if the",
  "command line is wrong, 130 after Ctrl-C, and 70 for a fault of the program.",
  "",
  "These flags work with every command:",
  ...table(globalFlags.map(flagRow)),
  "",
  ...(await sections([], root))
]

process.stdout.write(`${lines.join("\n").trimEnd()}\n`)
