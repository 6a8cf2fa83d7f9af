/**
 * Where the registry is kept: a port that speaks the document as it stands in the file, entries undecoded.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { RegistryNewer, RegistryUnreadable } from "./RegistryError.js"

/**
 * The document: what stands in the file, in the order in which it stands there. `projects` are the entries as JSON values
 * (hand-edited ones may be anything), `rest` every other key of the file.
 *
 * @category models
 */
export interface RegistryDocument {
  readonly version: string
  readonly projects: ReadonlyArray<JsonValue>
  readonly rest: { readonly [key: string]: JsonValue }
}

/** @category errors */
export type RegistryReadError = FileFailure | RegistryUnreadable
/** @category errors */
export type RegistryWriteError = RegistryReadError | RegistryNewer | LockUnavailable

/**
 * The port.
 *
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
