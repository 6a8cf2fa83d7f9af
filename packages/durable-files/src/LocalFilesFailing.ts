/**
 * Files that fail when they are told to: full disks, missing rights and broken media for tests, without being root or filling
 * a disk.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type FileFailure, fromCode } from "./FileFailure.js"
import { type NewFile, type Operation, words } from "./FileOperations.js"
import { LocalFiles } from "./LocalFiles.js"

/** When to fail, and with what. @category models */
export interface Rule {
  readonly operation: Operation
  /** the whole path, or a pattern for it; every path by default */
  readonly path?: string | RegExp
  /** which call that fits fails, counted from 1; every one by default */
  readonly occurrence?: number
  /** the system's word, e.g. `ENOSPC` */
  readonly code: string
}

/**
 * The files beneath, except that calls that fit a rule fail. A `write` that fails has written half of its bytes.
 *
 * @param rules - the first that fits counts
 * @example
 * ```ts
 * import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
 * import * as LocalFilesFailing from "@dev-infra/durable-files/LocalFilesFailing"
 * import * as Layer from "effect/Layer"
 *
 * const fullDisk = LocalFilesFailing.layer([{ operation: "write", path: /\.new$/, code: "ENOSPC" }]).pipe(Layer.provide(LocalFiles.layer))
 * ```
 * @category layers
 */
export const layer = (rules: ReadonlyArray<Rule>): Layer.Layer<LocalFiles, never, LocalFiles> =>
  Layer.effect(LocalFiles, Effect.map(LocalFiles, (files) => {
    const calls = rules.map(() => 0)
    const refusal = (operation: Operation, path: string): Effect.Effect<void, FileFailure> =>
      Effect.suspend(() => {
        for (const [index, rule] of rules.entries()) {
          const fits = rule.operation === operation && (rule.path === undefined || (typeof rule.path === "string" ? rule.path === path : rule.path.test(path)))
          if (!fits) continue
          const call = (calls[index] ?? 0) + 1
          calls[index] = call
          if (rule.occurrence === undefined || rule.occurrence === call) return Effect.fail(fromCode(words[operation], path, rule.code))
        }
        return Effect.void
      })
    const guarded = <A, R>(operation: Operation, path: string, effect: Effect.Effect<A, FileFailure, R>) => Effect.zipRight(refusal(operation, path), effect)
    const guardedFile = (path: string, file: NewFile): NewFile => ({
      write: (bytes) => Effect.zipRight(
        Effect.tapError(refusal("write", path), () => file.write(bytes.subarray(0, Math.floor(bytes.length / 2)))),
        file.write(bytes)
      ),
      adopt: (mode, owner) => guarded("adopt", path, file.adopt(mode, owner)),
      flush: guarded("flush", path, file.flush)
    })
    return LocalFiles.of({
      stat: (path) => guarded("stat", path, files.stat(path)),
      read: (path, limit) => guarded("read", path, files.read(path, limit)),
      resolve: (path) => guarded("resolve", path, files.resolve(path)),
      readLink: (path) => guarded("readLink", path, files.readLink(path)),
      list: (folder) => guarded("list", folder, files.list(folder)),
      makeFolder: (folder, mode) => guarded("makeFolder", folder, files.makeFolder(folder, mode)),
      create: (path, mode, use) => Effect.zipRight(refusal("create", path), files.create(path, mode, (file) => use(guardedFile(path, file)))),
      link: (existing, path) => guarded("link", path, files.link(existing, path)),
      makeLink: (path, points) => guarded("makeLink", path, files.makeLink(path, points)),
      rename: (from, to) => guarded("rename", to, files.rename(from, to)),
      remove: (path) => guarded("remove", path, files.remove(path)),
      removeFolder: (folder) => guarded("removeFolder", folder, files.removeFolder(folder)),
      setMode: (path, mode) => guarded("setMode", path, files.setMode(path, mode)),
      flushFolder: (folder) => guarded("flushFolder", folder, files.flushFolder(folder)),
      checkWritable: (path) => guarded("checkWritable", path, files.checkWritable(path)),
      existing: files.existing,
      watch: files.watch
    })
  }))
