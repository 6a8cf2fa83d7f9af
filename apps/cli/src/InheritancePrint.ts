/**
 * What becomes of inherited tasks, and what trusting them would mean, as lines for people and data for scripts.
 *
 * @module
 */
import type { EntryOutcome, RemoteOutcome, Review } from "@dev-infra/inheritance/Inheritance"
import type { LockedLibrary } from "@dev-infra/inheritance/LockFile"
import type { TaskChange } from "@dev-infra/taskfile/TaskDifference"
import * as Effect from "effect/Effect"
import { Output } from "./Output.js"
import { join, type SafeText, styled, text } from "./SafeText.js"

const short = (id: string): string => id.slice(0, 12)

const at = ({ commit, ref }: LockedLibrary): SafeText => (ref === commit ? text`${short(commit)}` : text`${ref} (${short(commit)})`)

/** One line about an entry. @category printing */
export const entryLine = (outcome: EntryOutcome, isPlan = false): SafeText => {
  if (outcome._tag === "Linked") return text`${outcome.name} is ${outcome.folder} as it is: linked, not pinned`
  const { before, isNew, isTrusted, locked, name, stale } = outcome
  const trust = isTrusted ? text`` : text`, ${styled("yellow", "not trusted yet")}`
  const old = stale === undefined ? text`` : text`; not looked up anew: ${stale}`
  if (before !== undefined && before.commit !== locked.commit) return text`${name} ${isPlan ? "would move" : "moved"} from ${at(before)} to ${at(locked)}${trust}${old}`
  if (before === undefined) return text`${name} ${isPlan ? "would be" : "is"} ${locked.url} at ${at(locked)}${trust}${old}`
  return text`${name} ${isNew ? "was brought" : "is here"} at ${at(locked)}${trust}${old}`
}

/** One line about a remote include. @category printing */
export const remoteLine = ({ before, isNew, isTrusted, locked }: RemoteOutcome): SafeText => {
  const hash = locked._tag === "File" ? locked.sha256 : locked.tree
  const moved = before !== undefined && (before._tag === "File" ? before.sha256 : before.tree) !== hash
  return text`${locked.key} ${moved ? "changed to" : isNew ? "was brought at" : "is here at"} ${short(locked._tag === "File" ? locked.sha256 : locked.commit)}${isTrusted ? text`` : text`, ${styled("yellow", "not trusted yet")}`}`
}

const lockedForScripts = ({ approved, commit, floating, folder, ref, tree, url }: LockedLibrary) => ({ url, folder, ref, commit, tree, floating, approved: approved ?? null })

/** An entry for scripts. @category printing */
export const entryForScripts = (outcome: EntryOutcome) =>
  outcome._tag === "Linked"
    ? { name: outcome.name, kind: "linked", folder: outcome.folder }
    : {
      name: outcome.name,
      kind: "locked",
      ...lockedForScripts(outcome.locked),
      taskfile: outcome.taskfile,
      before: outcome.before === undefined ? null : lockedForScripts(outcome.before),
      brought: outcome.isNew,
      trusted: outcome.isTrusted,
      stale: outcome.stale ?? null
    }

/** A remote include for scripts. @category printing */
export const remoteForScripts = ({ isNew, isTrusted, locked }: RemoteOutcome) => ({
  url: locked.key,
  ...(locked._tag === "File" ? { sha256: locked.sha256 } : { repository: locked.url, ref: locked.ref, commit: locked.commit, tree: locked.tree }),
  brought: isNew,
  trusted: isTrusted
})

/** A change for scripts. @category printing */
export const changeForScripts = ({ before, isRisky, kind, lines, task, text: words }: TaskChange) => ({ kind, task, text: words, before: before ?? null, lines, risky: isRisky })

/** A review for scripts. @category printing */
export const reviewForScripts = ({ before, commit, files, hash, isTrusted, name, subject, tasks }: Review) => ({
  name,
  url: subject,
  hash,
  commit: commit ?? null,
  trusted: isTrusted,
  before: before === undefined ? null : { hash: before.hash, at: before.at, commit: before.commit ?? null },
  changes: tasks.changes.map(changeForScripts),
  files
})

/** Changes of tasks, with what went and what came. @category printing */
export const changeLines = (changes: ReadonlyArray<TaskChange>): ReadonlyArray<SafeText> =>
  changes.flatMap((change) => [
    text`  ${change.isRisky ? styled("yellow", "!") : " "} ${change.text}`,
    ...change.lines.map((each) => text`      ${each.startsWith("+") ? styled("green", each) : each.startsWith("-") ? styled("red", each) : each}`)
  ])

const mostFiles = 40

/** Shows what trusting a content would mean. @category printing */
export const showReview = ({ before, commit, files, hash, name, subject, tasks }: Review) =>
  Effect.gen(function* () {
    const output = yield* Output
    const since = before === undefined ? text`nothing of it was trusted until now` : text`changes since ${before.at.slice(0, 10)}, when it was trusted last${before.commit === undefined ? text`` : text` (${short(before.commit)})`}`
    yield* output.line(text`${styled("bold", name)}: ${subject}${commit === undefined ? text`` : text` at ${short(commit)}`}, content ${short(hash)}; ${since}`)
    for (const line of changeLines(tasks.changes)) yield* output.line(line)
    const shown = files.slice(0, mostFiles).map(({ kind, path }) => text`    ${kind} ${path}`)
    if (files.length > 0) yield* output.line(text`  files:`)
    if (shown.length > 0) yield* output.line(join(shown, "\n"))
    if (files.length > shown.length) yield* output.line(text`    and ${files.length - shown.length} more`)
    if (tasks.changes.length === 0 && files.length === 0) yield* output.line(text`  nothing changed`)
  })
