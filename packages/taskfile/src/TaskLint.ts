/**
 * What is likely to hurt in a graph that is right.
 *
 * @module
 */
import { siblings, unsteadyReferences } from "./lint/Places.js"
import { repeatedDependencies } from "./lint/Repeated.js"
import { shownSecrets } from "./lint/Secrets.js"
import type { TaskGraph } from "./TaskGraph.js"
import type { TaskfileWarning } from "./Taskfile.js"
import type { Variables } from "./Variable.js"

/** `environment`: what programs have from outside. `repository`: the folder that is one repository; default: that of the root Taskfile. @category models */
export interface LintOptions {
  readonly environment?: { readonly [name: string]: string | undefined }
  readonly repository?: string
}

/** Names that the environment has already; `task` then leaves the Taskfile's value aside. */
const shadowed = (variables: Variables, environment: NonNullable<LintOptions["environment"]>): ReadonlyArray<TaskfileWarning> =>
  [...variables.values()].flatMap(({ location, name, value }) => {
    const outside = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (outside === undefined || (value._tag === "Literal" && String(value.value) === outside)) return []
    return [
      {
        code: "ENV001",
        location,
        message: `${name} is set in the environment already; that value counts, not this one`,
        suggestion: "give it another name, or set it in the command itself"
      }
    ]
  })

const inOrder = (graph: TaskGraph, warnings: ReadonlyArray<TaskfileWarning>): ReadonlyArray<TaskfileWarning> => {
  const places = new Map(graph.nodes.map(({ taskfile }, at) => [taskfile.file, at] as const))
  const placeOf = (file: string): number => places.get(file) ?? graph.nodes.length
  const once = new Map(warnings.map((warning) => [JSON.stringify([warning.code, warning.location, warning.message]), warning] as const))
  return [...once.values()].sort(
    (left, right) => placeOf(left.location.file) - placeOf(right.location.file) || left.location.line - right.location.line || left.location.column - right.location.column
  )
}

/**
 * All warnings, those of the files too, in the order of files and lines. The codes:
 *
 * - `KEY001` a key that means nothing, `KEY002` one that means nothing where it stands; `DUP001` to `DUP003` a task, variable or include that stands twice
 * - `VAR001` a variable that an included file overwrites; `ENV001` one that the environment outside overrides
 * - `INH003` an include with the name of a library; `INH004` a file outside of the repository, in whatever version is there; `INH005` a reference that may move
 * - `SEC002` a secret that becomes part of a command
 * - `RUN001` a dependency that runs several times in one run
 *
 * @category combinators
 * @example
 * ```ts
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as TaskLint from "@dev-infra/taskfile/TaskLint"
 *
 * export const lines = (graph: TaskGraph) => TaskLint.lint(graph).map(({ code, location, message }) => `${location.file}:${location.line} ${code} ${message}`)
 * ```
 */
export const lint = (graph: TaskGraph, options: LintOptions = {}): ReadonlyArray<TaskfileWarning> => {
  const environment = options.environment ?? {}
  return inOrder(graph, [
    ...graph.warnings,
    ...shadowed(graph.environment, environment),
    ...[...graph.tasks.values()].flatMap(({ task }) => shadowed(task.environment, environment)),
    ...siblings(graph, options.repository ?? graph.root.directory),
    ...unsteadyReferences(graph),
    ...shownSecrets(graph),
    ...repeatedDependencies(graph)
  ])
}
