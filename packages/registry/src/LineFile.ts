/**
 * A text file to which many processes add lines at its end, and which somebody may shorten meanwhile.
 *
 * Whoever adds lines holds the lock of the file, and so does whoever replaces it (`DurableFile.modify` of the same path), so that no line is
 * written into a file that has just been replaced.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { type FileFailure, fromCode, type LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import { FileLock } from "@dev-infra/durable-files/FileLock"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { PlatformError } from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { folderMode, secretFileMode } from "./HomePaths.js"

/** What such a file can do. @category models */
export interface LineFile {
  /** Add lines at the end, each a text without line breaks. They are on the disk when this returns; nothing is written for an empty list. */
  readonly append: (lines: ReadonlyArray<string>) => Effect.Effect<void, FileFailure | LockUnavailable>
  /** Show all lines to a function, oldest first, empty ones left out. Only one piece of the file is in memory at a time. */
  readonly forEach: (visit: (line: string) => void) => Effect.Effect<void, FileFailure>
  /** The first so many bytes, as text; empty if there is no file. */
  readonly start: (bytes: number) => Effect.Effect<string, FileFailure>
}

const codeOf = (cause: unknown): string | undefined =>
  typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : undefined

const reasonCodes: { readonly [reason: string]: string } = { NotFound: "ENOENT", PermissionDenied: "EACCES", BadResource: "EISDIR" }

const asFileFailure =
  (operation: string, path: string) =>
  (error: PlatformError): FileFailure =>
    fromCode(operation, path, error._tag === "SystemError" ? (codeOf(error.cause) ?? reasonCodes[error.reason]) : undefined)

const newline = 10

/** So many bytes are read at once. */
const pieceSize = 1024 * 1024

const endsInsideLine = (file: FileSystem.File) =>
  Effect.gen(function* () {
    const { size } = yield* file.stat
    if (size === FileSystem.Size(0)) return false
    yield* file.seek(FileSystem.Size(size - FileSystem.Size(1)), "start")
    const last = new Uint8Array(1)
    yield* file.read(last)
    return last[0] !== newline
  })

/**
 * The file at a path, which need not exist yet. It is made for its owner alone, with the folder around it.
 *
 * @param path absolute
 * @category constructors
 * @example
 * ```ts
 * import * as LineFile from "@dev-infra/registry/LineFile"
 * import * as Effect from "effect/Effect"
 *
 * export const note = (line: string) => Effect.flatMap(LineFile.make("/home/me/notes.txt"), (file) => file.append([line]))
 * ```
 */
export const make = (path: string): Effect.Effect<LineFile, never, FileSystem.FileSystem | LocalFiles | FileLock | DurableFile> =>
  Effect.gen(function* () {
    const files = yield* LocalFiles
    const locks = yield* FileLock
    const durable = yield* DurableFile
    const fileSystem = yield* FileSystem.FileSystem
    const folder = path.slice(0, path.lastIndexOf("/"))

    const write = (target: string, lines: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const [exists] = files.existing([target])
        yield* Effect.scoped(
          Effect.gen(function* () {
            const file = yield* fileSystem.open(target, { flag: "a+", mode: secretFileMode })
            // Lines that a crash cut off must not swallow the first one of these.
            const start = (yield* endsInsideLine(file)) ? "\n" : ""
            yield* file.writeAll(new TextEncoder().encode(`${start}${lines.join("\n")}\n`))
            yield* file.sync
          })
        ).pipe(Effect.mapError(asFileFailure("write", target)))
        if (exists !== true) yield* files.flushFolder(folder)
      })

    const read = <A>(use: (file: FileSystem.File) => Effect.Effect<A, PlatformError>) =>
      Effect.scoped(Effect.flatMap(fileSystem.open(path, { flag: "r" }), use)).pipe(
        Effect.asSome,
        Effect.mapError(asFileFailure("read", path)),
        Effect.catchIf((failure) => failure.reason === "NotFound", () => Effect.succeedNone)
      )

    return {
      append: (lines) =>
        lines.length === 0
          ? Effect.void
          : Effect.gen(function* () {
              yield* files.makeFolder(folder, folderMode)
              const target = yield* durable.resolve(path)
              yield* locks.withLock(target, () => Effect.uninterruptible(write(target, lines)))
            }),
      forEach: (visit) =>
        Effect.asVoid(
          read((file) =>
            Effect.gen(function* () {
              const decoder = new TextDecoder()
              let rest = ""
              for (;;) {
                const piece = yield* file.readAlloc(FileSystem.Size(pieceSize))
                if (Option.isNone(piece)) break
                const lines = (rest + decoder.decode(piece.value, { stream: true })).split("\n")
                rest = lines.pop() ?? ""
                for (const line of lines) if (line !== "") visit(line)
              }
              if (rest !== "") visit(rest)
            })
          )
        ),
      start: (bytes) =>
        Effect.map(
          read((file) => file.readAlloc(FileSystem.Size(bytes))),
          (found) => Option.match(Option.flatten(found), { onNone: () => "", onSome: (piece) => new TextDecoder().decode(piece) })
        )
    }
  })
