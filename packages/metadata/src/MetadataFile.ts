/**
 * The `.dev-infra.yml` at the root of a project: read it, change it in place, make it.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { FileFailure, type LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SynchronizedRef from "effect/SynchronizedRef"
import * as MetadataDocument from "./MetadataDocument.js"
import { type MetadataEditRefused, type MetadataInvalid, MetadataUnavailable } from "./MetadataFailure.js"
import type { MetadataPatch } from "./ProjectMetadata.js"
import { metadataFileName } from "./ProjectRules.js"
import { notText, sizeLimit, tooLarge } from "./YamlSource.js"

/** The name of the file in the root of a project. */
export const fileName = metadataFileName

type ReadFailure = MetadataInvalid | MetadataUnavailable | FileFailure

/**
 * The service. Paths are absolute paths of project folders.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 *
 * const program = Effect.gen(function*() {
 *   const files = yield* MetadataFile.MetadataFile
 *   const changed = yield* files.update("/home/me/api", { version: "0.9.0" })
 *   return changed.metadata.template
 * })
 * export const main = program.pipe(Effect.provide(MetadataFile.layer.pipe(Layer.provide(DurableFile.layer))))
 * ```
 * @category tags
 */
export class MetadataFile extends Context.Tag("@dev-infra/metadata/MetadataFile")<
  MetadataFile,
  {
    /** What the project says about itself; none if it has no file. */
    readonly read: (projectPath: string) => Effect.Effect<Option.Option<MetadataDocument.MetadataDocument>, ReadFailure>
    /** Changes fields in place. A patch that changes nothing writes nothing. Fails with `Missing` if there is no file. */
    readonly update: (
      projectPath: string,
      patch: MetadataPatch
    ) => Effect.Effect<MetadataDocument.MetadataDocument, ReadFailure | MetadataEditRefused | LockUnavailable>
    /** Makes the file, with comment lines at the top if a header is given. Fails with `AlreadyExists` if there is one. */
    readonly create: (
      projectPath: string,
      fields: MetadataPatch,
      options?: { readonly header?: string }
    ) => Effect.Effect<MetadataDocument.MetadataDocument, ReadFailure | MetadataEditRefused | LockUnavailable>
  }
>() {}

const pathIn = (projectPath: string): string => (projectPath.endsWith("/") ? `${projectPath}${fileName}` : `${projectPath}/${fileName}`)

const parseBytes = (path: string, bytes: Uint8Array): Either.Either<MetadataDocument.MetadataDocument, MetadataInvalid> => {
  if (bytes.length > sizeLimit) return Either.left(tooLarge(path))
  const text = Either.try({ try: () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes), catch: () => notText(path) })
  return Either.flatMap(text, (content) => MetadataDocument.parse(content, { path }))
}

const make = Effect.gen(function*() {
  const files = yield* DurableFile.DurableFile

  const explained = (path: string) => (failure: FileFailure): MetadataInvalid | MetadataUnavailable | FileFailure => {
    if (failure.reason === "TooLarge") return tooLarge(path)
    if (failure.reason === "NotAFile") return new MetadataUnavailable({ path, reason: "Folder" })
    return failure
  }

  /** The file to work on, after links; it must lie in the project. */
  const locate = (projectPath: string): Effect.Effect<string, MetadataUnavailable | FileFailure> =>
    Effect.gen(function*() {
      const path = pathIn(projectPath)
      const [root, target] = yield* Effect.all([files.resolve(projectPath), files.resolve(path)])
      if (target.startsWith(root === "/" ? "/" : `${root}/`)) return target
      return yield* new MetadataUnavailable({ path, reason: "OutsideProject", target })
    })

  /** Without this a file would be made together with a project folder that does not exist. */
  const checkFolder = (projectPath: string): Effect.Effect<void, FileFailure> =>
    Effect.matchEffect(files.read(projectPath, { limit: 0 }), {
      onFailure: (failure) => (failure.reason === "NotAFile" ? Effect.void : Effect.fail(failure)),
      onSuccess: (found) =>
        Effect.fail(new FileFailure({ path: projectPath, operation: "open", reason: Option.isNone(found) ? "NotFound" : "NotAFolder" }))
    }).pipe(
      Effect.mapError((failure) =>
        failure.reason === "TooLarge" ? new FileFailure({ path: projectPath, operation: "open", reason: "NotAFolder" }) : failure
      )
    )

  const options: DurableFile.ModifyOptions = { backup: "none", modeWhenNew: 0o644, limit: sizeLimit }

  return MetadataFile.of({
    read: (projectPath) =>
      Effect.gen(function*() {
        const path = pathIn(projectPath)
        const target = yield* locate(projectPath)
        const snapshot = yield* Effect.mapError(files.read(target, { limit: sizeLimit }), explained(path))
        return Option.isNone(snapshot) ? Option.none() : Option.some(yield* parseBytes(path, snapshot.value.bytes))
      }),
    update: (projectPath, patch) =>
      Effect.gen(function*() {
        const path = pathIn(projectPath)
        const target = yield* locate(projectPath)
        const change = files.modify(target, options, (current) =>
          Effect.gen(function*() {
            if (Option.isNone(current)) return yield* new MetadataUnavailable({ path, reason: "Missing" })
            const before = yield* parseBytes(path, current.value.bytes)
            const after = yield* MetadataDocument.set(before, patch)
            return { result: after, content: after.text === before.text ? undefined : after.text }
          }))
        // Looked at before the lock is taken: a project without the file gets no lock file beside it.
        if (Option.isNone(yield* Effect.mapError(files.read(target, { limit: sizeLimit }), explained(path)))) {
          return yield* new MetadataUnavailable({ path, reason: "Missing" })
        }
        return yield* Effect.catchTag(change, "FileFailure", (failure) => Effect.fail(explained(path)(failure)))
      }),
    create: (projectPath, fields, header = {}) =>
      Effect.gen(function*() {
        const path = pathIn(projectPath)
        const made = yield* MetadataDocument.create(fields, { path, ...header })
        yield* checkFolder(projectPath)
        const target = yield* locate(projectPath)
        const change = files.modify(target, options, (current) =>
          Option.isNone(current)
            ? Effect.succeed({ result: made, content: made.text })
            : Effect.fail(new MetadataUnavailable({ path, reason: "AlreadyExists" })))
        return yield* Effect.catchTag(change, "FileFailure", (failure) => Effect.fail(explained(path)(failure)))
      })
  })
})

/**
 * Files on disk. A change is made under a lock and replaces the file as a whole; no backup is kept, since the folder is
 * under version control. A link is followed only inside the project. Nothing larger than 1 MiB is read.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as Layer from "effect/Layer"
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 *
 * export const live = MetadataFile.layer.pipe(Layer.provide(DurableFile.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<MetadataFile, never, DurableFile.DurableFile> = Layer.effect(MetadataFile, make)

const makeMemory = (initial: Iterable<readonly [projectPath: string, text: string]>) =>
  Effect.gen(function*() {
    const texts = yield* SynchronizedRef.make<ReadonlyMap<string, string>>(new Map([...initial].map(([projectPath, text]) => [pathIn(projectPath), text])))
    const parse = (path: string, text: string) => parseBytes(path, new TextEncoder().encode(text))
    return MetadataFile.of({
      read: (projectPath) =>
        Effect.gen(function*() {
          const path = pathIn(projectPath)
          const text = (yield* texts.get).get(path)
          return text === undefined ? Option.none() : Option.some(yield* parse(path, text))
        }),
      update: (projectPath, patch) =>
        SynchronizedRef.modifyEffect(texts, (current) =>
          Effect.gen(function*() {
            const path = pathIn(projectPath)
            const text = current.get(path)
            if (text === undefined) return yield* new MetadataUnavailable({ path, reason: "Missing" })
            const after = yield* Either.flatMap(parse(path, text), (before) => MetadataDocument.set(before, patch))
            return [after, new Map([...current, [path, after.text]])] as const
          })),
      create: (projectPath, fields, header = {}) =>
        SynchronizedRef.modifyEffect(texts, (current) =>
          Effect.gen(function*() {
            const path = pathIn(projectPath)
            const made = yield* MetadataDocument.create(fields, { path, ...header })
            if (current.has(path)) return yield* new MetadataUnavailable({ path, reason: "AlreadyExists" })
            return [made, new Map([...current, [path, made.text]])] as const
          }))
    })
  })

/**
 * Files in memory, some of them there from the start. Every folder exists; there are no links.
 *
 * @param initial project paths with the text of their files
 * @example
 * ```ts
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 *
 * export const world = MetadataFile.layerMemoryWith([["/home/me/api", "template: standard # ours\n"]])
 * ```
 * @category layers
 */
export const layerMemoryWith = (initial: Iterable<readonly [projectPath: string, text: string]>): Layer.Layer<MetadataFile> =>
  Layer.effect(MetadataFile, makeMemory(initial))

/**
 * Files in memory, none at the start.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
 *
 * export const made = Effect.flatMap(MetadataFile.MetadataFile, (files) => files.create("/home/me/api", { template: "unknown" })).pipe(
 *   Effect.provide(MetadataFile.layerMemory)
 * )
 * ```
 * @category layers
 */
export const layerMemory: Layer.Layer<MetadataFile> = layerMemoryWith([])
