/**
 * One update of a project at a time, and where the journals of a project lie: `state/apply/<hash of its path>` in the home.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Digest from "@dev-infra/git-repositories/Digest"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode } from "@dev-infra/registry/HomePaths"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** The folder of all journals. @category paths */
export const allJournals: Effect.Effect<string, never, DevInfraHome> = Effect.map(DevInfraHome, ({ stateFolder }) => `${stateFolder}/apply`)

/**
 * The folder of the journals of a project.
 *
 * @param root the folder of the project, links followed
 * @category paths
 */
export const journalsOf = (root: string): Effect.Effect<string, never, DevInfraHome> => Effect.map(allJournals, (folder) => `${folder}/${Digest.sha256(root).slice(0, 16)}`)

/** A lock that says nothing of its holder was left half-written by a crash, unless it is this young. */
const halfWrittenMillis = 5000

/** Remove a lock that nobody can hold: it is there for a while, and was never written to the end. */
const removeHalfWritten = (target: string): Effect.Effect<void, FileFailure, FileLock.FileLock> =>
  Effect.gen(function* () {
    const locks = yield* FileLock.FileLock
    const report = Option.getOrUndefined(yield* locks.inspect(target))
    if (report?.state === "Unreadable" && report.ageMillis > halfWrittenMillis) yield* locks.remove(target, { force: true })
  })

/**
 * Remove the lock of a process that died before it began anything.
 *
 * @param folder where the journals of the project lie
 * @category locking
 */
export const removeDead = (folder: string): Effect.Effect<void, FileFailure, FileLock.FileLock | LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const locks = yield* FileLock.FileLock
    if (files.existing([FileLock.lockPath(folder)])[0] === true) yield* locks.remove(folder)
  })

/** What is known while the lock is held. @category models */
export interface Turn {
  /** where the journals of the project lie; the folder is there */
  readonly folder: string
  /** part of names that nobody else uses */
  readonly token: string
}

/**
 * Do something while nobody else updates the project.
 *
 * @category locking
 */
export const withLock = <A, E, R>(
  root: string,
  use: (turn: Turn) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | FileFailure | LockUnavailable, R | DevInfraHome | FileLock.FileLock | LocalFiles> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const locks = yield* FileLock.FileLock
    const made = yield* journalsOf(root)
    yield* files.makeFolder(made, folderMode)
    const folder = yield* files.resolve(made)
    yield* removeHalfWritten(folder)
    // A holder that lives keeps the lock however long the update takes.
    return yield* locks.withLock(folder, ({ token }) => use({ folder, token: token.slice(-16) }), { abandoned: Infinity })
  })
