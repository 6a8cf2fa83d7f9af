/**
 * Repositories with the one file in them that matters here, and the clones that machines have of them.
 *
 * A branch is the content of its newest commit. Merges go by field, and what was committed here stands.
 */
import type { JsonValue } from "@dev-infra/metadata/Project"

/** What `.dev-infra.yml` says; undefined if there is no such file. */
export type Content = { readonly [field: string]: JsonValue } | undefined

export const mainBranch = "main"

/** A repository on a server, which all clones know. */
export class Repository {
  readonly branches = new Map<string, Content>()
  constructor(content: Content) {
    this.branches.set(mainBranch, content)
  }
}

const same = (left: Content, right: Content): boolean => JSON.stringify(sorted(left)) === JSON.stringify(sorted(right))

const sorted = (content: Content) => (content === undefined ? null : Object.entries(content).toSorted(([left], [right]) => (left < right ? -1 : 1)))

const merge = (base: Content, mine: Content, theirs: Content): Content => {
  if (same(mine, base)) return theirs
  if (same(theirs, base)) return mine
  const fields = new Set([...Object.keys(mine ?? {}), ...Object.keys(theirs ?? {})])
  const valueOf = (content: Content, field: string) => (content !== undefined && Object.hasOwn(content, field) ? content[field] : undefined)
  return Object.fromEntries(
    [...fields].flatMap((field) => {
      const [before, here, there] = [base, mine, theirs].map((content) => valueOf(content, field))
      const value = JSON.stringify(here) === JSON.stringify(before) ? there : here
      return value === undefined ? [] : [[field, value] as const]
    })
  )
}

/** A working tree as it is at some moment. */
export interface WorkingTree {
  readonly branch: string
  readonly work: Content
}

/** One clone with its working tree. */
export class Clone {
  branch = mainBranch
  work: Content
  readonly #heads = new Map<string, Content>()
  /** what the server had when this clone last heard of it */
  readonly #seen = new Map<string, Content>()
  readonly repository: Repository

  constructor(repository: Repository) {
    this.repository = repository
    for (const [branch, content] of repository.branches) {
      this.#heads.set(branch, content)
      this.#seen.set(branch, content)
    }
    this.work = this.#heads.get(mainBranch)
  }

  get isClean(): boolean {
    return same(this.work, this.#heads.get(this.branch))
  }

  /** As a copy of the folder is. */
  copy(): Clone {
    const copy = new Clone(this.repository)
    copy.branch = this.branch
    for (const [branch, content] of this.#heads) copy.#heads.set(branch, content)
    for (const [branch, content] of this.#seen) copy.#seen.set(branch, content)
    copy.work = this.work
    return copy
  }

  edit(patch: { readonly [field: string]: JsonValue | undefined }): void {
    const changed = { ...this.work, ...patch }
    // what is undefined was left out
    this.work = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined)) as Content
  }

  commit(): void {
    this.#heads.set(this.branch, this.work)
  }

  /** Commits, then goes to a branch, which is made from here if there is none. */
  switchTo(branch: string): void {
    this.commit()
    if (!this.#heads.has(branch)) this.#heads.set(branch, this.repository.branches.get(branch) ?? this.#heads.get(this.branch))
    this.branch = branch
    this.work = this.#heads.get(branch)
  }

  /** Refused, as git does, if it would change a file that was edited. */
  pull(): boolean {
    const theirs = this.repository.branches.get(this.branch)
    const seen = this.#seen.get(this.branch)
    if (same(theirs, seen)) return true
    if (!this.isClean) return false
    const merged = merge(seen, this.#heads.get(this.branch), theirs)
    this.#heads.set(this.branch, merged)
    this.#seen.set(this.branch, theirs)
    this.work = merged
    return true
  }

  /** Refused, as git does, if somebody else was quicker. */
  push(): boolean {
    if (this.repository.branches.has(this.branch) && !same(this.repository.branches.get(this.branch), this.#seen.get(this.branch))) return false
    const mine = this.#heads.get(this.branch)
    this.repository.branches.set(this.branch, mine)
    this.#seen.set(this.branch, mine)
    return true
  }

  /** What `main` says in the end. */
  settle(): void {
    this.switchTo(mainBranch)
    this.pull()
    this.push()
  }
}
