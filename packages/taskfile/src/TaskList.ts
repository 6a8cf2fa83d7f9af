/**
 * The tasks of a graph, as a list of them shows.
 *
 * @module
 */
import { scopesOf, type ScopeOptions } from "./planning/TaskScope.js"
import { listed } from "./planning/Scope.js"
import type { SourceLocation } from "./SourceLocation.js"
import type { MergedTask, TaskGraph, TaskfileOrigin } from "./TaskGraph.js"

/** A task in a list. Texts are rendered with what is known without running anything. @category models */
export interface TaskRow {
  /** what is shown: the label, or the name */
  readonly name: string
  /** how it is called */
  readonly task: string
  readonly description: string
  readonly summary: string
  readonly aliases: ReadonlyArray<string>
  readonly location: SourceLocation
  readonly origin: TaskfileOrigin
}

/** `default`: those of the root first, then by name; `alphanumeric`: by name; `none`: as they stand in the files. @category models */
export type SortOrder = "default" | "alphanumeric" | "none"

/** `all`: also those without a description. @category models */
export interface ListOptions extends ScopeOptions {
  readonly all: boolean
  readonly sort?: SortOrder
}

const byName = (left: MergedTask, right: MergedTask): number => (left.name < right.name ? -1 : left.name > right.name ? 1 : 0)

const isRoot = ({ name }: MergedTask): boolean => !name.includes(":")

const sorted = (tasks: ReadonlyArray<MergedTask>, order: SortOrder): ReadonlyArray<MergedTask> => {
  if (order === "none") return tasks
  if (order === "alphanumeric") return [...tasks].sort(byName)
  return [...tasks].sort((left, right) => Number(isRoot(right)) - Number(isRoot(left)) || byName(left, right))
}

/**
 * The tasks that can be called from outside, and unless `all` have a description.
 *
 * @category combinators
 * @example
 * ```ts
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as TaskList from "@dev-infra/taskfile/TaskList"
 *
 * export const lines = (graph: TaskGraph) => TaskList.list(graph, { all: false }).map(({ description, task }) => `${task}: ${description}`)
 * ```
 */
export const list = (graph: TaskGraph, options: ListOptions): ReadonlyArray<TaskRow> => {
  const shown = [...graph.tasks.values()].filter(({ internal, task }) => !internal && (options.all || task.description !== undefined))
  // Most lists have no template in them, and then nothing of it is made.
  let scopes: ReturnType<typeof scopesOf> | undefined
  return sorted(shown, options.sort ?? "default").map((merged) => {
    const { aliases, name, node, task } = merged
    const needsScope = [task.label, task.description, task.summary].some((text) => text?.includes("{{") === true)
    if (needsScope) scopes ??= scopesOf(graph, options, listed)
    const scope = needsScope ? scopes?.of(merged, undefined, [], new Map()).scope : undefined
    const text = (template: string | undefined): string | undefined => (template === undefined ? undefined : (scope?.render(template) ?? template))
    return {
      name: text(task.label) ?? name,
      task: name,
      description: text(task.description) ?? "",
      summary: text(task.summary) ?? "",
      aliases,
      location: task.location,
      origin: node.origin
    }
  })
}

/** A task as `task --list --json` writes it, with `origin` besides. @category models */
export interface JsonTask {
  readonly name: string
  readonly task: string
  readonly desc: string
  readonly summary: string
  readonly aliases: ReadonlyArray<string>
  readonly up_to_date?: boolean
  readonly location: { readonly line: number; readonly column: number; readonly taskfile: string }
  readonly origin: { readonly kind: "local" | "remote" | "inherited"; readonly name?: string; readonly url?: string; readonly ref?: string; readonly commit?: string }
}

const originOf = (origin: TaskfileOrigin): JsonTask["origin"] => {
  if (origin._tag === "Local") return { kind: "local" }
  const { commit, ref, url } = origin
  return {
    kind: origin._tag === "Remote" ? "remote" : "inherited",
    ...(origin._tag === "Inherited" ? { name: origin.name } : {}),
    url,
    ...(ref === undefined ? {} : { ref }),
    ...(commit === undefined ? {} : { commit })
  }
}

/**
 * What `task --list --json` writes, with `origin` for each task besides. `upToDate` says by name what was found out; without it the key is left out.
 *
 * @category combinators
 */
export const toJson = (graph: TaskGraph, rows: ReadonlyArray<TaskRow>, upToDate?: ReadonlyMap<string, boolean>): { readonly tasks: ReadonlyArray<JsonTask>; readonly location: string } => ({
  tasks: rows.map(({ aliases, description, location, name, origin, summary, task }) => {
    const isUpToDate = upToDate?.get(task)
    return {
      name,
      task,
      desc: description,
      summary,
      aliases,
      ...(isUpToDate === undefined ? {} : { up_to_date: isUpToDate }),
      location: { line: location.line, column: location.column, taskfile: location.file },
      origin: originOf(origin)
    }
  }),
  location: graph.root.taskfile.file
})
