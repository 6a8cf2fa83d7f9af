/**
 * A change of the registry in the making: projects by id, edits on the entries as they stand in the file.
 *
 * Entries are edited as JSON, never rewritten from the decoded project, so that unknown keys, their order and entries that
 * are no projects stay as they are.
 *
 * @module
 */
import { type JsonValue, type Project, ProjectInvalid } from "@dev-infra/metadata/Project"
import * as ProjectEntry from "@dev-infra/metadata/ProjectEntry"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Either from "effect/Either"
import type { RegistryDocument } from "./RegistryStore.js"

/**
 * An entry of the file that is not a project: kept as it is, reported, in nobody's way.
 *
 * @category models
 */
export interface EntryProblem {
  /** place in `projects`, counted from 0 */
  readonly index: number
  /** everything that is wrong; `field` is empty if it is the entry itself */
  readonly problems: ReadonlyArray<ProjectEntry.FieldProblem>
  /** `name` or `path` of the entry where it has one */
  readonly label?: string
}

/** The projects of a document in its order, and what in it is no project. @category models */
export interface Listing {
  readonly projects: ReadonlyArray<Project>
  readonly problems: ReadonlyArray<EntryProblem>
}

/** Values to set, by key; `null` removes the key. @category models */
export type ProjectPatch = { readonly [key: string]: JsonValue }

/** An object of JSON. @category models */
export type JsonObject = { readonly [key: string]: JsonValue }

/** Whether a value is an object of JSON: no list, no null. @category predicates */
export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** `name` or `path` of an entry, where it has one. @category decoding */
export const labelOf = (entry: JsonValue): { readonly label?: string } => {
  if (!isObject(entry)) return {}
  const label = entry["name"] ?? entry["path"]
  return typeof label === "string" ? { label } : {}
}

/**
 * The decoded document. `machineId` is the UUID that ids of entries without one are derived from.
 *
 * @category decoding
 */
export const decodeDocument = (document: RegistryDocument, machineId: string): Listing & { readonly indexes: ReadonlyArray<number> } => {
  const projects: Array<Project> = []
  const indexes: Array<number> = []
  const problems: Array<EntryProblem> = []
  const context = { machineId }
  const entries = document.projects
  for (let index = 0; index < entries.length; index++) {
    const entry = entries[index] ?? null
    if (ProjectEntry.isCanonical(entry)) {
      projects.push(entry)
      indexes.push(index)
      continue
    }
    const decoded = ProjectEntry.decode(entry, context)
    if (decoded._tag === "Decoded") {
      projects.push(decoded.project)
      indexes.push(index)
    } else problems.push({ index, problems: decoded.problems, ...labelOf(entry) })
  }
  return { projects, problems, indexes }
}

/** Whether an entry without an id is in the document, so that the machine's id is needed to decode it. @category predicates */
export const needsMachineId = (document: RegistryDocument): boolean =>
  document.projects.some((entry) => isObject(entry) && typeof entry["id"] !== "string")

const decodeOne = (entry: JsonObject, machineId: string): Either.Either<Project, ProjectInvalid> => {
  const decoded = ProjectEntry.decode(entry, { machineId })
  return decoded._tag === "Decoded" ? Either.right(decoded.project) : Either.left(new ProjectInvalid({ problems: decoded.problems }))
}

/** An entry with values set or, where null, taken away; keys keep their places, new ones go to the end. */
const patchEntry = (entry: JsonObject, patch: ProjectPatch): JsonObject => {
  const rest = new Map(Object.entries(patch))
  const result: Array<[string, JsonValue]> = []
  for (const [key, value] of Object.entries(entry)) {
    const next = rest.get(key)
    rest.delete(key)
    if (next === undefined) result.push([key, value])
    else if (next !== null) result.push([key, next])
  }
  for (const [key, value] of rest) if (value !== null) result.push([key, value])
  return Object.fromEntries(result)
}

/** Keys in the order in which a new entry is written. */
const keyOrder = [
  "id", "name", "path", "template", "version", "created", "repository", "status", "description", "organization",
  "classification", "project_type", "tags", "work_prod_id", "last_sync", "checkouts"
]

const knownKeys = new Set(keyOrder)

/** A new entry with its keys in the usual order, unknown ones last, without nulls. @category constructors */
export const orderKeys = (entry: JsonObject): JsonObject => {
  const ordered: { [key: string]: JsonValue } = {}
  for (const key of keyOrder) {
    const value = entry[key]
    if (value !== undefined && value !== null) ordered[key] = value
  }
  const rest = Object.entries(entry).filter(([key, value]) => value !== null && !knownKeys.has(key))
  return rest.length === 0 ? ordered : Object.fromEntries([...Object.entries(ordered), ...rest])
}

/**
 * The change. It starts from a document and gives back another one, or the very same if nothing was changed.
 *
 * @category models
 */
export class RegistryEdit {
  readonly problems: ReadonlyArray<EntryProblem>
  readonly #source: RegistryDocument
  readonly #entries: Array<JsonValue | undefined>
  readonly #projects = new Map<ProjectId, { readonly project: Project; readonly index: number }>()
  readonly #machineId: string
  #changed = false

  constructor(document: RegistryDocument, machineId: string) {
    const decoded = decodeDocument(document, machineId)
    this.#source = document
    this.#machineId = machineId
    this.#entries = [...document.projects]
    this.problems = decoded.problems
    for (const [position, project] of decoded.projects.entries()) {
      const index = decoded.indexes[position]
      if (index !== undefined && !this.#projects.has(project.id)) this.#projects.set(project.id, { project, index })
    }
  }

  /** The projects as they are now, in the order of the file. */
  get projects(): ReadonlyArray<Project> {
    return Array.from(this.#projects.values(), ({ project }) => project)
  }

  /** The project with an id, if there is one. */
  get(id: ProjectId): Project | undefined {
    return this.#projects.get(id)?.project
  }

  /** Set fields of a project; the result is a project again, or nothing changes and the field that is wrong comes back. */
  patch(project: Project, patch: ProjectPatch): Either.Either<Project, ProjectInvalid> {
    const known = this.#projects.get(project.id)
    const entry = known === undefined ? undefined : this.#entries[known.index]
    if (known === undefined || !isObject(entry)) return Either.right(project)
    const next = patchEntry(entry, patch)
    if (JSON.stringify(next) === JSON.stringify(entry)) return Either.right(known.project)
    return Either.map(decodeOne(next, this.#machineId), (decoded) => {
      this.#entries[known.index] = typeof entry["id"] === "string" ? next : { id: decoded.id, ...next }
      const stored = { ...decoded, id: project.id }
      this.#projects.set(project.id, { project: stored, index: known.index })
      this.#changed = true
      return stored
    })
  }

  /**
   * Give a project another id. The former one becomes an alias if it is to be `kept`. Nothing happens if another project has that id.
   */
  reidentify(project: Project, to: ProjectId, kept: boolean): Project {
    const known = this.#projects.get(project.id)
    const entry = known === undefined ? undefined : this.#entries[known.index]
    if (known === undefined || !isObject(entry) || this.#projects.has(to)) return project
    const listed = entry["aliases"]
    const aliases = new Set([...(Array.isArray(listed) ? listed : []), ...(kept ? [project.id] : [])].filter((alias) => alias !== to))
    const next = patchEntry(typeof entry["id"] === "string" ? entry : patchFront(entry, project.id), { id: to, aliases: aliases.size === 0 ? null : [...aliases] })
    const stored = Either.getOrElse(decodeOne(next, this.#machineId), () => project)
    if (stored.id !== to) return project
    this.#entries[known.index] = next
    this.#projects.delete(project.id)
    this.#projects.set(to, { project: stored, index: known.index })
    this.#changed = true
    return stored
  }

  /** Put a new project at the end. `entry` has an id that no other project has. */
  append(entry: JsonObject): Either.Either<Project, ProjectInvalid> {
    return Either.map(decodeOne(entry, this.#machineId), (project) => {
      const index = this.#entries.push(entry) - 1
      this.#projects.set(project.id, { project, index })
      this.#changed = true
      return project
    })
  }

  /** Take a project out. */
  remove(project: Project): void {
    const known = this.#projects.get(project.id)
    if (known === undefined) return
    this.#entries[known.index] = undefined
    this.#projects.delete(project.id)
    this.#changed = true
  }

  /** The document with the changes; entries written by hand without an id now have the one derived for them. */
  get document(): RegistryDocument {
    if (!this.#changed) return this.#source
    const derived = new Map<number, ProjectId>()
    for (const { project, index } of this.#projects.values()) derived.set(index, project.id)
    const projects: Array<JsonValue> = []
    for (const [index, entry] of this.#entries.entries()) {
      if (entry === undefined) continue
      const id = derived.get(index)
      projects.push(id !== undefined && isObject(entry) && typeof entry["id"] !== "string" ? patchFront(entry, id) : entry)
    }
    return { ...this.#source, projects }
  }
}

const patchFront = (entry: JsonObject, id: ProjectId): JsonObject =>
  Object.fromEntries([["id", id], ...Object.entries(entry).filter(([key]) => key !== "id")])
