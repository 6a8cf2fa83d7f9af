/**
 * Addresses of folders in git repositories, as people write them. Only what is surely an address comes out: a URL of a known kind, whose parts cannot
 * be options of git, ssh or anything that they start.
 *
 * @module
 */
import { hasCredentials, withoutCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Either from "effect/Either"
import { problemOf } from "./GitReference.js"

/** A repository, a folder in it and a ref. */
export interface GitAddress {
  readonly url: string
  readonly subfolder: string
  readonly ref: string | undefined
}

const scheme = /^(?:git\+)?([a-z][a-z0-9+.-]*):\/\//i
const scpLike = /^([A-Za-z0-9_][\w.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)(.*)$/s
const github = /^gh:(.*)$/is

/** Whether a text means to be a URL and not a name or a folder: then what is wrong with it is told as such. */
export const looksLikeUrl = (text: string): boolean => scheme.test(text) || scpLike.test(text) || /^[a-z][a-z0-9+.-]*:/i.test(text)

/** The text without what may be a password or token. */
export const withoutSecrets = (text: string): string => {
  const cleaned = withoutCredentials(text)
  return hasCredentials(cleaned) ? text.slice(0, text.indexOf("://") + 3) + "…" : cleaned
}

/** The path, what follows `//`, and what follows the first `@` that does not begin a name. */
const split = (rest: string): { readonly path: string; readonly subfolder: string | undefined; readonly ref: string | undefined } => {
  const at = rest.search(/(?<!^|\/)@/)
  const address = at < 0 ? rest : rest.slice(0, at)
  const folder = address.indexOf("//")
  return {
    path: folder < 0 ? address : address.slice(0, folder),
    subfolder: folder < 0 ? undefined : address.slice(folder + 2),
    ref: at < 0 ? undefined : rest.slice(at + 1)
  }
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

const folderOf = (text: string): Either.Either<string, string> => {
  const folder = decoded(text.replace(/\/$/, ""))
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (folder === undefined || /[\u0000-\u001f\u007f\\]/.test(folder)) return Either.left("the folder behind // is not one")
  if (folder === "") return Either.right("")
  const isOdd = folder.split("/").some((part) => part === "" || part === "." || part === ".." || /^\.git$/i.test(part))
  return isOdd ? Either.left("the folder behind // has a part that is empty, or a `.`, `..` or `.git`") : Either.right(folder)
}

const userPattern = /^[A-Za-z0-9_][\w.~%+-]*$/
const hostPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/

/** The beginning of the URL, checked. */
const authorityOf = (kind: string, authority: string): Either.Either<string, string> => {
  if (kind === "file") return authority === "" || authority === "localhost" ? Either.right("") : Either.left("a file:// URL has three slashes before its path")
  const at = authority.lastIndexOf("@")
  const user = at < 0 ? undefined : authority.slice(0, at)
  const host = authority.slice(at + 1)
  if (!hostPattern.test(host)) return Either.left("the name of its host is not one")
  if (user === undefined) return Either.right(host.toLowerCase())
  if (kind !== "ssh") return Either.left("it holds a user or a token; leave those to git, for example with `git credential`")
  if (user.includes(":")) return Either.left("it holds a password; leave that to ssh")
  return userPattern.test(user) ? Either.right(`${user}@${host.toLowerCase()}`) : Either.left("the name of its user is not one")
}

const kinds = ["https", "ssh", "file", "git", "http"]

/** Whether anybody on the way can read and change what comes from a URL. */
export const isPlain = (url: string): boolean => /^(?:http|git):/.test(url)

const assemble = (kind: string, authority: string, rest: string): Either.Either<GitAddress, string> =>
  Either.gen(function* () {
    const { path, ref, subfolder } = split(rest)
    const before = yield* authorityOf(kind, authority)
    if (!/^\/[^/]/.test(path)) return yield* Either.left("it names no repository")
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused
    if (/[\u0000-\u0020\u007f\\?#]/.test(path)) return yield* Either.left("its path holds a blank, a backslash, a ? or a #; write them as %20 and so on")
    if (path.split("/").some((part) => part === ".." || part.startsWith("-"))) return yield* Either.left("its path has a part that is .. or begins with a dash")
    if (decoded(path) === undefined || /%(?:0[0-9a-f]|1[0-9a-f]|7f)/i.test(path)) return yield* Either.left("a percent sign in its path stands for nothing")
    const folder = subfolder === undefined ? "" : yield* folderOf(subfolder)
    const problem = ref === undefined ? undefined : problemOf(ref)
    if (problem !== undefined) return yield* Either.left(problem)
    return { url: `${kind}://${before}${path.replace(/\/+$/, "")}`, subfolder: folder, ref }
  })

/** Reads an address; else what is wrong with it, as a clause. */
export const parse = (text: string): Either.Either<GitAddress, string> => {
  const onGithub = github.exec(text)?.[1]
  if (onGithub !== undefined) {
    const { path } = split(onGithub)
    const name = /^([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))\/([\w.-]{1,100}?)(?:\.git)?$/.exec(path)
    if (name === null || /^\.+$/.test(name[2] ?? "")) return Either.left("on GitHub a repository is gh:owner/name, a folder in it gh:owner/name//folder")
    return assemble("https", "github.com", `/${name[1]}/${name[2]}.git${onGithub.slice(path.length)}`)
  }
  const [whole, kind] = scheme.exec(text) ?? []
  if (whole !== undefined && kind !== undefined) {
    const lower = kind.toLowerCase()
    if (!kinds.includes(lower)) return Either.left(`git repositories come over ${kinds.join(", ")}, not ${lower}`)
    const rest = text.slice(whole.length)
    const slash = rest.indexOf("/")
    return slash < 0 ? Either.left("it names no repository") : assemble(lower, rest.slice(0, slash), rest.slice(slash))
  }
  const [, user, host, path] = scpLike.exec(text) ?? []
  if (user !== undefined && host !== undefined && path !== undefined) return assemble("ssh", `${user}@${host}`, path.startsWith("/") ? path : user === "git" ? `/${path}` : `/~/${path}`)
  return Either.left("it is no URL that this program knows: write https://, ssh://, file://, git:// or gh:owner/name")
}
