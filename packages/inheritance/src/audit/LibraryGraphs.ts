/**
 * The tasks of a library at a commit, read out of its repository.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import type { ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import * as TaskfileSources from "@dev-infra/taskfile/TaskfileSources"
import * as Effect from "effect/Effect"
import { GitHistory, type HistoryUnreadable } from "../GitHistory.js"

const textsOf = (root: string, tree: FileTree): { readonly [file: string]: string } =>
  Object.fromEntries([...tree.values()].map(({ content, path }) => [`${root}/${path}`, new TextDecoder().decode(content)]))

/** Reads tasks of a repository at its commits. */
export interface LibraryGraphs {
  /** The files of a commit. Read once. */
  readonly tree: (repository: string, commit: string) => Effect.Effect<FileTree, HistoryUnreadable>
  /** Its tasks; `path` is a file or a folder in the repository, empty for its root. Read once. */
  readonly graph: (repository: string, commit: string, path: string) => Effect.Effect<TaskGraph.TaskGraph, ReadFailure | HistoryUnreadable>
}

/**
 * What was read stays known as long as this is.
 *
 * @param root how errors name the place of the files, which are nowhere on the disk: an absolute path
 */
export const make = (options: TaskGraph.LoadOptions, root: string): Effect.Effect<LibraryGraphs, never, GitHistory> =>
  Effect.map(GitHistory, (history) => {
    const trees = new Map<string, FileTree>()
    const graphs = new Map<string, TaskGraph.TaskGraph>()
    const tree: LibraryGraphs["tree"] = (repository, commit) =>
      Effect.suspend(() => {
        const key = `${repository}\n${commit}`
        const known = trees.get(key)
        return known === undefined ? Effect.tap(history.tree(repository, commit), (found) => Effect.sync(() => trees.set(key, found))) : Effect.succeed(known)
      })
    return {
      tree,
      graph: (repository, commit, path) =>
        Effect.gen(function* () {
          const key = `${repository}\n${commit}\n${path}`
          const known = graphs.get(key)
          if (known !== undefined) return known
          const sources = TaskfileSources.layerMemory({ files: textsOf(root, yield* tree(repository, commit)) })
          const graph = yield* Effect.provide(TaskGraph.load({ _tag: "File", file: path === "" ? root : `${root}/${path}` }, options), sources)
          graphs.set(key, graph)
          return graph
        })
    }
  })
