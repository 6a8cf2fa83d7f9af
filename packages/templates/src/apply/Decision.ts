/**
 * What a plan comes to once it is said what to do about conflicts and about files that are to be asked for.
 *
 * @module
 */
import { hasSameContent } from "@dev-infra/git-repositories/FileTree"
import type { PlannedContent, PlannedFile } from "../UpdatePlan.js"

/** What to write where both sides changed the same lines; `fail`: nothing at all. @category models */
export const conflictChoices = ["markers", "ours", "theirs", "fail"] as const
/** @category models */
export type ConflictChoice = (typeof conflictChoices)[number]

/** What to do about a file that is to be asked for. `remember`: skip it, now and in every update to come. @category models */
export const askChoices = ["apply", "merge", "skip", "remember"] as const
/** @category models */
export type AskChoice = (typeof askChoices)[number]

/** @category models */
export interface Choices {
  readonly onConflict: ConflictChoice
  readonly ask: (file: PlannedFile) => AskChoice
}

/**
 * What becomes of a file of the plan:
 *
 * - `done`: what the plan says
 * - `marked`: it has conflict markers
 * - `kept`: the changes do not fit together and markers cannot be, so the project keeps its own
 * - `skipped`: somebody was to be asked, and said so, or nobody was there
 * - `remembered`: skipped, and recorded in the project's own file
 * - `left`: there was nothing to do
 *
 * @category models
 */
export type Result = "done" | "marked" | "kept" | "skipped" | "remembered" | "left"

/** @category models */
export interface Decided {
  readonly file: PlannedFile
  readonly result: Result
  /** what is to be at its path; undefined where nothing is to be there. Only for `done`, `marked` and `kept`. */
  readonly after: PlannedContent | undefined
  /** the changes did not fit together, whatever was done about it */
  readonly isConflict: boolean
}

const decided = (file: PlannedFile, result: Result, after?: PlannedContent, isConflict = false): Decided => ({ file, result, after, isConflict })

const isMarked = ({ after, path, sides }: PlannedFile): boolean =>
  after !== undefined && sides?.ours !== undefined && !hasSameContent({ path, ...after }, { path, ...sides.ours })

const ofConflict = (file: PlannedFile, choice: ConflictChoice): Decided => {
  switch (choice) {
    case "ours":
      return decided(file, "done", file.sides === undefined ? file.after : file.sides.ours, true)
    case "theirs":
      return decided(file, "done", file.sides?.theirs, true)
    default:
      return decided(file, isMarked(file) ? "marked" : "kept", file.after, true)
  }
}

const ofAsk = (file: PlannedFile, { ask, onConflict }: Choices): Decided => {
  const choice = ask(file)
  if (choice === "skip") return decided(file, "skipped")
  if (choice === "remember") return decided(file, "remembered")
  if (choice === "apply") return decided(file, "done", file.sides === undefined ? file.after : file.sides.theirs)
  switch (file.proposed) {
    case "conflict":
      return ofConflict(file, onConflict)
    case "kept-deleted":
    case "customised":
    case "never":
    case "local":
      return decided(file, "left")
    default:
      return decided(file, "done", file.after)
  }
}

/**
 * What becomes of each file of a plan, in its order.
 *
 * @category deciding
 */
export const decide = (files: ReadonlyArray<PlannedFile>, choices: Choices): ReadonlyArray<Decided> =>
  files.map((file) => {
    switch (file.class) {
      case "kept-deleted":
      case "customised":
      case "never":
      case "local":
        return decided(file, "left")
      case "ask":
        return ofAsk(file, choices)
      case "conflict":
        return ofConflict(file, choices.onConflict)
      default:
        return decided(file, "done", file.after)
    }
  })
