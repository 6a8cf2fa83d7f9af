import * as Effect from "effect/Effect"
import type { Entry, LoadOptions, TaskGraph } from "../TaskGraph.js"
import { type ReadFailure, TaskfileNotFound } from "../TaskfileError.js"
import { TaskfileSources } from "../TaskfileSources.js"

/** Soon. */
export const loadGraph = (entry: Entry, _options: LoadOptions): Effect.Effect<TaskGraph, ReadFailure, TaskfileSources> =>
  Effect.zipRight(TaskfileSources, new TaskfileNotFound({ path: entry._tag === "Search" ? entry.folder : entry.file }))
