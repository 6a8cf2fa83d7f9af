/**
 * Where a library of tasks comes from, and how that is written in `from`.
 *
 * | text | what it is |
 * |---|---|
 * | `gh:o/r`, `git+https://host/o/r.git`, `git@host:o/r.git`, `git+file:///srv/r.git`, each with `//folder` | a git repository |
 * | `project:NAME` | a registered project; without a ref its checkout as it is, with one its repository at that ref |
 * | `./infra`, `../.github`, `/srv/infra` | a folder, as it is |
 *
 * @module
 */
import * as GitReference from "@dev-infra/git-repositories/GitReference"
import * as GitUrl from "@dev-infra/git-repositories/GitUrl"
import * as Either from "effect/Either"

/** @category models */
export type InheritedSource =
  | { readonly _tag: "Git"; readonly url: string; readonly folder: string; readonly ref: string | undefined }
  | { readonly _tag: "Project"; readonly reference: string; readonly ref: string | undefined }
  | { readonly _tag: "Folder"; readonly path: string }

const longest = 4096

/** The text before the last `@` that begins a ref, and the ref. */
const withRef = (text: string): { readonly before: string; readonly ref: string | undefined } => {
  const at = text.lastIndexOf("@")
  return at <= 0 ? { before: text, ref: undefined } : { before: text.slice(0, at), ref: text.slice(at + 1) }
}

/** What is wrong with a name by which tasks are called: it becomes a namespace, and the name of a folder. @category guards */
export const nameProblem = (name: string): string | undefined =>
  /^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,59}$/u.test(name) && !name.endsWith(".tree") && name !== "__proto__"
    ? undefined
    : "a name is made of letters, digits, dots, dashes and underscores, does not begin with a dot or a dash, and has at most 60 characters"

/**
 * Reads a source; else what is wrong with it, as a clause. A ref behind `@` is part of the text.
 *
 * @example
 * ```ts
 * import * as InheritedSource from "@dev-infra/inheritance/InheritedSource"
 *
 * export const source = InheritedSource.parse("gh:acme/infra//tasks@v1.4.0")
 * // right: { _tag: "Git", url: "https://github.com/acme/infra.git", folder: "tasks", ref: "v1.4.0" }
 * ```
 * @category constructors
 */
export const parse = (text: string): Either.Either<InheritedSource, string> => {
  if (text === "") return Either.left("it is empty")
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (text.length > longest || /[\u0000-\u001f\u007f]/.test(text)) return Either.left("it is longer than any address, or holds control characters")
  const project = /^project:(.*)$/s.exec(text)?.[1]
  if (project !== undefined) {
    const { before, ref } = withRef(project)
    if (before === "" || before.startsWith("-")) return Either.left("a project is named behind project:")
    const problem = ref === undefined ? undefined : GitReference.problemOf(ref)
    return problem === undefined ? Either.right({ _tag: "Project", reference: before, ref }) : Either.left(problem)
  }
  if (text.startsWith("/") || /^\.\.?(?:\/|$)/.test(text)) return Either.right({ _tag: "Folder", path: text })
  if (!GitUrl.looksLikeUrl(text)) return Either.left("it is neither a URL of git, nor project:NAME, nor a folder that begins with ./, ../ or /")
  return Either.map(GitUrl.parse(text), ({ ref, subfolder, url }) => ({ _tag: "Git", url, folder: subfolder, ref }))
}

/** The source as a text that {@link parse} reads, without its ref. @category combinators */
export const toText = (source: InheritedSource): string => {
  switch (source._tag) {
    case "Git":
      return `git+${source.url}${source.folder === "" ? "" : `//${source.folder.replaceAll("%", "%25").replace(/(?<!^|\/)@/g, "%40")}`}`
    case "Project":
      return `project:${source.reference}`
    case "Folder":
      return source.path
  }
}
