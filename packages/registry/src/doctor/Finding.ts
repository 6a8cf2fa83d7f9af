/**
 * What an examination says, as data.
 *
 * @module
 */

/** What was looked at. @category models */
export type Subject = "home" | "registry" | "entry" | "project" | "configuration" | "machine" | "lock" | "leftover" | "sync" | "server" | "git" | "gh"

/**
 * A step of a repair, exactly what it does and to which path. `ChangeMode` sets permission bits; `RemoveLock` removes the lock
 * of the file `target` if its process is gone; `SetAside` moves a file to the home's `backups`; `RestoreRegistry`
 * replaces a registry that cannot be read by what `summary` says, after a copy of it was kept.
 *
 * @category models
 */
export type Repair =
  | { readonly _tag: "ChangeMode"; readonly path: string; readonly mode: number }
  | { readonly _tag: "RemoveLock"; readonly target: string }
  | { readonly _tag: "SetAside"; readonly path: string; readonly lockTarget: string }
  | { readonly _tag: "RestoreRegistry"; readonly path: string; readonly summary: string }

/**
 * One thing that was found. `ok` is what is as it should be, `note` what is good to know, `warning` what may surprise,
 * `error` what stops something from working. `fix` says what to do; with `repair`, `repair` of the doctor does it.
 *
 * @category models
 */
export interface Finding {
  readonly subject: Subject
  readonly severity: "ok" | "note" | "warning" | "error"
  /** the file or folder it is about */
  readonly path?: string
  readonly what: string
  readonly fix?: string
  readonly repair?: Repair
}

/** What became of one repair. `copy` is where what was there before is kept. @category models */
export type RepairOutcome =
  | { readonly _tag: "Repaired"; readonly finding: Finding; readonly what: string; readonly copy?: string }
  | { readonly _tag: "NotRepaired"; readonly finding: Finding; readonly detail: string }

/** Permission bits as people write them: `0644`. */
export const octal = (mode: number): string => `0${(mode & 0o777).toString(8).padStart(3, "0")}`
