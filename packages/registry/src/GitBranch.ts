/**
 * On which branch a checkout is, and whether that is the one that counts, read from its files without starting git.
 *
 * The default branch is the one that the remote calls so, as the clone noted it (`refs/remotes/origin/HEAD`, else that of another remote); else
 * `main` or `master`, if there is such a branch; else whichever is checked out.
 *
 * @module
 */
import { ReadFailure, type Reader } from "./DirectoryReader.js"
import { parentOf, resolvePath } from "./GitDirectory.js"
import * as Reftable from "./Reftable.js"

/** Where a checkout is. `branch` is absent if it is at a commit and on no branch; then `commit` has its hexadecimal digits. @category models */
export interface GitPosition {
  readonly branch?: string
  readonly commit?: string
  /** it is on the default branch */
  readonly isDefault: boolean
}

/** Where the references of a checkout lie: its own `HEAD`, and those that all checkouts of the repository share. */
interface Place {
  readonly gitFolder: string
  readonly commonFolder: string
}

const childOf = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`)

/** What a file of a reference points to, if it points to another one. */
const targetOf = (text: string): string | undefined => /^ref:\s*(\S.*?)\s*$/s.exec(text)?.[1]

const exists = (reader: Reader, path: string): boolean => !(reader.look(path) instanceof ReadFailure)

const textOf = (reader: Reader, path: string): string | undefined => {
  const text = reader.readText(path)
  return text instanceof ReadFailure ? undefined : text
}

const withCommon = (reader: Reader, gitFolder: string): Place => {
  const shared = textOf(reader, `${gitFolder}/commondir`)
  return { gitFolder, commonFolder: shared === undefined ? gitFolder : resolvePath(gitFolder, shared.replace(/[\r\n]+$/, "")) }
}

/** The repository of a folder whose `.git` may be anything; none if it has none, or points to nowhere. */
const placeOf = (reader: Reader, folder: string): Place | undefined => {
  const path = childOf(folder, ".git")
  const found = reader.look(path, { follow: true })
  if (found instanceof ReadFailure) return undefined
  if (found.kind === "folder") return { gitFolder: path, commonFolder: path }
  const target = /^gitdir:[ \t]*(.+?)[\r\n]*$/s.exec(textOf(reader, path) ?? "")?.[1]
  if (target === undefined) return undefined
  const real = reader.resolve(folder)
  return withCommon(reader, resolvePath(real instanceof ReadFailure ? folder : real, target))
}

/** The checkout that a folder is in: its own, or that of the nearest folder above; none outside of git, and in a bare repository, which is on no branch. */
const checkoutAround = (reader: Reader, folder: string): Place | undefined => {
  for (let at = folder; ; at = parentOf(at)) {
    if (exists(reader, childOf(at, ".git"))) return placeOf(reader, at)
    if (at === folder && exists(reader, childOf(at, "HEAD")) && exists(reader, childOf(at, "objects"))) return undefined
    if (at === "/") return undefined
  }
}

/** What the references of a repository say, wherever they are stored. */
interface References {
  /** what a reference points to, if it points to another one */
  readonly symbolic: (name: string) => string | undefined
  readonly has: (name: string) => boolean
  /** the names of remotes */
  readonly remotes: () => ReadonlyArray<string>
}

const inFiles = (reader: Reader, folder: string): References => {
  let packed: string | ReadFailure | undefined
  const isPacked = (name: string): boolean => {
    packed ??= reader.readText(`${folder}/packed-refs`)
    // Tens of thousands of branches are too many to read here: what the clone noted is believed.
    if (packed instanceof ReadFailure) return packed.reason === "Unreadable" && name.startsWith("refs/remotes/")
    return packed.includes(` ${name}\n`)
  }
  return {
    // A look at what is not there costs a tenth of an attempt to read it.
    symbolic: (name) => (exists(reader, `${folder}/${name}`) ? targetOf(textOf(reader, `${folder}/${name}`) ?? "") : undefined),
    has: (name) => exists(reader, `${folder}/${name}`) || isPacked(name),
    remotes: () => {
      const entries = reader.list(`${folder}/refs/remotes`)
      return entries instanceof ReadFailure ? [] : entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    }
  }
}

const inTables = (reader: Reader, folder: string): References => {
  const references = Reftable.references(reader, `${folder}/reftable`)
  return {
    symbolic: (name) => {
      const value = references.get(name)
      return value !== undefined && "symbolic" in value ? value.symbolic : undefined
    },
    has: (name) => references.has(name),
    remotes: () => [...new Set([...references.keys()].flatMap((name) => /^refs\/remotes\/([^/]+)\//.exec(name)?.[1] ?? []))]
  }
}

/** The branch that a remote calls its default, if that is still there. */
const defaultOf = (references: References, remote: string): string | undefined => {
  const prefix = `refs/remotes/${remote}/`
  const target = references.symbolic(`${prefix}HEAD`)
  return target?.startsWith(prefix) === true && references.has(target) ? target.slice(prefix.length) : undefined
}

const isDefault = (references: References, branch: string): boolean => {
  const remotes = references.remotes()
  const inOrder = [...remotes.filter((name) => name === "origin"), ...remotes.filter((name) => name !== "origin").sort()]
  const told = inOrder.map((remote) => defaultOf(references, remote)).find((name) => name !== undefined)
  const usual = () => ["main", "master"].find((name) => name === branch || references.has(`refs/heads/${name}`))
  return branch === (told ?? usual() ?? branch)
}

const commitId = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

const detached = (commit: string | undefined): GitPosition => ({ isDefault: false, ...(commit === undefined ? {} : { commit }) })

const onBranch = (references: References, reference: string): GitPosition => {
  const branch = reference.startsWith("refs/heads/") ? reference.slice("refs/heads/".length) : reference
  return { branch, isDefault: isDefault(references, branch) }
}

/**
 * Where the checkout is that a folder lies in; none if it lies in none, in a bare repository, or in one that git could not use either.
 *
 * @param reader the file system
 * @param folder an absolute path, the checkout itself or a folder in it
 * @category constructors
 * @example
 * ```ts
 * import { DirectoryReader } from "@dev-infra/registry/DirectoryReader"
 * import * as GitBranch from "@dev-infra/registry/GitBranch"
 * import * as Effect from "effect/Effect"
 *
 * export const branch = Effect.map(DirectoryReader, (reader) => GitBranch.positionOf(reader, "/home/me/api")?.branch)
 * ```
 */
export const positionOf = (reader: Reader, folder: string): GitPosition | undefined => {
  const place = checkoutAround(reader, folder)
  const head = place === undefined ? undefined : textOf(reader, `${place.gitFolder}/HEAD`)
  if (place === undefined || head === undefined) return undefined
  const target = targetOf(head)
  if (target === undefined) return commitId.test(head.trim()) ? detached(head.trim()) : undefined
  if (target !== "refs/heads/.invalid") return onBranch(inFiles(reader, place.commonFolder), target)
  // A repository with reftable storage keeps this placeholder in HEAD; the real one is in its tables.
  const own = Reftable.references(reader, `${place.gitFolder}/reftable`).get("HEAD")
  if (own === undefined) return undefined
  return "symbolic" in own ? onBranch(inTables(reader, place.commonFolder), own.symbolic) : detached(own.commit)
}
