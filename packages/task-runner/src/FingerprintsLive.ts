/**
 * Up-to-date checks on the files of this computer. Files are read one after another into the same memory, without waiting: thousands of small ones take less time so.
 *
 * @module
 */
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as process from "node:process"
import { Fingerprints } from "./Fingerprints.js"
import { make } from "./fingerprints/Checks.js"
import type { FileView } from "./fingerprints/FileView.js"

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

const liveView = (): FileView => {
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

/**
 * The files of this computer.
 *
 * @example
 * ```ts
 * import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
 * import * as FingerprintsLive from "@dev-infra/task-runner/FingerprintsLive"
 * import * as Effect from "effect/Effect"
 *
 * export const sources = Effect.flatMap(Fingerprints.Fingerprints, ({ expand }) =>
 *   expand("/home/me/api", [{ pattern: "src/**\/*.ts", excluded: false }], { useGitignore: true })
 * ).pipe(Effect.provide(FingerprintsLive.layer))
 * ```
 * @category layers
 */
export const layer: Layer.Layer<Fingerprints> = Layer.sync(Fingerprints, () => make(liveView(), (name) => process.env[name]))
