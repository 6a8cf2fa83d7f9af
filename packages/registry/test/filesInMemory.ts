import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

/** Files in a map that the test can look into, and the options of the last change. */
export const filesInMemory = (initial: { readonly [path: string]: string } = {}) => {
  const texts = new Map(Object.entries(initial))
  const modes = new Map<string, number>()
  const snapshot = (path: string) =>
    Option.map(
      Option.fromNullable(texts.get(path)),
      (text): DurableFile.FileSnapshot => ({ path, text, bytes: new TextEncoder().encode(text), mode: modes.get(path) ?? 0o644 })
    )
  const layer = Layer.succeed(DurableFile.DurableFile, {
    read: (path) => Effect.sync(() => snapshot(path)),
    modify: (path, options, change) =>
      Effect.map(Effect.suspend(() => change(snapshot(path))), ({ content, result }) => {
        if (content !== undefined) {
          if (!texts.has(path)) modes.set(path, options.modeWhenNew ?? 0o644)
          texts.set(path, content)
        }
        return result
      }),
    keep: (path, bytes) => Effect.sync(() => (texts.set(path, new TextDecoder().decode(bytes)), path)),
    resolve: Effect.succeed
  })
  return { texts, modes, layer }
}
