/**
 * Rolling an update back: every path that was changed becomes what it was. What somebody else changed meanwhile stays as they left it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { JournalUnreadable } from "../ApplyFailure.js"
import { around } from "../ApplyStep.js"
import * as Folders from "./Folders.js"
import * as Journal from "./Journal.js"
import { folderOf, inside, standing } from "./ProjectTree.js"
import type { Standings } from "./Survey.js"

type Files = LocalFiles["Type"]
type Before = NonNullable<Journal.Entry["before"]>

/** Write the old content once more and put it in place. */
const rewrite = (files: Files, entry: Journal.Entry, before: Before, content: Uint8Array, target: string): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    yield* files.remove(entry.held)
    if (folderOf(entry.held) !== folderOf(target)) yield* files.makeFolder(folderOf(entry.held), 0o700)
    yield* before.kind === "symlink"
      ? files.makeLink(entry.held, new TextDecoder().decode(content))
      : files.create(entry.held, 0o600, (file) => file.write(content).pipe(Effect.zipRight(file.adopt(before.bits)), Effect.zipRight(file.flush)))
    yield* files.rename(entry.held, target)
  })

const putBack = (
  files: Files,
  journal: Journal.Journal,
  entry: Journal.Entry,
  old: Effect.Effect<ReadonlyMap<string, Uint8Array>, FileFailure | JournalUnreadable>
): Effect.Effect<void, FileFailure | JournalUnreadable> =>
  Effect.gen(function* () {
    const target = inside(journal.project, entry.path)
    if (entry.before === null) return yield* files.remove(target)
    // the file itself, with its owner and times, and whatever was saved into it in the last moment
    if (Option.isSome(yield* standing(files, entry.held))) return yield* files.rename(entry.held, target)
    yield* rewrite(files, entry, entry.before, (yield* old).get(entry.path) ?? new Uint8Array(), target)
  })

/**
 * Undo what was done of an update.
 *
 * @param folder where the journals of the project lie
 * @returns the paths that somebody else changed; they were left alone
 * @category applying
 */
export const backward = (
  files: Files,
  folder: string,
  number: number,
  journal: Journal.Journal,
  standings: Standings
): Effect.Effect<ReadonlyArray<string>, FileFailure | JournalUnreadable> =>
  Effect.gen(function* () {
    const old = yield* Effect.cached(Journal.readOld(files, folder, number, journal))
    const isDone = (entry: Journal.Entry) => standings.get(entry.path)?.state === "After"
    const revert = (entry: Journal.Entry) => around("revert-file", putBack(files, journal, entry, old))
    for (const entry of journal.entries.filter((each) => each.after !== null && isDone(each))) yield* revert(entry)
    for (const { path } of journal.madeFolders.toReversed()) {
      yield* Folders.remove(files, inside(journal.project, path))
    }
    for (const { bits, path } of journal.removedFolders.toReversed()) {
      const folderPath = inside(journal.project, path)
      if (Option.isSome(yield* standing(files, folderPath))) continue
      yield* files.makeFolder(folderPath, 0o777)
      yield* files.setMode(folderPath, bits)
    }
    for (const entry of journal.entries.filter((each) => each.after === null && isDone(each))) yield* revert(entry)
    for (const place of new Set(journal.entries.map(({ path }) => folderOf(path)))) {
      yield* Effect.ignore(files.flushFolder(place === "" ? journal.project : inside(journal.project, place)))
    }
    return journal.entries.flatMap(({ path }) => (standings.get(path)?.state === "Other" ? [path] : []))
  })
