/**
 * Which commit of a repository a version names.
 *
 * @module
 */
import * as Option from "effect/Option"
import * as GitReference from "./GitReference.js"
import type { RepositoryRefs } from "./Repositories.js"

/** A commit, and the tag by which it was found if it was one. */
export interface Named {
  readonly commit: string
  readonly tag?: string
}

const tagged = (refs: RepositoryRefs, tag: string | undefined): Option.Option<Named> => {
  const commit = tag === undefined ? undefined : refs.tags.get(tag)
  return commit === undefined || tag === undefined ? Option.none() : Option.some({ commit, tag })
}

/** The versions that a source offers, newest first: tags, or if there are none the head. */
export const offered = (refs: RepositoryRefs, ref: string | undefined): ReadonlyArray<Named> => {
  const isRange = ref !== undefined && GitReference.isRange(ref) && Option.isNone(fromRefs(refs, ref))
  const tags = ref === undefined ? GitReference.offered(refs.tags.keys()) : isRange ? GitReference.inRange(refs.tags.keys(), ref) : []
  const named = tags.flatMap((tag) => Option.toArray(tagged(refs, tag)))
  if (named.length > 0) return named
  if (ref !== undefined) return Option.toArray(fromRefs(refs, ref))
  return refs.head === undefined ? [] : [{ commit: refs.head }]
}

/** A tag, else a branch; a version with or without its `v` is the same. */
const fromRefs = (refs: RepositoryRefs, name: string): Option.Option<Named> => {
  const branch = (each: string) => Option.map(Option.fromNullable(refs.branches.get(each)), (commit): Named => ({ commit }))
  const [, kind, rest = ""] = /^refs\/(tags|heads)\/(.+)$/.exec(name) ?? []
  if (kind !== undefined) return kind === "tags" ? tagged(refs, rest) : branch(rest)
  const other = /^v\d/.test(name) ? name.slice(1) : /^\d/.test(name) ? `v${name}` : undefined
  return tagged(refs, name).pipe(
    Option.orElse(() => branch(name)),
    Option.orElse(() => tagged(refs, other))
  )
}

/** The commit of a tag, a branch or a range; none if the name is none of these, so that it may be the id of a commit. */
export const resolve = (refs: RepositoryRefs, name: string): Option.Option<Named> =>
  Option.orElse(fromRefs(refs, name), () => (GitReference.isRange(name) ? tagged(refs, GitReference.inRange(refs.tags.keys(), name)[0]) : Option.none()))

/** The newest version that is this commit, if it is one. */
export const tagOf = (refs: RepositoryRefs, commit: string): string | undefined =>
  GitReference.sortedVersions([...refs.tags].filter(([, each]) => each === commit).map(([tag]) => tag))[0]
