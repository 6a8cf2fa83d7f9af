/**
 * How plans of updates are shown: a table of files, differences, and lines to type.
 *
 * @module
 */
import { ProjectFolder } from "@dev-infra/templates/ProjectFolder"
import type { FolderUnavailable } from "@dev-infra/templates/ProjectFolder"
import * as UnifiedDiff from "@dev-infra/templates/UnifiedDiff"
import { type FileClass, pending, type PlannedFile, type UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import * as Effect from "effect/Effect"
import type { OutputFailed } from "./CommandError.js"
import * as Next from "./Next.js"
import { Output, type Table } from "./Output.js"
import { join, own, type SafeText, type Style, styled, text } from "./SafeText.js"
import type { Surroundings } from "./Surroundings.js"

const styleOf: { readonly [kind in FileClass]: Style } = {
  new: "green",
  update: "green",
  merge: "green",
  rename: "green",
  mode: "green",
  delete: "yellow",
  ask: "yellow",
  conflict: "red",
  "kept-deleted": "dim",
  customised: "dim",
  never: "dim",
  local: "cyan"
}

const modeNames = { file: "plain file", executable: "executable", symlink: "link" } as const

const modeChange = ({ after, modeBefore }: PlannedFile): ReadonlyArray<string> =>
  after !== undefined && modeBefore !== undefined && modeBefore !== after.mode ? [`${modeNames[modeBefore]} becomes ${modeNames[after.mode]}`] : []

/** What is to be said of a file beside its class. @category texts */
export const noteOf = (file: PlannedFile): string =>
  [...(file.proposed === undefined ? [] : [`would be: ${file.proposed}`]), ...(file.isBinary ? ["binary"] : []), ...modeChange(file), ...(file.reason === undefined ? [] : [file.reason])].join("; ")

/** A row for each file: class, path, where it lies now if elsewhere, and what is to be said. @category tables */
export const table = (files: ReadonlyArray<PlannedFile>): Table => ({
  columns: [{ title: "CHANGE" }, { title: "FILE", shorten: "path" }, { title: "FROM", shorten: "path" }, { title: "NOTE", shorten: "text" }],
  rows: files.map((file) => [styled(styleOf[file.class], file.class), file.path, file.from ?? "", noteOf(file)])
})

const many = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

/** How many files there are of each class. */
const countsOf = (files: ReadonlyArray<PlannedFile>): { readonly [kind in FileClass]?: number } => {
  const counts: { [kind in FileClass]?: number } = {}
  for (const { class: kind } of files) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** The files that an update would change. @category numbers */
export const pendingOf = (files: ReadonlyArray<PlannedFile>): ReadonlyArray<PlannedFile> => files.filter((file) => pending.has(file.class))

const versionText = ({ from, to }: UpdatePlan): string => {
  if (from.version !== to.version) return `${from.version} -> ${to.version}`
  return from.commit === to.commit ? to.version : `${from.version} -> ${to.version} (${to.commit.replace(/^sha256:/, "").slice(0, 12)})`
}

/** Which project, template and versions a plan is about. @category texts */
export const headline = (plan: UpdatePlan): SafeText => text`${styled("bold", plan.project.name)}: ${plan.template} ${versionText(plan)}`

/** Whether applying the plan would only record another version. @category predicates */
export const recordsOnly = ({ files, from, to }: UpdatePlan): boolean => pendingOf(files).length === 0 && (from.version !== to.version || from.commit !== to.commit)

/** How much is to be done, in one line. @category texts */
export const summary = (plan: UpdatePlan, files: ReadonlyArray<PlannedFile>): SafeText => {
  const open = pendingOf(files)
  if (recordsOnly(plan)) return text`no file is to be changed; apply records ${plan.to.version}`
  if (open.length === 0) return files.length === plan.files.length ? text`nothing to do` : text`nothing to do in these files`
  const counts = Object.entries(countsOf(open)).map(([kind, count]) => text`${count} ${kind}`)
  return text`${many(open.length, "file")} to change: ${join(counts, ", ")}; nothing was changed yet`
}

/** The words behind `dev-infra` that record the changes that only the project made; none if there are none. */
const customizeWords = (reference: string, files: ReadonlyArray<PlannedFile>): ReadonlyArray<string> => {
  const local = files.flatMap((file) => (file.class === "local" ? [file.path] : []))
  const isFlagLike = local.some((path) => path.startsWith("-"))
  return local.length === 0 ? [] : ["customize", reference, ...(isFlagLike ? ["--"] : []), ...local]
}

/**
 * Tells of the changes that only the project made, with the line that records them.
 *
 * @category printing
 */
export const tellLocal = (reference: string, files: ReadonlyArray<PlannedFile>): Effect.Effect<void, never, Output | Surroundings> =>
  Effect.gen(function* () {
    const words = customizeWords(reference, files)
    if (words.length === 0) return
    const output = yield* Output
    const count = files.filter((file) => file.class === "local").length
    yield* output.message(text`${many(count, "file")} changed here only, which nothing records; to keep updates away from ${count === 1 ? "it" : "them"}:`)
    yield* output.message(yield* Next.line(...words))
  })

/** A line of a difference as a terminal shows it. A tab would be escaped, and is what many lines begin with. */
const diffLine = (line: string): SafeText => {
  const shown = join(line.split("\t").flatMap((part, at) => (at === 0 ? [text`${part}`] : [own("    "), text`${part}`])), "")
  if (/^(?:diff --git|---|\+\+\+|new file|deleted file|old mode|new mode|rename|Binary) ?/.test(line)) return styled("bold", shown)
  if (line.startsWith("@@")) return styled("cyan", shown)
  if (line.startsWith("+")) return styled("green", shown)
  return line.startsWith("-") ? styled("red", shown) : shown
}

/** A difference as a terminal shows it: in colours, and with nothing in it that the terminal acts upon. @category texts */
export const diffText = (diff: string): SafeText => join(diff.replace(/\n$/, "").split("\n").map(diffLine), "\n")

/**
 * The differences that the pending files of a plan would make, by path. The project is read once more: a plan holds what is to be, not what is.
 *
 * @category differences
 */
export const diffs = (plan: UpdatePlan, files: ReadonlyArray<PlannedFile> = plan.files): Effect.Effect<ReadonlyMap<string, string>, FolderUnavailable, ProjectFolder> =>
  Effect.gen(function* () {
    const open = pendingOf(files)
    const folder = yield* ProjectFolder
    const { files: now } = yield* folder.read(plan.project.path, open.map(({ from, path }) => from ?? path))
    return new Map(
      open.map(({ after, from, path }) => {
        const before = now.get(from ?? path)
        return [path, UnifiedDiff.of({ path, ...(from === undefined ? {} : { from }), before: before === undefined ? undefined : { mode: before.mode, content: before.content }, after })] as const
      })
    )
  })

/**
 * Prints differences: on a terminal to be read, piped as a patch that git understands.
 *
 * @category printing
 */
export const printDiffs = (all: Iterable<string>): Effect.Effect<void, OutputFailed, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const diff of all) {
      if (diff === "") continue
      yield* output.isTerminal ? output.line(diffText(diff)) : output.plain(diff.replace(/\n$/, ""), "\n")
    }
  })

/** A plan as data for programs, without contents of files; `differences` adds those. @category data */
export const forScripts = (plan: UpdatePlan, reference: string, files: ReadonlyArray<PlannedFile>, differences?: ReadonlyMap<string, string>) => {
  const words = customizeWords(reference, files)
  return {
    project: plan.project,
    template: plan.template,
    source: plan.source,
    from: plan.from,
    to: plan.to,
    answers: plan.answers,
    pending: pendingOf(files).length,
    counts: countsOf(files),
    warnings: plan.warnings,
    files: files.map((file) => ({
      path: file.path,
      from: file.from ?? null,
      class: file.class,
      proposed: file.proposed ?? null,
      binary: file.isBinary,
      reason: file.reason ?? null,
      before: file.before ?? null,
      modeBefore: file.modeBefore ?? null,
      modeAfter: file.after?.mode ?? null,
      ...(differences === undefined ? {} : { diff: differences.get(file.path) ?? "" })
    })),
    customize: words.length === 0 ? null : ["dev-infra", ...words]
  }
}
