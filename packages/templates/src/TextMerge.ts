/**
 * Three versions of a text become one, as `git merge-file` does it.
 *
 * @module
 */
import { CommandExecutor } from "@effect/platform/CommandExecutor"
import { FileSystem } from "@effect/platform/FileSystem"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as GitMerge from "./planning/GitMerge.js"
import * as InProcessMerge from "./planning/InProcessMerge.js"
import { obvious } from "./planning/ObviousMerge.js"

/** Three versions of one file. @category models */
export interface MergeInput {
  readonly ours: Uint8Array
  readonly base: Uint8Array
  readonly theirs: Uint8Array
}

/** What stands behind the markers of a conflict. @category models */
export interface MergeLabels {
  readonly ours: string
  readonly base: string
  readonly theirs: string
}

/**
 * What became of them: a text, a text with conflict markers, or nothing, because one of them is no text (it has a NUL in its
 * first 8000 bytes).
 *
 * @category models
 */
export type Merged =
  | { readonly _tag: "Clean"; readonly content: Uint8Array }
  | { readonly _tag: "Conflict"; readonly content: Uint8Array; readonly conflicts: number }
  | { readonly _tag: "Binary" }

/**
 * Merging itself failed: git ended unexpectedly, or its temporary folder could not be written.
 *
 * @category errors
 */
export class MergeFailed extends Schema.TaggedError<MergeFailed>("@dev-infra/templates/MergeFailed")("MergeFailed", {
  detail: Schema.String
}) {
  override get message(): string {
    return `texts could not be merged: ${this.detail}`
  }
}

/**
 * The port.
 *
 * @example
 * ```ts
 * import * as TextMerge from "@dev-infra/templates/TextMerge"
 * import * as Effect from "effect/Effect"
 *
 * const bytes = (text: string) => new TextEncoder().encode(text)
 * export const merged = Effect.flatMap(TextMerge.TextMerge, (merge) =>
 *   merge.mergeAll([{ ours: bytes("A\nb\nc\n"), base: bytes("a\nb\nc\n"), theirs: bytes("a\nb\nC\n") }], { ours: "here", base: "v1", theirs: "v2" })
 * ).pipe(Effect.provide(TextMerge.layerMemory))
 * ```
 * @category tags
 */
export class TextMerge extends Context.Tag("@dev-infra/templates/TextMerge")<
  TextMerge,
  {
    /** Each input merged, in order. */
    readonly mergeAll: (inputs: ReadonlyArray<MergeInput>, labels: MergeLabels) => Effect.Effect<ReadonlyArray<Merged>, MergeFailed>
  }
>() {}

/** What is obvious at once, the others together by `rest`, all in their order. */
const mergeAllWith =
  (rest: (inputs: ReadonlyArray<MergeInput>, labels: MergeLabels) => Effect.Effect<ReadonlyArray<Merged>, MergeFailed>) =>
  (inputs: ReadonlyArray<MergeInput>, labels: MergeLabels): Effect.Effect<ReadonlyArray<Merged>, MergeFailed> =>
    Effect.gen(function*() {
      const known = inputs.map(obvious)
      const open = inputs.filter((_, at) => known[at] === undefined)
      if (open.length === 0) return known.flatMap((merged) => merged ?? [])
      const found = [...(yield* rest(open, labels))]
      return known.flatMap((merged) => merged ?? found.shift() ?? [])
    })

const inProcess = mergeAllWith((inputs, labels) =>
  Effect.forEach(inputs, (input) => Effect.zipRight(Effect.yieldNow(), Effect.sync(() => InProcessMerge.merged(input, labels)))))

/** As many projects are planned at the same time as there are permits for shells that merge. */
const mostAtOnce = 2

/**
 * By `git merge-file`, in a temporary folder outside of any project. Where git is missing, in this process.
 *
 * @example
 * ```ts
 * import * as NodeContext from "@effect/platform-node/NodeContext"
 * import * as TextMerge from "@dev-infra/templates/TextMerge"
 * import * as Layer from "effect/Layer"
 *
 * export const merging = Layer.provide(TextMerge.layer, NodeContext.layer)
 * ```
 * @category layers
 */
export const layer: Layer.Layer<TextMerge, never, CommandExecutor | FileSystem> = Layer.effect(
  TextMerge,
  Effect.gen(function*() {
    const files = yield* FileSystem
    const executor = yield* CommandExecutor
    const turns = yield* Effect.makeSemaphore(mostAtOnce)
    return TextMerge.of({
      mergeAll: mergeAllWith((inputs, labels) =>
        GitMerge.mergeAll(files, executor, inputs, labels).pipe(
          turns.withPermits(1),
          Effect.mapError((detail) => new MergeFailed({ detail })),
          Effect.flatMap(Option.match({ onNone: () => inProcess(inputs, labels), onSome: Effect.succeed }))
        ))
    })
  })
)

/**
 * In this process, without git and files. More careful than git: what comes out clean is what git makes of it, but some changes
 * that lie close together conflict here that git puts together.
 *
 * @example
 * ```ts
 * import * as TextMerge from "@dev-infra/templates/TextMerge"
 * import * as Effect from "effect/Effect"
 *
 * const text = new TextEncoder().encode("same\n")
 * export const same = Effect.flatMap(TextMerge.TextMerge, (merge) =>
 *   merge.mergeAll([{ ours: text, base: text, theirs: text }], { ours: "here", base: "v1", theirs: "v2" })
 * ).pipe(Effect.provide(TextMerge.layerMemory))
 * ```
 * @category layers
 */
export const layerMemory: Layer.Layer<TextMerge> = Layer.succeed(TextMerge, TextMerge.of({ mergeAll: inProcess }))
