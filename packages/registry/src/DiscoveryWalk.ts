/**
 * The walk of a search, in slices: a stack of folders still to be seen, and what is known of the repository around each.
 *
 * @module
 */
import type { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import type { DiscoveryOptions, Found, Progress, Skipped } from "./DiscoveryEvent.js"
import { type FolderEntry, ReadFailure, type Reader } from "./DirectoryReader.js"
import { type GitCheckout, parentOf, readBare, readCheckout, submodulePaths } from "./GitDirectory.js"
import * as IgnoreRules from "./IgnoreRules.js"
import { prunedFolders, systemFolders } from "./PrunedFolders.js"

/** Names of the file that makes a folder a project, and of the folder that makes it a repository. */
const metadataFile = ".dev-infra.yml"
const dotGit = ".git"

const deepest = 64
const progressEvery = 200
/** A slice looks into about this many folders before it lets others have their turn: a few milliseconds. */
const sliceFolders = 128
const entriesPerFolder = 64
const markers = [dotGit, metadataFile]

/** The repository that the walk is in. */
interface Surrounding {
  readonly path: string
  readonly repository?: string
  readonly branch?: string
  readonly rules: IgnoreRules.IgnoreRules | undefined
  /** the walk is here only because the repository is a root, or inside what it ignores: only repositories count */
  readonly repositoriesOnly: boolean
  readonly isRoot: boolean
  /** what was already reported as a submodule, and the folder that holds the repository's own data */
  readonly done: Set<string>
}

interface Place {
  readonly path: string
  readonly depth: number
  readonly device: number
  readonly isRoot: boolean
  readonly surrounding: Surrounding | undefined
}

/** What the names in a folder say. */
interface Contents {
  readonly git: "folder" | "file" | "link" | undefined
  readonly hasMetadata: boolean
  readonly looksBare: boolean
  readonly hasModules: boolean
  readonly hasIgnoreFile: boolean
  readonly folders: Array<string>
}

/** A path that the file system resolved, or a name below one, is absolute and normalised, so it needs no check. */
const absolute = (path: string): AbsolutePath => path as AbsolutePath

const childOf = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`)

const contentsOf = (entries: ReadonlyArray<FolderEntry>): Contents => {
  const folders: Array<string> = []
  let git: Contents["git"]
  let hasMetadata = false
  let hasModules = false
  let hasIgnoreFile = false
  let bareParts = 0
  for (const entry of entries) {
    const { name } = entry
    if (entry.isDirectory()) {
      if (name === dotGit) git = "folder"
      else {
        folders.push(name)
        if (name === "objects" || name === "refs") bareParts += 1
      }
    } else if (name === "HEAD") bareParts += 1
    else if (name.startsWith(".")) {
      if (name === dotGit) git = entry.isSymbolicLink() ? "link" : "file"
      else if (name === metadataFile) hasMetadata = true
      else if (name === ".gitmodules") hasModules = entry.isFile()
      else if (name === ".gitignore") hasIgnoreFile = entry.isFile()
    }
  }
  return { git, hasMetadata, looksBare: bareParts === 3 && git === undefined, hasModules, hasIgnoreFile, folders }
}

const foundCheckout = (path: string, git: GitCheckout, hasMetadata: boolean, submoduleOf: string | undefined): Found => {
  const kind = submoduleOf !== undefined && git.kind === "repository" ? "submodule" : git.kind
  const mainPath = kind === "submodule" ? (git.mainPath ?? submoduleOf) : git.mainPath
  return {
    _tag: "Found",
    path: absolute(path),
    kind,
    ...(git.repository === undefined ? {} : { repository: git.repository }),
    ...(git.branch === undefined ? {} : { branch: git.branch }),
    ...(mainPath === undefined ? {} : { mainPath: absolute(mainPath) }),
    hasMetadata
  }
}

const foundFolder = (path: string, surrounding: Pick<Surrounding, "path" | "repository" | "branch"> | undefined): Found => {
  if (surrounding === undefined) return { _tag: "Found", path: absolute(path), kind: "folder", hasMetadata: true }
  return {
    _tag: "Found",
    path: absolute(path),
    kind: "folder",
    ...(surrounding.repository === undefined ? {} : { repository: surrounding.repository }),
    ...(surrounding.branch === undefined ? {} : { branch: surrounding.branch }),
    inner: surrounding.path === "/" ? path.slice(1) : path.slice(surrounding.path.length + 1),
    hasMetadata: true
  }
}

const skipped = (path: string, failure: ReadFailure): Skipped => ({ _tag: "Skipped", path, reason: failure.reason, detail: failure.detail })

/** The paths of a repository's submodules, absolute. */
const submodulesOf = (reader: Reader, path: string): ReadonlyArray<string> => {
  const text = reader.readText(childOf(path, ".gitmodules"))
  return text instanceof ReadFailure ? [] : submodulePaths(text).map((inner) => childOf(path, inner))
}

/** The nearest usable repository above a folder. */
const surroundingOf = (reader: Reader, path: string): (GitCheckout & { readonly path: string }) | undefined => {
  for (let at = path; at !== "/"; ) {
    at = parentOf(at)
    const there = reader.look(childOf(at, dotGit))
    if (there instanceof ReadFailure || there.kind === "other") continue
    const git = readCheckout(reader, at, there.kind)
    if (git._tag === "GitCheckout") return { ...git, path: at }
  }
  return undefined
}

/** Looks at one folder. See `Discovery.inspect`. @category constructors */
export const inspectFolder = (reader: Reader, given: string): Found | Skipped => {
  const path = reader.resolve(given)
  if (path instanceof ReadFailure) return skipped(given, path)
  const entries = reader.list(path)
  if (entries instanceof ReadFailure) return skipped(path, entries)
  const contents = contentsOf(entries)
  if (contents.git !== undefined) {
    const git = readCheckout(reader, path, contents.git)
    if (git._tag === "GitBroken") return { _tag: "Skipped", path, reason: "Broken", detail: git.detail }
    const around = git.kind === "repository" ? surroundingOf(reader, path) : undefined
    const isSubmodule = around !== undefined && submodulesOf(reader, around.path).includes(path)
    return foundCheckout(path, git, contents.hasMetadata, isSubmodule ? around.path : undefined)
  }
  if (contents.looksBare) {
    const git = readBare(reader, path)
    if (git._tag === "GitCheckout") return foundCheckout(path, git, contents.hasMetadata, undefined)
  }
  const around = surroundingOf(reader, path)
  if (contents.hasMetadata) return foundFolder(path, around)
  const detail = around === undefined ? `has neither a .git nor a ${metadataFile}` : `lies in the repository ${around.path} and has no ${metadataFile} of its own`
  return { _tag: "Skipped", path, reason: "NotAProject", detail }
}

/** A walk under way. @category models */
export interface Walk {
  /** What the next slice found; `undefined` at the end. */
  readonly next: () => Array<Found | Skipped | Progress> | undefined
}

/** Starts a walk. See `Discovery.discover`. @category constructors */
export const makeWalk = (reader: Reader, roots: ReadonlyArray<string>, options: DiscoveryOptions): Walk => {
  const nested = options.nested === true
  const depthLimit = Math.min(Math.max(options.depth ?? deepest, 0), deepest)
  const resolvedRoots = new Set<string>()
  const waitingRoots = [...roots]
  const stack: Array<Place> = []
  let events: Array<Found | Skipped | Progress> = []
  let folders = 0
  let told = 0
  let last = ""
  let patterns: IgnoreRules.IgnoreRules | undefined

  // All roots are resolved first, so that a root inside another is left to its own walk and nothing is found twice.
  const starts = waitingRoots.flatMap((root): Array<Place | Skipped> => {
    const path = reader.resolve(root)
    if (path instanceof ReadFailure) return [skipped(root, path)]
    if (resolvedRoots.has(path)) return []
    resolvedRoots.add(path)
    const there = reader.look(path)
    if (there instanceof ReadFailure) return [skipped(path, there)]
    if (there.kind !== "folder") return [skipped(path, new ReadFailure("NotAFolder", "is not a folder"))]
    return [{ path, depth: 0, device: there.device, isRoot: true, surrounding: undefined }]
  })

  const isPruned = (name: string, path: string, surrounding: Surrounding | undefined): boolean => {
    if (systemFolders.has(path) || resolvedRoots.has(path)) return true
    if (options.noIgnore !== true && prunedFolders.has(name)) return true
    if (patterns !== undefined && IgnoreRules.ignores(patterns, path)) return true
    return surrounding?.done.has(path) === true
  }

  const visitSubmodules = (path: string, surrounding: Surrounding, level: number): void => {
    for (const submodule of submodulesOf(reader, path)) {
      if (surrounding.done.has(submodule) || resolvedRoots.has(submodule)) continue
      // A link on the way would lead out of the repository; git refuses such a path too.
      if (reader.resolve(submodule) !== submodule) continue
      if (patterns !== undefined && IgnoreRules.ignores(patterns, submodule)) continue
      const entries = reader.list(submodule)
      if (entries instanceof ReadFailure) continue
      const contents = contentsOf(entries)
      if (contents.git === undefined) continue
      const git = readCheckout(reader, submodule, contents.git)
      surrounding.done.add(submodule)
      if (git._tag === "GitBroken") {
        events.push({ _tag: "Skipped", path: submodule, reason: "Broken", detail: git.detail })
        continue
      }
      events.push(foundCheckout(submodule, git, contents.hasMetadata, path))
      if (contents.hasModules && level < deepest) visitSubmodules(submodule, surrounding, level + 1)
    }
  }

  /** What is around the folders below `place`; `undefined` if they are not to be looked into. */
  const below = (place: Place, contents: Contents): Surrounding | undefined | "stop" => {
    const { path, surrounding } = place
    if (contents.git === undefined && !contents.looksBare) {
      const mayReport = surrounding === undefined || place.isRoot || (nested && !surrounding.repositoriesOnly)
      if (contents.hasMetadata && mayReport) events.push(foundFolder(path, surrounding))
      return surrounding
    }
    const git = contents.git === undefined ? readBare(reader, path) : readCheckout(reader, path, contents.git)
    if (git._tag === "GitBroken") {
      if (contents.git !== undefined) events.push({ _tag: "Skipped", path, reason: "Broken", detail: git.detail })
      else if (contents.hasMetadata && surrounding === undefined) events.push(foundFolder(path, undefined))
      return surrounding
    }
    events.push(foundCheckout(path, git, contents.hasMetadata, undefined))
    if (contents.git === undefined) return "stop"
    const inside: Surrounding = {
      path,
      ...(git.repository === undefined ? {} : { repository: git.repository }),
      ...(git.branch === undefined ? {} : { branch: git.branch }),
      rules: undefined,
      repositoriesOnly: !nested,
      isRoot: place.isRoot,
      done: new Set([git.gitFolder])
    }
    if (contents.hasModules) visitSubmodules(path, inside, 0)
    // A bare repository that is reached by a `.git` has its worktrees beside it.
    if (!nested && !place.isRoot && git.kind !== "bare") return "stop"
    if (!nested || options.noIgnore === true) return inside
    const exclude = reader.readText(`${git.commonFolder}/info/exclude`)
    return exclude instanceof ReadFailure ? inside : { ...inside, rules: IgnoreRules.make(path, exclude) }
  }

  const withIgnoreFile = (surrounding: Surrounding, path: string): Surrounding => {
    const text = reader.readText(childOf(path, ".gitignore"))
    return text instanceof ReadFailure ? surrounding : { ...surrounding, rules: IgnoreRules.make(path, text, surrounding.rules) }
  }

  const pushFolders = (place: Place, names: Array<string>, surrounding: Surrounding | undefined): void => {
    names.sort()
    for (let index = names.length - 1; index >= 0; index--) {
      const name = names[index] ?? ""
      const path = childOf(place.path, name)
      // A name that is not UTF-8 comes as replacement characters, by which the folder cannot be reached.
      if (name.includes("\uFFFD") && (names[index - 1] === name || reader.look(path) instanceof ReadFailure)) {
        events.push({ _tag: "Skipped", path, reason: "Unreadable", detail: "its name is not valid UTF-8" })
        continue
      }
      if (isPruned(name, path, surrounding)) continue
      let around = surrounding
      if (surrounding?.rules !== undefined && !surrounding.repositoriesOnly && IgnoreRules.ignores(surrounding.rules, path)) {
        // What a repository ignores is not its own. A root that is a repository may still have others in there.
        if (!surrounding.isRoot) continue
        around = { ...surrounding, repositoriesOnly: true }
      }
      stack.push({ path, depth: place.depth + 1, device: place.device, isRoot: false, surrounding: around })
    }
  }

  const tell = (): void => {
    told = folders
    events.push({ _tag: "Progress", folders, current: last })
  }

  /** Looks into one folder; gives the number of its entries. */
  const visit = (place: Place): number => {
    const entries = reader.list(place.path, { device: place.device, markers })
    if (entries instanceof ReadFailure) {
      // What is gone by now was not to be found; a root was asked for by name.
      const vanished = entries.reason === "NotFound" || entries.reason === "NotAFolder"
      if (place.isRoot || !vanished) events.push(skipped(place.path, entries))
      return 0
    }
    folders += 1
    last = place.path
    if (folders % progressEvery === 0) tell()
    const contents = contentsOf(entries)
    let surrounding = below(place, contents)
    if (surrounding === "stop" || contents.folders.length === 0) return entries.length
    if (place.depth >= depthLimit) {
      if (options.depth === undefined) {
        events.push({ _tag: "Skipped", path: place.path, reason: "Unreadable", detail: `lies ${deepest} levels deep, the deepest a search goes` })
      }
      return entries.length
    }
    if (nested && options.noIgnore !== true && contents.hasIgnoreFile && surrounding !== undefined) surrounding = withIgnoreFile(surrounding, place.path)
    pushFolders(place, contents.folders, surrounding)
    return entries.length
  }

  const startRoot = (): boolean => {
    const start = starts.shift()
    if (start === undefined) return false
    if ("_tag" in start) {
      events.push(start)
      return true
    }
    const around = surroundingOf(reader, start.path)
    patterns = options.ignore === undefined || options.ignore.length === 0 ? undefined : IgnoreRules.make(start.path, options.ignore)
    stack.push(
      around === undefined
        ? start
        : {
            ...start,
            surrounding: {
              path: around.path,
              ...(around.repository === undefined ? {} : { repository: around.repository }),
              ...(around.branch === undefined ? {} : { branch: around.branch }),
              rules: undefined,
              repositoriesOnly: !nested,
              isRoot: true,
              done: new Set()
            }
          }
    )
    return true
  }

  return {
    next: () => {
      events = []
      let cost = 0
      while (cost < sliceFolders) {
        const place = stack.pop()
        if (place !== undefined) cost += 1 + visit(place) / entriesPerFolder
        else if (!startRoot()) {
          // The last word is how many folders there were.
          if (told < folders) tell()
          return events.length === 0 && cost === 0 ? undefined : events
        }
      }
      return events
    }
  }
}
