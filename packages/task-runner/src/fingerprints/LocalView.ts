/**
 * The files of this computer, as up-to-date checks ask for them.
 *
 * @module
 */
import * as fs from "node:fs"
import * as process from "node:process"
import type { FileView, FolderEntry } from "./FileView.js"

const attempt = <A>(run: () => A): A | undefined => {
  try {
    return run()
  } catch {
    return undefined
  }
}

/** Most entries are files, so that is asked first; a link is not one. */
const entryOf = (entry: fs.Dirent): FolderEntry => ({ name: entry.name, kind: entry.isFile() ? "File" : entry.isSymbolicLink() ? "Link" : kindOf(entry) })

const kindOf = (stats: fs.Stats | fs.Dirent): "File" | "Folder" | "Other" => (stats.isFile() ? "File" : stats.isDirectory() ? "Folder" : "Other")

/** A block with less room is emptied first. Most files are read by one call so. */
const room = 256 * 1024

/** Opened without waiting for the other end of a pipe. */
const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK

/** @category constructors */
export const make = (): FileView => {
  let writes = 0
  return {
    entries: (folder) => attempt(() => fs.readdirSync(folder, { withFileTypes: true }).map(entryOf)),
    kind: (path) => {
      const stats = attempt(() => fs.statSync(path, { throwIfNoEntry: false }))
      return stats === undefined ? undefined : kindOf(stats)
    },
    modified: (path) => attempt(() => fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs),
    real: (path) => attempt(() => fs.realpathSync.native(path)) ?? path,
    read: (path, into) => {
      let file: number | undefined
      try {
        file = fs.openSync(path, flags)
        for (;;) {
          if (into.bytes.length - into.length < room) into.empty()
          const free = into.bytes.length - into.length
          const size = fs.readSync(file, into.bytes, into.length, free, null)
          into.length += size
          if (size < free) return true
        }
      } catch {
        return false
      } finally {
        if (file !== undefined) fs.closeSync(file)
      }
    },
    text: (path) => attempt(() => fs.readFileSync(path, "utf8")),
    write: (path, text) => {
      const fresh = `${path}.${process.pid}-${writes++}`
      fs.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true })
      try {
        fs.writeFileSync(fresh, text, { flag: "wx", mode: 0o644 })
        fs.renameSync(fresh, path)
      } catch (cause) {
        fs.rmSync(fresh, { force: true })
        throw cause
      }
    },
    setModified: (path, milliseconds) => fs.utimesSync(path, milliseconds / 1000, milliseconds / 1000),
    remove: (path) => fs.rmSync(path, { force: true })
  }
}
