/**
 * What remotes had when they were last asked, one file each in `cache/work-prod/`.
 *
 * A file holds the rows as they are used, so that reading it is parsing it: 10,000 rows of 1 KB take 75 ms. Beside it lies a small file that says
 * when the remote was asked again and had nothing new; it counts only for the very copy that it was written for.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import * as Uuid from "@dev-infra/metadata/Uuid"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { RemoteSnapshot, type Snapshot } from "./RemoteSnapshot.js"

/** Larger copies are not read: 100,000 rows take about 100 MB. @category constants */
export const sizeLimit = 256 * 1024 * 1024

const seenLimit = 64 * 1024

/** Longer names of remotes are replaced by a UUID that is derived from them. */
const longestName = 150

const namespace = "0c9d3a52-8a0f-4b0f-9a43-3b6f6d1f4f60"

/**
 * The name of a file for a remote, without ending: letters, digits, `-` and `_` as they are, all else as `%` and its bytes.
 *
 * @category constructors
 */
export const nameOf = (instance: string): string => {
  const bytes = new TextEncoder().encode(instance)
  const name = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte)
    return /[A-Za-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`
  }).join("")
  if (name === "") return "%"
  return name.length <= longestName ? name : `%%${Uuid.derived(namespace, instance)}`
}

type Fields = { readonly [key: string]: unknown }

const isRecord = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value)

const isText = (value: unknown): value is string => typeof value === "string"

const isTextOrNull = (value: unknown): boolean => value === null || typeof value === "string"

const isLocation = (value: unknown): boolean => isRecord(value) && isTextOrNull(value["machine"]) && isTextOrNull(value["name"]) && isText(value["path"])

const areNumbers = (value: unknown): boolean => {
  if (!isRecord(value)) return false
  for (const key in value) if (typeof value[key] !== "number") return false
  return true
}

const isEntry = (value: unknown): boolean =>
  isRecord(value) &&
  isText(value["key"]) &&
  isTextOrNull(value["createdAt"]) &&
  isTextOrNull(value["updatedAt"]) &&
  isTextOrNull(value["uid"]) &&
  isRecord(value["fields"]) &&
  areNumbers(value["writes"]) &&
  Array.isArray(value["locations"]) &&
  value["locations"].every(isLocation) &&
  isTextOrNull(value["deletedAt"]) &&
  value["native"] !== undefined

const isDeletion = (value: unknown): boolean =>
  isRecord(value) && isText(value["key"]) && isTextOrNull(value["uid"]) && isText(value["deletedAt"]) && isTextOrNull(value["mergedInto"])

const isStored = (value: unknown): value is Snapshot & { readonly version: 1 } =>
  isRecord(value) &&
  value["version"] === 1 &&
  isText(value["instance"]) &&
  isText(value["address"]) &&
  isText(value["fetchedAt"]) &&
  typeof value["tellsDeletions"] === "boolean" &&
  isTextOrNull(value["cursor"]) &&
  Array.isArray(value["entries"]) &&
  value["entries"].every(isEntry) &&
  Array.isArray(value["deletions"]) &&
  value["deletions"].every(isDeletion)

/** The copy in a text; none if it is damaged, of another version or of another remote. */
const parse = (bytes: Uint8Array, instance: string): Option.Option<Snapshot> =>
  Either.try((): unknown => JSON.parse(new TextDecoder().decode(bytes))).pipe(
    Option.getRight,
    Option.filter(isStored),
    Option.filter((stored) => stored.instance === instance),
    Option.map((stored): Snapshot => {
      const { version: _, ...snapshot } = stored
      return snapshot
    })
  )

/** When nothing new was found, and for which copy. */
const Seen = Schema.Struct({ version: Schema.Literal(1), of: Schema.String, fetchedAt: Schema.String, cursor: Schema.NullOr(Schema.String) })

const decodeSeen = Schema.decodeUnknownOption(Schema.parseJson(Seen))

const keyOf = ({ inode, modifiedNanos, size }: FileIdentity): string => `${inode}:${size}:${modifiedNanos}`

/** A copy of which more than this would have to be read is none. */
const noneIfTooLarge = <A>(effect: Effect.Effect<Option.Option<A>, FileFailure>): Effect.Effect<Option.Option<A>, FileFailure> =>
  Effect.catchIf(effect, (failure) => failure.reason === "TooLarge", () => Effect.succeedNone)

const make = Effect.gen(function* () {
  const { cacheFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const files = yield* LocalFiles
  const options = { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: sizeLimit } as const
  const pathOf = (instance: string) => `${cacheFolder}/work-prod/${nameOf(instance)}.json`
  const seenPathOf = (instance: string) => `${cacheFolder}/work-prod/${nameOf(instance)}.seen.json`

  const put = (path: string, value: unknown) => {
    const replace = durable.modify(path, options, () => Effect.succeed({ result: undefined, content: `${JSON.stringify(value)}\n` }))
    // What is too large to be read is nothing that was written here.
    return Effect.catchIf(replace, (failure) => failure.reason === "TooLarge", () => Effect.zipRight(files.remove(path), replace))
  }

  /** When the copy was up to date, if that was noted for this very copy. */
  const seen = (instance: string, key: string) =>
    Effect.map(noneIfTooLarge(durable.read(seenPathOf(instance), { limit: seenLimit })), (file) =>
      Option.filter(Option.flatMap(file, ({ text }) => decodeSeen(text)), ({ of }) => of === key))

  return RemoteSnapshot.of({
    read: (instance) =>
      Effect.gen(function* () {
        const content = yield* noneIfTooLarge(files.read(yield* durable.resolve(pathOf(instance)), sizeLimit))
        if (Option.isNone(content)) return Option.none()
        const snapshot = parse(content.value.bytes, instance)
        if (Option.isNone(snapshot)) return Option.none()
        const noted = yield* seen(instance, keyOf(content.value.identity))
        return Option.some(Option.match(noted, { onNone: () => snapshot.value, onSome: ({ cursor, fetchedAt }) => ({ ...snapshot.value, cursor, fetchedAt }) }))
      }),
    write: (snapshot) => put(pathOf(snapshot.instance), { version: 1, ...snapshot }),
    touch: (instance, fetchedAt, cursor) =>
      Effect.gen(function* () {
        const identity = yield* files.stat(yield* durable.resolve(pathOf(instance)))
        if (Option.isSome(identity)) yield* put(seenPathOf(instance), { version: 1, of: keyOf(identity.value), fetchedAt, cursor } satisfies typeof Seen.Type)
      })
  })
})

/**
 * The files in the home, readable by its owner only, each replaced as a whole. One that is damaged, too large, of another version or of another
 * remote is as good as none: the next fetch brings it back.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as RemoteSnapshotFile from "@dev-infra/sync/RemoteSnapshotFile"
 * import * as Layer from "effect/Layer"
 *
 * const copies = RemoteSnapshotFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<RemoteSnapshot, never, DevInfraHome | DurableFile | LocalFiles> = Layer.effect(RemoteSnapshot, make)
