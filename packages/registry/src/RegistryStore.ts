/**
 * Where the registry is kept: a port that speaks the document as it stands in the file, entries undecoded.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import { empty, isNewer, parse, print, type RegistryDocument } from "./RegistryDocument.js"
import { RegistryNewer, type RegistryUnreadable } from "./RegistryError.js"
import { latest } from "./RegistryMigration.js"

export type { RegistryDocument } from "./RegistryDocument.js"

/** @category errors */
export type RegistryReadError = FileFailure | RegistryUnreadable
/** @category errors */
export type RegistryWriteError = RegistryReadError | RegistryNewer | LockUnavailable

/**
 * The port. `RegistryFile.layer` keeps the registry in a file.
 *
 * @example
 * ```ts
 * import * as RegistryStore from "@dev-infra/registry/RegistryStore"
 * import * as Effect from "effect/Effect"
 *
 * const append = Effect.gen(function* () {
 *   const store = yield* RegistryStore.RegistryStore
 *   yield* store.modify((document) =>
 *     Effect.succeed(["added", { ...document, projects: [...document.projects, { name: "api", path: "/code/api" }] }])
 *   )
 * }).pipe(Effect.provide(RegistryStore.layerMemory()))
 * ```
 * @category tags
 */
export class RegistryStore extends Context.Tag("@dev-infra/registry/RegistryStore")<
  RegistryStore,
  {
    /** What a message calls the place, e.g. the path of the file. */
    readonly location: string
    /** The document as it is; an empty one where nothing was stored yet. */
    readonly read: Effect.Effect<RegistryDocument, RegistryReadError>
    /**
     * Read, change and store as one step that no other process can come between. Returning the same document object stores
     * nothing. `change` may run more than once and must not have effects of its own outside.
     */
    readonly modify: <A, E>(
      change: (document: RegistryDocument) => Effect.Effect<readonly [A, RegistryDocument], E>
    ) => Effect.Effect<A, E | RegistryWriteError>
    /** Emits once for every change of the stored document by anybody, after the subscription; bursts may be merged. */
    readonly changes: Stream.Stream<void, RegistryReadError>
  }
>() {}

/**
 * The failure of whoever would write a document of a newer version.
 *
 * @category errors
 */
export const refuseNewer = (location: string, document: RegistryDocument): Effect.Effect<void, RegistryNewer> =>
  isNewer(document) ? Effect.fail(new RegistryNewer({ path: location, found: document.version, supported: latest })) : Effect.void

/**
 * A registry in memory. It goes through the same text as a file does, so what a file could not hold does not survive here either.
 *
 * @param initial - what is stored at first; nothing by default
 * @example
 * ```ts
 * import * as RegistryStore from "@dev-infra/registry/RegistryStore"
 *
 * const store = RegistryStore.layerMemory({ version: "1.0", projects: [{ name: "api", path: "/code/api" }], rest: {} })
 * ```
 * @category layers
 */
export const layerMemory = (initial: RegistryDocument = empty): Layer.Layer<RegistryStore> =>
  Layer.effect(RegistryStore, Effect.gen(function* () {
    const location = "memory"
    const turn = yield* Effect.makeSemaphore(1)
    const events = yield* PubSub.sliding<void>(1)
    let text = print(initial, Option.none())
    const current = Effect.suspend(() => parse({ path: location, text }))
    return RegistryStore.of({
      location,
      read: Effect.map(current, ({ document }) => document),
      modify: (change) =>
        turn.withPermits(1)(Effect.gen(function* () {
          const parsed = yield* current
          const [result, next] = yield* change(parsed.document)
          if (next === parsed.document) return result
          yield* refuseNewer(location, parsed.document)
          const printed = print(next, Option.some(parsed))
          if (printed !== text) {
            text = printed
            yield* PubSub.publish(events, undefined)
          }
          return result
        })),
      changes: Stream.fromPubSub(events)
    })
  }))
