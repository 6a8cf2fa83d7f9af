/**
 * The port that the registry is kept behind: it speaks the document as it stands in the file, entries undecoded.
 * `RegistryStore` offers it together with its layers.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { isNewer, type RegistryDocument } from "./RegistryDocument.js"
import { RegistryNewer, type RegistryUnreadable } from "./RegistryError.js"
import { latest } from "./RegistryMigration.js"

/** @category errors */
export type RegistryReadError = FileFailure | RegistryUnreadable
/** @category errors */
export type RegistryWriteError = RegistryReadError | RegistryNewer | LockUnavailable

/**
 * The port. `RegistryStore.layerFile` keeps the registry in a file, `RegistryStore.layerMemory` in memory.
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
