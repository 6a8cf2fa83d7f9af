/**
 * A change of one path of a project, from a state that was seen to another one.
 *
 * @module
 */
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import type { PlannedContent } from "../UpdatePlan.js"
import { type FileState, modeOf } from "./ProjectTree.js"

/** A file that is to be. Without `bits` it gets those that a new file has. @category models */
export interface Wanted {
  readonly kind: "file" | "symlink"
  readonly content: Uint8Array
  readonly isExecutable: boolean
  readonly bits: number | undefined
}

/** @category models */
export interface Change {
  /** relative to the project */
  readonly path: string
  readonly before: { readonly state: FileState; readonly identity: FileIdentity } | undefined
  readonly after: Wanted | undefined
}

/** Readers of a file may also run it if it is to be run by somebody. */
const executableBits = (bits: number): number => bits | ((bits & 0o444) >> 2)

/**
 * A planned file, with the permissions of the one that it replaces as far as the plan says nothing of them.
 *
 * @category constructors
 */
export const wanted = (planned: PlannedContent, replaced: FileState | undefined): Wanted => {
  const isExecutable = planned.mode === "executable"
  const kind = planned.mode === "symlink" ? "symlink" : "file"
  if (kind === "symlink" || replaced?.kind !== "file") return { kind, content: planned.content, isExecutable, bits: undefined }
  const keeps = isExecutable === (modeOf(replaced) === "executable")
  const bits = keeps ? replaced.bits : isExecutable ? executableBits(replaced.bits) : replaced.bits & ~0o111
  return { kind, content: planned.content, isExecutable, bits }
}

/**
 * A file exactly as it was.
 *
 * @category constructors
 */
export const restored = (state: FileState): Wanted => ({
  kind: state.kind,
  content: state.content,
  isExecutable: state.kind === "file" && (state.bits & 0o100) !== 0,
  bits: state.kind === "symlink" ? undefined : state.bits
})
