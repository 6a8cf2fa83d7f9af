/**
 * A body that is sent as it is read.
 *
 * @module
 */
import type * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type { StorageFailure } from "../StorageFailure.js"

/** Pieces of ASCII text: `first` and what `pull` gives until it fails with none. @category models */
export class TextStream extends Data.Class<{
  readonly first: string
  readonly pull: Effect.Effect<Chunk.Chunk<string>, Option.Option<StorageFailure>>
}> {}
