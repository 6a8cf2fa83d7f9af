/**
 * Where everything lies that `dev-infra` keeps: one folder, `~/.dev-infra`, or the one that `DEV_INFRA_HOME` names.
 *
 * Nothing here touches the disk. Reading from a home that does not exist finds nothing; the first write makes the folder,
 * with permissions for its owner alone.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { words } from "@dev-infra/durable-files/FileOperations"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { describeFault, fromFolder, isFault, resolve, type HomeOptions, type HomePaths } from "./HomePaths.js"

/**
 * There is no folder to keep things in. `folder` is the one that was tried; see `HomeFault` for the reasons.
 *
 * @category errors
 */
export class HomeUnusable extends Schema.TaggedError<HomeUnusable>("@dev-infra/registry/HomeUnusable")("HomeUnusable", {
  reason: Schema.Literal("NotSet", "NotAbsolute", "NotAFolder", "NotWritable", "ReadOnly"),
  folder: Schema.optional(Schema.String),
  fromVariable: Schema.Boolean
}) {
  override get message(): string {
    return describeFault(this)
  }

  /**
   * The failure of a file operation, told as a fault of the home if that is what it is: a part of the way to the file is no
   * folder, or the home cannot be made or written. A fault of one file alone (only that file is forbidden) is not one.
   */
  static readonly fromFileFailure = (home: HomePaths, failure: FileFailure): HomeUnusable | undefined => {
    if (failure.path !== home.folder && !failure.path.startsWith(`${home.folder}/`) && !isAbove(failure.path, home.folder)) return undefined
    const unusable = (reason: HomeUnusable["reason"]) => new HomeUnusable({ reason, folder: home.folder, fromVariable: home.fromVariable })
    switch (failure.reason) {
      case "NotAFolder":
        return unusable("NotAFolder")
      case "ReadOnly":
        return unusable("ReadOnly")
      case "NotFound":
        // The folder around it is there, yet nobody may make one in it, as below /proc.
        return failure.operation.includes("folder") ? unusable("NotWritable") : undefined
      case "PermissionDenied":
        return ofOneFile.has(failure.operation) && failure.path !== home.folder ? undefined : unusable("NotWritable")
      default:
        return undefined
    }
  }
}

/** Operations that are refused because of the permissions of the file itself, not of its folder. */
const ofOneFile: ReadonlySet<string> = new Set([words.read, words.write, words.adopt, words.checkWritable])

/** Whether `path` is a folder on the way to `folder`. */
const isAbove = (path: string, folder: string): boolean => folder.startsWith(path.endsWith("/") ? path : `${path}/`)

/**
 * The service: the paths.
 *
 * @example
 * ```ts
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function* () {
 *   const home = yield* DevInfraHome.DevInfraHome
 *   return home.registryFile // "/home/me/.dev-infra/registry.json"
 * }).pipe(
 *   Effect.provide(DevInfraHome.layer({ environment: {}, homeDirectory: "/home/me", workingDirectory: "/tmp" }))
 * )
 * ```
 *
 * @category tags
 */
export class DevInfraHome extends Context.Tag("@dev-infra/registry/DevInfraHome")<DevInfraHome, HomePaths>() {}

/**
 * The home that the surroundings name. Fails if they name none.
 *
 * @category layers
 */
export const layer = (options: HomeOptions): Layer.Layer<DevInfraHome, HomeUnusable> =>
  Layer.effect(
    DevInfraHome,
    Effect.suspend(() => {
      const resolved = resolve(options)
      return isFault(resolved) ? Effect.fail(new HomeUnusable(resolved)) : Effect.succeed(resolved)
    })
  )

/**
 * The home in a known folder, given as an absolute path.
 *
 * @example
 * ```ts
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 *
 * const second = DevInfraHome.layerFolder("/srv/projects/.dev-infra")
 * ```
 *
 * @category layers
 */
export const layerFolder = (folder: string): Layer.Layer<DevInfraHome> => Layer.sync(DevInfraHome, () => fromFolder(folder))

/**
 * A home at a made-up place, for stores that keep everything in memory.
 *
 * @example
 * ```ts
 * import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
 * import * as Effect from "effect/Effect"
 *
 * const folder = Effect.map(DevInfraHome.DevInfraHome, (home) => home.folder).pipe(Effect.provide(DevInfraHome.layerMemory))
 * ```
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<DevInfraHome> = layerFolder("/home/user/.dev-infra")
