/**
 * What stands in the title and the description of a pull request, and in the message of its commit.
 *
 * @module
 */
import type { VersionChanges } from "../TemplateSources.js"
import type { AppliedFile } from "../Application.js"
import type { FileClass, UpdatePlan } from "../UpdatePlan.js"
import { codeSpan, harmless } from "./HarmlessMarkdown.js"


/** What is done to a project. */
export interface Proposal {
  readonly plan: UpdatePlan
  /** what became of the files of the plan */
  readonly files: ReadonlyArray<Pick<AppliedFile, "path" | "from" | "class" | "result">>
  /** files that hold conflict markers */
  readonly marked: ReadonlyArray<string>
  /** files that do not fit and were left as they are, e.g. because markers cannot be in them */
  readonly kept: ReadonlyArray<string>
  /** what changed in the template, newest version first */
  readonly changes: ReadonlyArray<VersionChanges>
}

/** GitHub takes 65,536 characters; what is longer is cut off. */
const longest = 60_000
const longestTitle = 200
const mostFiles = 200
const mostSubjects = 100

const oneLine = (text: string, length: number): string => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g, " ").trim()
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

/** `standard-project v0.9.0`; nothing that GitHub could take for a name or an issue. */
const target = ({ template, to }: UpdatePlan): string => `${oneLine(template, 80)} ${oneLine(to.version, 60)}`.replace(/[@#]/g, "")

/** The title; the number of conflicts stands in it, so that nobody merges them by mistake. */
export const title = ({ kept, marked, plan }: Pick<Proposal, "kept" | "marked" | "plan">): string => {
  const conflicts = marked.length + kept.length
  return oneLine(`Update from the template ${target(plan)}${conflicts === 0 ? "" : ` (${conflicts} ${conflicts === 1 ? "conflict" : "conflicts"})`}`, longestTitle)
}

/** The last line of the message of a commit that this program made: it names the content, so that a commit that somebody changed can be told. */
export const trailerOf = (tree: string): string => `Template-Update: ${tree}`

/** The message of the commit. */
export const commitMessage = (plan: UpdatePlan, tree: string): string => `${oneLine(`Update from the template ${target(plan)}`, 72)}\n\n${trailerOf(tree)}\n`

const words: { readonly [C in FileClass]?: string } = {
  new: "new",
  update: "updated",
  merge: "merged",
  delete: "deleted",
  rename: "renamed",
  mode: "mode changed",
  ask: "updated, though its rule says to ask"
}

/** What is told of a file; nothing of those that stay as they are for good. */
const wordsOf = ({ class: fileClass, result }: Proposal["files"][number]): string | undefined => {
  if (result === "marked") return "conflict"
  if (result === "kept") return "conflict, left as it is"
  if (result === "skipped") return "not touched: its rule says to ask"
  return result === "done" ? (words[fileClass] ?? (fileClass === "conflict" ? "conflict, one side taken" : undefined)) : undefined
}

const cell = (path: string): string => codeSpan(path).replaceAll("|", "\\|")

const fileLine = (file: Proposal["files"][number]): ReadonlyArray<string> => {
  const told = wordsOf(file)
  return told === undefined ? [] : [`| ${cell(file.path)} | ${told}${file.from === undefined ? "" : ` from ${cell(file.from)}`} |`]
}

const list = (paths: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...paths.slice(0, mostFiles).map((path) => `- ${codeSpan(path)}`),
  ...(paths.length > mostFiles ? [`- and ${paths.length - mostFiles} more`] : [])
]

const changeLines = ({ notes, subjects, version }: VersionChanges): ReadonlyArray<string> => [
  `### ${oneLine(version, 60).replace(/[@#<]/g, "")}`,
  "",
  ...(notes === undefined ? [] : [harmless(notes), ""]),
  ...(subjects ?? []).slice(0, mostSubjects).map((subject) => `- ${codeSpan(subject)}`),
  ...((subjects ?? []).length > mostSubjects ? [`- and ${(subjects ?? []).length - mostSubjects} more`] : []),
  ""
]

/** The description. */
export const body = ({ changes, files, kept, marked, plan }: Proposal): string => {
  const touched = files.flatMap(fileLine)
  const lines = [
    `This brings the files that come from the template ${codeSpan(plan.template)} from ${codeSpan(plan.from.version)} to ${codeSpan(plan.to.version)}.`,
    "",
    ...(marked.length === 0
      ? []
      : ["## Conflicts", "", "Both the project and the template changed the same lines of these files. They hold conflict markers: **do not merge before they are resolved.**", "", ...list(marked), ""]),
    ...(kept.length === 0 ? [] : ["## Left as they are", "", "The template changed these files as well, in a way that cannot be merged:", "", ...list(kept), ""]),
    ...(touched.length === 0
      ? []
      : [
          "## Files",
          "",
          "| file | what happens |",
          "|---|---|",
          ...touched.slice(0, mostFiles),
          ...(touched.length > mostFiles ? [`| and ${touched.length - mostFiles} more | |`] : []),
          ""
        ]),
    ...(plan.warnings.length === 0 ? [] : ["## To know", "", ...plan.warnings.map((warning) => `- ${harmless(oneLine(warning, 500))}`), ""]),
    "## What changed in the template",
    "",
    ...(changes.length === 0 ? ["Nothing is recorded about it.", ""] : changes.flatMap(changeLines))
  ]
  const end = ["---", "Made by `dev-infra apply --all --pull-requests`. As long as nobody else commits to its branch, the next run brings it up to date."].join("\n")
  const text = lines.join("\n").trimEnd()
  return `${text.length > longest ? `${text.slice(0, longest)}\n\n… and more.` : text}\n\n${end}\n`
}
