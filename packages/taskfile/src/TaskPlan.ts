/**
 * What a run would do, found without running anything.
 *
 * @module
 */
import * as Either from "effect/Either"
import { planGraph } from "./planning/Plan.js"
import type { ScopeOptions } from "./planning/TaskScope.js"
import type { SourceLocation } from "./SourceLocation.js"
import type { TaskGraph, TaskfileOrigin } from "./TaskGraph.js"
import type { TaskfileError } from "./TaskfileError.js"
import { check } from "./TaskCheck.js"

/** A task with variables of its own. @category models */
export interface PlannedCall {
  readonly task: string
  readonly variables?: ReadonlyMap<string, string>
}

/** A command as it would run. `‹sh:NAME›` stands for what a command would have to find out, `*****` for a secret. @category models */
export interface PlannedCommand {
  readonly text: string
  /** when the task ends */
  readonly deferred: boolean
  /** a command of the shell decides whether it runs */
  readonly condition: string | undefined
  readonly location: SourceLocation
}

/** A call of a task whose name only a run can know: `build-‹sh:WHAT›`. It stands among the commands too, so that no reader misses it. @category models */
export interface UnknownCall {
  readonly task: string
  readonly reason: "dependency" | "call"
  readonly isConditional: boolean
  readonly location: SourceLocation
}

/** A task that would run, once for each set of variables that it is called with. @category models */
export interface PlanNode {
  readonly id: string
  readonly task: string
  /** of the call, rendered */
  readonly variables: ReadonlyMap<string, string>
  /** absolute; with placeholders where it is not known */
  readonly directory: string
  readonly commands: ReadonlyArray<PlannedCommand>
  readonly unknownCalls: ReadonlyArray<UnknownCall>
  /** names only */
  readonly environment: ReadonlyArray<string>
  readonly origin: TaskfileOrigin
  readonly location: SourceLocation
}

/** `from` needs `to`: before it begins (`dependency`), or on its way (`call`). `isConditional`: something decides whether it comes to it. @category models */
export interface PlanEdge {
  readonly from: string
  readonly to: string
  readonly reason: "dependency" | "call"
  readonly isConditional: boolean
  readonly location: SourceLocation
}

/** @category models */
export interface TaskPlan {
  /** in the order in which they are reached */
  readonly nodes: ReadonlyArray<PlanNode>
  readonly edges: ReadonlyArray<PlanEdge>
  /** ids; each wave needs only those before it */
  readonly waves: ReadonlyArray<ReadonlyArray<string>>
}

/** What is known of the command line and of the computer; without it, as little as possible. @category models */
export type PlanOptions = ScopeOptions

/**
 * What a run would do. It fails as a run would before anything runs: with missing tasks, circles, functions that are not there.
 *
 * @category combinators
 * @example
 * ```ts
 * import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
 * import * as TaskPlan from "@dev-infra/taskfile/TaskPlan"
 * import * as Either from "effect/Either"
 *
 * export const commands = (graph: TaskGraph) =>
 *   Either.map(TaskPlan.plan(graph, [{ task: "deploy" }]), ({ nodes }) => nodes.flatMap(({ commands }) => commands.map(({ text }) => text)))
 * ```
 */
export const plan = (graph: TaskGraph, calls: ReadonlyArray<PlannedCall>, options: PlanOptions = {}): Either.Either<TaskPlan, TaskfileError> =>
  Either.flatMap(check(graph, calls), () => planGraph(graph, calls, options))
