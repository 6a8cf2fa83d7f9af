/**
 * From an entry to a graph.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Entry, LoadOptions, TaskGraph } from "../TaskGraph.js"
import type { ReadFailure } from "../TaskfileError.js"
import type { TaskfileSources } from "../TaskfileSources.js"
import { hashOfTexts } from "./ContentHash.js"
import { mergeFiles } from "./Merge.js"
import { readFiles } from "./Read.js"

/** See `TaskGraph.load`. */
export const loadGraph = (entry: Entry, options: LoadOptions): Effect.Effect<TaskGraph, ReadFailure, TaskfileSources> =>
  Effect.gen(function* () {
    const { directory, root, vertices, warnings } = yield* readFiles(entry, options)
    const merged = yield* mergeFiles(root, directory)
    const files = new Map(vertices.map((vertex) => [vertex.node.taskfile.file, vertex] as const))
    return {
      root: root.node,
      directory,
      nodes: [...files.values()].map(({ node }) => node),
      tasks: merged.tasks,
      variables: merged.variables,
      environment: merged.environment,
      dotenv: root.node.taskfile.dotenv,
      output: merged.output,
      warnings: [...warnings, ...merged.warnings],
      contentHash: hashOfTexts([...files.values()].map(({ text }) => text))
    }
  })
