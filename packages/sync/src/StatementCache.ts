/**
 * What the own files of projects stated when they were read last: so that only those that changed are read again (10,000 of them take two seconds
 * to read, and a tenth of that to look at), and so that it is known on another branch what they state on the default one.
 *
 * A file is taken as unchanged if its inode, its size and the time of its last change are. One that was written in the very moment in which it was
 * read is read again the next time, for a second change in that moment would not show (git does the same with its index).
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import type { JsonValue } from "@dev-infra/metadata/Project"
import { isSame } from "@dev-infra/metadata/ProjectMetadata"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** What a file states. @category models */
export type Stated = { readonly [field: string]: JsonValue }

/** A file that was read. `identity` is what it was before that, undefined if it is not there, or cannot be told. @category models */
export interface Seen {
  readonly identity: FileIdentity | undefined
  readonly stated: Stated
  /** what it states on the default branch, as far as that was ever seen */
  readonly standing: Stated
}

/** What is remembered of files, by their paths. @category models */
export interface Remembered {
  /** What the file states, if it is still the one that was read. */
  readonly get: (path: string, identity: FileIdentity) => Stated | undefined
  /** What the file stated when it was last seen on the default branch; undefined if it never was. */
  readonly standing: (path: string) => Stated | undefined
}

/** @category models */
export interface StatementCache {
  readonly load: Effect.Effect<Remembered>
  /** Remember what was seen, undefined for files that are gone for good. */
  readonly note: (seen: ReadonlyMap<string, Seen | undefined>) => Effect.Effect<void>
}

/** `standing` is left out where it is `stated`. */
interface Cached {
  readonly stamp: string
  readonly stated: Stated
  readonly standing?: Stated
}

/** So many files may have to be read again; fewer take no time. What they stand for on the default branch is stored at once. */
const worthStoring = 100

const sizeLimit = 64 * 1024 * 1024

/** A change within so long before the reading may be followed by one that does not show. */
const racyMillis = 2000

const isRacy = ({ modifiedNanos }: FileIdentity, now: number): boolean => Math.abs(now - Number(modifiedNanos / 1_000_000n)) < racyMillis

const standingOf = ({ standing, stated }: Cached): Stated => standing ?? stated

const stampOf = ({ device, inode, modifiedNanos, size }: FileIdentity): string => `${device}:${inode}:${size}:${modifiedNanos}`

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } => typeof value === "object" && value !== null && !Array.isArray(value)

const isCached = (value: unknown): value is Cached => isRecord(value) && typeof value["stamp"] === "string" && isRecord(value["stated"]) && (value["standing"] === undefined || isRecord(value["standing"]))

/** What a text holds; nothing if it is damaged or of another version. */
const parse = (text: string): Map<string, Cached> => {
  const value = Either.getOrUndefined(Either.try((): unknown => JSON.parse(text)))
  if (!isRecord(value) || value["version"] !== 1 || !isRecord(value["files"])) return new Map()
  return new Map(Object.entries(value["files"]).filter((entry): entry is [string, Cached] => isCached(entry[1])))
}

/**
 * The cache in `cache/project-files.json` of the home. Whatever is wrong with that file, files of projects are then read again.
 *
 * @category constructors
 */
export const make: Effect.Effect<StatementCache, never, DevInfraHome | DurableFile | LocalFiles> = Effect.gen(function* () {
  const { cacheFolder } = yield* DevInfraHome
  const files = yield* DurableFile
  const { existing } = yield* LocalFiles
  const path = `${cacheFolder}/project-files.json`

  const load = files.read(path, { limit: sizeLimit }).pipe(
    Effect.map(Option.match({ onNone: () => new Map<string, Cached>(), onSome: ({ text }) => parse(text) })),
    Effect.catchAll((failure) => Effect.as(Effect.logDebug(failure.message), new Map<string, Cached>()))
  )
  const loaded = yield* Effect.cached(load)
  let unstored = 0

  /** Where a whole project is gone meanwhile, it is left out. */
  const textOf = (cached: ReadonlyMap<string, Cached>): string => {
    const isThere = existing(Array.from(cached.keys(), (file) => file.slice(0, file.lastIndexOf("/")) || "/"))
    return `${JSON.stringify({ version: 1, files: Object.fromEntries([...cached].filter((_, index) => isThere[index])) })}\n`
  }

  const store = (cached: ReadonlyMap<string, Cached>) =>
    files.modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: sizeLimit }, () => Effect.sync(() => ({ result: undefined, content: textOf(cached) }))).pipe(
      // A cache that cannot be kept costs the next command its time, and nothing else.
      Effect.catchAll((failure) => Effect.logDebug(failure.message))
    )

  return {
    load: Effect.map(loaded, (cached) => ({
      get: (file, identity) => {
        const found = cached.get(file)
        return found?.stamp === stampOf(identity) ? found.stated : undefined
      },
      standing: (file) => {
        const found = cached.get(file)
        return found === undefined ? undefined : standingOf(found)
      }
    })),
    note: (seen) =>
      Effect.gen(function* () {
        const cached = yield* loaded
        const now = yield* Clock.currentTimeMillis
        let isDue = false
        for (const [file, one] of seen) {
          const before = cached.get(file)
          if (one === undefined) {
            isDue = cached.delete(file) || isDue
            continue
          }
          const { identity, standing, stated } = one
          isDue ||= !isSame(standing, before === undefined ? {} : standingOf(before))
          unstored += 1
          cached.set(file, { stamp: identity === undefined || isRacy(identity, now) ? "" : stampOf(identity), stated, ...(standing === stated ? {} : { standing }) })
        }
        if (!isDue && unstored < worthStoring) return
        unstored = 0
        yield* store(cached)
      })
  }
})
