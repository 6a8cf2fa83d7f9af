/**
 * Getting an update ready: its journal, the old contents, the new files. Nothing of the project is changed.
 *
 * @module
 */
import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { isWriteProtected } from "@dev-infra/durable-files/FileOperations"
import type { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Digest from "@dev-infra/git-repositories/Digest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { around } from "../ApplyStep.js"
import type { Change, Wanted } from "./Change.js"
import * as Folders from "./Folders.js"
import * as Journal from "./Journal.js"
import { folderOf, hashOf, inside } from "./ProjectTree.js"
import * as Staging from "./Staging.js"

type Files = LocalFiles["Type"]

/** What is to be done. @category models */
export interface Request {
  readonly action: Journal.Journal["action"]
  /** the folder of the project, links followed */
  readonly root: string
  readonly name: string
  readonly template: string
  readonly from: Journal.Journal["from"]
  readonly to: Journal.Journal["to"]
  readonly registry: Journal.Journal["registry"]
  readonly registryBefore: Journal.Journal["registryBefore"]
  readonly changes: ReadonlyArray<Change>
  /** whether a folder may go when nothing is left in it */
  readonly isRemovable: (folder: string) => boolean
  /** permission bits of folders that are made, where they are known */
  readonly folderBits: ReadonlyMap<string, number>
  readonly undoes: number | null
}

const modeOf = ({ isExecutable, kind }: Wanted) => (kind === "symlink" ? "symlink" : isExecutable ? "executable" : "file")

const entriesOf = (changes: ReadonlyArray<Change>, staging: Staging.Staging): Effect.Effect<ReadonlyArray<Journal.Entry>, FileFailure> => {
  let offset = 0
  return Effect.forEach(changes, ({ after, before, path }, index) =>
    Effect.map(staging.placeOf(path, index), (place): Journal.Entry => {
      const length = before?.state.content.length ?? 0
      offset += length
      return {
        path,
        before: before === undefined ? null : { kind: before.state.kind, bits: before.state.bits, hash: hashOf(before.state), offset: offset - length, length },
        after: after === undefined ? null : { kind: after.kind, hash: Digest.ofFile({ mode: modeOf(after), content: after.content }) },
        staged: `${place}.new`,
        held: `${place}.old`
      }
    }))
}

/** Write a file that waits for its place. */
const stage = (files: Files, path: string, { before }: Change, after: Wanted): Effect.Effect<void, FileFailure> => {
  if (after.kind === "symlink") return files.makeLink(path, new TextDecoder().decode(after.content))
  return files.create(path, after.isExecutable ? 0o777 : 0o666, (file) =>
    file.write(after.content).pipe(
      Effect.zipRight(after.bits === undefined ? Effect.void : file.adopt(after.bits, before?.state.kind === "file" ? before.identity : undefined)),
      Effect.zipRight(file.flush)
    ))
}

/** A file that nobody may write was protected on purpose. */
const checkProtected = ({ changes, root }: Request): Effect.Effect<void, FileFailure> =>
  Effect.forEach(changes, ({ before, path }) =>
    before?.state.kind === "file" && isWriteProtected(before.identity)
      ? Effect.fail(new FileFailure({ path: inside(root, path), operation: "write", reason: "WriteProtected" }))
      : Effect.void, { discard: true })

/**
 * What the journal is to say, and nothing written yet.
 *
 * @param token part of the names of what is prepared
 * @category preparing
 */
export const describe = (files: Files, request: Request, token: string): Effect.Effect<Journal.Journal, FileFailure> =>
  Effect.gen(function* () {
    const { changes, root } = request
    yield* checkProtected(request)
    const staging = yield* Staging.choose(files, root, token)
    const written = new Set(changes.flatMap(({ after, path }) => (after === undefined ? [] : [path])))
    const removed = new Set(changes.flatMap(({ after, path }) => (after === undefined ? [path] : [])))
    const removedFolders = yield* Folders.emptied(files, root, removed, written, request.isRemovable)
    const gone = new Set([...removed, ...removedFolders.map(({ path }) => path)])
    const made = yield* Folders.missing(files, root, written, gone)
    return {
      format: 1,
      action: request.action,
      project: root,
      name: request.name,
      time: new Date(yield* Clock.currentTimeMillis).toISOString(),
      template: request.template,
      from: request.from,
      to: request.to,
      registry: request.registry,
      registryBefore: request.registryBefore,
      staging: staging.folder,
      entries: yield* entriesOf(changes, staging),
      madeFolders: made.map((path) => ({ path, bits: request.folderBits.get(path) ?? null })),
      removedFolders,
      undoes: request.undoes
    }
  })

/**
 * Write the journal, the old contents and the new files, all of them on the disk when it returns.
 *
 * @param folder where the journals of the project lie
 * @category preparing
 */
export const prepare = (files: Files, folder: string, number: number, journal: Journal.Journal, changes: ReadonlyArray<Change>): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    yield* around("apply-journal", Journal.begin(files, folder, number, journal))
    yield* around("apply-keep", Journal.keepOld(files, folder, number, changes.flatMap(({ before }) => before?.state.content ?? [])))
    if (journal.staging !== null) yield* files.makeFolder(journal.staging, 0o700)
    for (const [index, change] of changes.entries()) {
      const staged = journal.entries[index]?.staged
      if (change.after !== undefined && staged !== undefined) yield* around("apply-stage", stage(files, staged, change, change.after))
    }
    for (const place of new Set(journal.entries.map(({ staged }) => folderOf(staged)))) yield* files.flushFolder(place)
  })

/** Remove all that was prepared, and what was held. @category preparing */
export const clear = (files: Files, journal: Journal.Journal): Effect.Effect<void, FileFailure> =>
  Effect.gen(function* () {
    for (const { held, staged } of journal.entries) {
      yield* files.remove(staged)
      yield* files.remove(held)
    }
    if (journal.staging !== null) yield* files.removeFolder(journal.staging)
  })
