/**
 * A place in a Taskfile.
 *
 * @module
 */

/**
 * `file` is an absolute path, or the URL of a remote file; line and column count from 1, the column in UTF-16 units.
 *
 * @category models
 */
export interface SourceLocation {
  readonly file: string
  readonly line: number
  readonly column: number
}
