/**
 * The file of an embedded database, as the system sees it: which file lies at the path, who may use it, and the mark beside it.
 *
 * @module
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"

/** Which file it is, and whether anybody may write it. */
export interface FileIdentity {
  readonly device: number
  readonly inode: number
  readonly writable: boolean
}

/** What lies at the path; undefined if nothing does. @param file an absolute path */
export const identify = (file: string): FileIdentity | undefined => {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? undefined : { device: found.dev, inode: found.ino, writable: (found.mode & 0o222) !== 0 }
}

/** Makes the folder around the file, for its owner only. Throws what the system says. */
export const prepareFolder = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
}

/** Takes the rights of others to the file and what lies beside it. Throws what the system says. */
export const restrict = (file: string): void => {
  for (const ending of ["", "-wal", "-shm", ".lock"]) if (existsSync(file + ending)) chmodSync(file + ending, 0o600)
}

/** Whether the file is empty, missing, or begins as an SQLite database does. */
export const looksLikeDatabase = (file: string): boolean => {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined || found.size === 0) return true
  return readFileSync(file).subarray(0, 16).toString("latin1") === "SQLite format 3\0"
}

const markFile = (file: string): string => `${file}.mark`

/** The text of the mark beside the file; undefined if there is none that can be read. */
export const readMark = (file: string): string | undefined => {
  try {
    return readFileSync(markFile(file), "utf8")
  } catch {
    return undefined // without a mark the content counts as restored, which is always safe
  }
}

/** Replaces the mark. Throws what the system says. */
export const writeMark = (file: string, text: string): void => {
  writeFileSync(`${markFile(file)}.new`, text, { mode: 0o600 })
  renameSync(`${markFile(file)}.new`, markFile(file))
}

/** Continues after the events that the system has ready by now were handled. */
export const afterReadyEvents = (then: () => void): void => {
  setImmediate(then)
}
