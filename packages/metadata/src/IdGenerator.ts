/**
 * Where new project ids come from.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import type { ProjectId } from "./ProjectId.js"
import * as Uuid from "./Uuid.js"

/**
 * Makes ids that no other project has.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
 *
 * const program = Effect.gen(function*() {
 *   const ids = yield* IdGenerator.IdGenerator
 *   return yield* ids.next
 * })
 * export const main = program.pipe(Effect.provide(IdGenerator.layer))
 * ```
 * @category tags
 */
export class IdGenerator extends Context.Tag("@dev-infra/metadata/IdGenerator")<
  IdGenerator,
  {
    /** A new id, different from every other one on any machine. */
    readonly next: Effect.Effect<ProjectId>
  }
>() {}

/**
 * Random ids from the system's secure generator: two processes that start at the same moment never make the same one.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
 *
 * export const id = Effect.flatMap(IdGenerator.IdGenerator, (ids) => ids.next).pipe(Effect.provide(IdGenerator.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<IdGenerator> = Layer.succeed(IdGenerator, {
  // `Uuid.random` returns a UUID in lower case, which is all that the brand says.
  next: Effect.sync(() => Uuid.random() as ProjectId)
})

/**
 * Ids that count up from 1 (`00000000-0000-4000-8000-000000000001`), for tests.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
 *
 * export const first = Effect.flatMap(IdGenerator.IdGenerator, (ids) => ids.next).pipe(Effect.provide(IdGenerator.layerMemory))
 * ```
 * @category layers
 */
export const layerMemory: Layer.Layer<IdGenerator> = Layer.effect(
  IdGenerator,
  Effect.map(Ref.make(0), (counter) => ({
    next: Ref.updateAndGet(counter, (count) => count + 1).pipe(
      // Hexadecimal digits in the places of a version 4 UUID: a valid id.
      Effect.map((count) => `00000000-0000-4000-8000-${count.toString(16).padStart(12, "0")}` as ProjectId)
    )
  }))
)
