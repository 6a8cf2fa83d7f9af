/**
 * How much a version of a repository may hold. A real one has some hundred files; these limits keep a hostile one from taking all memory or the whole disk.
 *
 * @module
 */

/** @category models */
export interface TreeLimits {
  /** how many files */
  readonly files: number
  /** bytes of one file */
  readonly fileBytes: number
  /** bytes of all files */
  readonly totalBytes: number
  /** bytes of a path */
  readonly pathBytes: number
  /** folders within each other */
  readonly depth: number
}

/** @category constants */
export const limits: TreeLimits = {
  files: 10_000,
  fileBytes: 32 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
  pathBytes: 1024,
  depth: 50
}
