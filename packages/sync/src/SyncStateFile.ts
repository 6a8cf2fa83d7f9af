/**
 * What a home remembers of its remotes, in `state/sync.json`.
 *
 * @module
 */
import { DurableFile } from "@dev-infra/durable-files/DurableFile"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode, secretFileMode } from "@dev-infra/registry/HomePaths"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as StateText from "./StateText.js"
import { empty, type StateDocument, SyncState, SyncStateUnreadable } from "./SyncState.js"

/** The name of the file in the folder for state. @category constants */
export const fileName = "sync.json"

const make = Effect.gen(function* () {
  const { stateFolder } = yield* DevInfraHome
  const files = yield* DurableFile
  const path = `${stateFolder}/${fileName}`
  /** What was read or written last: a change that follows a reading need not parse megabytes again. */
  let last: { readonly text: string; readonly document: StateDocument } = { text: "", document: empty }

  const parse = (current: Option.Option<{ readonly text: string }>): Effect.Effect<StateDocument, SyncStateUnreadable> =>
    Option.match(current, {
      onNone: () => Effect.succeed(empty),
      onSome: ({ text }) => {
        if (text === last.text && text !== "") return Effect.succeed(last.document)
        return Either.match(StateText.parse(text), {
          onLeft: (detail) => Effect.fail(new SyncStateUnreadable({ path, detail })),
          onRight: (document) => {
            last = { text, document }
            return Effect.succeed(document)
          }
        })
      }
    })

  return SyncState.of({
    read: Effect.flatMap(files.read(path), parse),
    modify: (change) =>
      files.modify(path, { backup: "sibling", modeWhenNew: secretFileMode, folderMode }, (current) =>
        Effect.map(parse(current), (before) => {
          const after = change(before)
          if (after === before) return { result: after, content: undefined }
          const text = StateText.print(after)
          last = { text, document: after }
          return { result: after, content: text }
        })
      )
  })
})

/**
 * The file in the home. It is replaced as a whole under a lock, readable by its owner only; the one before it stays as `sync.json.bak`. One
 * that cannot be read, or that a newer version wrote, is never written over.
 *
 * @category layers
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as SyncStateFile from "@dev-infra/sync/SyncStateFile"
 * import * as Layer from "effect/Layer"
 *
 * const state = SyncStateFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 */
export const layer: Layer.Layer<SyncState, never, DevInfraHome | DurableFile> = Layer.effect(SyncState, make)
