/**
 * The record of one update on the disk, from before its first change until long after: what is needed to finish it, to roll it back, and to
 * undo it.
 *
 * An update has a number. Its record is a file `<number>.<phase>`, whose content never changes; going on to the next phase is a rename. Beside it
 * lie the old contents, one after the other in `<number>.old`.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { JournalUnreadable } from "../ApplyFailure.js"

type Files = LocalFiles["Type"]

const phases = ["prepare", "apply", "finish", "revert", "done", "undone"] as const

/**
 * How far an update is:
 *
 * - `prepare`: nothing of the project was changed
 * - `apply`: everything is prepared; it can be finished, and it can be rolled back
 * - `finish`: the project is as it is to be; what was prepared is being cleared away
 * - `revert`: it is being rolled back
 * - `done`: it can be undone
 * - `undone`: it was
 *
 * @category models
 */
export type Phase = (typeof phases)[number]

const open: ReadonlySet<Phase> = new Set(["prepare", "apply", "finish", "revert"])

const Kind = Schema.Literal("file", "symlink")

/** One path. `staged` and `held` are absolute: where the new file waits, and where the old one goes meanwhile. @category schemas */
export const Entry = Schema.Struct({
  path: Schema.String,
  before: Schema.NullOr(Schema.Struct({ kind: Kind, bits: Schema.Number, hash: Schema.String, offset: Schema.Number, length: Schema.Number })),
  after: Schema.NullOr(Schema.Struct({ kind: Kind, hash: Schema.String })),
  staged: Schema.String,
  held: Schema.String
})

/** @category models */
export type Entry = typeof Entry.Type

const Version = Schema.Struct({ version: Schema.String, commit: Schema.String })

/** @category schemas */
export const Journal = Schema.Struct({
  format: Schema.Literal(1),
  action: Schema.Literal("apply", "undo"),
  /** the folder, links followed */
  project: Schema.String,
  name: Schema.String,
  /** ISO 8601, UTC */
  time: Schema.String,
  template: Schema.String,
  from: Version,
  to: Version,
  /** what the registry is to say afterwards of the project at a path, which may go through links */
  registry: Schema.Struct({ path: Schema.String, template: Schema.String, version: Schema.String }),
  /** what the project's own file said of it before */
  registryBefore: Schema.Struct({ template: Schema.String, version: Schema.String }),
  /** the folder that was made for what is prepared; null if that lies in folders of the project */
  staging: Schema.NullOr(Schema.String),
  entries: Schema.Array(Entry),
  /** relative, the outermost first; `bits` are null for those of a new folder */
  madeFolders: Schema.Array(Schema.Struct({ path: Schema.String, bits: Schema.NullOr(Schema.Number) })),
  /** relative, the innermost first */
  removedFolders: Schema.Array(Schema.Struct({ path: Schema.String, bits: Schema.Number })),
  /** the number of the update that this one undoes */
  undoes: Schema.NullOr(Schema.Number)
}).annotations({ identifier: "ApplyJournal" })

/** @category models */
export type Journal = typeof Journal.Type

const decode = Schema.decodeUnknown(Schema.parseJson(Journal))
const encode = Schema.encodeSync(Schema.parseJson(Journal))

/** A journal of a project with its number and phase. @category models */
export interface Place {
  readonly number: number
  readonly phase: Phase
}

const digits = (number: number): string => String(number).padStart(6, "0")

const pathOf = (folder: string, { number, phase }: Place): string => `${folder}/${digits(number)}.${phase}`

/** Where the old contents are. */
const oldPathOf = (folder: string, number: number): string => `${folder}/${digits(number)}.old`

const temporaryOf = (folder: string, number: number): string => `${folder}/${digits(number)}.new`

const placeOf = (name: string): Place | undefined => {
  const [, number = "", phase] = /^(\d{6,})\.([a-z]+)$/.exec(name) ?? []
  const found = phases.find((each) => each === phase)
  return found === undefined ? undefined : { number: Number(number), phase: found }
}

/** The journals in the folder of a project by their numbers; none if there is no folder. @category reading */
export const list = (files: Files, folder: string): Effect.Effect<ReadonlyArray<Place>, FileFailure> =>
  files.list(folder).pipe(
    Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeed([])),
    Effect.map((names) => names.flatMap((name) => placeOf(name) ?? []).toSorted((a, b) => a.number - b.number))
  )

/** Whether an update was begun and not ended. @category guards */
export const isOpen = ({ phase }: Place): boolean => open.has(phase)

const limit = 64 * 1024 * 1024

/** @category reading */
export const read = (files: Files, folder: string, place: Place): Effect.Effect<Journal, FileFailure | JournalUnreadable> =>
  Effect.gen(function* () {
    const path = pathOf(folder, place)
    const content = yield* files.read(path, limit)
    if (Option.isNone(content)) return yield* new JournalUnreadable({ path, detail: "it is gone" })
    return yield* Effect.mapError(decode(new TextDecoder().decode(content.value.bytes)), () => new JournalUnreadable({ path, detail: "it is not what dev-infra writes" }))
  })

/** The old contents by path. @category reading */
export const readOld = (files: Files, folder: string, number: number, journal: Journal): Effect.Effect<ReadonlyMap<string, Uint8Array>, FileFailure | JournalUnreadable> =>
  Effect.gen(function* () {
    const path = oldPathOf(folder, number)
    const length = journal.entries.reduce((sum, { before }) => sum + (before?.length ?? 0), 0)
    const content = yield* files.read(path, Math.max(length, 1))
    const bytes = Option.match(content, { onNone: () => new Uint8Array(), onSome: (found) => found.bytes })
    if (bytes.length !== length) return yield* new JournalUnreadable({ path, detail: "the old contents are not complete" })
    return new Map(journal.entries.flatMap(({ before, path: of }) => (before === null ? [] : [[of, bytes.subarray(before.offset, before.offset + before.length)] as const])))
  })

/** Write a journal in its first phase. Nothing is there by that name before it is there as a whole. @category writing */
export const begin = (files: Files, folder: string, number: number, journal: Journal): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    const temporary = temporaryOf(folder, number)
    yield* files.remove(temporary)
    yield* files.create(temporary, 0o600, (file) => Effect.zipRight(file.write(new TextEncoder().encode(`${encode(journal)}\n`)), file.flush))
    yield* files.rename(temporary, pathOf(folder, { number, phase: "prepare" }))
    yield* files.flushFolder(folder)
  })

/** Keep the old contents, in the order of the entries. @category writing */
export const keepOld = (files: Files, folder: string, number: number, contents: Iterable<Uint8Array>): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    yield* files.remove(oldPathOf(folder, number))
    yield* files.create(oldPathOf(folder, number), 0o600, (file) => Effect.zipRight(Effect.forEach(contents, file.write, { discard: true }), file.flush))
    yield* files.flushFolder(folder)
  })

/** Go on to another phase, on the disk when it returns. @category writing */
export const advance = (files: Files, folder: string, { number, phase }: Place, to: Phase): Effect.Effect<void, FileFailure> =>
  Effect.zipRight(files.rename(pathOf(folder, { number, phase }), pathOf(folder, { number, phase: to })), files.flushFolder(folder))

/** Forget an update. @category writing */
export const drop = (files: Files, folder: string, place: Place): Effect.Effect<void, FileFailure> =>
  files.remove(pathOf(folder, place)).pipe(
    Effect.zipRight(files.remove(oldPathOf(folder, place.number))),
    Effect.zipRight(files.remove(temporaryOf(folder, place.number)))
  )
