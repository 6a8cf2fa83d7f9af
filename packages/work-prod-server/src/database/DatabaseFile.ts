/**
 * The file of an embedded database, as the system sees it: which file lies at the path, who may use it, and the mark beside it.
 *
 * @module
 */
import { chmodSync, closeSync, existsSync, fstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

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

/** Whether they are the same file. */
export const isSame = (one: FileIdentity | undefined, other: FileIdentity | undefined): boolean => one?.device === other?.device && one?.inode === other?.inode

/** A text that is another one after a commit: every commit writes into the log beside the file. Undefined if there is no log. */
export const revision = (file: string): string | undefined => {
  const found = statSync(`${file}-wal`, { throwIfNoEntry: false })
  return found === undefined ? undefined : `${found.ino} ${found.size} ${found.mtimeMs}`
}

/** Makes the folder around the file, for its owner only. Throws what the system says. */
export const prepareFolder = (file: string): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
}

/** Takes the rights of others to the file and what lies beside it. Throws what the system says. */
export const restrict = (file: string): void => {
  for (const ending of ["", "-wal", "-shm", ".lock"]) {
    const found = statSync(file + ending, { throwIfNoEntry: false })
    if (found !== undefined && (found.mode & 0o177) !== 0) chmodSync(file + ending, found.mode & 0o600)
  }
}

/** What the file holds, by its beginning; a file that is missing is empty. Throws what the system says. @param file an absolute path */
export const contentOf = (file: string): "Database" | "Empty" | "Other" => {
  const found = statSync(file, { throwIfNoEntry: false })
  if (found === undefined || found.size === 0) return "Empty"
  const descriptor = openSync(file, "r")
  try {
    const beginning = Buffer.alloc(16)
    readSync(descriptor, beginning, 0, 16, 0)
    return beginning.toString("latin1") === "SQLite format 3\0" ? "Database" : "Other"
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a folder of its own among the temporary ones. Throws what the system says. */
export const makeTemporaryFolder = (): string => mkdtempSync(join(tmpdir(), "work-prod-"))

/** Removes a folder with all it holds. Throws what the system says. */
export const removeFolder = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true })
}

const markFile = (file: string): string => `${file}.mark`

const originFile = (file: string): string => `${file}.origin`

/** Never written again once it is there. */
const originText = "While this file stays as it is, the database beside it was not put back from a backup.\n"

/**
 * What no copy has: which file the mark is, and when a file beside it was made that nothing changes, to the nanosecond. Programs
 * can set most times of a file, but not that of its last change of state.
 */
const originOf = (file: string, mark: { readonly ino: bigint }): string => {
  const origin = statSync(originFile(file), { bigint: true, throwIfNoEntry: false })
  return `${mark.ino}-${origin?.ino ?? 0}-${origin?.ctimeNs ?? 0}`
}

/**
 * The text of the mark beside the file; undefined if there is none that can be read, or if it is a copy, as after a backup of
 * the whole folder was put back.
 */
export const readMark = (file: string): string | undefined => {
  try {
    const [origin, ...rest] = readFileSync(markFile(file), "utf8").split(" ")
    return origin === originOf(file, statSync(markFile(file), { bigint: true })) ? rest.join(" ") : undefined
  } catch {
    return undefined // without a mark the content counts as restored, which is always safe
  }
}

/** Replaces the mark. Throws what the system says. */
export const writeMark = (file: string, text: string): void => {
  if (!existsSync(originFile(file))) writeFileSync(originFile(file), originText, { flag: "wx", mode: 0o600 })
  const fresh = `${markFile(file)}.new`
  rmSync(fresh, { force: true })
  const descriptor = openSync(fresh, "wx", 0o600)
  try {
    writeSync(descriptor, `${originOf(file, fstatSync(descriptor, { bigint: true }))} ${text}`)
  } finally {
    closeSync(descriptor)
  }
  renameSync(fresh, markFile(file))
}

/** Continues after the events that the system has ready by now were handled. */
export const afterReadyEvents = (then: () => void): void => {
  setImmediate(then)
}
