/**
 * What has to stand, told from the table of the states alone: for each field of each project of each machine, the value at which both sides
 * were last equal, and what follows from it. It knows nothing of how a sync does it.
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import type { RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import { mainBranch, type WorkingTree } from "./GitWorld.js"
import { type ScalarField, scalarFields } from "./Operation.js"

/** A value as it is compared: none, or its JSON. */
export type Value = string | undefined

/** Both sides never stood alike, as far as anybody knows. */
export const unknown = Symbol("unknown")

/** What the value at which both were last equal may be: several after a sync that was cut off. */
export type Bases = ReadonlySet<Value | typeof unknown>

export const valueOf = (field: string, value: JsonValue | undefined): Value =>
  value === undefined || value === null || (value === "unknown" && field === "version") ? undefined : JSON.stringify(value)

/** A field of a project on a machine: its value, and where that comes from. On another branch what counts is not told here. */
export const localValue = (project: Project, tree: WorkingTree | undefined, field: ScalarField): { readonly value: Value; readonly source: "registry" | "file" | "branch" } => {
  const stated = tree?.work
  // A project is read from JSON, so that the value of any key is one.
  const registered = valueOf(field, project[field] as JsonValue | undefined)
  if (stated === undefined || !Object.hasOwn(stated, field)) return { value: registered, source: "registry" }
  return tree?.branch === mainBranch ? { value: valueOf(field, stated[field]), source: "file" } : { value: registered, source: "branch" }
}

export const remoteValue = (row: RemoteEntry, field: string): Value => valueOf(field, row.fields[field])

/** Whether registering made a value up. */
const isMadeUp = (project: Project, field: ScalarField, value: Value, source: string): boolean =>
  source === "registry" && ((field === "name" && value === JSON.stringify(project.path.slice(project.path.lastIndexOf("/") + 1))) || (field === "status" && value === "\"active\""))

export type Standing = "same" | "ahead" | "behind" | "conflict"

const standing = (local: Value, base: Value | typeof unknown, remote: Value): Standing => {
  if (local === remote) return "same"
  if (base !== unknown && local === base) return "behind"
  if (base !== unknown && remote === base) return "ahead"
  if (local === undefined) return "behind"
  return remote === undefined ? "ahead" : "conflict"
}

/** One field, with all that may be said of it. */
export interface Expected {
  readonly field: ScalarField
  readonly local: Value
  readonly remote: Value
  readonly source: "registry" | "file" | "branch"
  readonly bases: Bases
  readonly standings: ReadonlySet<Standing>
}

/** How the fields of a project stand to a row before a sync. */
export const compare = (project: Project, tree: WorkingTree | undefined, row: RemoteEntry, known: ReadonlyMap<ScalarField, Bases> | undefined): ReadonlyArray<Expected> =>
  scalarFields.map((field) => {
    const { source, value: local } = localValue(project, tree, field)
    const remote = remoteValue(row, field)
    const bases = known?.get(field) ?? new Set([unknown])
    const isNew = project.last_sync === undefined
    const standings = new Set([...bases].map((base) => standing(local, base === unknown && isNew && isMadeUp(project, field, local, source) ? local : base, remote)))
    return { field, local, remote, source, bases, standings }
  })

/** What the row may hold after a push. */
export const afterPush = ({ local, remote, standings }: Expected): ReadonlySet<Value> =>
  new Set([...standings].map((one) => (one === "ahead" || one === "conflict" ? local : remote)))

/** A project cannot be without these. */
const needed = new Set<string>(["name", "status"])

/** What the machine may hold after a pull. */
export const afterPull = ({ field, local, remote, source, standings }: Expected, writeFiles: boolean): ReadonlySet<Value> =>
  new Set(
    [...standings].map((one) => {
      const isTaken = one === "behind" && (source === "registry" || writeFiles) && !(remote === undefined && needed.has(field))
      return isTaken ? remote : local
    })
  )

/** What each machine and the index were last known to agree on, by machine and project. */
export class Links {
  readonly #links = new Map<string, ReadonlyMap<ScalarField, Bases>>()
  readonly #met = new Set<string>()
  get(machine: number, project: string): ReadonlyMap<ScalarField, Bases> | undefined {
    return this.#links.get(`${machine} ${project}`)
  }
  set(machine: number, project: string, bases: ReadonlyMap<ScalarField, Bases>): void {
    this.#links.set(`${machine} ${project}`, bases)
  }
  drop(machine: number, project: string): void {
    this.#links.delete(`${machine} ${project}`)
    this.#met.delete(`${machine} ${project}`)
  }
  /** A sync that nothing cut off ended with a row: the machine knows that there is one. */
  meet(machine: number, project: string): void {
    this.#met.add(`${machine} ${project}`)
  }
  hasMet(machine: number, project: string): boolean {
    return this.#met.has(`${machine} ${project}`)
  }
}
