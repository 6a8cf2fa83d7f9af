/**
 * Putting in place what was prepared. Each step may be taken again: whoever finds an update that a process left in the middle goes on with it.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { type FileIdentity, isUnchanged } from "@dev-infra/durable-files/FileOperations"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { around } from "../ApplyStep.js"
import * as Folders from "./Folders.js"
import type { Entry, Journal } from "./Journal.js"
import { folderOf, inside, standing } from "./ProjectTree.js"
import type { Standings } from "./Survey.js"

type Files = LocalFiles["Type"]

/** Somebody changed a file in the middle of the update. @category errors */
export class Disturbed extends Data.TaggedError("Disturbed")<{ readonly path: string }> {}

/** Codes by which a file system says that it has no hard links, or no more of them. */
const withoutLinks = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"])

/** The file that is there must be the one that was seen. */
const check = (files: Files, entry: Entry, target: string, seen: FileIdentity | undefined): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.flatMap(standing(files, target), (found) => {
    const same = Option.isSome(found) ? seen !== undefined && isUnchanged(found.value, seen) : seen === undefined
    return same ? Effect.void : Effect.fail(new Disturbed({ path: entry.path }))
  })

/** No link has appeared on the way to the file. */
const checkWay = (files: Files, { project }: Journal, entry: Entry): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.gen(function* () {
    for (let folder = folderOf(entry.path); folder !== ""; folder = folderOf(folder)) {
      const found = yield* standing(files, inside(project, folder))
      if (Option.isSome(found) && found.value.kind !== "Folder") return yield* new Disturbed({ path: entry.path })
    }
  })

/** A second name for the old file; where there are no hard links, a copy. */
const hold = (files: Files, entry: Entry, target: string): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.gen(function* () {
    yield* files.remove(entry.held)
    if (entry.before?.kind === "symlink") {
      const points = yield* files.readLink(target)
      if (Option.isNone(points)) return yield* new Disturbed({ path: entry.path })
      return yield* files.makeLink(entry.held, points.value)
    }
    yield* files.link(target, entry.held).pipe(Effect.catchIf((failure) => withoutLinks.has(failure.code ?? ""), () =>
      Effect.flatMap(files.read(target, entry.before?.length ?? 0), Option.match({
        onNone: (): Effect.Effect<void, FileFailure | Disturbed> => Effect.fail(new Disturbed({ path: entry.path })),
        onSome: ({ bytes, identity }) =>
          files.create(entry.held, 0o600, (file) => file.write(bytes).pipe(Effect.zipRight(file.adopt(identity.mode, identity)), Effect.zipRight(file.flush)))
      }))))
  })

/** Put a new file where nothing is. Unlike a rename, a link never covers what somebody made meanwhile. */
const place = (files: Files, entry: Entry, target: string): Effect.Effect<void, FileFailure | Disturbed> => {
  const placed = entry.after?.kind === "symlink"
    ? Effect.flatMap(files.readLink(entry.staged), Option.match({
        onNone: (): Effect.Effect<void, FileFailure | Disturbed> => Effect.fail(new Disturbed({ path: entry.path })),
        onSome: (points) => files.makeLink(target, points)
      }))
    : files.link(entry.staged, target).pipe(Effect.catchIf((failure) => withoutLinks.has(failure.code ?? ""), () =>
        Effect.zipRight(check(files, entry, target, undefined), files.rename(entry.staged, target))))
  return Effect.catchIf(placed, (failure) => failure._tag === "FileFailure" && failure.code === "EEXIST", () => Effect.fail(new Disturbed({ path: entry.path })))
}

const write = (files: Files, journal: Journal, entry: Entry, seen: FileIdentity | undefined): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.gen(function* () {
    const target = inside(journal.project, entry.path)
    yield* checkWay(files, journal, entry)
    if (entry.before === null) return yield* around("apply-replace", place(files, entry, target))
    yield* around("apply-hold", hold(files, entry, target))
    yield* around("apply-replace", Effect.zipRight(check(files, entry, target, seen), files.rename(entry.staged, target)))
  })

/** The folders whose names change. */
const touched = (journal: Journal): ReadonlySet<string> => {
  const around = (path: string) => folderOf(path)
  return new Set([...journal.entries, ...journal.madeFolders, ...journal.removedFolders].map(({ path }) => around(path)))
}

const flush = (files: Files, journal: Journal): Effect.Effect<void, FileFailure> =>
  Effect.forEach(touched(journal), (folder) => {
    const path = folder === "" ? journal.project : inside(journal.project, folder)
    // a folder may be gone by now, or be a file
    return Effect.catchIf(files.flushFolder(path), (failure) => failure.reason === "NotFound" || failure.reason === "NotAFolder", () => Effect.void)
  }, { discard: true })

/** Somebody may have saved into an old file in the last moment: then it is as if it had been changed before. */
const lookBack = (files: Files, journal: Journal, standings: Standings): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.forEach(journal.entries, (entry) => {
    const seen = standings.get(entry.path)
    if (entry.before?.kind !== "file" || seen?.state !== "Before" || seen.identity === undefined) return Effect.void
    const { modifiedNanos, size } = seen.identity
    return Effect.flatMap(standing(files, entry.held), (held) =>
      // a copy has another time of change, but is no second name that could be written to either
      Option.isSome(held) && held.value.inode === seen.identity?.inode && (held.value.modifiedNanos !== modifiedNanos || held.value.size !== size)
        ? Effect.fail(new Disturbed({ path: entry.path }))
        : Effect.void)
  }, { discard: true })

/**
 * Change the project. First what goes, then what comes, so that a file can become a folder and a folder a file.
 *
 * @param standings how the paths stand: what is as it is to be already is left alone
 * @category applying
 */
export const forward = (files: Files, journal: Journal, standings: Standings): Effect.Effect<void, FileFailure | Disturbed> =>
  Effect.gen(function* () {
    const { project } = journal
    const todo = journal.entries.filter(({ path }) => standings.get(path)?.state !== "After")
    for (const entry of todo.filter(({ after }) => after === null)) {
      const target = inside(project, entry.path)
      yield* checkWay(files, journal, entry)
      yield* check(files, entry, target, standings.get(entry.path)?.identity)
      yield* around("apply-remove", files.rename(target, entry.held))
    }
    for (const { path } of journal.removedFolders) yield* around("apply-remove-folder", Folders.remove(files, inside(project, path)))
    for (const { bits, path } of journal.madeFolders) {
      yield* around("apply-make-folder", files.makeFolder(inside(project, path), 0o777).pipe(
        Effect.zipRight(bits === null ? Effect.void : files.setMode(inside(project, path), bits))
      ))
    }
    for (const entry of todo.filter(({ after }) => after !== null)) yield* write(files, journal, entry, standings.get(entry.path)?.identity)
    yield* around("apply-flush", flush(files, journal))
    yield* lookBack(files, journal, standings)
  })
