/**
 * Find projects below folders.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { DirectoryReader, layerMemory as readerMemory, type MemoryFolder, type Reader } from "./DirectoryReader.js"
import type { DiscoveryOptions, Found, Progress, Skipped } from "./DiscoveryEvent.js"
import { inspectFolder, makeWalk } from "./DiscoveryWalk.js"

export type { DiscoveryOptions, Found, Progress, Skipped } from "./DiscoveryEvent.js"

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Discovery from "@dev-infra/registry/Discovery"
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 *
 * export const repositories = Effect.gen(function*() {
 *   const discovery = yield* Discovery.Discovery
 *   return yield* discovery.discover(["/home/me"]).pipe(
 *     Stream.filter((event) => event._tag === "Found"),
 *     Stream.runCollect
 *   )
 * })
 * ```
 *
 * @category tags
 */
export class Discovery extends Context.Tag("@dev-infra/registry/Discovery")<
  Discovery,
  {
    /**
     * Walk below the roots and emit what is found as it is found; never fails as a whole. The walk ends at a repository
     * (its submodules are still found) unless it is a root. Below a root no link is followed and no other file system is
     * entered. Folders are visited in the order of their names.
     *
     * @param roots folders; a relative one is taken from the working folder, a link is followed
     */
    readonly discover: (roots: ReadonlyArray<string>, options?: DiscoveryOptions) => Stream.Stream<Found | Skipped | Progress>
    /** Look at one folder without walking below it; `Skipped` if it is no project. */
    readonly inspect: (path: string) => Effect.Effect<Found | Skipped>
  }
>() {}

const make = (reader: Reader): Context.Tag.Service<typeof Discovery> =>
  Discovery.of({
    discover: (roots, options = {}) =>
      Stream.suspend(() => {
        const walk = makeWalk(reader, roots, options)
        const slice = Effect.suspend(() => {
          const events = walk.next()
          return events === undefined ? Effect.fail(Option.none<never>()) : Effect.succeed(Chunk.unsafeFromArray(events))
        })
        return Stream.repeatEffectChunkOption(Effect.zipRight(reader.pause, slice))
      }),
    inspect: (path) => Effect.sync(() => inspectFolder(reader, path))
  })

/**
 * Discovery on what the reader reads.
 *
 * @example
 * ```ts
 * import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
 * import * as Discovery from "@dev-infra/registry/Discovery"
 * import * as Layer from "effect/Layer"
 *
 * export const live: Layer.Layer<Discovery.Discovery> = Layer.provide(Discovery.layer, DirectoryReader.layer)
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<Discovery, never, DirectoryReader> = Layer.effect(Discovery, Effect.map(DirectoryReader, make))

/**
 * Discovery in a tree that is an object.
 *
 * @example
 * ```ts
 * import * as Discovery from "@dev-infra/registry/Discovery"
 *
 * export const oneProject = Discovery.layerMemory({ home: { api: { ".git": { HEAD: "ref: refs/heads/main\n", config: "" } } } })
 * ```
 *
 * @category layers
 */
export const layerMemory = (tree: MemoryFolder): Layer.Layer<Discovery> => Layer.provide(layer, readerMemory(tree))
