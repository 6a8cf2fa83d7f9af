/**
 * A body that is sent as it is read.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { StorageFailure } from "../StorageFailure.js"

/** The next text, none at the end. @category models */
export type Next = Effect.Effect<Option.Option<string>, StorageFailure>

/** ASCII text: `first` and what `next` gives. `close` is to be run when no more is wanted. @category models */
export class TextStream extends Data.Class<{ readonly first: string; readonly next: Next; readonly close: Effect.Effect<void> }> {}

/**
 * The elements of a stream one by one, joined by commas where they come together. What is empty is left out.
 *
 * @category constructors
 */
export const open = (texts: Stream.Stream<string, StorageFailure>): Effect.Effect<Next, never, Scope.Scope> =>
  Effect.map(Stream.toPull(Stream.filter(texts, (text) => text !== "")), (pull) => {
    const next: Next = Effect.matchEffect(pull, {
      onFailure: Option.match({ onNone: () => Effect.succeedNone, onSome: (failure: StorageFailure) => Effect.fail(failure) }),
      onSuccess: (chunk) => (Chunk.isEmpty(chunk) ? next : Effect.succeedSome(Chunk.join(chunk, ",")))
    })
    return next
  })
