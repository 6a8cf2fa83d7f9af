/**
 * Reads what git prints about objects.
 *
 * @module
 */
import type { FileMode } from "../FileTree.js"

/** One line of `git ls-tree -r -l -z`. */
export interface TreeEntry {
  readonly path: string
  /** none for a commit of another repository, and what git may invent */
  readonly mode: FileMode | undefined
  readonly id: string
  readonly size: number
}

const modes: { readonly [bits: string]: FileMode } = { "100644": "file", "100664": "file", "100755": "executable", "120000": "symlink" }

/** The entries of a listing. Names that are no UTF-8 hold U+FFFD, which no path may. */
export const treeEntries = (output: Uint8Array): ReadonlyArray<TreeEntry> =>
  new TextDecoder().decode(output).split("\0").flatMap((record) => {
    const [, bits = "", id, size, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(record) ?? []
    return id === undefined || size === undefined || path === undefined ? [] : [{ path, mode: modes[bits], id, size: size === "-" ? 0 : Number(size) }]
  })

/** An answer of `git cat-file --batch`: the kind and the content; undefined where there is no such object. */
export interface BatchAnswer {
  readonly id: string
  readonly kind: string
  readonly content: Uint8Array
}

/** The answers, in their order; undefined if the output ends too early. Contents are parts of the output, which is not copied. */
export const batchAnswers = (output: Uint8Array): ReadonlyArray<BatchAnswer | undefined> | undefined => {
  const answers: Array<BatchAnswer | undefined> = []
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(10, at)
    if (end < 0) return undefined
    const [, id, kind, size] = /^([0-9a-f]+) (\w+) (\d+)$/.exec(new TextDecoder("latin1").decode(output.subarray(at, end))) ?? []
    at = end + 1
    if (id === undefined || kind === undefined || size === undefined) {
      answers.push(undefined)
      continue
    }
    const length = Number(size)
    if (at + length >= output.length) return undefined
    answers.push({ id, kind, content: output.subarray(at, at + length) })
    at += length + 1
  }
  return answers
}

/** A branch or tag with its commit. */
export interface RefEntry {
  readonly name: string
  readonly commit: string
  /** it is the default branch */
  readonly isHead: boolean
}

/** The refs that `git for-each-ref` lists with the fields refname, objectname, objecttype, *objectname, *objecttype and HEAD. */
export const refEntries = (output: Uint8Array): ReadonlyArray<RefEntry> =>
  new TextDecoder().decode(output).split("\n").flatMap((line) => {
    const [name, id, kind, inner, innerKind, head] = line.split("\0")
    if (name === undefined || id === undefined) return []
    const commit = kind === "commit" ? id : innerKind === "commit" ? inner : undefined
    return commit === undefined ? [] : [{ name, commit, isHead: head === "*" }]
  })
