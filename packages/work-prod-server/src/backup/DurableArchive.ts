/**
 * Writes a file that is there as a whole or not at all, and is on the disk when it is there.
 *
 * @module
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { BackupFileFailure, ofFile } from "./BackupFailure.js"

const folderOf = (file: string): string => file.slice(0, Math.max(file.lastIndexOf("/"), 1))

/**
 * Writes the bytes beside the file, then gives them its name. Only the owner may read it.
 *
 * @param file an absolute path
 * @param overwrite whether a file of this name may be replaced
 */
export const write = <E, R>(
  file: string,
  overwrite: boolean,
  bytes: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<number, E | BackupFileFailure, R | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const told = Effect.mapError(ofFile(file))
    const refuseExisting = overwrite
      ? Effect.void
      : Effect.flatMap(told(files.exists(file)), (exists) => (exists ? Effect.fail(new BackupFileFailure({ file, problem: "Exists", cause: undefined })) : Effect.void))
    yield* refuseExisting
    const part = `${file}.${(yield* Random.nextIntBetween(0x1000_0000, 0x7fff_ffff)).toString(16)}.part`
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
      yield* told(Effect.scoped(Effect.flatMap(files.open(folderOf(file), { flag: "r" }), (folder) => folder.sync)))
      return size
    }).pipe(Effect.onError(() => Effect.ignore(files.remove(part, { force: true }))))
  })
