/**
 * The remote index, opened when it is first asked: commands that only look at what is known here load nothing that can reach a network.
 *
 * @module
 */
import { type OperationResult, type RemoteFailed, RemoteIndex, type RemoteIndexShape, type RemoteOperation, type Sent } from "@dev-infra/sync/RemoteIndex"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"

const skipped: OperationResult = { _tag: "Skipped" }

/** What became of changes none of which was sent. */
const nothingSent = (operations: ReadonlyArray<RemoteOperation>, stopped: RemoteFailed): Sent => ({ results: operations.map(() => skipped), stopped })

/**
 * An index that is opened by the first question, and stays open as long as the layer. What could not be opened is tried again by the next one.
 *
 * @example
 * ```ts
 * import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
 * import * as Effect from "effect/Effect"
 * import * as RemoteOnDemand from "./RemoteOnDemand.js"
 *
 * const nowhere = RemoteOnDemand.layer(Effect.fail(new RemoteFailed({ reason: "NotConfigured", address: "", detail: "no server is set up" })))
 * ```
 *
 * @category layers
 */
export const layer = <R>(open: Effect.Effect<RemoteIndexShape, RemoteFailed, R | Scope.Scope>): Layer.Layer<RemoteIndex, never, Exclude<R, Scope.Scope>> =>
  Layer.scoped(
    RemoteIndex,
    Effect.gen(function* () {
      const context = yield* Effect.context<R | Scope.Scope>()
      const one = yield* Effect.makeSemaphore(1)
      const opened = yield* Ref.make(Option.none<RemoteIndexShape>())
      const index = one.withPermits(1)(
        Effect.flatMap(
          Ref.get(opened),
          Option.match({
            onNone: () => Effect.tap(Effect.provide(open, context), (made) => Ref.set(opened, Option.some(made))),
            onSome: Effect.succeed
          })
        )
      )
      return {
        fetch: (known) => Effect.flatMap(index, (remote) => remote.fetch(known)),
        send: (operations, options) =>
          Effect.matchEffect(index, {
            onFailure: (stopped) => Effect.succeed(nothingSent(operations, stopped)),
            onSuccess: (remote) => remote.send(operations, options)
          }),
        watch: Stream.unwrap(Effect.map(index, (remote) => remote.watch))
      }
    })
  )
