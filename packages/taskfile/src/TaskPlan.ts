/**
 * What a run would do, found without running anything.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { SourceLocation } from "./SourceLocation.js"
import type { TaskGraph, TaskfileOrigin } from "./TaskGraph.js"
import type { TaskfileError } from "./TaskfileError.js"

/** A task with variables of its own. @category models */
export interface PlannedCall {
  readonly task: string
  readonly variables?: ReadonlyMap<string, string>
}

/** A command as it would run. `‹sh:NAME›` stands for what a command would have to find out. @category models */
export interface PlannedCommand {
  readonly text: string
  readonly deferred: boolean
  readonly location: SourceLocation
}

/** A task that would run, once for each set of variables that it is called with. @category models */
export interface PlanNode {
  readonly id: string
  readonly task: string
  readonly variables: ReadonlyMap<string, string>
  readonly directory: string
  readonly commands: ReadonlyArray<PlannedCommand>
  /** names only */
  readonly environment: ReadonlyArray<string>
  readonly origin: TaskfileOrigin
  readonly location: SourceLocation
}

/** `from` needs `to`: before it begins (`dependency`), or on its way (`call`). @category models */
export interface PlanEdge {
  readonly from: string
  readonly to: string
  readonly reason: "dependency" | "call"
  readonly location: SourceLocation
}

/** @category models */
export interface TaskPlan {
  readonly nodes: ReadonlyArray<PlanNode>
  readonly edges: ReadonlyArray<PlanEdge>
  /** ids; each wave needs only those before it */
  readonly waves: ReadonlyArray<ReadonlyArray<string>>
}

/** @category combinators */
export const plan = (_graph: TaskGraph, _calls: ReadonlyArray<PlannedCall>): Either.Either<TaskPlan, TaskfileError> => Either.right({ nodes: [], edges: [], waves: [] })
