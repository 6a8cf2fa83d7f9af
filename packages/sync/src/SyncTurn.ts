/**
 * One sync at a time in a home. The port; `SyncTurnFile` locks `state/sync.json` against other processes.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Turns from "@dev-infra/durable-files/Turns"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** Another sync of this home is running. @category errors */
export class SyncBusy extends Schema.TaggedError<SyncBusy>("@dev-infra/sync/SyncBusy")("SyncBusy", { holder: Schema.String }) {
  override get message(): string {
    return `another sync is running (${this.holder}): wait until it has ended, then try again`
  }
}

/**
 * The port.
 *
 * @category tags
 * @example
 * ```ts
 * import { SyncTurn } from "@dev-infra/sync/SyncTurn"
 * import * as Effect from "effect/Effect"
 *
 * export const alone = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.flatMap(SyncTurn, (turn) => turn.take(effect))
 * ```
 */
export class SyncTurn extends Context.Tag("@dev-infra/sync/SyncTurn")<
  SyncTurn,
  {
    /** Do something while no other sync of this home runs; wait for one at most some seconds. */
    readonly take: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | SyncBusy | FileFailure, R>
  }
>() {}

/** How long a sync waits for another one. @category constants */
export const patience = "3 seconds"

/**
 * Turns among the fibers of one process.
 *
 * @category layers
 * @example
 * ```ts
 * import * as SyncTurn from "@dev-infra/sync/SyncTurn"
 * import * as Effect from "effect/Effect"
 *
 * const alone = Effect.flatMap(SyncTurn.SyncTurn, (turn) => turn.take(Effect.succeed("done"))).pipe(Effect.provide(SyncTurn.layerMemory))
 * ```
 */
export const layerMemory: Layer.Layer<SyncTurn> = Layer.sync(SyncTurn, () => {
  const turns = Turns.make()
  return {
    take: (effect) =>
      Effect.flatMap(
        turns.take("sync", patience, effect),
        Option.match({ onNone: () => Effect.fail(new SyncBusy({ holder: "in this process" })), onSome: Effect.succeed })
      )
  }
})
