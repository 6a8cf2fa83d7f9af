/**
 * Adopting a project: give it a `.dev-infra.yml` of its own, with the id by which other machines recognise it, and register it.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import { type MetadataEditRefused, type MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import { fileName, MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { JsonValue, Project, ProjectInvalid } from "@dev-infra/metadata/Project"
import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Found } from "./DiscoveryEvent.js"
import type { Candidate } from "./Identity.js"
import { statedFields, statementOf } from "./ProjectStatement.js"
import { asRepository, candidateOf, FolderUnusable } from "./Registration.js"
import { type AddOutcome, Registry, type WriteError } from "./Registry.js"
import type { IdentityConflict, ProjectNotFound } from "./RegistryError.js"

/** The fields that may be given to a project when it is adopted. @category models */
export interface AdoptionFields {
  readonly [field: string]: JsonValue
  readonly name?: string
  readonly description?: string
  readonly organization?: string
  readonly template?: string
  readonly version?: string
  readonly tags?: ReadonlyArray<string>
}

/** How to go about it. @category models */
export interface AdoptOptions<E = never, R = never> {
  /** What the new file shall state, beside what the registry knows. With a file that is there already this is refused. */
  readonly fields?: AdoptionFields
  /** What the file shall state whether it is there already or not, e.g. what template the project was made from. Other lines of a file stay as they are. */
  readonly stated?: MetadataPatch
  /** Say what would be done, change nothing. */
  readonly dryRun?: boolean
  /** The folder with what else is known of it, e.g. on other machines. */
  readonly recognise?: (candidate: Candidate) => Effect.Effect<Candidate, E, R>
}

/** What came of it. `isWritten` is false where the project had a file of its own, which is left as it is, or states already what it shall. @category models */
export interface Adopted {
  readonly outcome: Exclude<AddOutcome, { readonly _tag: "Refused" }>
  readonly document: MetadataDocument.MetadataDocument
  readonly isWritten: boolean
}

/** What can go wrong. @category errors */
export type AdoptError =
  | FolderUnusable
  | IdentityConflict
  | ProjectInvalid
  | ProjectNotFound
  | MetadataInvalid
  | MetadataUnavailable
  | MetadataEditRefused
  | FileFailure
  | LockUnavailable
  | WriteError

/** The comment at the top of a new file. */
const header =
  "What dev-infra knows of this project. Commit this file: it travels with the repository.\nThe id lets other machines recognise the project; dev-infra help update changes the rest."

const described = ["description", "organization", "classification", "project_type", "tags"] as const

/** What the file states: what the registry knows, as far as it is not merely the name of the folder. */
const fieldsOf = (project: Project, given: AdoptionFields): MetadataPatch => ({
  template: project.template,
  version: project.version,
  ...(project.created === undefined ? {} : { created: project.created }),
  id: project.id,
  ...(project.name === project.path.slice(project.path.lastIndexOf("/") + 1) ? {} : { name: project.name }),
  ...Object.fromEntries(described.flatMap((field) => (project[field] === undefined ? [] : [[field, project[field]] as const]))),
  ...given
})

/** What of it the registry has too. */
const knownOf = (stated: MetadataPatch): { readonly [field: string]: JsonValue } =>
  Object.fromEntries(
    statedFields.flatMap((field) => {
      const value = stated[field]
      // every one of these fields is a text, a list of texts, or null
      return value === undefined ? [] : [[field, value as JsonValue] as const]
    })
  )

const accepted = (outcome: AddOutcome | undefined): Effect.Effect<Adopted["outcome"], IdentityConflict | ProjectInvalid> => {
  if (outcome === undefined) return Effect.dieMessage("one folder in, one outcome out")
  return outcome._tag === "Refused" ? Effect.fail(outcome.reason) : Effect.succeed(outcome)
}

/**
 * Write the file of a project if it has none, and register the project. The file is written first: where it cannot be, nothing
 * is registered.
 *
 * @param found the folder, as `Registration.inspectAll` gives it
 * @example
 * ```ts
 * import * as Adoption from "@dev-infra/registry/Adoption"
 * import * as Registration from "@dev-infra/registry/Registration"
 * import * as Effect from "effect/Effect"
 *
 * export const adopt = (folder: string) =>
 *   Effect.flatMap(Registration.inspectAll([folder]), Effect.forEach((found) => Adoption.adopt(found, { fields: { description: "The public API" } })))
 * ```
 * @category constructors
 */
export const adopt = <E = never, R = never>(found: Found, options: AdoptOptions<E, R> = {}): Effect.Effect<Adopted, AdoptError | E, Registry | MetadataFile | R> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* MetadataFile
    const folder = found.path
    const given = options.fields ?? {}
    const isGiven = Object.keys(given).length > 0
    if (found.kind === "bare") return yield* new FolderUnusable({ path: folder, reason: "Bare" })
    const existing = yield* files.read(folder)
    if (Option.isSome(existing) && isGiven) return yield* new MetadataUnavailable({ path: existing.value.path, reason: "AlreadyExists" })
    const stated = options.stated ?? {}
    const intended = Option.isSome(existing) ? Option.some(yield* MetadataDocument.set(existing.value, stated)) : Option.none()
    const plain = candidateOf(asRepository(found), Option.getOrUndefined(Option.map(intended, statementOf)))
    if (plain === undefined) return yield* Effect.dieMessage("every folder but a submodule is a candidate")
    const recognised = options.recognise === undefined ? plain : yield* options.recognise(plain)
    const known = knownOf(stated)
    const candidate: Candidate = { ...recognised, fields: { ...recognised.fields, ...given, ...known } }
    const foreseen = yield* Effect.flatMap(registry.add([candidate], { dryRun: true, keepIds: options.dryRun !== true }), ([outcome]) => accepted(outcome))
    const { document, isWritten } = yield* Option.match(Option.all([existing, intended]), {
      onNone: () => {
        const fields = { ...fieldsOf(foreseen.project, given), ...stated }
        const made = options.dryRun === true ? MetadataDocument.create(fields, { path: `${folder}/${fileName}`, header }) : files.create(folder, fields, { header })
        return Effect.map(made, (created) => ({ document: created, isWritten: true }))
      },
      onSome: ([before, after]) => {
        const changes = after.text !== before.text
        return Effect.map(options.dryRun === true || !changes ? Effect.succeed(after) : files.update(folder, stated), (changed) => ({ document: changed, isWritten: changes }))
      }
    })
    if (options.dryRun === true) return { outcome: foreseen, document, isWritten }
    // With the id that a new file has now: should another process have registered the folder meanwhile, it is found by its place.
    const id = Option.isSome(existing) ? {} : { id: foreseen.project.id }
    const outcome = yield* Effect.flatMap(registry.add([{ ...candidate, ...id }]), ([first]) => accepted(first))
    const patch = isGiven ? candidate.fields : known
    if (outcome._tag === "Added" || Object.keys(patch).length === 0) return { outcome, document, isWritten }
    const [project] = yield* registry.update([{ id: outcome.project.id, patch }])
    return { outcome: { ...outcome, project: project ?? outcome.project }, document, isWritten }
  })

/**
 * Candidates that carry the id of another project get one of their own, in their own files too. The files are written first:
 * should that fail, nothing is registered yet, and an id that nobody knows does no harm.
 *
 * @param candidates as `Registration.prepare` gives them
 * @returns the candidates, to be registered as they are, and those of them that have a new id
 * @example
 * ```ts
 * import * as Adoption from "@dev-infra/registry/Adoption"
 * import type { Candidate } from "@dev-infra/registry/Identity"
 * import { Registry } from "@dev-infra/registry/Registry"
 * import * as Effect from "effect/Effect"
 *
 * export const registerCopies = (candidates: ReadonlyArray<Candidate>) =>
 *   Effect.gen(function* () {
 *     const registry = yield* Registry
 *     const settled = yield* Adoption.withOwnIds(candidates)
 *     return yield* registry.add(settled.candidates, { onConflict: "new-id" })
 *   })
 * ```
 * @category constructors
 */
export const withOwnIds = (
  candidates: ReadonlyArray<Candidate>
): Effect.Effect<
  { readonly candidates: ReadonlyArray<Candidate>; readonly renumbered: ReadonlyArray<Candidate> },
  MetadataInvalid | MetadataUnavailable | MetadataEditRefused | FileFailure | LockUnavailable | WriteError,
  Registry | MetadataFile
> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    const files = yield* MetadataFile
    const foreseen = yield* registry.add(candidates, { onConflict: "new-id", dryRun: true, keepIds: true })
    const ids = new Map(foreseen.flatMap((outcome) => (outcome._tag === "Added" ? [[outcome.path, outcome.project.id] as const] : [])))
    const settled = candidates.map((candidate) => {
      const id = candidate.id === undefined ? undefined : ids.get(candidate.path)
      return id === undefined || id === candidate.id ? candidate : { ...candidate, id }
    })
    const renumbered = settled.filter((candidate, index) => candidate !== candidates[index])
    yield* Effect.forEach(renumbered, (candidate) => files.update(candidate.path, { id: candidate.id }), { discard: true })
    return { candidates: settled, renumbered }
  })
