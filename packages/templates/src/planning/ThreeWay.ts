/**
 * What becomes of one file, by what it was in the template, is in the template, and is in the project.
 *
 * @module
 */
import { hasSameContent, isSameFile, type FileMode, type TreeFile } from "@dev-infra/git-repositories/FileTree"
import type { Merged, MergeInput } from "../TextMerge.js"
import type { FileClass, PlannedContent } from "../UpdatePlan.js"
import { isBinary } from "./MergeText.js"

/** One file, under one name or two. @category models */
export interface Entry {
  /** where it lies afterwards */
  readonly path: string
  /** where base and ours lie, if elsewhere */
  readonly from?: string
  readonly base: TreeFile | undefined
  readonly theirs: TreeFile | undefined
  readonly ours: TreeFile | undefined
}

/** @category models */
export interface Outcome {
  readonly class: Exclude<FileClass, "ask" | "customised" | "never">
  readonly after: PlannedContent | undefined
}

/** Nothing is to be done, and there is nothing to say. @category models */
export type Nothing = "nothing"

/** Both changed the text, and it depends on how the changes fit. @category models */
export interface Open {
  readonly input: MergeInput
  readonly mode: FileMode
}

const contentOf = ({ content, mode }: PlannedContent): PlannedContent => ({ mode, content })

const empty = new Uint8Array()

/** Both bits that may have changed are on one side each, or the same: that is never a conflict. */
const modeOf = ({ base, ours, theirs }: { readonly [side in "base" | "ours" | "theirs"]: TreeFile | undefined }): FileMode => {
  if (ours === undefined || theirs === undefined) return "file"
  return base !== undefined && ours.mode === base.mode ? theirs.mode : ours.mode
}

const isLink = (file: TreeFile | undefined): boolean => file?.mode === "symlink"

/** The class of a file that is there and stays, given what it is to become. */
const classify = (entry: Entry & { readonly ours: TreeFile; readonly theirs: TreeFile }, result: PlannedContent): Outcome | Nothing => {
  const { base, ours, theirs } = entry
  const after = contentOf(result)
  if (entry.from !== undefined) return { class: "rename", after }
  const file = { path: entry.path, ...result }
  if (isSameFile(file, ours)) return isSameFile(ours, theirs) ? "nothing" : { class: "local", after }
  if (hasSameContent(file, ours) && file.mode !== "symlink" && ours.mode !== "symlink") return { class: "mode", after }
  return { class: base !== undefined && isSameFile(ours, base) ? "update" : "merge", after }
}

/** Content that cannot be put together: the project keeps its own. */
const conflict = (entry: Entry & { readonly ours: TreeFile }): Outcome => ({ class: "conflict", after: contentOf(entry.ours) })

/**
 * What is decided without looking at lines.
 *
 * @category deciding
 */
export const decide = (entry: Entry): Outcome | Open | Nothing => {
  const { base, ours, theirs } = entry
  if (theirs === undefined) {
    if (ours === undefined || base === undefined) return "nothing"
    return isSameFile(ours, base) ? { class: "delete", after: undefined } : conflict({ ...entry, ours })
  }
  if (ours === undefined) return base === undefined ? { class: "new", after: contentOf(theirs) } : { class: "kept-deleted", after: undefined }
  if (entry.from === undefined && isSameFile(ours, theirs)) return "nothing"
  const both = { ...entry, ours, theirs }
  if (isLink(base) || isLink(ours) || isLink(theirs)) {
    if (isSameFile(ours, theirs) || (base !== undefined && isSameFile(base, theirs))) return classify(both, ours)
    return base !== undefined && isSameFile(base, ours) ? classify(both, theirs) : conflict(both)
  }
  const mode = modeOf(entry)
  if (hasSameContent(ours, theirs) || (base !== undefined && hasSameContent(base, theirs))) return classify(both, { content: ours.content, mode })
  if (base !== undefined && hasSameContent(base, ours)) return classify(both, { content: theirs.content, mode })
  return isEntryBinary(entry) ? conflict(both) : { input: { base: base?.content ?? empty, ours: ours.content, theirs: theirs.content }, mode }
}

/**
 * What follows from the merge of an open entry.
 *
 * @category deciding
 */
export const decideMerged = (entry: Entry, mode: FileMode, merged: Merged): Outcome | Nothing => {
  const { ours, theirs } = entry
  if (ours === undefined || theirs === undefined) return "nothing"
  if (merged._tag === "Binary") return conflict({ ...entry, ours })
  const after = { mode, content: merged.content }
  return merged._tag === "Conflict" ? { class: "conflict", after } : classify({ ...entry, ours, theirs }, after)
}

/**
 * What follows if the template's file is taken, whatever the project has.
 *
 * @category deciding
 */
export const takeTheirs = (entry: Entry): Outcome | Nothing => {
  const { ours, theirs } = entry
  if (theirs === undefined) return ours === undefined ? "nothing" : { class: "delete", after: undefined }
  if (ours === undefined) return { class: "new", after: contentOf(theirs) }
  const outcome = classify({ ...entry, ours, theirs }, theirs)
  return outcome !== "nothing" && outcome.class === "merge" ? { ...outcome, class: "update" } : outcome
}

/** Whether any of the three is no text. @category guards */
export const isEntryBinary = ({ base, ours, theirs }: Entry): boolean =>
  [base, ours, theirs].some((file) => file !== undefined && file.mode !== "symlink" && isBinary(file.content))
