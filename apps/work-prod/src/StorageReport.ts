/**
 * Failures of the database as sentences.
 *
 * @module
 */
import type { StorageFailure, StorageReason } from "@dev-infra/work-prod-server/StorageFailure"
import { CommandFailed } from "./CommandError.js"

const reasons: { readonly [reason in StorageReason]: readonly [what: string, hint: string | undefined] } = {
  Full: ["cannot be written: no space left on the disk", "free some space and try again; nothing was changed"],
  ReadOnly: ["may not be written", "change the permissions of the file and its folder, or name another database"],
  Gone: ["was deleted or replaced while it was in use", "start again"],
  Busy: ["is held by another process for too long", "try again in a moment"],
  Damaged: ["is no database of work-prod, or a damaged one", "it was left as it is; move it away with all that lies beside it and restore a backup (work-prod restore FILE), or name another file"],
  Unavailable: ["cannot be used", "look whether its folder can be written; --log-level debug tells what the system says"]
}

const sentence = (file: string, reason: StorageReason, cause: unknown): CommandFailed => {
  const [what, hint] = reasons[reason]
  return new CommandFailed({ what: `the database ${file} ${what}`, hint, cause })
}

/** The file is something else. @category sentences */
export const damaged = (file: string, cause: unknown): CommandFailed => sentence(file, "Damaged", cause)

/** @category sentences */
export const tell =
  (file: string) =>
  ({ cause, reason }: StorageFailure): CommandFailed =>
    sentence(file, reason, cause)
