/**
 * What an update of a project from its template would do. Nothing is written, and nothing of the template is run.
 *
 * Three versions of each file are compared: as the recorded version of the template makes it from the recorded answers (base), as
 * the version to come makes it (theirs), and as it is in the project (ours).
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { type FileTree, isSameFile } from "@dev-infra/git-repositories/FileTree"
import type { MetadataInvalid, MetadataUnavailable } from "@dev-infra/metadata/MetadataFailure"
import { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { ProjectMetadata } from "@dev-infra/metadata/ProjectMetadata"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as semver from "semver"
import * as Answers from "./Answers.js"
import * as Compare from "./planning/Compare.js"
import type { Rename } from "./planning/Renames.js"
import * as Rules from "./planning/Rules.js"
import { type FolderUnavailable, type Obstacle, ProjectFolder } from "./ProjectFolder.js"
import * as Rendering from "./Rendering.js"
import type { AnswersInvalid, TemplateFailure, TemplateInvalid, TemplateUnavailable } from "./TemplateFailure.js"
import type { AnswerValue, RenamedFile, SyncGlobs } from "./TemplateManifest.js"
import * as TemplateRecord from "./TemplateRecord.js"
import type { TemplateSnapshot } from "./TemplateSnapshot.js"
import { type NamesError, TemplateSources } from "./TemplateSources.js"
import type { TemplateSource } from "./TemplateSource.js"
import * as Source from "./TemplateSource.js"
import type { MergeFailed, MergeLabels, TextMerge } from "./TextMerge.js"
import type { PlannedFile, UpdatePlan } from "./UpdatePlan.js"

/** What is compared. @category models */
export type CompareOptions = Compare.CompareOptions

/** Which rules count for updates of files. @category models */
export type UpdateRules = Rules.UpdateRules

/** No rules: every file is merged. @category constants */
export const noRules: UpdateRules = Rules.none

/**
 * The project names no template, so there is nothing to update it from.
 *
 * @category errors
 */
export class NoTemplate extends Schema.TaggedError<NoTemplate>("@dev-infra/templates/NoTemplate")("NoTemplate", {
  path: Schema.String
}) {
  override get message(): string {
    return `${this.path} names no template`
  }
}

/** Why a project cannot be planned. @category errors */
export type PlanFailure =
  | NoTemplate
  | TemplateFailure
  | NamesError
  | AnswersInvalid
  | FolderUnavailable
  | MergeFailed
  | MetadataInvalid
  | MetadataUnavailable
  | FileFailure

/**
 * What would become of each file of a project, sorted by path. It depends on nothing but what is handed in.
 *
 * @example
 * ```ts
 * import * as FileTree from "@dev-infra/git-repositories/FileTree"
 * import * as Planning from "@dev-infra/templates/Planning"
 * import * as TextMerge from "@dev-infra/templates/TextMerge"
 * import * as Effect from "effect/Effect"
 *
 * const tree = (text: string) => FileTree.fromFiles([{ path: "README.md", mode: "file", content: new TextEncoder().encode(text) }])
 * export const classes = Planning.compare({
 *   base: tree("# api\n"),
 *   theirs: tree("# API\n"),
 *   ours: tree("# api\n"),
 *   rules: Planning.noRules,
 *   renamed: [],
 *   labels: { ours: "here", base: "v1", theirs: "v2" }
 * }).pipe(
 *   Effect.map((files) => files.map((file) => file.class)), // ["update"]
 *   Effect.provide(TextMerge.layerMemory)
 * )
 * ```
 * @category planning
 */
export const compare: (options: CompareOptions) => Effect.Effect<ReadonlyArray<PlannedFile>, MergeFailed | TemplateInvalid, TextMerge> = Compare.compare

/** @category models */
export interface PlanOptions<E = never, R = never> {
  /** a version that the source offers; without it the newest */
  readonly to?: string
  /** asks for variables that the version to come has and the project has no answer for; without it their defaults count */
  readonly ask?: (question: Answers.Question) => Effect.Effect<AnswerValue, E, R>
}

/** A project, by its name and the absolute path of its folder. @category models */
export interface PlannedProject {
  readonly name: string
  readonly path: string
}

const recordOf = (path: string) =>
  Effect.gen(function*() {
    const files = yield* MetadataFile
    const document = yield* files.read(path)
    const metadata = Option.map(document, ({ metadata }) => metadata)
    return yield* Option.match(Option.all({ metadata, record: Option.flatMap(metadata, TemplateRecord.of) }), {
      onNone: () => Effect.fail(new NoTemplate({ path })),
      onSome: Effect.succeed
    })
  })

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/** What the built-in variables were when the project was made; without a record, what is nearest to it. */
const builtInOf = (record: TemplateRecord.TemplateRecord, metadata: ProjectMetadata, project: PlannedProject) =>
  Effect.map(DateTime.now, (now) => ({
    name: textOf(record.answers["name"]) ?? metadata.name ?? project.name,
    date: textOf(record.answers["date"]) ?? metadata.created ?? DateTime.formatIsoDateUtc(now),
    author: textOf(record.answers["author"]) ?? ""
  }))

/** The recorded version, or why it is not to be had. A tag that was moved does not count: the commit does. */
const openRecorded = (source: TemplateSource, record: TemplateRecord.TemplateRecord): Effect.Effect<TemplateSnapshot, TemplateFailure, TemplateSources> =>
  Effect.flatMap(TemplateSources, (sources) => {
    const byVersion = sources.open(source, record.version)
    return record.commit === undefined
      ? byVersion
      : Effect.catchTag(sources.open(source, record.commit), "TemplateUnavailable", (error) => (source._tag === "Git" ? Effect.mapError(byVersion, () => error) : Effect.fail(error)))
  })

interface Base {
  readonly snapshot: TemplateSnapshot | undefined
  readonly files: FileTree
  /** what this version says of files that got another name */
  readonly renamed: ReadonlyArray<RenamedFile>
  readonly warnings: ReadonlyArray<string>
}

const noFiles: FileTree = new Map()

const missingBase = (record: TemplateRecord.TemplateRecord, why: string): Base => ({
  snapshot: undefined,
  files: noFiles,
  renamed: [],
  warnings: [`version ${record.version} of ${record.template}, from which the project was made, ${why}: every file that differs from the new version is a conflict, and files that the template dropped stay`]
})

const baseReasons: { readonly [reason in TemplateUnavailable["reason"]]: string } = {
  NotFound: "cannot be found any more",
  NotCached: "is not on this computer",
  NoSuchVersion: "cannot be found any more",
  NoSuchFolder: "has no such folder",
  GitMissing: "cannot be read without git",
  GitFailed: "cannot be read by git",
  NotAllowed: "cannot be read"
}

/** The base as far as it is to be had: an update without it is possible, but knows less. */
const baseOf = (
  recorded: Either.Either<TemplateSnapshot, TemplateFailure>,
  record: TemplateRecord.TemplateRecord,
  builtIn: Answers.BuiltIn
): Effect.Effect<Base> =>
  Effect.gen(function*() {
    const snapshot = yield* recorded
    const answers = yield* Effect.orElseSucceed(Answers.resolve(snapshot.manifest, { given: record.answers, builtIn }), () => record.answers)
    const files = yield* Rendering.render(snapshot, answers)
    return { snapshot, files, renamed: yield* Effect.orElseSucceed(Rendering.renamed(snapshot, answers), () => []), warnings: [] }
  }).pipe(
    Effect.catchTags({
      TemplateUnavailable: ({ reason }) => Effect.succeed(missingBase(record, baseReasons[reason])),
      TemplateInvalid: () => Effect.succeed(missingBase(record, "cannot be rendered with the recorded answers")),
      SourceInvalid: () => Effect.succeed(missingBase(record, "cannot be named any more"))
    })
  )

const versionOf = (text: string): semver.SemVer | undefined => semver.parse(text.replace(/^v/, "")) ?? undefined

/** Whether a rename came with a version between the two; where versions are no numbers, the files alone say it. */
const cameBetween = (from: string, to: string) => {
  const [before, after] = [versionOf(from), versionOf(to)]
  return ({ version }: RenamedFile): boolean => {
    const at = version === undefined ? undefined : versionOf(version)
    if (at === undefined || before === undefined || after === undefined) return true
    return semver.gt(at, before) && semver.lte(at, after)
  }
}

/** The other way round, as it is on the way back to an older version. */
const reversed = ({ from, to, version }: RenamedFile): RenamedFile => ({ from: to, to: from, ...(version === undefined ? {} : { version }) })

const isSameRename = (one: RenamedFile) => (other: RenamedFile): boolean => one.from === other.from && one.to === other.to && one.version === other.version

/**
 * What got another name between the two versions. On the way to an older version only the recorded one knows of it, and it is undone; what both know of happened
 * before either.
 */
const renamesOf = (record: TemplateRecord.TemplateRecord, base: Base, target: TemplateSnapshot, declared: ReadonlyArray<RenamedFile>): ReadonlyArray<RenamedFile> => [
  ...base.renamed.filter((rename) => !declared.some(isSameRename(rename))).filter(cameBetween(target.version, record.version)).map(reversed),
  ...declared.filter(cameBetween(record.version, target.version))
]

const globsOf = (sync: TemplateRecord.TemplateRecord["sync"]): SyncGlobs => ({ always: sync.always ?? [], ask: sync.ask ?? [], never: sync.never ?? [] })

/** Files that the template would change, and cannot. */
const blockedWarnings = (files: ReadonlyArray<PlannedFile>, obstacles: ReadonlyMap<string, Obstacle>, base: FileTree, theirs: FileTree): ReadonlyArray<string> =>
  files.flatMap((file) => {
    const [before, after] = [base.get(file.path), theirs.get(file.path)]
    const isChanged = after !== undefined && (before === undefined || !isSameFile(before, after))
    return file.class === "local" && obstacles.has(file.path) && isChanged ? [`${file.path} is left alone, though the template changed it: ${file.reason ?? ""}`] : []
  })

const labelsOf = (record: TemplateRecord.TemplateRecord, to: TemplateSnapshot): MergeLabels => ({
  ours: "here",
  base: `${record.template} ${record.version}`,
  theirs: `${record.template} ${to.version}`
})

const pathsOf = (trees: ReadonlyArray<FileTree>, renames: ReadonlyArray<Rename>): ReadonlySet<string> =>
  new Set([...trees.flatMap((tree) => [...tree.keys()]), ...renames.flatMap(({ from, to }) => [from, to])])

/**
 * What an update of a project would do. Offline: it asks for nothing that is not on this computer.
 *
 * @param project its folder has the `.dev-infra.yml` that says what it was made from
 * @example
 * ```ts
 * import * as Planning from "@dev-infra/templates/Planning"
 * import * as UpdatePlan from "@dev-infra/templates/UpdatePlan"
 * import * as Effect from "effect/Effect"
 *
 * export const isOutdated = Effect.map(Planning.plan({ name: "api", path: "/home/me/api" }), ({ files }) =>
 *   files.some((file) => UpdatePlan.pending.has(file.class))
 * )
 * ```
 * @category planning
 */
export const plan = <E = never, R = never>(
  project: PlannedProject,
  options: PlanOptions<E, R> = {}
): Effect.Effect<UpdatePlan, PlanFailure | E, MetadataFile | ProjectFolder | TemplateSources | TextMerge | R> =>
  Effect.gen(function*() {
    const { metadata, record } = yield* recordOf(project.path)
    const sources = yield* TemplateSources
    const folder = yield* ProjectFolder
    const source = yield* sources.parse(record.source ?? record.template)
    const [target, recorded] = yield* Effect.all([sources.open(source, options.to), Effect.either(openRecorded(source, record))], { concurrency: 2 })
    const builtIn = yield* builtInOf(record, metadata, project)
    const answers = yield* Answers.resolve<E, R>(target.manifest, { given: record.answers, builtIn, ...(options.ask === undefined ? {} : { ask: options.ask }) })
    const theirs = yield* Rendering.render(target, answers)
    const base = yield* baseOf(record.commit === target.commit ? Either.right(target) : recorded, record, builtIn)
    const renamed = renamesOf(record, base, target, yield* Rendering.renamed(target, answers))
    const { files: ours, obstacles } = yield* folder.read(project.path, pathsOf([base.files, theirs], renamed))
    const labels = labelsOf(record, target)
    const rules = { customizations: record.customizations, project: globsOf(record.sync), template: target.manifest.sync }
    const files = yield* compare({ base: base.files, theirs, ours, obstacles, rules, renamed, labels })
    return {
      project: { name: project.name, path: project.path },
      template: record.template,
      source: Source.toText(source, { ref: false }),
      from: { version: record.version, commit: base.snapshot?.commit ?? record.commit ?? "unknown" },
      to: { version: target.version, commit: target.commit },
      answers,
      files,
      warnings: [...base.warnings, ...blockedWarnings(files, obstacles, base.files, theirs)]
    }
  })
