/**
 * Applying plans of updates to projects, all or nothing, and undoing them.
 *
 * An update is prepared beside the project, recorded in a journal, and then put in place by renames, under a lock of the project. A process that
 * is killed on the way leaves a journal by which the next command for the project ends the update, or rolls it back. The journal stays, so that
 * the update can be undone.
 *
 * @module
 */
import type { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { MetadataFile } from "@dev-infra/metadata/MetadataFile"
import type { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import type { GitStatus } from "@dev-infra/registry/GitStatus"
import type { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { type ApplyIncomplete, type ChangedSince, ConflictsRefused, type JournalUnreadable, type NothingToUndo, PlanStale, type WorkingTreeDirty } from "./ApplyFailure.js"
import * as Comparison from "./apply/Comparison.js"
import { type AskChoice, type ConflictChoice, decide, type Decided, type Result } from "./apply/Decision.js"
import * as Journal from "./apply/Journal.js"
import * as KeptBase from "./apply/KeptBase.js"
import type { Request } from "./apply/Preparation.js"
import { journalsOf, removeDead, withLock } from "./apply/ProjectLock.js"
import { type RecordFailure, compare as compareRecord } from "./apply/RecordChange.js"
import type { Refreshed } from "./apply/RegistryEntry.js"
import * as Transaction from "./apply/Transaction.js"
import * as Undo from "./apply/Undo.js"
import { requireClean } from "./apply/WorkingTree.js"
import type { TemplateSources } from "./TemplateSources.js"
import type { FileClass, PlannedFile, UpdatePlan } from "./UpdatePlan.js"
import type { UsedTemplates } from "./UsedTemplates.js"

export { type AskChoice, askChoices, type ConflictChoice, conflictChoices, type Result } from "./apply/Decision.js"
export type { RegistryProblem, Refreshed } from "./apply/RegistryEntry.js"
export type { Recovered } from "./apply/Transaction.js"
export type { Undone, UndoOptions } from "./apply/Undo.js"

/** How to apply a plan. @category models */
export interface ApplyOptions {
  /** What to write where both sides changed the same lines; git's conflict markers by default. */
  readonly onConflict?: ConflictChoice
  /** What to do about the files that are to be asked for; they are skipped by default. */
  readonly ask?: AskChoice | ((file: PlannedFile) => AskChoice)
  /** Also if there are changes that are in no commit. */
  readonly allowDirty?: boolean
}

/** A file of the plan, and what became of it. @category models */
export interface AppliedFile {
  readonly path: string
  readonly from?: string
  readonly class: FileClass
  readonly result: Result
  readonly isConflict: boolean
}

/** @category models */
export interface Applied {
  readonly project: UpdatePlan["project"]
  readonly from: UpdatePlan["from"]
  readonly to: UpdatePlan["to"]
  /** whether anything was written; `false` if everything was so already */
  readonly changed: boolean
  /** the files of the plan, without those that there was nothing to do for */
  readonly files: ReadonlyArray<AppliedFile>
  /** how many files of each class were written */
  readonly counts: { readonly [C in FileClass]?: number }
  /** files with conflict markers */
  readonly marked: ReadonlyArray<string>
  /** conflicts in which markers cannot be: the project kept its own */
  readonly kept: ReadonlyArray<string>
  /** files that were to be asked for, and were skipped */
  readonly skipped: ReadonlyArray<string>
  /** how the registry took it; undefined if nothing was written */
  readonly registry: Refreshed | undefined
  /** Whether the next update will know what this one made: not if a template without history was changed since the plan was made. */
  readonly isBaseKept: boolean
}

/** What can go wrong before anything is changed. @category errors */
export type CheckFailure = PlanStale | WorkingTreeDirty | ConflictsRefused | RecordFailure

/** What can go wrong with what a process left in the middle. @category errors */
export type RecoverFailure = FileFailure | LockUnavailable | JournalUnreadable | ApplyIncomplete

/** What can go wrong when a plan is applied. @category errors */
export type ApplyFailure = CheckFailure | RecoverFailure

/** What can go wrong when an update is undone. @category errors */
export type UndoFailure = RecoverFailure | NothingToUndo | ChangedSince | PlanStale

/** What looking at a project takes. @category models */
export type CheckServices = GitStatus | LocalFiles | MetadataFile

/** What changing a project takes. @category models */
export type ChangeServices = DevInfraHome | FileLock | LocalFiles | Registry

const pathsWith = (decided: ReadonlyArray<Decided>, result: Result): ReadonlyArray<string> => decided.flatMap((one) => (one.result === result ? [one.file.path] : []))

const appliedOf = (plan: UpdatePlan, decided: ReadonlyArray<Decided>, changed: boolean, registry: Refreshed | undefined, isBaseKept = true): Applied => {
  const files = decided.filter(({ result }) => result !== "left")
  const counts: { [C in FileClass]?: number } = {}
  for (const { file, result } of files) if (result === "done" || result === "marked") counts[file.class] = (counts[file.class] ?? 0) + 1
  return {
    project: plan.project,
    from: plan.from,
    to: plan.to,
    changed,
    files: files.map(({ file, isConflict, result }) => ({ path: file.path, ...(file.from === undefined ? {} : { from: file.from }), class: file.class, result, isConflict })),
    counts,
    marked: pathsWith(decided, "marked"),
    kept: pathsWith(decided, "kept"),
    skipped: pathsWith(decided, "skipped"),
    registry,
    isBaseKept
  }
}

/** What a plan comes to for the project as it is now. */
const examine = (root: string, plan: UpdatePlan, options: ApplyOptions) =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { ask = "skip", onConflict = "markers" } = options
    const decided = decide(plan.files, { onConflict, ask: typeof ask === "function" ? ask : () => ask })
    const conflicts = decided.filter(({ isConflict }) => isConflict)
    if (onConflict === "fail" && conflicts.length > 0) return yield* new ConflictsRefused({ project: root, paths: conflicts.map(({ file }) => file.path) })
    const record = yield* compareRecord(root, plan, pathsWith(decided, "remembered"))
    const compared = yield* Comparison.compare(files, root, decided)
    const problems = [...record.problems, ...compared.problems]
    if (problems.length > 0) return yield* new PlanStale({ project: root, problems })
    const changes = record.change === undefined ? compared.changes : [...compared.changes, record.change]
    if (changes.length > 0 && options.allowDirty !== true) yield* requireClean(root)
    return { decided, changes }
  })

const requestOf = (root: string, plan: UpdatePlan, changes: Request["changes"]): Request => ({
  action: "apply",
  root,
  name: plan.project.name,
  template: plan.template,
  from: { version: plan.from.version, commit: plan.from.commit },
  to: { version: plan.to.version, commit: plan.to.commit },
  registry: { path: plan.project.path, template: plan.template, version: plan.to.version },
  registryBefore: { template: plan.template, version: plan.from.version },
  changes,
  isRemovable: () => true,
  folderBits: new Map(),
  undoes: null
})

const resolve = (path: string): Effect.Effect<string, FileFailure, LocalFiles> => Effect.flatMap(LocalFiles, (files) => files.resolve(path))

/**
 * What {@link apply} would do, or why it would refuse; nothing is written.
 *
 * @category applying
 */
export const check = (plan: UpdatePlan, options: ApplyOptions = {}): Effect.Effect<Applied, CheckFailure, CheckServices> =>
  Effect.gen(function* () {
    const { changes, decided } = yield* examine(yield* resolve(plan.project.path), plan, options)
    return appliedOf(plan, decided, changes.length > 0, undefined)
  })

/**
 * Apply a plan: every file of it, the project's own file and the registry, or nothing at all. What a process left in the middle is ended
 * first. Nothing is committed. A plan that there is nothing to do for changes nothing, whatever git says of the project.
 *
 * @example
 * ```ts
 * import * as Application from "@dev-infra/templates/Application"
 * import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
 * import * as Effect from "effect/Effect"
 *
 * export const careful = (plan: UpdatePlan) =>
 *   Application.apply(plan, { onConflict: "fail", ask: "skip" }).pipe(Effect.map(({ changed, skipped }) => ({ changed, skipped })))
 * ```
 * @category applying
 */
export const apply = (plan: UpdatePlan, options: ApplyOptions = {}): Effect.Effect<Applied, ApplyFailure, ChangeServices | CheckServices | TemplateSources | UsedTemplates> =>
  Effect.gen(function* () {
    const root = yield* resolve(plan.project.path)
    return yield* withLock(root, (turn) =>
      Effect.gen(function* () {
        yield* Transaction.recover(turn)
        const { changes, decided } = yield* examine(root, plan, options)
        if (changes.length === 0) return appliedOf(plan, decided, false, undefined)
        const isBaseKept = yield* KeptBase.keep(plan)
        return appliedOf(plan, decided, true, yield* Transaction.run(turn, requestOf(root, plan, changes)), isBaseKept)
      }))
  })

/**
 * Undo the last update of a project that is not undone yet: files, modes and folders become what they were, byte for byte. Undoing again
 * undoes the update before that.
 *
 * @param path the folder of the project
 * @category applying
 */
export const undo = (path: string, options: Undo.UndoOptions = {}): Effect.Effect<Undo.Undone, UndoFailure, ChangeServices | DurableFile> =>
  Effect.gen(function* () {
    const root = yield* resolve(path)
    return yield* withLock(root, (turn) => Effect.zipRight(Transaction.recover(turn), Undo.undo(turn, root, options)))
  })

/**
 * End what a process that died left in the middle: finish it, or roll it back. Costs one look at the disk if there is nothing.
 *
 * @param path the folder of the project
 * @category recovering
 */
export const recover = (path: string): Effect.Effect<ReadonlyArray<Transaction.Recovered>, RecoverFailure, ChangeServices> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const root = yield* Effect.catchIf(resolve(path), (failure) => failure.reason === "NotFound", () => Effect.succeed(path))
    const folder = yield* journalsOf(root)
    if ((yield* Journal.list(files, folder)).some(Journal.isOpen)) return yield* withLock(root, Transaction.recover)
    yield* removeDead(folder)
    return []
  })

/**
 * Forget the journals of a folder that was only there for a while; nothing can be undone then.
 *
 * @param path the folder, as it was given to {@link apply}, links followed
 * @category recovering
 */
export const forget = (path: string): Effect.Effect<void, FileFailure | LockUnavailable, DevInfraHome | FileLock | LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const root = yield* Effect.catchIf(resolve(path), (failure) => failure.reason === "NotFound", () => Effect.succeed(path))
    yield* withLock(root, ({ folder }) => Effect.flatMap(Journal.list(files, folder), (places) => Effect.forEach(places, (place) => Journal.drop(files, folder, place), { discard: true })))
    yield* files.removeFolder(yield* journalsOf(root))
  })
