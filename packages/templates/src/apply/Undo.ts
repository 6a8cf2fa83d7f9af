/**
 * Undoing the last update of a project: an update in the other direction, as safe as the first.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode } from "@dev-infra/registry/HomePaths"
import type { Registry } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { type ApplyIncomplete, ChangedSince, type JournalUnreadable, NothingToUndo, PlanStale } from "../ApplyFailure.js"
import { type Change, restored } from "./Change.js"
import * as Journal from "./Journal.js"
import type { Turn } from "./ProjectLock.js"
import { hashOf, look } from "./ProjectTree.js"
import type { Refreshed } from "./RegistryEntry.js"
import * as Transaction from "./Transaction.js"

type Files = LocalFiles["Type"]

/** @category models */
export interface UndoOptions {
  /** Put files back also if they were changed since; what they were is kept in `backups` of the home. */
  readonly force?: boolean
  /** Say what would be done, change nothing. */
  readonly dryRun?: boolean
}

/** @category models */
export interface Undone {
  readonly project: { readonly name: string; readonly path: string }
  /** the versions of the update that was undone */
  readonly from: Journal.Journal["from"]
  readonly to: Journal.Journal["to"]
  /** when it was made */
  readonly time: string
  readonly files: ReadonlyArray<{ readonly path: string; readonly result: "restored" | "removed" | "brought back" }>
  /** what was changed since and is replaced, with the copy that was kept of it */
  readonly replaced: ReadonlyArray<{ readonly path: string; readonly copy: string | undefined }>
  readonly registry: Refreshed | undefined
}

interface Looked {
  readonly changes: ReadonlyArray<Change>
  /** changed since */
  readonly changed: ReadonlyArray<Change>
}

/** What is to be put back, and what is no longer as the update left it. */
const lookAt = (files: Files, journal: Journal.Journal, old: ReadonlyMap<string, Uint8Array>): Effect.Effect<Looked, FileFailure | PlanStale> =>
  Effect.gen(function* () {
    const changes: Array<Change> = []
    const changed: Array<Change> = []
    const leaving = new Set(journal.entries.flatMap(({ before, path }) => (before === null ? [path] : [])))
    for (const { after, before, path } of journal.entries) {
      const found = yield* look(files, journal.project, path, leaving)
      const isRoom = found._tag === "Blocked" && before !== null && after === null && [...leaving].some((other) => other.startsWith(`${path}/`))
      if (found._tag === "Blocked" && !isRoom) return yield* new PlanStale({ project: journal.project, problems: [{ path, problem: found.problem }] })
      const now = found._tag === "File" ? { state: found.state, identity: found.identity } : undefined
      const hash = now === undefined ? undefined : hashOf(now.state)
      const content = old.get(path) ?? new Uint8Array()
      const change = { path, before: now, after: before === null ? undefined : restored({ kind: before.kind, bits: before.bits, content }) }
      if (hash === before?.hash && (now?.state.kind !== "file" || now.state.bits === before?.bits)) continue
      changes.push(change)
      if (hash !== after?.hash && hash !== before?.hash) changed.push(change)
    }
    return { changes, changed }
  })

/** Keep what is about to be replaced though it was changed since. */
const keep = (journal: Journal.Journal, changed: ReadonlyArray<Change>): Effect.Effect<Undone["replaced"], FileFailure, DevInfraHome | DurableFile> =>
  Effect.gen(function* () {
    const { backupsFolder } = yield* DevInfraHome
    const durable = yield* DurableFile
    const place = `undo-${journal.name}-${journal.to.version}`.replaceAll(/[^\w.-]+/g, "-")
    return yield* Effect.forEach(changed, ({ before, path }) =>
      Effect.map(
        before === undefined ? Effect.succeed(undefined) : durable.keep(`${backupsFolder}/${place}/${path}`, before.state.content, { mode: 0o600, folderMode }),
        (copy) => ({ path, copy })
      ))
  })

const resultOf = ({ after, before }: Change): Undone["files"][number]["result"] => (after === undefined ? "removed" : before === undefined ? "brought back" : "restored")

/** The update that is to be undone. */
const last = (files: Files, { folder }: Turn, root: string): Effect.Effect<Journal.Place, FileFailure | NothingToUndo> =>
  Effect.gen(function* () {
    const places = yield* Journal.list(files, folder)
    const found = places.findLast(({ phase }) => phase === "done")
    if (found !== undefined) return found
    return yield* new NothingToUndo({ project: root, reason: places.some(({ phase }) => phase === "undone") ? "Undone" : "None" })
  })

/**
 * Undo the last update. To be called with the lock.
 *
 * @category applying
 */
export const undo = (
  turn: Turn,
  root: string,
  options: UndoOptions
): Effect.Effect<Undone, FileFailure | JournalUnreadable | NothingToUndo | ChangedSince | PlanStale | ApplyIncomplete, DevInfraHome | DurableFile | LocalFiles | Registry> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const { folder } = turn
    const place = yield* last(files, turn, root)
    const journal = yield* Journal.read(files, folder, place)
    const { changed, changes } = yield* lookAt(files, journal, yield* Journal.readOld(files, folder, place.number, journal))
    if (changed.length > 0 && options.force !== true) return yield* new ChangedSince({ project: root, paths: changed.map(({ path }) => path) })
    const outcome = {
      project: { name: journal.name, path: root },
      from: journal.from,
      to: journal.to,
      time: journal.time,
      files: changes.map((change) => ({ path: change.path, result: resultOf(change) }))
    }
    if (options.dryRun === true) return { ...outcome, replaced: changed.map(({ path }) => ({ path, copy: undefined })), registry: undefined }
    const replaced = yield* keep(journal, changed)
    const made = new Set(journal.madeFolders.map(({ path }) => path))
    const registry = yield* Transaction.run(turn, {
      action: "undo",
      root,
      name: journal.name,
      template: journal.template,
      from: journal.to,
      to: journal.from,
      registry: { ...journal.registry, ...journal.registryBefore },
      registryBefore: { template: journal.registry.template, version: journal.registry.version },
      changes,
      isRemovable: (path) => made.has(path),
      folderBits: new Map(journal.removedFolders.map(({ bits, path }) => [path, bits])),
      undoes: place.number
    })
    return { ...outcome, replaced, registry }
  })
