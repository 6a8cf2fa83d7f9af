/**
 * What tasks do, as texts that can be kept and compared with later ones. Values of secret variables are not in it.
 *
 * @module
 */
import type * as Either from "effect/Either"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import { type DescribedTask, type DescribedVariable, describeTask, describeVariables } from "./difference/Description.js"
import type { Taskfile } from "./Taskfile.js"
import type { TaskGraph } from "./TaskGraph.js"

/** A graph or a single file. @category models */
export interface TaskDescription {
  /** by full name */
  readonly tasks: ReadonlyMap<string, DescribedTask>
  /** of all tasks, by name */
  readonly variables: ReadonlyMap<string, DescribedVariable>
  readonly environment: ReadonlyMap<string, DescribedVariable>
  /** files of environment variables, as they are written */
  readonly dotenv: ReadonlyArray<string>
}

const isGraph = (one: TaskGraph | Taskfile): one is TaskGraph => "contentHash" in one

/**
 * Describes all tasks, also internal ones.
 *
 * @example
 * ```ts
 * import * as TaskDescription from "@dev-infra/taskfile/TaskDescription"
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 *
 * export const text = (graph: TaskGraph) => TaskDescription.encode(TaskDescription.of(graph))
 * ```
 * @category constructors
 */
export const of = (one: TaskGraph | Taskfile): TaskDescription => {
  const tasks = new Map<string, DescribedTask>()
  if (isGraph(one)) for (const { includeVariables, internal, name, task } of one.tasks.values()) tasks.set(name, describeTask({ ...task, internal }, includeVariables))
  else for (const task of one.tasks.values()) tasks.set(task.name, describeTask(task))
  return { tasks, variables: describeVariables(one.variables), environment: describeVariables(one.environment), dotenv: one.dotenv }
}

const Texts = Schema.Array(Schema.String)
const Named = Schema.ReadonlyMap({ key: Schema.String, value: Schema.String })
const Variables = Schema.ReadonlyMap({ key: Schema.String, value: Schema.Struct({ text: Schema.String, isShell: Schema.Boolean, isSecret: Schema.Boolean }) })
const Stored = Schema.parseJson(
  Schema.Struct({
    tasks: Schema.ReadonlyMap({
      key: Schema.String,
      value: Schema.Struct({ lines: Texts, settings: Texts, shellVariables: Named, variables: Named, environment: Named, secrets: Texts, network: Texts, content: Schema.String })
    }),
    variables: Variables,
    environment: Variables,
    dotenv: Texts
  })
)

/** As JSON on one line. @category encoding */
export const encode: (description: TaskDescription) => string = Schema.encodeSync(Stored)

/** What {@link encode} wrote. @category encoding */
export const decode: (text: string) => Either.Either<TaskDescription, ParseError> = Schema.decodeUnknownEither(Stored)
