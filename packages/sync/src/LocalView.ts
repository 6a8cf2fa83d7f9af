/**
 * A project as this machine holds it at this moment: the registry, with what its own file states laid over it.
 *
 * A file counts as long as the checkout is on the default branch. On another one, what the file states is only *pending*: it is neither
 * sent nor does it move a base.
 *
 * @module
 */
import type { JsonValue, Project } from "@dev-infra/metadata/Project"
import { normalise } from "@dev-infra/metadata/RepositoryUrl"
import type { FieldState } from "./Comparison.js"
import type { ProjectFile } from "./ProjectFiles.js"
import { isEqual, isNothing, ofProject, patched, repositoryKey, type SharedFields, textsOf, valueOf } from "./SharedFields.js"

/**
 * `fields` are the shared fields that count; `raw` holds the same values, and may hold others that are not shared: it costs nothing to make.
 * `pending` are those that the file states on another branch. `refreshed` is what the registry lacks
 * of what the file states.
 *
 * @category models
 */
export interface LocalView {
  readonly project: Project
  readonly fields: SharedFields
  readonly raw: SharedFields
  readonly file: ProjectFile | undefined
  readonly pending: ReadonlyArray<FieldState>
  readonly refreshed: { readonly [field: string]: JsonValue }
}

const nothing: { readonly [field: string]: JsonValue } = {}
const none: ReadonlyArray<FieldState> = []

/** What the registry holds where a file clears a field that a project cannot be without. */
const cleared: { readonly [field: string]: JsonValue } = { template: "unknown", version: "unknown", status: "active" }

/** A project without a file of its own, whose shared fields are picked out only if somebody wants them all. */
class Plain implements LocalView {
  readonly project: Project
  #fields: SharedFields | undefined
  constructor(project: Project) {
    this.project = project
  }
  get fields(): SharedFields {
    return (this.#fields ??= ofProject(this.project))
  }
  get raw(): SharedFields {
    // A project is read from JSON, so that the value of any key is one.
    return this.project as SharedFields
  }
  get file(): undefined {
    return undefined
  }
  get pending(): ReadonlyArray<FieldState> {
    return none
  }
  get refreshed(): LocalView["refreshed"] {
    return nothing
  }
}

const onDefaultBranch = (project: Project, fields: SharedFields, file: ProjectFile): LocalView => {
  const refreshed: { [field: string]: JsonValue } = {}
  for (const [field, stated] of Object.entries(file.stated)) {
    if (field === "name" && stated === null) continue
    const value = stated ?? cleared[field] ?? null
    if (!isEqual(field, value, fields[field])) refreshed[field] = isNothing(field, value) && field !== "template" && field !== "version" ? null : value
  }
  const counting = Object.keys(refreshed).length === 0 ? fields : patched(fields, refreshed)
  return { project, fields: counting, raw: counting, file, pending: none, refreshed }
}

/** Fields that a row needs, whatever branch they come from. */
const needed = new Set(["name", "status"])

const onBranch = (project: Project, fields: SharedFields, file: ProjectFile, branch: string, base: SharedFields | undefined, isThere: boolean): LocalView => {
  const pending: Array<FieldState> = []
  const frozen: { [field: string]: JsonValue } = {}
  for (const [field, stated] of Object.entries(file.stated)) {
    const [registered, before] = [valueOf(fields, field), base === undefined ? undefined : valueOf(base, field)]
    const counts = isEqual(field, stated, registered) ? before : registered
    if (isEqual(field, stated, counts)) continue
    pending.push({ field, state: "pending", local: stated, remote: counts ?? null, branch })
    if (counts !== registered && (isThere || !needed.has(field))) frozen[field] = counts ?? null
  }
  const counting = pending.length === 0 ? fields : patched(fields, frozen)
  return { project, fields: counting, raw: counting, file, pending, refreshed: nothing }
}

/**
 * The view of a project.
 *
 * @param file its own file, if it has one
 * @param base the values at which it was last in sync, if it ever was
 * @param isThere whether the remote has it
 * @category constructors
 */
export const make = (project: Project, file: ProjectFile | undefined, base: SharedFields | undefined, isThere: boolean): LocalView => {
  if (file === undefined) return new Plain(project)
  const fields = ofProject(project)
  return file.branch === undefined ? onDefaultBranch(project, fields, file) : onBranch(project, fields, file, file.branch, base, isThere)
}

/** Whether the project's own file has a field, so that a change of it travels with git. @category predicates */
export const isStated = ({ file }: LocalView, field: string): boolean => file !== undefined && Object.hasOwn(file.stated, field)

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

/**
 * The fields with what makes a project the same one elsewhere: its id is an alias where the remote has another.
 *
 * @param uid who it is there
 * @category combinators
 */
export const withIdentity = (fields: SharedFields, id: string, uid: string): SharedFields => {
  const aliases = textsOf(fields["aliases"])
  const others = new Set([...aliases, id])
  others.delete(uid)
  return others.size === aliases.length && aliases.every((alias) => others.has(alias)) ? fields : patched(fields, { aliases: others.size === 0 ? null : [...others] })
}

/**
 * The base of a project that was never synced: what was made up when it was registered, so that whatever the remote knows wins. The name of
 * its folder, the status `active`, and the later one of two days of creation are no decisions of anybody.
 *
 * @category constructors
 */
export const derivedBase = ({ file, project, raw: fields }: LocalView, remote: SharedFields): SharedFields => {
  const base: { [field: string]: JsonValue } = {}
  const names = new Set([project.path, ...(project.checkouts ?? [])].flatMap((path) => [nameOf(path), nameOf(path).replace(/\.git$/, "")]))
  const states = (field: string) => file !== undefined && Object.hasOwn(file.stated, field)
  if (!states("name") && names.has(project.name)) base["name"] = project.name
  if (!states("status") && fields["status"] === "active") base["status"] = "active"
  const [here, there] = [fields["created"], remote["created"]]
  // The earlier day stands, wherever it is known.
  if (!states("created") && typeof here === "string" && typeof there === "string") base["created"] = there < here ? here : there
  // A checkout from before the repository moved is no wish to move it back.
  const repository = repositoryKey(fields)
  if (repository !== undefined && textsOf(remote["former_repositories"]).some((url) => normalise(url) === repository)) base["repository"] = fields["repository"] ?? null
  return base
}
