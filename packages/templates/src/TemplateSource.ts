/**
 * Where a template comes from: built in, a folder of this computer, or a folder in a git repository; and how that is written.
 *
 * | text | what it is |
 * |---|---|
 * | `standard-project` | the name of a template of the configuration, or of one that comes with the program |
 * | `company@v2` | the same at a ref, if it is in git |
 * | `built-in:standard-project` | one that comes with the program, whatever the configuration names so |
 * | `./templates/api`, `~/templates/api`, `/srv/templates/api` | a folder |
 * | `git+https://host/o/r.git//folder@ref` | a folder of a git repository; `git+ssh`, `git+file`, `git+git` and `git+http` too, each also without `git+` |
 * | `git@host:o/r.git//folder@ref` | the same over ssh |
 * | `gh:o/r//folder@ref` | the same on github.com |
 *
 * The ref begins behind the first `@` of the path that does not begin a name, so `…//packages/@acme/api@v1` is a folder of `@acme` at `v1`. An `@` within a
 * name is written `%40`.
 *
 * @module
 */
import * as GitReference from "@dev-infra/git-repositories/GitReference"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import { normalisePath } from "@dev-infra/metadata/ProjectRules"
import * as Either from "effect/Either"
import { SourceInvalid } from "./TemplateFailure.js"

/** @category models */
export type TemplateSource = BuiltInSource | FolderSource | GitSource

/** A template that comes with the program. @category models */
export interface BuiltInSource {
  readonly _tag: "BuiltIn"
  readonly name: string
}

/** A folder, by its absolute path. @category models */
export interface FolderSource {
  readonly _tag: "Folder"
  readonly path: string
}

/** A folder of a git repository. @category models */
export interface GitSource {
  readonly _tag: "Git"
  /** as git takes it: `https://host/o/r.git`, `ssh://…`, `file:///…`; never one that git could take for an option */
  readonly url: string
  /** relative, parts divided by `/`; empty: the root */
  readonly subfolder: string
  /** a tag, a branch, a commit, or a semver range over tags; undefined: the newest tag, without tags the default branch */
  readonly ref: string | undefined
}

/**
 * What texts are read against: relative folders count from `workingDirectory`, `~` is `homeDirectory`, and `named` are the texts of the
 * templates that have a name, without those that come with the program.
 *
 * @category models
 */
export interface SourceOptions {
  readonly workingDirectory: string
  readonly homeDirectory: string | undefined
  readonly named: { readonly [name: string]: string }
}

/** The templates that come with the program. @category constants */
export const builtInNames: ReadonlyArray<string> = ["standard-project", "learning-project"]

/** Whether a template may have this name. @category guards */
export const isTemplateName = (text: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u.test(text)

const invalid = (text: string, reason: string, suggestions: ReadonlyArray<string> = []) =>
  Either.left(new SourceInvalid({ text: GitUrl.withoutSecrets(text), reason, suggestions }))

const longest = 4096

/** How many letters differ, up to what a slip of the fingers makes. */
const isLike = (a: string, b: string): boolean => {
  if (a.startsWith(b) || b.startsWith(a)) return true
  if (Math.abs(a.length - b.length) > 2) return false
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1]
    for (let at = 0; at < b.length; at++) next.push(Math.min((next[at] ?? 0) + 1, (row[at + 1] ?? 0) + 1, (row[at] ?? 0) + (b[at] === letter ? 0 : 1)))
    row = next
  }
  return (row.at(-1) ?? 0) <= 2
}

const isName = (text: string, options: SourceOptions): boolean => Object.hasOwn(options.named, text) || builtInNames.includes(text)

const parseNamed = (text: string, options: SourceOptions): Either.Either<TemplateSource, SourceInvalid> => {
  const at = text.indexOf("@")
  const name = at < 0 ? text : text.slice(0, at)
  const ref = at < 0 ? undefined : text.slice(at + 1)
  const stored = Object.hasOwn(options.named, name) ? options.named[name] : undefined
  if (!isName(name, options)) {
    const known = [...Object.keys(options.named), ...builtInNames]
    const reason = isTemplateName(name) ? "no template has this name; a folder begins with ./, ../, ~/ or /" : "it is neither a name, nor a folder, nor a URL of git"
    return invalid(text, reason, known.filter((each) => isLike(name.toLowerCase(), each.toLowerCase())))
  }
  // A name that stands for a name would lead round in circles.
  const source = stored === undefined ? Either.right<TemplateSource>({ _tag: "BuiltIn", name }) : parse(stored, { ...options, named: {} })
  if (ref === undefined || Either.isLeft(source)) return source
  if (source.right._tag !== "Git") return invalid(text, "only a template in git can be had at a ref")
  const problem = GitReference.problemOf(ref)
  return problem === undefined ? Either.right({ ...source.right, ref }) : invalid(text, problem)
}

/**
 * Reads a text. Fails with what is wrong with it; a password in it is never repeated.
 *
 * @param text as it is typed or stored
 * @example
 * ```ts
 * import * as TemplateSource from "@dev-infra/templates/TemplateSource"
 *
 * const folders = { workingDirectory: "/home/me", homeDirectory: "/home/me", named: {} }
 * export const source = TemplateSource.parse("gh:acme/templates//api@v2", folders)
 * // right: { _tag: "Git", url: "https://github.com/acme/templates.git", subfolder: "api", ref: "v2" }
 * ```
 * @category constructors
 */
export const parse = (text: string, options: SourceOptions): Either.Either<TemplateSource, SourceInvalid> => {
  if (text === "") return invalid(text, "it is empty")
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (text.length > longest || /[\u0000-\u001f\u007f]/.test(text)) return invalid(text.slice(0, 100), "it is longer than any address, or holds control characters")
  const builtIn = /^built-in:(.*)$/.exec(text)?.[1]
  if (builtIn !== undefined) {
    return builtInNames.includes(builtIn) ? Either.right({ _tag: "BuiltIn", name: builtIn }) : invalid(text, `the program comes with ${builtInNames.join(" and ")} only`, builtInNames.filter((name) => isLike(builtIn, name)))
  }
  const home = options.homeDirectory ?? ""
  if (text === "~" || text.startsWith("~/")) {
    return home.startsWith("/") ? Either.right({ _tag: "Folder", path: normalisePath(`${home}${text.slice(1)}`) }) : invalid(text, "HOME is not set")
  }
  if (text.startsWith("/")) return Either.right({ _tag: "Folder", path: normalisePath(text) })
  if (/^\.\.?(?:\/|$)/.test(text)) return Either.right({ _tag: "Folder", path: normalisePath(`${options.workingDirectory}/${text}`) })
  const isNamed = isName(text.slice(0, /@|$/.exec(text)?.index), options)
  if (!isNamed && GitUrl.looksLikeUrl(text)) {
    const parsed = GitUrl.parse(text)
    return Either.isRight(parsed) ? Either.right({ _tag: "Git", ...parsed.right }) : invalid(text, parsed.left)
  }
  return parseNamed(text, options)
}

/** Whether what comes from a source can be read and changed on its way, because nothing protects the connection. @category guards */
export const isUnprotected = (source: TemplateSource): boolean => source._tag === "Git" && GitUrl.isPlain(source.url)

/** An `@` where a ref would begin, and what percent signs would make of themselves. */
const escaped = (folder: string): string => folder.replaceAll("%", "%25").replace(/(?<!^|\/)@/g, "%40")

/**
 * The source as a text that {@link parse} reads, in any folder and with any configuration. Without `ref` its ref is left out.
 *
 * @category combinators
 */
export const toText = (source: TemplateSource, { ref: withRef = true }: { readonly ref?: boolean } = {}): string => {
  switch (source._tag) {
    case "BuiltIn":
      return `built-in:${source.name}`
    case "Folder":
      return source.path
    case "Git":
      return `git+${source.url}${source.subfolder === "" ? "" : `//${escaped(source.subfolder)}`}${withRef && source.ref !== undefined ? `@${source.ref}` : ""}`
  }
}
