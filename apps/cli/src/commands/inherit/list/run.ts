import type { Behind, ListedUse, NotCompared } from "@dev-infra/inheritance/InheritanceList"
import * as InheritanceList from "@dev-infra/inheritance/InheritanceList"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { describe } from "../../../ErrorReport.js"
import { filterOf } from "../../../FilterFlags.js"
import * as InheritanceServices from "../../../InheritanceServices.js"
import { type Cell, Output } from "../../../Output.js"
import { type SafeText, styled, text } from "../../../SafeText.js"
import type { InheritListInput } from "./command.js"

const shortCommit = 7

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? "" : "s"}`

const behindText = ({ commits, newest, versions }: Behind): SafeText => {
  if (commits?.commits === 0) return styled("dim", "newest")
  const parts = [
    ...(versions === undefined || versions === 0 ? [] : [many(versions, "version")]),
    ...(commits === undefined ? [] : [`${commits.commits}${commits.isMore ? "+" : ""} commit${commits.commits === 1 ? "" : "s"}`])
  ]
  if (parts.length === 0) return text`not on the way to ${newest ?? "its branch"}`
  return text`${styled("yellow", parts.join(", "))}${newest === undefined ? "" : ` (${newest})`}`
}

const notComparedText = (reason: NotCompared): SafeText => {
  switch (reason) {
    case "NotPinned":
      return styled("yellow", "not pinned")
    case "NotLocked":
      return styled("yellow", "not locked")
    case "NotFetched":
      return styled("dim", "not fetched here")
    default:
      return styled("red", reason.message)
  }
}

const kindText = (use: ListedUse): string => (use.floating || use.isBranch ? `${use.kind}, floating` : use.kind)

const rowOf = (use: ListedUse): ReadonlyArray<Cell> => [
  use.project.name,
  use.name,
  kindText(use),
  use.from,
  use.ref ?? "",
  use.commit?.slice(0, shortCommit) ?? "",
  Either.match(use.behind, { onLeft: notComparedText, onRight: behindText })
]

const columns = [
  { title: "PROJECT", shorten: "text" },
  { title: "NAME", shorten: "text" },
  { title: "KIND" },
  { title: "FROM", shorten: "path" },
  { title: "REF", shorten: "text" },
  { title: "COMMIT" },
  { title: "BEHIND", shorten: "text" }
] as const

const jsonOf = ({ behind, commit, file, floating, from, isBranch, kind, line, lock, name, path, project, ref, tree }: ListedUse) => ({
  project: { id: project.id, name: project.name, path: project.path },
  name,
  kind,
  from,
  path: path ?? null,
  ref: ref ?? null,
  commit: commit ?? null,
  tree: tree ?? null,
  floating: floating || isBranch,
  lock,
  file,
  line: line ?? null,
  behind: Either.match(behind, {
    onLeft: (reason) => ({ unknown: typeof reason === "string" ? reason : reason.message }),
    onRight: ({ commits, newest, versions }) => ({ newest: newest ?? null, versions: versions ?? null, commits: commits?.commits ?? null, more: commits?.isMore ?? false })
  })
})

/** List what projects inherit. @category commands */
export const run = (input: InheritListInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const projects = yield* InheritanceServices.chosen(["inherit", "list"], input.projects, filterOf(input))
    const { unread, uses } = yield* InheritanceList.make(projects)
    if (input.json) {
      yield* output.json({
        uses: uses.map(jsonOf),
        unread: unread.map(({ failure, project: { id, name, path } }) => ({ project: { id, name, path }, problem: failure === "NoTaskfile" ? "its folder is not there, or its Taskfile is no YAML" : failure.message }))
      })
    } else yield* output.table({ columns, rows: uses.map(rowOf) })
    for (const { failure, project } of unread) {
      const problem = failure === "NoTaskfile" ? text`its folder is not there, or its Taskfile is no YAML` : describe(failure)
      yield* output.warning(text`${project.name}: ${problem}`)
    }
    if (uses.length === 0 && output.isTerminal && !input.json) yield* output.message(text`No project inherits tasks.`)
  }).pipe(Effect.provide(InheritanceServices.layer))
