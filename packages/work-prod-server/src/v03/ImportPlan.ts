/**
 * What becomes of a project of work-prod 0.3.0 here, decided without a database.
 *
 * A project that was taken over before is compared with what 0.3.0 said then: what changed there since comes over, unless it was
 * changed here too. One that is here by another way (the same repository, or the same path) is completed, never overwritten.
 *
 * @module
 */
import type { OldFields, OldProject } from "./OldProject.js"

/** A project here, with its path on the machine without a name. */
export interface Present {
  readonly id: number
  readonly created_at: string
  readonly updated_at: string
  readonly fields: OldFields
}

/** A field that has different values here and there; it stays as it is here. @category models */
export interface KeptField {
  readonly field: keyof OldFields
  readonly here: string | null
  readonly there: string | null
}

/** What 0.3.0 said last, field by field; null where nothing came from there. */
export type Base = { readonly [field in keyof OldFields]: string | null }

/** `next`: the fields as they become; `base`: what is remembered for the next time. */
export interface Merge {
  readonly taken: ReadonlyArray<keyof OldFields>
  readonly kept: ReadonlyArray<KeptField>
  readonly next: OldFields
  readonly base: Base
}

const fieldNames = ["name", "description", "organization", "classification", "status", "project_type", "remote_url", "path"] as const satisfies ReadonlyArray<keyof OldFields>

/** What is known of a project that came by another way. @category constants */
export const nothing: Base = { name: null, description: null, organization: null, classification: null, status: null, project_type: null, remote_url: null, path: null }

/** Whether all fields are equal. */
export const isSame = (one: Base, other: Base): boolean => fieldNames.every((field) => one[field] === other[field])

/**
 * Merges what 0.3.0 says into a project.
 *
 * @param base what it said last
 * @param mayTake whether the path of 0.3.0 is free here
 */
export const merge = (here: OldFields, there: OldFields, base: Base, mayTake: boolean): Merge => {
  const taken: Array<keyof OldFields> = []
  const kept: Array<KeptField> = []
  const next: Record<string, string | null> = { ...here }
  const remembered: Record<string, string | null> = { ...base }
  for (const field of fieldNames) {
    const isChanged = there[field] !== base[field] && there[field] !== here[field]
    const isFree = here[field] === base[field] && (field !== "path" || mayTake)
    if (isChanged && !isFree) {
      kept.push({ field, here: here[field], there: there[field] })
      continue
    }
    remembered[field] = there[field]
    if (!isChanged) continue
    taken.push(field)
    next[field] = there[field]
  }
  // The fields are those of `here`, of which only values were replaced by those of `there`.
  return { taken, kept, next: next as unknown as OldFields, base: remembered as unknown as Base }
}

/** Addresses that stand once in a list: of several projects in one repository, none is meant. */
export const onlyOnce = (projects: ReadonlyArray<{ readonly fields: Pick<OldFields, "remote_url"> }>): ReadonlySet<string> => {
  const once = new Set<string>()
  const seen = new Set<string>()
  for (const { fields } of projects) {
    const url = fields.remote_url
    if (url === null) continue
    if (seen.has(url)) once.delete(url)
    else once.add(url)
    seen.add(url)
  }
  return once
}

/** The project here that an unknown one of 0.3.0 is, if any. `"Taken"`: another one has its path. */
export const find = (project: OldProject, atUrl: Present | undefined, atPath: Present | undefined): Present | "Taken" | undefined => {
  if (atPath === undefined || atPath.id === atUrl?.id) return atUrl
  if (atUrl !== undefined) return atUrl
  const other = atPath.fields.remote_url
  const { name, remote_url } = project.fields
  return other === remote_url || ((other === null || remote_url === null) && atPath.fields.name === name) ? atPath : "Taken"
}
