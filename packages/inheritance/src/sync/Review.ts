/**
 * What somebody must know before they trust a content: how its tasks differ from what was trusted last, and which files do.
 *
 * @module
 */
import { type FileTree, isSameFile } from "@dev-infra/git-repositories/FileTree"
import type { Taskfile } from "@dev-infra/taskfile/Taskfile"
import { difference, type TaskDifference } from "@dev-infra/taskfile/TaskDifference"
import * as TaskfileDecoder from "@dev-infra/taskfile/TaskfileDecoder"
import * as TaskfileSources from "@dev-infra/taskfile/TaskfileSources"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { Decided } from "../Trust.js"

/** A file that is not as it was when somebody trusted it. @category models */
export interface ChangedFile {
  readonly path: string
  readonly kind: "added" | "removed" | "changed"
}

/** @category models */
export interface Review {
  /** the name of the entry, or the URL of a remote include */
  readonly name: string
  readonly subject: string
  readonly hash: string
  readonly commit: string | undefined
  /** somebody approved it already, for all or for themselves */
  readonly isTrusted: boolean
  /** the decision before, if there is one and its content can still be had */
  readonly before: Decided | undefined
  readonly tasks: TaskDifference
  /** of the whole library, scripts too; without a decision before these are all its files */
  readonly files: ReadonlyArray<ChangedFile>
}

const decoder = new TextDecoder()

/** The tasks of a library, with what it includes of itself; alone if that cannot be read. */
const meaningOf = (files: FileTree, entry: string, options: TaskGraph.LoadOptions): Effect.Effect<TaskGraph.TaskGraph | Taskfile | undefined> => {
  const texts = Object.fromEntries([...files.values()].filter(({ mode, path }) => mode !== "symlink" && /\.ya?ml$/i.test(path)).map(({ content, path }) => [`/${path}`, decoder.decode(content)]))
  const whole = Effect.provide(TaskGraph.load({ _tag: "File", file: `/${entry}` }, options), TaskfileSources.layerMemory({ files: texts }))
  const alone = Effect.map(Effect.either(TaskfileDecoder.decode(texts[`/${entry}`] ?? "", `/${entry}`)), (read) => (Either.isRight(read) ? read.right.taskfile : undefined))
  return Effect.catchAll(whole, () => alone)
}

/** Compares two contents; `before` is undefined if nothing was trusted yet. */
export const compare = (
  before: { readonly files: FileTree; readonly entry: string } | undefined,
  after: { readonly files: FileTree; readonly entry: string },
  options: TaskGraph.LoadOptions
): Effect.Effect<{ readonly tasks: TaskDifference; readonly files: ReadonlyArray<ChangedFile> }> =>
  Effect.gen(function* () {
    const old = before === undefined ? undefined : yield* meaningOf(before.files, before.entry, options)
    const now = yield* meaningOf(after.files, after.entry, options)
    const changed: Array<ChangedFile> = []
    for (const file of after.files.values()) {
      const was = before?.files.get(file.path)
      if (was === undefined) changed.push({ path: file.path, kind: "added" })
      else if (!isSameFile(was, file)) changed.push({ path: file.path, kind: "changed" })
    }
    for (const path of before?.files.keys() ?? []) if (!after.files.has(path)) changed.push({ path, kind: "removed" })
    return { tasks: now === undefined ? { changes: [] } : difference(old, now), files: changed }
  })
