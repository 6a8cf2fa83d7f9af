/**
 * Remembering that nothing was left to do, so that the next sync need not compare everything again: as long as nothing changed here, only the
 * remote has to say that nothing changed there.
 *
 * @module
 */
import type { FileFailure, LockUnavailable } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Known } from "./RemoteIndex.js"

/** What a sync came to that found nothing to do. `unchanged` counts projects that are the same on both sides. @category models */
export interface Rest {
  readonly known: Known
  readonly address: string
  readonly unchanged: number
  readonly notLocal: number
}

/** How everything looked at some moment, to be compared only. @category models */
export type Observation = string

/** @category models */
export interface StandstillShape {
  /** What the last sync of this kind came to, if it found nothing to do and nothing changed here since. */
  readonly recall: (command: "push" | "pull") => Effect.Effect<Option.Option<Rest>>
  /** How the registry looks, the files of the home and, with `paths`, the own files of the projects in those folders. */
  readonly observe: Effect.Effect<Observation>
  /** Remember that nothing is to be done by these, unless something changed since the observation. `paths` are the folders of all projects. */
  readonly keep: (
    commands: ReadonlyArray<"push" | "pull">,
    rest: Rest,
    options: { readonly since: Observation; readonly paths: ReadonlyArray<string> }
  ) => Effect.Effect<void, FileFailure | LockUnavailable>
}

/**
 * The port. Without a layer nothing is remembered, and every sync compares everything; `StandstillFile` remembers it in a file.
 *
 * @category tags
 * @example
 * ```ts
 * import { Standstill } from "@dev-infra/sync/Standstill"
 * import * as Effect from "effect/Effect"
 * import * as Option from "effect/Option"
 *
 * export const isKnown = Effect.gen(function* () {
 *   const standstill = yield* Standstill
 *   return Option.isSome(yield* standstill.recall("push"))
 * })
 * ```
 */
export class Standstill extends Context.Reference<Standstill>()("@dev-infra/sync/Standstill", {
  defaultValue: (): StandstillShape => ({ recall: () => Effect.succeedNone, observe: Effect.succeed(""), keep: () => Effect.void })
}) {}
