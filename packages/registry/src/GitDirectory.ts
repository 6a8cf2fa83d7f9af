/**
 * What a `.git` says, read from its files without starting git: branch, remote, worktrees, submodules, bare repositories.
 *
 * Layout after gitrepository-layout(5): `HEAD` and `config`; a `.git` file `gitdir: PATH` of worktrees and submodules; in the
 * folder of a worktree `commondir`, the way to the folder it shares with the main checkout.
 *
 * @module
 */
import { withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"
import { ReadFailure, type Reader } from "./DirectoryReader.js"
import * as GitConfig from "./GitConfig.js"
import { symbolicHead } from "./Reftable.js"

/** A checkout or a bare repository. Paths are absolute. @category models */
export interface GitCheckout {
  readonly _tag: "GitCheckout"
  readonly kind: "repository" | "worktree" | "submodule" | "bare"
  /** where `HEAD` lies */
  readonly gitFolder: string
  /** where `config` and the objects lie; shared by all worktrees of a repository */
  readonly commonFolder: string
  /** the remote's URL as it stands in the configuration, without credentials */
  readonly repository?: string
  readonly branch?: string
  /** of a worktree: the main checkout; of a submodule: the repository around it */
  readonly mainPath?: string
}

/** A `.git` that git could not use either. `detail` is a clause for people. @category models */
export interface GitBroken {
  readonly _tag: "GitBroken"
  readonly detail: string
}

/**
 * `path` as seen from the folder `base`, without `.`, `..` and doubled slashes.
 *
 * @category combinators
 */
export const resolvePath = (base: string, path: string): string => {
  const kept: Array<string> = []
  for (const segment of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (segment === "..") kept.pop()
    else if (segment !== "" && segment !== ".") kept.push(segment)
  }
  return `/${kept.join("/")}`
}

/**
 * The folder that holds `path`; the root holds itself.
 *
 * @category combinators
 */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/"

const childOf = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`)

const broken = (detail: string): GitBroken => ({ _tag: "GitBroken", detail })

const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** The branch in a `HEAD`; none if it is detached. */
const branchOf = (reader: Reader, gitFolder: string, head: string): string | undefined | GitBroken => {
  const match = /^ref:\s*(\S.*?)\s*$/s.exec(head)
  if (match === null) {
    if (commitId.test(head.trim())) return undefined
    return broken(head.trim() === "" ? "its HEAD is empty" : "its HEAD names neither a branch nor a commit")
  }
  // A repository with reftable storage keeps this placeholder in HEAD; the real one is in its tables.
  const reference = match[1] === "refs/heads/.invalid" ? symbolicHead(reader, `${gitFolder}/reftable`) : match[1]
  return reference?.startsWith("refs/heads/") === true ? reference.slice("refs/heads/".length) : undefined
}

const readVariables = (reader: Reader, commonFolder: string): ReadonlyArray<GitConfig.GitVariable> | GitBroken => {
  const text = reader.readText(`${commonFolder}/config`)
  if (text instanceof ReadFailure) return text.reason === "NotFound" ? [] : broken(`its config cannot be read: ${text.detail}`)
  return GitConfig.parse(text)
}

/** The nearest folder above `path` that has a `.git`. */
const repositoryAround = (reader: Reader, path: string): string | undefined => {
  for (let at = path; at !== "/"; ) {
    at = parentOf(at)
    if (!(reader.look(childOf(at, ".git")) instanceof ReadFailure)) return at
  }
  return undefined
}

/** The main checkout of a worktree, from the folder that they share. */
const mainCheckout = (reader: Reader, commonFolder: string, variables: ReadonlyArray<GitConfig.GitVariable>): string => {
  const workTree = GitConfig.get(variables, "core", "worktree")
  const holder = parentOf(commonFolder)
  let path = commonFolder
  if (workTree !== undefined) path = resolvePath(commonFolder, workTree)
  else if (commonFolder.endsWith("/.git")) path = holder
  else {
    // A bare repository that lies in its project's folder, which points at it: `project/.bare` and `project/.git`.
    const pointer = reader.readText(childOf(holder, ".git"))
    const target = pointer instanceof ReadFailure ? undefined : /^gitdir:[ \t]*(.+?)[\r\n]*$/s.exec(pointer)?.[1]
    if (target !== undefined && resolvePath(holder, target) === commonFolder) path = holder
  }
  const resolved = reader.resolve(path)
  return resolved instanceof ReadFailure ? path : resolved
}

interface Kind {
  readonly kind: GitCheckout["kind"]
  readonly mainPath?: string
}

const checkout = (
  reader: Reader,
  gitFolder: string,
  commonFolder: string,
  kindOf: (variables: ReadonlyArray<GitConfig.GitVariable>) => Kind
): GitCheckout | GitBroken => {
  const head = reader.readText(`${gitFolder}/HEAD`)
  if (head instanceof ReadFailure) return broken(head.reason === "NotFound" ? "it has no HEAD" : `its HEAD cannot be read: ${head.detail}`)
  const branch = branchOf(reader, gitFolder, head)
  if (typeof branch === "object") return branch
  const variables = readVariables(reader, commonFolder)
  if ("_tag" in variables) return variables
  const url = GitConfig.remoteUrl(variables)
  return {
    _tag: "GitCheckout",
    gitFolder,
    commonFolder,
    ...kindOf(variables),
    ...(branch === undefined ? {} : { branch }),
    ...(url === undefined ? {} : { repository: withoutCredentials(url) })
  }
}

const repositoryKind = (variables: ReadonlyArray<GitConfig.GitVariable>): Kind => ({
  kind: GitConfig.isTrue(variables, "core", "bare") ? "bare" : "repository"
})

const readPointedAt = (reader: Reader, folder: string, pointer: string): GitCheckout | GitBroken => {
  const target = /^gitdir:[ \t]*(.+?)[\r\n]*$/s.exec(pointer)?.[1]
  if (target === undefined) return broken(pointer.trim() === "" ? "its .git file is empty" : "its .git file names no folder")
  const gitFolder = resolvePath(folder, target)
  const there = reader.look(gitFolder, { follow: true })
  if (there instanceof ReadFailure || there.kind !== "folder") return broken(`its .git file points to ${gitFolder}, which is not there`)
  const shared = reader.readText(`${gitFolder}/commondir`)
  if (!(shared instanceof ReadFailure)) {
    const commonFolder = resolvePath(gitFolder, shared.replace(/[\r\n]+$/, ""))
    return checkout(reader, gitFolder, commonFolder, (variables) => ({
      kind: "worktree",
      mainPath: mainCheckout(reader, commonFolder, variables)
    }))
  }
  return checkout(reader, gitFolder, gitFolder, (variables) => {
    if (!gitFolder.includes("/modules/")) return repositoryKind(variables)
    const around = repositoryAround(reader, folder)
    return around === undefined ? repositoryKind(variables) : { kind: "submodule", mainPath: around }
  })
}

/**
 * Reads the `.git` of a folder: a folder of its own, a file that points elsewhere, or a link to either.
 *
 * @param reader the file system
 * @param folder the checkout, absolute and with links followed
 * @category constructors
 */
export const readCheckout = (reader: Reader, folder: string, dotGit: "folder" | "file" | "link"): GitCheckout | GitBroken => {
  const path = childOf(folder, ".git")
  let kind: string = dotGit
  if (dotGit === "link") {
    const target = reader.look(path, { follow: true })
    if (target instanceof ReadFailure) return broken("its .git is a link to nowhere")
    kind = target.kind
  }
  if (kind === "folder") return checkout(reader, path, path, repositoryKind)
  const pointer = reader.readText(path)
  return pointer instanceof ReadFailure ? broken(`its .git file cannot be read: ${pointer.detail}`) : readPointedAt(reader, folder, pointer)
}

/**
 * Reads a folder that itself looks like a git folder (`HEAD`, `objects`, `refs`). It is a bare repository only if its
 * configuration does not say otherwise: the `.git` of a checkout is none.
 *
 * @category constructors
 */
export const readBare = (reader: Reader, folder: string): GitCheckout | GitBroken => {
  const found = checkout(reader, folder, folder, (variables) =>
    GitConfig.get(variables, "core", "bare") === undefined ? { kind: "bare" } : repositoryKind(variables)
  )
  return found._tag === "GitCheckout" && found.kind !== "bare" ? broken("it belongs to a checkout elsewhere") : found
}

/**
 * The paths in a `.gitmodules`, relative to its folder. Paths that lead out of it are left out, as git does.
 *
 * @param text the text of the file
 * @category constructors
 */
export const submodulePaths = (text: string): ReadonlyArray<string> => {
  const paths = GitConfig.parse(text)
    .filter((each) => each.section === "submodule" && each.subsection !== undefined && each.name === "path")
    .map((each) => each.value.replace(/\/+$/, ""))
  return [...new Set(paths)].filter(
    (path) => path !== "" && !path.includes("\0") && path.split("/").every((segment) => segment !== "" && segment !== "." && segment !== ".." && segment !== ".git")
  )
}
