/**
 * Where everything lies that `dev-infra` keeps: one folder, `~/.dev-infra`, or the one that `DEV_INFRA_HOME` names.
 *
 * Nothing here touches the disk. Reading from a home that does not exist finds nothing; the first write makes the folder
 * (mode {@link folderMode}). Start-up of `list` depends on this module: keep its imports few.
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"

/** Permission bits of the folder and of folders in it: nobody but the owner. @category constructors */
export const folderMode = 0o700

/** Permission bits of files that may hold a secret. @category constructors */
export const secretFileMode = 0o600

/**
 * There is no folder to keep things in. `reason`: `NotSet` (neither variable says where), `NotAbsolute` (HOME is relative),
 * `NotAFolder`, `NotWritable` and `ReadOnly` (as the file system says). `folder` is the one that was tried.
 *
 * @category errors
 */
export class HomeUnusable extends Schema.TaggedError<HomeUnusable>("@dev-infra/registry/HomeUnusable")("HomeUnusable", {
  reason: Schema.Literal("NotSet", "NotAbsolute", "NotAFolder", "NotWritable", "ReadOnly"),
  folder: Schema.optional(Schema.String),
  fromVariable: Schema.Boolean
}) {
  override get message(): string {
    const folder = this.folder ?? ""
    const source = this.fromVariable ? "DEV_INFRA_HOME" : "the folder for dev-infra's own files"
    switch (this.reason) {
      case "NotSet":
        return "HOME is not set, so there is no place for dev-infra's own files; set DEV_INFRA_HOME to a folder"
      case "NotAbsolute":
        return `HOME is the relative path ${JSON.stringify(folder)}; set DEV_INFRA_HOME to a folder`
      case "NotAFolder":
        return `${source} (${folder}) is not a folder; set DEV_INFRA_HOME to a folder`
      case "NotWritable":
        return `${source} (${folder}) may not be written; set DEV_INFRA_HOME to a folder of yours, or change its permissions`
      case "ReadOnly":
        return `${source} (${folder}) is on a read-only file system; set DEV_INFRA_HOME to a folder that can be written`
    }
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
      case "PermissionDenied":
        return /read|open/.test(failure.operation) && failure.path !== home.folder ? undefined : unusable("NotWritable")
      default:
        return undefined
    }
  }
}

/** Whether `path` is a folder on the way to `folder`. */
const isAbove = (path: string, folder: string): boolean => folder.startsWith(path.endsWith("/") ? path : `${path}/`)

/**
 * Absolute paths of what lies in the home. A path is given whether or not something is there.
 *
 * @category models
 */
export interface HomePaths {
  readonly folder: string
  /** `DEV_INFRA_HOME` named the folder */
  readonly fromVariable: boolean
  /** the index of projects */
  readonly registryFile: string
  readonly configFile: string
  readonly stateFolder: string
  /** this home's machine id */
  readonly machineFile: string
  /** may be deleted at any time */
  readonly cacheFolder: string
  readonly logFolder: string
  /** copies made before migrations and repairs */
  readonly backupsFolder: string
}

/**
 * What the program knows of its surroundings. `environment` are the variables (only `DEV_INFRA_HOME` is looked at),
 * `homeDirectory` is the value of `HOME`, `workingDirectory` an absolute path.
 *
 * @category models
 */
export interface HomeOptions {
  readonly environment: { readonly [name: string]: string | undefined }
  readonly homeDirectory: string | undefined
  readonly workingDirectory: string
}

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

/** Join and normalise without asking the file system; `folder` is absolute. */
const resolvePath = (folder: string, path: string): string => {
  const segments: Array<string> = []
  for (const segment of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (segment === "..") segments.pop()
    else if (segment !== "" && segment !== ".") segments.push(segment)
  }
  return `/${segments.join("/")}`
}

/**
 * The paths in a home at `folder`, an absolute path.
 *
 * @category constructors
 */
export const fromFolder = (folder: string, options?: { readonly fromVariable?: boolean }): HomePaths => {
  const inside = folder === "/" ? "" : folder
  return {
    folder,
    fromVariable: options?.fromVariable ?? false,
    registryFile: `${inside}/registry.json`,
    configFile: `${inside}/config.yml`,
    stateFolder: `${inside}/state`,
    machineFile: `${inside}/state/machine.json`,
    cacheFolder: `${inside}/cache`,
    logFolder: `${inside}/log`,
    backupsFolder: `${inside}/backups`
  }
}

/**
 * Decide where the home is: `DEV_INFRA_HOME` (a relative one counts from the working folder, a leading `~/` is the home
 * directory, an empty one counts as not set), else `.dev-infra` in the home directory.
 *
 * @category constructors
 */
export const resolve = (options: HomeOptions): HomePaths | HomeUnusable => {
  const named = options.environment["DEV_INFRA_HOME"] ?? ""
  const home = options.homeDirectory ?? ""
  const needsHome = named === "" || named === "~" || named.startsWith("~/")
  if (needsHome && home === "") return new HomeUnusable({ reason: "NotSet", fromVariable: false })
  if (needsHome && !home.startsWith("/")) return new HomeUnusable({ reason: "NotAbsolute", folder: home, fromVariable: false })
  if (named === "") return fromFolder(resolvePath(home, ".dev-infra"))
  const folder = needsHome ? resolvePath(home, `.${named.slice(1)}`) : resolvePath(options.workingDirectory, named)
  return fromFolder(folder, { fromVariable: true })
}

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
      return resolved instanceof HomeUnusable ? Effect.fail(resolved) : Effect.succeed(resolved)
    })
  )

/**
 * A home at a made-up place, for stores that keep everything in memory.
 *
 * @category layers
 */
export const layerMemory: Layer.Layer<DevInfraHome> = Layer.sync(DevInfraHome, () => fromFolder("/home/user/.dev-infra"))
