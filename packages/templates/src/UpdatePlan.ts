/**
 * What an update of a project would do, file by file. A value: making it wrote nothing.
 *
 * @module
 */
import type { FileMode } from "@dev-infra/git-repositories/FileTree"
import type { Answers } from "./TemplateManifest.js"
import type { TemplateVersion } from "./TemplateSnapshot.js"

/**
 * What would become of one file.
 *
 * - `new`: the template brings it, the project has nothing there
 * - `update`: only the template changed it (or the rule is `always`)
 * - `merge`: both changed it, the changes fit together
 * - `conflict`: both changed it and the changes do not fit: content that overlaps, changed here and deleted there, a different file under a new name, two different binary files
 * - `delete`: the template dropped it and the project never changed it
 * - `rename`: it gets another name, and the merged content
 * - `mode`: only the mode bits change
 * - `ask`: the rule says to ask; `proposed` is what would happen then
 * - `kept-deleted`: the project deleted it; it does not come back
 * - `customised`: listed under `customizations`; `reason` is theirs
 * - `never`: the rule says never
 * - `local`: only the project changed it; nothing to do, listed unless it is recorded by `customize`
 *
 * Files that are equal, or equal after the change, are not listed.
 *
 * @category models
 */
export type FileClass = "new" | "update" | "merge" | "conflict" | "delete" | "rename" | "mode" | "ask" | "kept-deleted" | "customised" | "never" | "local"

/** The classes that count as pending: `plan --check` exits with 1 for them. @category constants */
export const pending: ReadonlySet<FileClass> = new Set<FileClass>(["new", "update", "merge", "conflict", "delete", "rename", "mode", "ask"])

/** A file as it is to be. @category models */
export interface PlannedContent {
  readonly mode: FileMode
  readonly content: Uint8Array
}

/** @category models */
export interface PlannedFile {
  /** where it lies afterwards, or lay if it goes */
  readonly path: string
  /** where it lies now, if elsewhere; it leaves that place whichever side is taken, and nothing is at `path` yet */
  readonly from?: string
  readonly class: FileClass
  /** for `ask`: what would be done */
  readonly proposed?: Exclude<FileClass, "ask">
  readonly isBinary: boolean
  /** the rule that decided, and where it stands, e.g. `always: ci/** (template)`; the reason of a customisation */
  readonly reason?: string
  /** what is there now, hashed (`sha256:…` with the mode), or undefined if nothing is: a plan is stale if this is no longer so */
  readonly before: string | undefined
  readonly modeBefore?: FileMode
  /**
   * What will be there; undefined: nothing. With `conflict` the text with markers; where markers cannot be (binary files, links, a file that the template
   * dropped), what the project has. What is not to be changed (`kept-deleted`, `customised`, `never`, `local`) stays as this says.
   */
  readonly after: PlannedContent | undefined
  /** of `conflict` and `ask`: what the project has and what the template has; undefined: no file */
  readonly sides?: { readonly ours: PlannedContent | undefined; readonly theirs: PlannedContent | undefined }
}

/** @category models */
export interface UpdatePlan {
  readonly project: { readonly name: string; readonly path: string }
  readonly template: string
  readonly source: string
  readonly from: TemplateVersion
  readonly to: TemplateVersion
  /** all answers with which the target was rendered, those of new variables too */
  readonly answers: Answers
  /** sorted by path */
  readonly files: ReadonlyArray<PlannedFile>
  /** things a person should know, e.g. that the recorded version is not to be had, so that everything that differs is a conflict */
  readonly warnings: ReadonlyArray<string>
}
