/**
 * A backup in a file, read from its beginning to its end.
 *
 * @module
 */
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type BackupFileFailure, BackupDamaged, BackupTooNew, ofFile } from "./BackupFailure.js"
import { longestLine } from "./ArchiveFormat.js"
import * as ArchiveReader from "./ArchiveReader.js"
import * as Gzip from "./Gzip.js"
import * as TextLines from "./TextLines.js"

/** What reading a backup can fail with. */
export type Unreadable = BackupDamaged | BackupFileFailure | BackupTooNew

const gzipFaults: { readonly [fault in Gzip.GzipFault]: string } = {
  Cut: "ends too early: it was not written to its end, or cut off",
  Damaged: "is damaged: it cannot be expanded",
  Other: "is no backup of work-prod"
}

/**
 * Reads all of a backup, and says what it holds if it is whole and right. Rows are given away as they come: until this succeeds,
 * they may be those of a damaged file.
 *
 * @param file an absolute path
 * @param use what is done with rows
 */
export const read = <E, R>(
  file: string,
  use: (rows: ArchiveReader.Rows) => Effect.Effect<void, E, R>
): Effect.Effect<ArchiveReader.Contents, E | Unreadable, R | FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const damaged = (what: string) => new BackupDamaged({ file, what })
    const refuse = (fault: ArchiveReader.Fault) => (fault._tag === "TooNew" ? new BackupTooNew({ file, program: fault.program }) : damaged(fault.what))
    const reading = ArchiveReader.make()
    const lines = Stream.mapError(files.stream(file, { chunkSize: 65_536 }), ofFile(file)).pipe(
      Gzip.expand((fault) => damaged(gzipFaults[fault])),
      Stream.decodeText(),
      TextLines.split(
        longestLine,
        () => damaged("is damaged: it has a line that is too long"),
        () => damaged(gzipFaults.Cut)
      )
    )
    yield* Stream.runForEach(lines, (some) =>
      Effect.flatMap(Effect.mapError(Effect.suspend(() => reading.take(some)), refuse), (found) => Effect.forEach(found, use, { discard: true }))
    )
    return yield* Effect.mapError(Effect.suspend(() => reading.end()), refuse)
  })
