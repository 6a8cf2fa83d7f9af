/**
 * Where a template comes from: built in, a folder of this computer, or a folder in a git repository.
 *
 * @module
 */

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
