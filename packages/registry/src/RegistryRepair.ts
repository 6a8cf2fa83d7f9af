/**
 * What to do about a registry file that cannot be read: nothing that is in it is ever thrown away, for the damaged file is
 * copied to `backups` before another one takes its place.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { empty, isNewer, parse, print, type RegistryText } from "./RegistryDocument.js"
import type { RegistryUnreadable } from "./RegistryError.js"
import { copyPath, sizeLimit } from "./RegistryFile.js"
import { compare, latest } from "./RegistryMigration.js"
import { assemble, conflictSides, dismantle, type Salvage, salvage, unite } from "./RegistrySalvage.js"

/**
 * What a repair will put in place of the damaged file. `Salvage`: what can still be read of it, if that is not all with what
 * only the backup has; `Union`: both sides of an unfinished merge; `Backup`: the file before the last change; `Empty`: an
 * empty registry, because there is nothing else.
 *
 * @category models
 */
export interface RepairPlan {
  readonly method: "Salvage" | "Union" | "Backup" | "Empty"
  readonly problem: RegistryUnreadable
  /** the whole new file */
  readonly text: string
  /** how many entries it has */
  readonly entries: number
  /** how many of them only the backup had */
  readonly entriesFromBackup: number
  /** lines of the damaged file at which something cannot be read */
  readonly lostLines: ReadonlyArray<number>
  /** how many entries differ between the sides of a merge; those of the first side stand */
  readonly differing: number
  /** the plan as a clause: `put back 3 entries …` */
  readonly summary: string
}

const counted = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`
const entriesOf = (number: number): string => counted(number, "entry", "entries")

/** The version that a damaged file seems to be of. */
const seemsNewer = (text: string): boolean => {
  const match = /"version"\s*:\s*"?(\d{1,6}(?:\.\d{1,6})?)/.exec(text)
  return match !== null && compare(match[1] ?? "", latest) > 0
}

const readSide = (text: string): Salvage => {
  const parsed = parse({ path: "", text })
  return Either.isRight(parsed) ? dismantle(parsed.right.source) : salvage(text)
}

/** What stands before the first NUL; bytes that are no UTF-8 became U+FFFD, so an entry with one is not what it was. */
const readBinary = (text: string): Salvage => salvage(text.replace(/\0[^]*$/, ""), (piece) => !piece.includes("\uFFFD"))

/**
 * The plan for a file that `parse` refused.
 *
 * @param damaged - the file
 * @param problem - why it was refused
 * @param backup - the file before the last change, `<file>.bak`, if there is one
 * @example
 * ```ts
 * import * as RegistryDocument from "@dev-infra/registry/RegistryDocument"
 * import * as RegistryRepair from "@dev-infra/registry/RegistryRepair"
 * import * as Either from "effect/Either"
 * import * as Option from "effect/Option"
 *
 * const damaged = { path: "registry.json", text: `{"projects": [{"name": "api"}, {"na` }
 * const result = RegistryDocument.parse(damaged)
 * if (Either.isLeft(result)) console.log(RegistryRepair.plan(damaged, result.left, Option.none()).summary)
 * ```
 * @category planning
 */
export const plan = (damaged: RegistryText, problem: RegistryUnreadable, backup: Option.Option<RegistryText>): RepairPlan => {
  const readableBackup = Option.filterMap(backup, (file) => Option.getRight(Either.map(parse(file), ({ document, source }) => ({ file, document, source }))))
  const none = { problem, entriesFromBackup: 0, lostLines: [], differing: 0 }
  const instead = (): RepairPlan => Option.match(readableBackup, {
    onNone: () => ({
      ...none,
      method: "Empty",
      text: print(empty, Option.none()),
      entries: 0,
      summary: "start an empty registry, for nothing in the file can be read and there is no backup (dev-infra scan finds projects again)"
    }),
    onSome: ({ document, file }) => ({
      ...none,
      method: "Backup",
      text: file.text,
      entries: document.projects.length,
      entriesFromBackup: document.projects.length,
      summary: `put back ${file.path} with ${entriesOf(document.projects.length)}`
    })
  })
  if (seemsNewer(damaged.text)) return instead()

  const isMerge = problem.reason === "MergeConflict"
  const [ours, theirs] = isMerge ? conflictSides(damaged.text) : [damaged.text, ""]
  const first = problem.reason === "Binary" ? readBinary(ours) : readSide(ours)
  const second = isMerge ? readSide(theirs) : undefined
  const united = unite(first.entries, second?.entries ?? [])
  const isComplete = first.isComplete && (second?.isComplete ?? true)
  const lostLines = [...new Set([...first.lostLines, ...(second?.lostLines ?? [])])]
  if (united.entries.length === 0 && !isComplete) return instead()

  const isWhole = isComplete && lostLines.length === 0
  const older = isWhole ? undefined : Option.getOrUndefined(Option.filterMap(readableBackup, ({ document, source }) => isNewer(document) ? Option.none() : Option.some(dismantle(source))))
  const all = unite(united.entries, older?.entries ?? [])
  const text = assemble(all.entries, [...(older?.rest ?? []), ...(second?.rest ?? []), ...first.rest])
  // what was put together is a registry again, or nothing here is trusted
  if (Either.isLeft(parse({ path: damaged.path, text }))) return instead()
  const parts = [
    isMerge
      ? `join both sides of the merge to ${entriesOf(united.entries.length)}`
      : united.entries.length === 0
        ? "start a registry without entries, for the file holds none"
        : `keep the ${entriesOf(united.entries.length)} that can be read`,
    ...(united.differing.length === 0 ? [] : [`where they differ (${entriesOf(united.differing.length)}) take the first side`]),
    ...(all.added === 0 ? [] : [`add ${entriesOf(all.added)} that only the backup has`]),
    ...(lostLines.length === 0 ? [] : [`leave out what stands at line ${lostLines.join(", ")}`])
  ]
  return {
    method: isMerge ? "Union" : "Salvage",
    problem,
    text,
    entries: all.entries.length,
    entriesFromBackup: all.added,
    lostLines,
    differing: united.differing.length,
    summary: parts.join(", ")
  }
}

const planFor = (damaged: RegistryText): Effect.Effect<Option.Option<RepairPlan>, FileFailure, DurableFile> =>
  Effect.gen(function* () {
    const parsed = parse(damaged)
    if (Either.isRight(parsed)) return Option.none()
    const files = yield* DurableFile
    // a backup that cannot be read is as good as none
    const backup = yield* Effect.orElseSucceed(files.read(`${damaged.path}.bak`, { limit: sizeLimit }), () => Option.none())
    return Option.some(plan(damaged, parsed.left, backup))
  })

/**
 * What `repair` would do to the registry at a path; none if it can be read, or is not there. Changes nothing.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as RegistryRepair from "@dev-infra/registry/RegistryRepair"
 * import * as Effect from "effect/Effect"
 *
 * const wouldDo = RegistryRepair.inspect("/home/me/.dev-infra/registry.json").pipe(Effect.provide(DurableFile.layer))
 * ```
 * @category repairing
 */
export const inspect = (path: string): Effect.Effect<Option.Option<RepairPlan>, FileFailure, DurableFile> =>
  Effect.gen(function* () {
    const files = yield* DurableFile
    const current = yield* files.read(path, { limit: sizeLimit })
    return Option.flatten(yield* Effect.transposeOption(Option.map(current, planFor)))
  })

/** A repair that was made; `copy` is where the damaged file is kept. @category models */
export interface Repaired {
  readonly plan: RepairPlan
  readonly copy: string
}

/**
 * Copy the damaged file to `backups` beside it, then replace it as planned. Under the registry's lock; none if the file can be
 * read after all, or if the plan is no longer the one that was agreed to. The file `<file>.bak` stays as it is.
 *
 * @param agreed - the summary of the plan that may be carried out; any plan by default
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as RegistryRepair from "@dev-infra/registry/RegistryRepair"
 * import * as Effect from "effect/Effect"
 *
 * const repaired = RegistryRepair.repair("/home/me/.dev-infra/registry.json").pipe(Effect.provide(DurableFile.layer))
 * ```
 * @category repairing
 */
export const repair = (path: string, agreed?: string): Effect.Effect<Option.Option<Repaired>, FileFailure | LockUnavailable, DurableFile> =>
  Effect.flatMap(Effect.context<DurableFile>(), (context) =>
    Effect.flatMap(DurableFile, (files) =>
      files.modify<Option.Option<Repaired>, FileFailure>(path, { backup: "none", modeWhenNew: 0o600, limit: sizeLimit }, (current) =>
        Effect.gen(function* () {
          const planned = Option.isNone(current) ? Option.none() : yield* Effect.provide(planFor(current.value), context)
          if (Option.isNone(planned) || Option.isNone(current) || (agreed !== undefined && planned.value.summary !== agreed)) return { result: Option.none(), content: undefined }
          const name = copyPath(current.value.path, "damaged", yield* Clock.currentTimeMillis)
          const copy = yield* files.keep(name, current.value.bytes, { mode: 0o600, folderMode: 0o700 })
          return { result: Option.some({ plan: planned.value, copy }), content: planned.value.text }
        }))))
