/**
 * Making a project from a template: everything is known and checked before anything is written, and if it does not succeed nothing is left.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as FileTree from "@dev-infra/git-repositories/FileTree"
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import type { MetadataEditRefused } from "@dev-infra/metadata/MetadataFailure"
import { fileName as metadataFile, type MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { ProjectId } from "@dev-infra/metadata/ProjectId"
import type { MetadataPatch } from "@dev-infra/metadata/ProjectMetadata"
import * as Adoption from "@dev-infra/registry/Adoption"
import type { Discovery } from "@dev-infra/registry/Discovery"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, Registry, type WriteError } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as AnswersOf from "./Answers.js"
import { GitHub, type GitHubUnavailable, isRepositoryName } from "./GitHub.js"
import { type GitOutcome, GitSetup } from "./GitSetup.js"
import * as Rendering from "./Rendering.js"
import * as SafePath from "./SafePath.js"
import { StagedFolders } from "./StagedFolders.js"
import type { AnswersInvalid, TemplateInvalid } from "./TemplateFailure.js"
import type { Answers, AnswerValue } from "./TemplateManifest.js"
import type { TemplateSnapshot } from "./TemplateSnapshot.js"
import * as TemplateSource from "./TemplateSource.js"
import { UsedTemplates } from "./UsedTemplates.js"

/**
 * A project cannot be made. `NameInvalid`: `detail` says why; `Taken`: something lies where it should be; `RepositoryNameInvalid`: GitHub allows no such name.
 *
 * @category errors
 */
export class CreationRefused extends Schema.TaggedError<CreationRefused>("@dev-infra/templates/CreationRefused")("CreationRefused", {
  reason: Schema.Literal("NameInvalid", "Taken", "RepositoryNameInvalid"),
  /** the name, or the path */
  subject: Schema.String,
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return `${this.subject}: ${this.detail ?? this.reason}`
  }
}

/** What is to be made. @category models */
export interface CreationOptions<E, R> {
  readonly name: string
  /** where: absolute, normalised */
  readonly target: string
  readonly snapshot: TemplateSnapshot
  /** values of variables, by name */
  readonly given: { readonly [name: string]: AnswerValue }
  readonly author: string
  /** today, `YYYY-MM-DD` */
  readonly date: string
  readonly ask?: (question: AnswersOf.Question) => Effect.Effect<AnswerValue, E, R>
}

/** A project that could be made: a value, nothing is written yet. @category models */
export interface CreationPlan {
  readonly name: string
  readonly target: string
  readonly snapshot: TemplateSnapshot
  readonly answers: Answers
  /** all of them but `.dev-infra.yml` */
  readonly files: FileTree.FileTree
  /** what `.dev-infra.yml` will state, beside the id */
  readonly stated: MetadataPatch
  /** what the template says to whoever made a project */
  readonly message: string | undefined
}

/** What is wanted beside the files. @category models */
export interface CreateOptions {
  /** whether to make a repository with one commit; by default yes */
  readonly git?: boolean
  /** whether to make one on GitHub too */
  readonly github?: { readonly isPrivate: boolean }
}

/** What was made. @category models */
export interface Created {
  /** without symbolic links */
  readonly path: string
  readonly outcome: Exclude<AddOutcome, { readonly _tag: "Refused" }>
  /** undefined: it was not wanted */
  readonly git: GitOutcome | undefined
  /** the address of the repository on GitHub */
  readonly github: string | undefined
}

/** Why a plan cannot be made. @category errors */
export type PlanError = CreationRefused | AnswersInvalid | TemplateInvalid | MetadataEditRefused | FileFailure

/** Why a project cannot be made. @category errors */
export type CreateError = CreationRefused | GitHubUnavailable | Adoption.AdoptError | WriteError | FileFailure

const encoder = new TextEncoder()

const header =
  "What dev-infra knows of this project, and what it was made from. Commit this file: it travels with the repository.\nThe id lets other machines recognise the project; the answers let an update of the template be rendered as this project was."

/**
 * Why no project can be called so, as a clause, or nothing if it can: its folder must be possible on every system, and its name must be usable where templates put it.
 *
 * @category guards
 */
export const nameProblem = (name: string): string | undefined => {
  if (name === "") return "it is empty"
  if (name.length > 100) return "it is longer than 100 characters"
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u.test(name)) return "it must begin with a letter or digit, and go on with letters, digits, dots, hyphens and underscores"
  return SafePath.problemOf(name)
}

const taken = (path: string): CreationRefused => new CreationRefused({ reason: "Taken", subject: path, detail: "something is there already" })

const folderName = (path: string): string => path.slice(path.lastIndexOf("/") + 1)

const statedOf = ({ date, name, snapshot, target }: Pick<CreationPlan, "name" | "snapshot" | "target"> & { readonly date: string }, answers: Answers): MetadataPatch => ({
  template: snapshot.name,
  version: snapshot.version,
  source: TemplateSource.toText(snapshot.source, { ref: false }),
  commit: snapshot.commit,
  created: date,
  ...(name === folderName(target) ? {} : { name }),
  answers
})

const documentOf = (plan: Pick<CreationPlan, "target" | "stated">, id?: ProjectId) =>
  MetadataDocument.create(id === undefined ? plan.stated : { ...plan.stated, id }, { path: `${plan.target}/${metadataFile}`, header })

/**
 * Everything that a new project would be. Nothing is written.
 *
 * @example
 * ```ts
 * import * as Creation from "@dev-infra/templates/Creation"
 * import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
 * import * as Effect from "effect/Effect"
 *
 * export const make = (snapshot: TemplateSnapshot) =>
 *   Creation.plan({ name: "api", target: "/home/me/api", snapshot, given: {}, author: "me", date: "2025-12-19" }).pipe(
 *     Effect.flatMap((plan) => Creation.create(plan, { github: { isPrivate: true } }))
 *   )
 * ```
 * @category constructors
 */
export const plan = <E = never, R = never>(options: CreationOptions<E, R>): Effect.Effect<CreationPlan, PlanError | E, R | StagedFolders> =>
  Effect.gen(function* () {
    const { ask, author, date, given, name, snapshot, target } = options
    const problem = nameProblem(name)
    if (problem !== undefined) return yield* new CreationRefused({ reason: "NameInvalid", subject: name, detail: problem })
    const folders = yield* StagedFolders
    if (yield* folders.isTaken(target)) return yield* taken(target)
    const answers = yield* AnswersOf.resolve(snapshot.manifest, { given, builtIn: { name, date, author }, unknown: "refuse", ...(ask === undefined ? {} : { ask }) })
    const files = yield* Rendering.render(snapshot, answers)
    const { created } = snapshot.manifest.messages
    const message = created === undefined ? undefined : yield* Rendering.text(snapshot, created, answers)
    const stated = statedOf({ date, name, snapshot, target }, answers)
    // What cannot be written down is found out now.
    yield* documentOf({ target, stated })
    return { name, target, snapshot, answers, files, stated, message }
  })

/**
 * The files of the project with its `.dev-infra.yml`.
 *
 * @param id the project's; without one that line is missing, as in a dry run
 * @category combinators
 */
export const filesOf = (creation: CreationPlan, id?: ProjectId): Effect.Effect<FileTree.FileTree, MetadataEditRefused> =>
  Effect.map(documentOf(creation, id), ({ text }) => FileTree.fromFiles([...creation.files.values(), { path: metadataFile, mode: "file", content: encoder.encode(text) }]))

/** The id that the registry will know the project by; fails where it could not be registered. */
const foreseenId = (creation: CreationPlan): Effect.Effect<ProjectId, Adoption.AdoptError | WriteError, Registry> =>
  Effect.gen(function* () {
    const registry = yield* Registry
    // The target was made absolute and normal by the caller.
    const path = creation.target as AbsolutePath
    const [outcome] = yield* registry.add([{ path, kind: "folder", fields: {}, derived: { name: creation.name } }], { dryRun: true, keepIds: true })
    if (outcome === undefined) return yield* Effect.dieMessage("one folder in, one outcome out")
    return outcome._tag === "Refused" ? yield* Effect.fail(outcome.reason) : outcome.project.id
  })

const isCommitted = (git: GitOutcome | undefined): boolean => git?._tag === "Committed"

/**
 * Make the project: write it beside its place with its repository, move it there, and register it. If anything fails or is interrupted, what was made is
 * removed again.
 *
 * @category constructors
 */
export const create = (
  creation: CreationPlan,
  options: CreateOptions = {}
): Effect.Effect<Created, CreateError, Discovery | GitHub | GitSetup | LocalFiles | MetadataFile | Registry | StagedFolders | UsedTemplates> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { name, snapshot, target } = creation
      const folders = yield* StagedFolders
      const used = yield* UsedTemplates
      const { github: publish } = options
      const github = yield* GitHub
      if (publish !== undefined) {
        if (!isRepositoryName(name)) return yield* new CreationRefused({ reason: "RepositoryNameInvalid", subject: name, detail: "on GitHub a name has letters from a to z, digits, dots, hyphens and underscores" })
        yield* github.ready
      }
      const id = yield* foreseenId(creation)
      yield* used.keep(snapshot)
      const staged = yield* folders.stage(target, yield* filesOf(creation, id)).pipe(Effect.catchIf(isThere, () => taken(target)))
      const setUp = yield* GitSetup
      const git = options.git === false ? undefined : yield* setUp.begin(staged.path, `Create ${name} from ${snapshot.name}${snapshot.version === "unknown" ? "" : ` ${snapshot.version}`}`)
      const address = publish === undefined || git === undefined || git._tag === "NoGit" ? undefined : yield* github.create({ name, folder: staged.path, isPrivate: publish.isPrivate, hasCommit: isCommitted(git) })
      yield* staged.move.pipe(Effect.catchIf(isThere, () => taken(target)))
      const outcome = yield* register(staged.target, creation.stated)
      return { path: staged.target, outcome, git, github: address }
    })
  )

const isThere = (failure: FileFailure): boolean => failure.code === "EEXIST"

const register = (path: string, stated: MetadataPatch) =>
  Effect.gen(function* () {
    const [found] = yield* Registration.inspectAll([path])
    if (found === undefined) return yield* Effect.dieMessage("one folder in, one found out")
    return (yield* Adoption.adopt(found, { stated })).outcome
  })
