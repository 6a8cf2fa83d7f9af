/**
 * The registry in one JSON file.
 *
 * @module
 */
import { DurableFile, type FileSnapshot } from "@dev-infra/durable-files/DurableFile"
import { isUnchanged } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { empty, parse, type ParsedRegistry, print, type RegistryDocument } from "./RegistryDocument.js"
import type { RegistryUnreadable } from "./RegistryError.js"
import { refuseNewer, RegistryStore, type RegistryReadError } from "./RegistryPort.js"

/** Larger files are refused: 100,000 projects take about 40 MB. @category constants */
export const sizeLimit = 128 * 1024 * 1024

/** How the file is watched. @category models */
export interface RegistryFileOptions {
  /** how often to look where the system does not tell of changes, in milliseconds; 500 by default */
  readonly pollMillis?: number
  /** changes closer together than this are one, in milliseconds; 50 by default */
  readonly mergeMillis?: number
}

const parseSnapshot = (snapshot: FileSnapshot): Either.Either<ParsedRegistry, RegistryUnreadable> => parse(snapshot)

/** Permissions of what is made: names and places of projects are nobody else's business. */
const forOwner = { mode: 0o600, folderMode: 0o700 }

/** `20251219T081502123Z`: sorts by time and needs no quoting anywhere. */
const timestamp = (millis: number): string => new Date(millis).toISOString().replace(/[-:.]/g, "")

/**
 * The folder beside a registry that copies are kept in, and the name of a copy there.
 *
 * @param why - what the copy is, e.g. a version
 * @category constants
 */
export const copyPath = (target: string, why: string, millis: number): string => {
  const slash = target.lastIndexOf("/")
  const name = target.slice(slash + 1).replace(/\.json$/, "")
  return `${target.slice(0, slash)}/backups/${name}-${why}-${timestamp(millis)}.json`
}

const make = (path: string, options: RegistryFileOptions) =>
  Effect.gen(function* () {
    const durable = yield* DurableFile
    const files = yield* LocalFiles

    const read: Effect.Effect<RegistryDocument, RegistryReadError> = Effect.flatMap(durable.read(path, { limit: sizeLimit }), Option.match({
      onNone: () => Effect.succeed(empty),
      onSome: (snapshot) => Either.map(parseSnapshot(snapshot), ({ document }) => document)
    }))

    const modify: RegistryStore["Type"]["modify"] = (change) =>
      durable.modify(path, { backup: "sibling", modeWhenNew: forOwner.mode, folderMode: forOwner.folderMode, limit: sizeLimit }, (current) =>
        Effect.gen(function* () {
          const parsed = yield* Effect.transposeOption(Option.map(current, parseSnapshot))
          const before = Option.match(parsed, { onNone: () => empty, onSome: ({ document }) => document })
          const [result, after] = yield* change(before)
          if (after === before) return { result, content: undefined }
          yield* refuseNewer(path, before)
          if (Option.isSome(parsed) && Option.isSome(parsed.value.migratedFrom) && Option.isSome(current)) {
            const name = copyPath(current.value.path, parsed.value.migratedFrom.value, yield* Clock.currentTimeMillis)
            yield* durable.keep(name, current.value.bytes, forOwner)
          }
          return { result, content: print(after, parsed) }
        }))

    const identity = Effect.flatMap(durable.resolve(path), files.stat).pipe(
      // a folder that is gone or no folder at all: the file is not there
      Effect.catchIf((failure) => failure.reason === "NotFound" || failure.reason === "NotAFolder", () => Effect.succeedNone)
    )

    /** Something may have happened: the system says so, the watch has just begun, or it is time to look. */
    const hints = Effect.gen(function* () {
      const poll = options.pollMillis ?? 500
      const folder = Effect.map(durable.resolve(path), (target) => target.slice(0, Math.max(1, target.lastIndexOf("/"))))
      const watched = Stream.unwrap(Effect.map(folder, files.watch)).pipe(
        Stream.as(undefined),
        Stream.merge(Stream.succeed(undefined)),
        // the folder is not there yet, or is gone, or cannot be watched
        Stream.retry(Schedule.spaced(poll))
      )
      // a file system of another computer tells of its own changes only
      return Stream.merge(watched, Stream.fromSchedule(Schedule.spaced(poll * 4)).pipe(Stream.as(undefined)))
    }).pipe(Stream.unwrap)

    const changes: Stream.Stream<void, RegistryReadError> = Stream.unwrap(Effect.gen(function* () {
      const last = yield* Ref.make(yield* identity)
      const isChanged = Effect.gen(function* () {
        const now = yield* identity
        const before = yield* Ref.getAndSet(last, now)
        yield* Effect.sleep(options.mergeMillis ?? 50)
        return Option.isSome(now) && Option.isSome(before) ? !isUnchanged(now.value, before.value) : Option.isSome(now) !== Option.isSome(before)
      })
      return hints.pipe(
        // hints that arrive during a look are one
        Stream.buffer({ capacity: 1, strategy: "sliding" }),
        Stream.mapEffect(() => isChanged),
        Stream.filter((changed) => changed),
        Stream.as(undefined)
      )
    }))

    return RegistryStore.of({ location: path, read, modify, changes })
  })

/**
 * The registry in the file at a path, which need not exist yet. The file is replaced as a whole under a lock, the one before it
 * stays as `<file>.bak`, and what is changed by hand meanwhile is merged. A file of an older version is copied to `backups`
 * beside it before it is first written.
 *
 * @param path - absolute; a symbolic link stays one
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as RegistryFile from "@dev-infra/registry/RegistryFile"
 * import * as RegistryStore from "@dev-infra/registry/RegistryStore"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const store = RegistryFile.layer("/home/me/.dev-infra/registry.json").pipe(Layer.provide(DurableFile.layer))
 * const entries = Effect.flatMap(RegistryStore.RegistryStore, ({ read }) => read).pipe(Effect.provide(store))
 * ```
 * @category layers
 */
export const layer = (path: string, options: RegistryFileOptions = {}): Layer.Layer<RegistryStore, never, DurableFile | LocalFiles> =>
  Layer.effect(RegistryStore, make(path, options))
