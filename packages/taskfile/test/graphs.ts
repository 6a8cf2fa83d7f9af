/** Graphs and Taskfiles for tests, from texts. */
import type { Taskfile } from "@dev-infra/taskfile/Taskfile"
import * as TaskfileDecoder from "@dev-infra/taskfile/TaskfileDecoder"
import type { ReadFailure } from "@dev-infra/taskfile/TaskfileError"
import * as TaskfileSources from "@dev-infra/taskfile/TaskfileSources"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"

export const world: TaskGraph.LoadOptions["world"] = { now: 0, zone: "UTC", os: "linux", arch: "amd64", cpus: 2, random: () => 0.5 }

export interface LoadingOptions extends Omit<TaskfileSources.MemoryOptions, "files"> {
  readonly environment?: { readonly [name: string]: string }
  readonly entry?: TaskGraph.Entry
}

/** The graph of files in memory; a text alone is the root in `/shop`. */
export const loading = (files: string | { readonly [file: string]: string }, options: LoadingOptions = {}): Effect.Effect<TaskGraph.TaskGraph, ReadFailure> =>
  TaskGraph.load(options.entry ?? { _tag: "Search", folder: "/shop" }, { environment: options.environment ?? {}, world }).pipe(
    Effect.provide(TaskfileSources.layerMemory({ files: typeof files === "string" ? { "/shop/Taskfile.yml": files } : files, ...options }))
  )

/** The file of a text; it must be right. */
export const decoded = (text: string): Taskfile => Either.getOrThrow(TaskfileDecoder.decode(text, "/shop/Taskfile.yml")).taskfile

/** Values without bigints and maps, to compare with. */
export const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner instanceof Map ? Object.fromEntries([...inner].map(([key, one]) => [`=${key}`, one] as const)) : inner)) ?? "null")
