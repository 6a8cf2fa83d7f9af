/**
 * What up-to-date checks ask of files. Whatever cannot be read is undefined.
 *
 * @module
 */

/** @category models */
interface FolderEntry {
  readonly name: string
  readonly kind: "File" | "Folder" | "Link" | "Other"
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
  /** give a file piece by piece to a function, which must not keep them; false if it cannot be read */
  readonly read: (path: string, take: (bytes: Uint8Array) => void) => boolean
  readonly text: (path: string) => string | undefined
  /** all at once: nobody sees half of it; folders around it are made. Throws if it cannot be done. */
  readonly write: (path: string, text: string) => void
  readonly setModified: (path: string, milliseconds: number) => void
  readonly remove: (path: string) => void
}
