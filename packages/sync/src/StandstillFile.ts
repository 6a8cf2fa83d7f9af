/**
 * Keeps in `cache/standstill.json` of the home that nothing was left to do, with what everything looked like then. Whatever differs, or cannot be
 * read, means that the next sync compares everything.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import type { FileIdentity } from "@dev-infra/durable-files/FileOperations"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { metadataFileName } from "@dev-infra/metadata/ProjectRules"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type Rest, Standstill } from "./Standstill.js"

const Json = Schema.Unknown as Schema.Schema<JsonValue> // what JSON.parse returns is JSON

const Noted = Schema.Struct({
  rest: Schema.Struct({
    known: Schema.Struct({ instance: Schema.String, cursor: Schema.NullOr(Schema.String), note: Json }),
    address: Schema.String,
    unchanged: Schema.Number,
    notLocal: Schema.Number
  }),
  home: Schema.String,
  files: Schema.String,
  paths: Schema.Array(Schema.String)
})
type Noted = typeof Noted.Type

/** Version 1 of the file. */
const Stored = Schema.parseJson(Schema.Struct({ version: Schema.Literal(1), push: Schema.optional(Noted), pull: Schema.optional(Noted) }))

const decode = Schema.decodeUnknownOption(Stored)

const sizeLimit = 64 * 1024 * 1024

const stampOf = ({ inode, modifiedNanos, size }: FileIdentity): string => `${inode}:${size}:${modifiedNanos}`

const make = Effect.gen(function* () {
  const { cacheFolder, machineFile, registryFile, stateFolder } = yield* DevInfraHome
  const durable = yield* DurableFile
  const files = yield* LocalFiles
  const path = `${cacheFolder}/standstill.json`

  const stamp = (file: string) =>
    Effect.flatMap(durable.resolve(file), files.stat).pipe(
      Effect.map(Option.match({ onNone: () => "none", onSome: stampOf })),
      // What cannot be looked at never looks the same twice in a row without being compared: the sync will say what is wrong with it.
      Effect.catchAll(({ code }) => Effect.succeed(`failed ${code}`))
    )
  const copies = files.list(`${cacheFolder}/work-prod`).pipe(
    Effect.map((entries) => entries.filter((name) => name.endsWith(".json") && !name.endsWith(".seen.json")).map((name) => `${cacheFolder}/work-prod/${name}`)),
    Effect.orElseSucceed((): ReadonlyArray<string> => [])
  )
  const observe = Effect.gen(function* () {
    const stamps = yield* Effect.forEach([registryFile, `${stateFolder}/sync.json`, machineFile, ...(yield* copies)], stamp)
    return stamps.join(" ")
  })
  /** The own files of projects: those that there are, by their place in the list, with how they look. */
  const ownFiles = (paths: ReadonlyArray<string>) =>
    Effect.gen(function* () {
      const places = paths.map((folder) => `${folder}/${metadataFileName}`)
      const found = files.existing(places).flatMap((exists, index) => (exists ? [index] : []))
      const stamps = yield* Effect.forEach(found, (index) => Effect.map(stamp(places[index] ?? ""), (seen) => `${index}=${seen}`))
      return stamps.join(" ")
    })
  const read = Effect.map(Effect.orElseSucceed(durable.read(path, { limit: sizeLimit }), Option.none), (file) => Option.flatMap(file, ({ text }) => decode(text)))

  return Standstill.of({
    observe,
    recall: (command) =>
      Effect.gen(function* () {
        const noted = Option.flatMapNullable(yield* read, (stored) => stored[command])
        if (Option.isNone(noted) || noted.value.home !== (yield* observe)) return Option.none()
        return noted.value.files === (yield* ownFiles(noted.value.paths)) ? Option.some<Rest>(noted.value.rest) : Option.none()
      }),
    keep: (commands, rest, { paths, since }) =>
      Effect.gen(function* () {
        const own = yield* ownFiles(paths)
        if ((yield* observe) !== since) return
        const note: Noted = { rest, home: since, files: own, paths }
        const before = Option.getOrUndefined(yield* read)
        // Of the other kind of sync only what is of the same moment still counts.
        const kept = (["push", "pull"] as const).flatMap((command) => {
          const noted = commands.includes(command) ? note : before?.[command]
          return noted?.home === since ? [[command, noted] as const] : []
        })
        const content = `${JSON.stringify({ version: 1, ...Object.fromEntries(kept) })}\n`
        yield* durable.modify(path, { backup: "none", modeWhenNew: secretFileMode, folderMode, limit: sizeLimit }, () => Effect.succeed({ result: undefined, content }))
      })
  })
})

/**
 * The file in the home. It may be deleted at any time.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as StandstillFile from "@dev-infra/sync/StandstillFile"
 * import * as Layer from "effect/Layer"
 *
 * const standstill = StandstillFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<never, never, DevInfraHome | DurableFile | LocalFiles> = Layer.effect(Standstill, make)
