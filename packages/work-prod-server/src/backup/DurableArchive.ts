/**
 * Writes a file that is there as a whole or not at all, and is on the disk when it is there.
 *
 * @module
 */
import type { LocalProcess } from "@dev-infra/durable-files/LocalProcess"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { BackupFileFailure, ofFile } from "./BackupFailure.js"
import * as UnfinishedFile from "./UnfinishedFile.js"

const folderOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf("/"), 1))

/**
 * Writes the bytes beside the file, then gives them its name. Only the owner may read it. What others left there who were killed is
 * removed first, so that there is space.
 *
 * @param file an absolute path
 * @param overwrite whether a file of this name may be replaced
 */
export const write = <E, R>(
  file: string,
  overwrite: boolean,
  bytes: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<number, E | BackupFileFailure, R | FileSystem.FileSystem | LocalProcess> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const told = Effect.mapError(ofFile(file))
    const refuseExisting = overwrite
      ? Effect.void
      : Effect.flatMap(told(files.exists(file)), (exists) => (exists ? Effect.fail(new BackupFileFailure({ file, problem: "Exists", cause: undefined })) : Effect.void))
    yield* refuseExisting
    const folder = folderOf(file)
    yield* UnfinishedFile.clear(folder)
    const part = `${folder}/${yield* UnfinishedFile.name}`
    const store = Effect.scoped(
      Effect.gen(function* () {
        const handle = yield* told(files.open(part, { flag: "wx", mode: 0o600 }))
        const size = yield* Stream.runFoldEffect(bytes, 0, (sum, piece) => Effect.as(told(handle.writeAll(piece)), sum + piece.length))
        yield* told(handle.sync)
        return size
      })
    )
    return yield* Effect.gen(function* () {
      const size = yield* store
      yield* refuseExisting
      yield* told(files.rename(part, file))
      yield* told(Effect.scoped(Effect.flatMap(files.open(folder, { flag: "r" }), (handle) => handle.sync)))
      return size
    }).pipe(Effect.onError(() => Effect.ignore(files.remove(part, { force: true }))))
  })
