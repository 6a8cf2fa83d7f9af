/**
 * The files of this computer, as up-to-date checks ask for them.
 *
 * @module
 */
import * as fs from "node:fs"
import * as process from "node:process"
import type { FileView } from "./FileView.js"

const attempt = <A>(run: () => A): A | undefined => {
  try {
    return run()
  } catch {
    return undefined
  }
}

const kindOf = (stats: fs.Stats | fs.Dirent): "File" | "Folder" | "Other" => (stats.isFile() ? "File" : stats.isDirectory() ? "Folder" : "Other")

const piece = 256 * 1024

/** Opened without waiting for the other end of a pipe. */
const flags = fs.constants.O_RDONLY | fs.constants.O_NONBLOCK

/** Files are read one after another into the same memory. @category constructors */
export const make = (): FileView => {
  const buffer = new Uint8Array(piece)
  let writes = 0
  return {
    entries: (folder) =>
      attempt(() => fs.readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: entry.isSymbolicLink() ? "Link" : kindOf(entry) }))),
    kind: (path) => {
      const stats = attempt(() => fs.statSync(path, { throwIfNoEntry: false }))
      return stats === undefined ? undefined : kindOf(stats)
    },
    modified: (path) => attempt(() => fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs),
    real: (path) => attempt(() => fs.realpathSync.native(path)) ?? path,
    read: (path, take) => {
      let file: number | undefined
      try {
        file = fs.openSync(path, flags)
        for (let size = piece; size === piece; ) {
          size = fs.readSync(file, buffer, 0, piece, null)
          if (size > 0) take(buffer.subarray(0, size))
        }
        return true
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
