/**
 * Versions of templates that have no history of their own (folders, and those that come with the program), kept from the moment that a project
 * is made from them: an update compares with what the project was made from.
 *
 * Each is one file in `templates/` of the home, named after its content, which is compared with the name when it is read.
 *
 * @module
 */
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { DevInfraHome } from "@dev-infra/registry/DevInfraHome"
import { folderMode } from "@dev-infra/registry/HomePaths"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as KeptVersion from "./format/KeptVersion.js"
import { idOf } from "./format/TemplateTree.js"
import type { TemplateSnapshot } from "./TemplateSnapshot.js"

/**
 * The port.
 *
 * @example
 * ```ts
 * import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
 * import { UsedTemplates } from "@dev-infra/templates/UsedTemplates"
 * import * as Effect from "effect/Effect"
 *
 * export const remember = (snapshot: TemplateSnapshot) =>
 *   Effect.gen(function* () {
 *     const used = yield* UsedTemplates
 *     yield* used.keep(snapshot)
 *     return yield* used.find(snapshot.commit) // some, from now on
 *   })
 * ```
 *
 * @category tags
 */
export class UsedTemplates extends Context.Tag("@dev-infra/templates/UsedTemplates")<
  UsedTemplates,
  {
    /** Keep a version. Does nothing for one in git, whose repository keeps it, and for one that is kept already. */
    readonly keep: (snapshot: TemplateSnapshot) => Effect.Effect<void, FileFailure>
    /** The version with this commit (`sha256:…`), as it was used. None if it is not kept, or damaged. */
    readonly find: (commit: string) => Effect.Effect<Option.Option<TemplateSnapshot>, FileFailure>
  }
>() {}

const hexOf = (commit: string): string | undefined => /^sha256:([0-9a-f]{64})$/.exec(commit)?.[1]

/** Whether there is something to keep, under its own name. */
const nameOf = (snapshot: TemplateSnapshot): string | undefined => (snapshot.source._tag !== "Git" && idOf(snapshot) === snapshot.commit ? hexOf(snapshot.commit) : undefined)

/**
 * Versions in `templates/` of the home.
 *
 * @example
 * ```ts
 * import * as DurableFile from "@dev-infra/durable-files/DurableFile"
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
 * import * as Layer from "effect/Layer"
 *
 * export const used = UsedTemplates.layer.pipe(Layer.provide([DevInfraHome.layerFolder("/home/me/.dev-infra"), DurableFile.layer]))
 * ```
 *
 * @category layers
 */
export const layer: Layer.Layer<UsedTemplates, never, DevInfraHome | DurableFile.DurableFile> = Layer.effect(
  UsedTemplates,
  Effect.gen(function* () {
    const { templatesFolder } = yield* DevInfraHome
    const durable = yield* DurableFile.DurableFile
    const find = (commit: string) =>
      Effect.gen(function* () {
        const hex = hexOf(commit)
        if (hex === undefined) return Option.none<TemplateSnapshot>()
        const file = yield* durable.read(`${templatesFolder}/${hex}`, { limit: KeptVersion.sizeLimit })
        return Option.filter(Option.flatMap(file, ({ bytes }) => KeptVersion.decode(bytes)), (snapshot) => snapshot.commit === commit && idOf(snapshot) === commit)
      })
    return UsedTemplates.of({
      find,
      keep: (snapshot) =>
        Effect.gen(function* () {
          const hex = nameOf(snapshot)
          if (hex === undefined || Option.isSome(yield* find(snapshot.commit))) return
          yield* durable.keep(`${templatesFolder}/${hex}`, KeptVersion.encode(snapshot), { mode: 0o600, folderMode })
        })
    })
  })
)

/**
 * Versions that are kept as long as the layer.
 *
 * @example
 * ```ts
 * import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
 * import * as Effect from "effect/Effect"
 *
 * const nothing = Effect.flatMap(UsedTemplates.UsedTemplates, (used) => used.find("sha256:0")).pipe(Effect.provide(UsedTemplates.layerMemory))
 * ```
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<UsedTemplates> = Layer.effect(
  UsedTemplates,
  Effect.map(Ref.make<ReadonlyMap<string, TemplateSnapshot>>(new Map()), (kept) =>
    UsedTemplates.of({
      find: (commit) => Effect.map(Ref.get(kept), (all) => Option.fromNullable(all.get(commit))),
      keep: (snapshot) => (nameOf(snapshot) === undefined ? Effect.void : Ref.update(kept, (all) => new Map([...all, [snapshot.commit, snapshot]])))
    }))
)
