/**
 * How a project stands between this machine and the remote, field by field, by the three values: local, remote, and the base at which
 * both were last equal. Nothing here compares times of two machines.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "./RemoteEntry.js"

/**
 * How one field stands. `ahead`: this machine changed it. `behind`: the remote did. `conflict`: both did, differently; what stands after a
 * sync is the local value. `merged`: a set to which both sides contribute. `local`, `remote` and `merged` are null where there is none.
 * `arrivesWithGit`: the file in the project has this field, so it comes with `git pull`. `branch`: the file says `local`, but on another branch
 * than the default one, so it does not count yet.
 *
 * @category models
 */
export interface FieldState {
  readonly field: string
  readonly state: "ahead" | "behind" | "conflict" | "merged" | "pending"
  readonly local: JsonValue
  readonly remote: JsonValue
  readonly merged?: JsonValue
  readonly arrivesWithGit?: true
  readonly branch?: string
}

/** The states of a project, in the words that a person sees. @category models */
export type StateName =
  | "in sync"
  | "ahead"
  | "behind"
  | "diverged"
  | "conflict"
  | "pending"
  | "local only"
  | "not local"
  | "edit pending"
  | "removal pending"
  | "removal refused"
  | "deleted elsewhere"
  | "refused"

/**
 * Why a project is left as it is until the user decides. `OtherRepository`: same id, other repository (a fork, a copied folder).
 * `WasSynced`: it was synced, but neither this machine nor the remote remembers. `DeletedElsewhere`. `ChangedThere`: it was to be removed, but it
 * changed there. `Server`: the server refused it. `SameUid`: two rows have its id.
 *
 * @category models
 */
export interface Refusal {
  readonly reason: "OtherRepository" | "WasSynced" | "DeletedElsewhere" | "ChangedThere" | "Server" | "SameUid" | "Stale"
  /** a sentence about what is wrong, and what to type */
  readonly detail: string
}

/**
 * One project. `local` is absent for one that is not on this machine, `remote` for one that the remote does not have. `since`
 * (ISO 8601) is when it was last in sync, or for what is behind when the remote changed; null if that is not known. `location`: the remote has another
 * path of this machine.
 *
 * @category models
 */
export interface ProjectState {
  readonly id: string
  readonly name: string
  readonly state: StateName
  readonly fields: ReadonlyArray<FieldState>
  readonly local?: Project
  readonly remote?: RemoteEntry
  readonly since: string | null
  readonly location: boolean
  readonly refusal?: Refusal
}
