/**
 * Where the home is and what lies in it, as plain functions: they load nothing and touch no disk, so that a program that only
 * reads the registry starts fast. `DevInfraHome` offers the same as a service.
 *
 * @module
 */
import { normalisePath } from "@dev-infra/metadata/ProjectRules"

/** Permission bits of the folder and of folders in it: nobody but the owner. @category constructors */
export const folderMode = 0o700

/** Permission bits of files that may hold a secret. @category constructors */
export const secretFileMode = 0o600

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
  /** versions of templates that projects were made from and that nobody else keeps */
  readonly templatesFolder: string
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
 * Why there is no folder to keep things in: `NotSet` (neither variable says where), `NotAbsolute` (HOME is relative),
 * `NotAFolder`, `NotWritable` and `ReadOnly` (as the file system says). `folder` is the one that was tried.
 *
 * @category models
 */
export interface HomeFault {
  readonly reason: "NotSet" | "NotAbsolute" | "NotAFolder" | "NotWritable" | "ReadOnly"
  readonly folder?: string | undefined
  readonly fromVariable: boolean
}

/**
 * The fault as two clauses: what is wrong, and what to do about it.
 *
 * @category constructors
 */
export const explainFault = (fault: HomeFault): { readonly what: string; readonly fix: string } => {
  const folder = JSON.stringify(fault.folder ?? "")
  const subject = fault.fromVariable ? `DEV_INFRA_HOME (${folder})` : `the folder for dev-infra's own files (${folder})`
  switch (fault.reason) {
    case "NotSet":
      return { what: "HOME is not set, so there is no place for dev-infra's own files", fix: "set DEV_INFRA_HOME to a folder" }
    case "NotAbsolute":
      return { what: `HOME is the relative path ${folder}`, fix: "set DEV_INFRA_HOME to a folder" }
    case "NotAFolder":
      return { what: `${subject} is not a folder, or lies below something that is none`, fix: "set DEV_INFRA_HOME to a folder" }
    case "NotWritable":
      return { what: `${subject} may not be written`, fix: "change its permissions, or set DEV_INFRA_HOME to a folder of yours" }
    case "ReadOnly":
      return { what: `${subject} is on a read-only file system`, fix: "set DEV_INFRA_HOME to a folder that can be written" }
  }
}

/**
 * The fault as a sentence that names `DEV_INFRA_HOME`.
 *
 * @category constructors
 */
export const describeFault = (fault: HomeFault): string => {
  const { fix, what } = explainFault(fault)
  return `${what}; ${fix}`
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
    backupsFolder: `${inside}/backups`,
    templatesFolder: `${inside}/templates`
  }
}

/**
 * Decide where the home is: `DEV_INFRA_HOME` (a relative one counts from the working folder, a leading `~/` is the home
 * directory, an empty one counts as not set), else `.dev-infra` in the home directory.
 *
 * @category constructors
 */
export const resolve = (options: HomeOptions): HomePaths | HomeFault => {
  const named = options.environment["DEV_INFRA_HOME"] ?? ""
  const home = options.homeDirectory ?? ""
  const needsHome = named === "" || named === "~" || named.startsWith("~/")
  if (needsHome && home === "") return { reason: "NotSet", fromVariable: false }
  if (needsHome && !home.startsWith("/")) return { reason: "NotAbsolute", folder: home, fromVariable: false }
  if (named === "") return fromFolder(normalisePath(`${home}/.dev-infra`))
  const path = needsHome ? `${home}${named.slice(1)}` : named.startsWith("/") ? named : `${options.workingDirectory}/${named}`
  return fromFolder(normalisePath(path), { fromVariable: true })
}

/** Whether it is a fault. @category guards */
export const isFault = (resolved: HomePaths | HomeFault): resolved is HomeFault => "reason" in resolved
