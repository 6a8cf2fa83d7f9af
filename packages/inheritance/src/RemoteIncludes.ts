/**
 * Includes of Taskfiles that are URLs: how they are written, and where what was fetched of them lies. Nothing here asks the network.
 *
 * | text | what it is |
 * |---|---|
 * | `https://host/path/Taskfile.yml` | one file |
 * | `https://host/o/r.git//path/Taskfile.yml?ref=v1`, `ssh://git@host/o/r.git//…`, `git@host:o/r.git//…`, `https://host/o/_git/r//…` | a file of a repository, which comes whole |
 *
 * @module
 */
import type { FileFailure } from "@dev-infra/durable-files/FileFailure"
import { LocalFiles } from "@dev-infra/durable-files/LocalFiles"
import { sha256 } from "@dev-infra/git-repositories/Digest"
import * as GitReference from "@dev-infra/git-repositories/GitReference"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import { hasCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** What a URL means. `key` is its name in locks and decisions: without secrets, and the same for all files of a repository at a ref. @category models */
export type RemoteTarget =
  | { readonly _tag: "File"; readonly key: string; readonly url: string; readonly host: string }
  | {
    readonly _tag: "Repository"
    readonly key: string
    readonly url: string
    readonly host: string
    /** undefined: the default branch */
    readonly ref: string | undefined
    /** the file or folder in it; empty: the root */
    readonly path: string
  }

/** Why a text is no target. @category models */
export interface BadTarget {
  readonly reason: "Insecure" | "BadReference"
  readonly detail: string
}

/** The largest Taskfile that is fetched, in bytes. @category constants */
export const sizeLimit = 2 * 1024 * 1024

/** Whether an include names something that is not on this computer. @category guards */
export const isRemote = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[A-Za-z0-9_][\w.-]*@[A-Za-z0-9][A-Za-z0-9.-]*:/.test(text)

const bad = (detail: string) => Either.left<BadTarget>({ reason: "BadReference", detail })

/** The parameters behind `?`: `ref` alone is one of ours. */
const split = (text: string): Either.Either<{ readonly address: string; readonly ref: string | undefined }, BadTarget> => {
  const mark = text.indexOf("?")
  if (mark < 0) return Either.right({ address: text, ref: undefined })
  const parameters = new URLSearchParams(text.slice(mark + 1))
  const other = [...parameters.keys()].find((key) => key !== "ref")
  if (other !== undefined || parameters.getAll("ref").length > 1) return bad("behind ? it has ref= once, and nothing else")
  const ref = parameters.get("ref")
  const problem = ref === null || ref === "" ? undefined : GitReference.problemOf(ref)
  if (problem !== undefined) return bad(problem)
  return Either.right({ address: text.slice(0, mark), ref: ref === null || ref === "" ? undefined : ref })
}

const isRepository = (text: string): boolean => /\.git(?:\/\/|\?|$)|\/_git\/|^ssh:|^git[:+]/i.test(text) || !text.includes("://")

const hostOf = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/]*)/i.exec(url)?.[1]?.toLowerCase() ?? ""

/**
 * Reads what an include names.
 *
 * @param insecure plain http is allowed
 * @example
 * ```ts
 * import * as RemoteIncludes from "@dev-infra/inheritance/RemoteIncludes"
 *
 * export const target = RemoteIncludes.parse("https://github.com/acme/infra.git//tasks/Taskfile.yml?ref=v1", { insecure: false })
 * ```
 * @category constructors
 */
export const parse = (text: string, { insecure }: { readonly insecure: boolean }): Either.Either<RemoteTarget, BadTarget> => {
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (text.length > 4096 || /[\u0000-\u0020\u007f]/.test(text)) return bad("it is longer than any address, or holds blanks or control characters")
  if (/^(?:git\+)?http:/i.test(text) && !insecure) return Either.left({ reason: "Insecure", detail: "anybody on the way can change what comes over http; write https, or say --insecure" })
  if (/^(?:git\+)?git:/i.test(text) && !insecure) return Either.left({ reason: "Insecure", detail: "anybody on the way can change what comes over git://; write https or ssh, or say --insecure" })
  if (hasCredentials(text)) return bad("it holds a user or a token; leave those to git or to a proxy")
  if (isRepository(text)) {
    return Either.flatMap(split(text), ({ address, ref }) => {
      const parsed = GitUrl.parse(address)
      if (Either.isLeft(parsed)) return bad(parsed.left)
      if (parsed.right.ref !== undefined) return bad("the ref is written ?ref=, not with @")
      const { subfolder, url } = parsed.right
      return Either.right({ _tag: "Repository", key: `${url}${ref === undefined ? "" : `?ref=${ref}`}`, url, host: hostOf(url), ref, path: subfolder })
    })
  }
  const url = Either.try({ try: () => new URL(text), catch: (): BadTarget => ({ reason: "BadReference", detail: "it is no URL" }) })
  return Either.flatMap(url, (parsed) => {
    if (parsed.protocol !== "https:" && parsed.protocol !== "http:") return bad(`Taskfiles come over https or ssh, not ${parsed.protocol.slice(0, -1)}`)
    if (parsed.username !== "" || parsed.password !== "") return bad("it holds a user or a token")
    parsed.hash = ""
    return Either.right({ _tag: "File", key: parsed.href, url: parsed.href, host: parsed.host })
  })
}

/** What was fetched last: the SHA-256 of a file, or the tree of a repository with its commit. @category schemas */
export const Fetched = Schema.Struct({ hash: Schema.String.pipe(Schema.pattern(/^[0-9a-f]{40,64}$/)), commit: Schema.optional(Schema.String) })

/** @category models */
export type Fetched = typeof Fetched.Type

/** Where all of a target lies. @category constructors */
export const folderOf = (cacheFolder: string, target: RemoteTarget): string => `${cacheFolder}/taskfiles/${sha256(target.key)}`

/** Where a content of a target lies: a file, or a folder with a list beside it. @category constructors */
export const contentPath = (cacheFolder: string, target: RemoteTarget, hash: string): string =>
  `${folderOf(cacheFolder, target)}/${hash}${target._tag === "File" ? ".yml" : ""}`

/** The file that says what was fetched last. @category constructors */
export const currentPath = (cacheFolder: string, target: RemoteTarget): string => `${folderOf(cacheFolder, target)}/current.json`

const decodeFetched = Schema.decodeUnknownEither(Schema.parseJson(Fetched))

/** What was fetched last of a target; none if nothing was. @category constructors */
export const current = (cacheFolder: string, target: RemoteTarget): Effect.Effect<Option.Option<Fetched>, FileFailure, LocalFiles> =>
  Effect.flatMap(LocalFiles, (files) =>
    Effect.map(files.read(currentPath(cacheFolder, target), 65_536), Option.flatMap(({ bytes }) => Either.getRight(decodeFetched(new TextDecoder().decode(bytes))))))

/** A file that was fetched, if its content still is what its name says. @category constructors */
export const contentOf = (cacheFolder: string, target: RemoteTarget, hash: string): Effect.Effect<Option.Option<Uint8Array>, FileFailure, LocalFiles> =>
  Effect.flatMap(LocalFiles, (files) =>
    Effect.map(files.read(contentPath(cacheFolder, target, hash), sizeLimit), Option.flatMap(({ bytes }) => (sha256(bytes) === hash ? Option.some(bytes) : Option.none()))))
