/**
 * A stream, one value at a time, for `for await`: what was asked for when it is stopped is answered, with the end.
 *
 * @module
 */
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

/** `next` gives the values in their order, also to several who ask at once, then only the end. `stop` frees everything. */
export interface StreamIteration<A, E> {
  readonly next: Effect.Effect<IteratorResult<A, undefined>, E>
  readonly stop: Effect.Effect<void>
}

const end: IteratorReturnResult<undefined> = { done: true, value: undefined }

/** Begins; nothing is read before somebody asks. */
export const make = <A, E>(stream: Stream.Stream<A, E>): Effect.Effect<StreamIteration<A, E>> =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const stopped = yield* Deferred.make<void>()
    const turns = yield* Effect.makeSemaphore(1)
    const pull = yield* Scope.extend(Stream.toPull(Stream.rechunk(stream, 1)), scope)
    const tell = Deferred.succeed(stopped, undefined)
    const close = Scope.close(scope, Exit.void)
    const one = Effect.map(pull, (values): IteratorResult<A, undefined> => ({ done: false, value: Chunk.unsafeHead(values) })).pipe(
      Effect.catchAll(Option.match({ onNone: () => Effect.succeed(end), onSome: (error) => Effect.fail(error) }))
    )
    const first = Effect.raceFirst(one, Effect.as(Deferred.await(stopped), end))
    const last = Effect.zipRight(tell, close)
    const next = Effect.onExit(first, (exit) => (Exit.isSuccess(exit) && exit.value.done !== true ? Effect.void : last))
    return {
      next: turns.withPermits(1)(Effect.flatMap(Deferred.isDone(stopped), (isDone) => (isDone ? Effect.succeed(end) : next))),
      // Whoever still waits is answered first.
      stop: Effect.zipRight(tell, turns.withPermits(1)(close))
    }
  })
