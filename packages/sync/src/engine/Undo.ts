/**
 * Putting back what a sync overrode: an ordinary local edit, itself logged.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import * as LocalView from "../LocalView.js"
import { isEqual, ofProject, valueOf } from "../SharedFields.js"
import { CannotUndo, EntryNotFound } from "../SyncError.js"
import type { Happened, LogEntry, Overridden } from "../SyncLog.js"
import { around } from "../SyncStep.js"
import { look, now, remember, type Services } from "./Home.js"

/** @category models */
export interface UndoOptions {
  readonly force?: boolean
  readonly dryRun?: boolean
}

const find = (entries: ReadonlyArray<LogEntry>, entry: string) => {
  const named = entry.toLowerCase()
  const found = named.length < 4 ? [] : entries.filter((one) => one.entry.startsWith(named))
  const [only] = found
  const exact = found.find((one) => one.entry === named) ?? only
  return exact === undefined || (found.length > 1 && exact.entry !== named) ? Effect.fail(new EntryNotFound({ entry, isAmbiguous: found.length > 1 })) : Effect.succeed(exact)
}

const shown = (value: JsonValue | undefined): string => (value === undefined || value === null ? "nothing" : JSON.stringify(value))

const undoOverride = (services: Services, found: LogEntry, record: Overridden, options: UndoOptions) =>
  Effect.gen(function* () {
    const home = yield* look(services, { isLasting: true })
    const project = home.projects.find(({ aliases, id }) => id === record.id || (Array.isArray(aliases) && aliases.includes(record.id)))
    if (project === undefined) {
      return yield* new CannotUndo({ entry: found.entry, reason: "NoProject", detail: `${record.name} is not on this machine: its values can be changed with dev-infra update` })
    }
    const view = LocalView.make(project, home.files.get(project.id), undefined, true)
    const current = valueOf(view.fields, record.field)
    if (isEqual(record.field, current, record.old ?? undefined) && !isEqual(record.field, record.old, record.new)) {
      return yield* new CannotUndo({ entry: found.entry, reason: "ChangedSince", detail: `${record.field} of ${record.name} is ${shown(record.old)} already` })
    }
    if (options.force !== true && !isEqual(record.field, current, record.new)) {
      return yield* new CannotUndo({
        entry: found.entry,
        reason: "ChangedSince",
        detail: `${record.field} of ${record.name} was set to ${shown(record.new)} then, and is ${shown(current)} now: with --force it becomes ${shown(record.old)} all the same`
      })
    }
    const isInFile = LocalView.isStated(view, record.field)
    if (isInFile && view.file?.branch !== undefined) {
      return yield* new CannotUndo({
        entry: found.entry,
        reason: "OtherBranch",
        detail: `${record.field} of ${record.name} stands in its own file ${view.file.path}, and the checkout is not on the default branch (${view.file.branch}): switch to that first`
      })
    }
    const outcome = { entry: found, project: project.id, ...(isInFile && view.file !== undefined ? { file: view.file.path } : {}) }
    if (options.dryRun === true) return outcome
    const patch = { [record.field]: record.old ?? withoutValue[record.field] ?? null }
    yield* services.registry.update([{ id: project.id, patch }], { dryRun: true })
    const time = yield* now
    // The registry may hold another value than the project's own file, which counts; both are replaced.
    const registered = valueOf(ofProject(project), record.field)
    const replaced = isEqual(record.field, registered, current) ? [current] : [registered, current]
    yield* around(
      "sync-log",
      services.log.append(
        replaced.map((old) => ({
          time, command: "undo", kind: "overridden", id: project.id, name: project.name, field: record.field, old: old ?? null, new: record.old, source: `undo ${found.entry}`, side: "local"
        }))
      )
    )
    if (isInFile) yield* services.files.write(project, { [record.field]: record.old })
    yield* around("sync-registry", services.registry.update([{ id: project.id, patch }]))
    return outcome
  })

/** What stands in the registry where there is no value. */
const withoutValue: { readonly [field: string]: JsonValue } = { template: "unknown", version: "unknown", status: "active" }

const fieldsOf = (row: JsonValue | undefined): { readonly [field: string]: JsonValue } | undefined => {
  if (typeof row !== "object" || row === null || !("fields" in row)) return undefined
  const { fields } = row
  // The list was excluded: an object of JSON.
  return typeof fields === "object" && fields !== null && !Array.isArray(fields) ? (fields as { readonly [field: string]: JsonValue }) : undefined
}

const undoDeletion = (services: Services, found: LogEntry, record: Happened, options: UndoOptions) =>
  Effect.gen(function* () {
    const home = yield* look(services, { isLasting: true })
    const { current } = home.document
    const seen = fieldsOf(record.row)
    if (seen === undefined || current === null) {
      return yield* new CannotUndo({ entry: found.entry, reason: "NoProject", detail: `what ${record.name} was is not in the log` })
    }
    if (options.dryRun !== true) {
      const at = yield* now
      yield* services.state.modify((document) =>
        remember(document, current.instance, home.machine, (state) => ({
          ...state,
          pending: [...state.pending.filter(({ uid }) => uid !== record.id), { _tag: "Recreate", uid: record.id, name: record.name, seen, at }]
        }))
      )
    }
    return { entry: found, project: record.id }
  })

/**
 * Undo an entry of the log.
 *
 * @param entry its name, or the beginning of it
 * @category commands
 */
export const undo = (services: Services, entry: string, options: UndoOptions) =>
  Effect.gen(function* () {
    const found = yield* find(yield* services.log.read, entry)
    const { record } = found
    if (record.kind === "overridden") return yield* undoOverride(services, found, record, options)
    if (record.kind === "deleted") return yield* undoDeletion(services, found, record, options)
    return yield* new CannotUndo({ entry: found.entry, reason: "NotAnOverride", detail: `entry ${found.entry} replaced no value (${record.kind}): only what was overridden or deleted can be put back` })
  })
