/**
 * What up-to-date checks ask of files. Whatever cannot be read is undefined.
 *
 * @module
 */

/** @category models */
export interface FolderEntry {
  readonly name: string
  readonly kind: "File" | "Folder" | "Link" | "Other"
}

/** Memory that many small files are read into, one behind the other: what takes it takes much at once. @category models */
export interface Block {
  readonly bytes: Uint8Array
  /** so many bytes are filled */
  length: number
  /** hand over what is filled, so that all is free again */
  readonly empty: () => void
}

/** @category models */
export interface FileView {
  readonly entries: (folder: string) => ReadonlyArray<FolderEntry> | undefined
  /** what lies at the end of links */
  readonly kind: (path: string) => "File" | "Folder" | "Other" | undefined
  /** milliseconds since 1970, with fractions; through links */
  readonly modified: (path: string) => number | undefined
  /** a path without links */
  readonly real: (path: string) => string
  /** put what a file holds behind what a block holds, which is emptied whenever it is full; false if it cannot be read */
  readonly read: (path: string, into: Block) => boolean
  readonly text: (path: string) => string | undefined
  /** all at once: nobody sees half of it; folders around it are made. Throws if it cannot be done. */
  readonly write: (path: string, text: string) => void
  readonly setModified: (path: string, milliseconds: number) => void
  readonly remove: (path: string) => void
}
