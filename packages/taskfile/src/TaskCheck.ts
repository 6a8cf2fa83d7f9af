/**
 * Whether everything that a run may reach is there and understood, before anything runs.
 *
 * @module
 */
import * as Either from "effect/Either"
import type { TaskGraph } from "./TaskGraph.js"
import type { TaskfileError } from "./TaskfileError.js"

/** The names that are called, from the command line. @category combinators */
export const check = (_graph: TaskGraph, _calls: ReadonlyArray<{ readonly task: string }>): Either.Either<void, TaskfileError> => Either.right(undefined)
