/**
 * Comparing a plan with the project as it is now: what exactly is to be changed, or what is no longer as the plan saw it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { isSameContent } from "@dev-infra/git-repositories/FileTree"
import * as Effect from "effect/Effect"
import type { PlanStale } from "../ApplyFailure.js"
import * as Change from "./Change.js"
import type { Decided } from "./Decision.js"
import { type FileState, foldersOn, type Found, hashOf, look, modeOf } from "./ProjectTree.js"

type Files = LocalFiles["Type"]

/** @category models */
export interface Compared {
  readonly changes: ReadonlyArray<Change.Change>
  readonly problems: PlanStale["problems"]
}

const isWritten = ({ result }: Decided): boolean => result === "done" || result === "marked" || result === "kept"

/** What is wrong with what was found, as a clause; undefined if it is what the plan saw. */
const problemOf = (found: Found, before: string | undefined): string | undefined => {
  if (found._tag === "Blocked") return found.problem
  if (found._tag === "Nothing") return before === undefined ? undefined : "is gone"
  if (before === undefined) return "is there now"
  return hashOf(found.state) === before ? undefined : "was changed"
}

const isEqual = (state: FileState, wanted: Change.Wanted): boolean =>
  isSameContent(state.content, wanted.content) && modeOf(state) === (wanted.kind === "symlink" ? "symlink" : wanted.isExecutable ? "executable" : "file")

/** Where one file goes and another comes, it is replaced. */
const joined = (changes: ReadonlyArray<Change.Change>): ReadonlyArray<Change.Change> => {
  const byPath = new Map<string, Change.Change>()
  for (const change of changes) {
    const other = byPath.get(change.path)
    byPath.set(change.path, other === undefined ? change : { path: change.path, before: other.before ?? change.before, after: other.after ?? change.after })
  }
  return [...byPath.values()]
}

/**
 * The changes that a plan comes to.
 *
 * @param root the folder of the project, links followed
 * @category comparing
 */
export const compare = (files: Files, root: string, decided: ReadonlyArray<Decided>): Effect.Effect<Compared, FileFailure> =>
  Effect.gen(function* () {
    const written = decided.filter(isWritten)
    const leaving: ReadonlySet<string> = new Set(written.flatMap(({ after, file }) => [...(file.from === undefined ? [] : [file.from]), ...(after === undefined ? [file.path] : [])]))
    // A folder that makes room for a file is gone by then; whether it is empty is seen when it is removed.
    const emptied = new Set([...leaving].flatMap(foldersOn))
    const lookAt = (path: string, isFree: boolean): Effect.Effect<Found, FileFailure> =>
      isFree ? Effect.succeed({ _tag: "Nothing" }) : look(files, root, path, leaving)
    const changes: Array<Change.Change> = []
    const problems: Array<PlanStale["problems"][number]> = []
    for (const { after, file } of written) {
      const origin = file.from ?? file.path
      const found = yield* lookAt(origin, after !== undefined && file.before === undefined && emptied.has(origin))
      const problem = problemOf(found, file.before)
      if (problem !== undefined) {
        problems.push({ path: origin, problem })
        continue
      }
      const before = found._tag === "File" ? { state: found.state, identity: found.identity } : undefined
      const wanted = after === undefined ? undefined : Change.wanted(after, before?.state)
      if (file.from === undefined) {
        if (before === undefined ? wanted !== undefined : wanted === undefined || !isEqual(before.state, wanted)) changes.push({ path: file.path, before, after: wanted })
        continue
      }
      const there = yield* lookAt(file.path, leaving.has(file.path) || emptied.has(file.path))
      if (there._tag !== "Nothing") problems.push({ path: file.path, problem: there._tag === "File" ? "is there now" : there.problem })
      changes.push({ path: file.from, before, after: undefined }, ...(wanted === undefined ? [] : [{ path: file.path, before: undefined, after: wanted }]))
    }
    return { changes: joined(changes), problems }
  })
