/**
 * Why a run ended. Each has the exit code by which `task` says the same.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** The tasks from the one that the user called to the one that failed. */
const via = Schema.optional(Schema.Array(Schema.String))

const Location = Schema.Struct({ file: Schema.String, line: Schema.Number, column: Schema.Number })

/** A command ended with other than 0. `via` are the tasks from the called one to the one that failed. @category errors */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("TaskCommandFailed", {
  task: Schema.String,
  status: Schema.Number,
  location: Location,
  via: Schema.Array(Schema.String)
}) {
  readonly exitCode = 201
}

/** @category errors */
export class PreconditionFailed extends Schema.TaggedError<PreconditionFailed>()("PreconditionFailed", { task: Schema.String, text: Schema.String, location: Location, via }) {
  readonly exitCode = 201
}

/** A command took longer than its `timeout`. @category errors */
export class CommandTimedOut extends Schema.TaggedError<CommandTimedOut>()("CommandTimedOut", { task: Schema.String, milliseconds: Schema.Number, location: Location, via }) {
  readonly exitCode = 208
}

/** @category errors */
export class VariablesMissing extends Schema.TaggedError<VariablesMissing>()("VariablesMissing", {
  task: Schema.String,
  missing: Schema.Array(Schema.Struct({ name: Schema.String, allowed: Schema.optional(Schema.Array(Schema.String)) })),
  location: Location
}) {
  readonly exitCode = 206
}

/** @category errors */
export class VariableNotAllowed extends Schema.TaggedError<VariableNotAllowed>()("VariableNotAllowed", {
  task: Schema.String,
  name: Schema.String,
  value: Schema.String,
  allowed: Schema.Array(Schema.String),
  location: Location
}) {
  readonly exitCode = 207
}

/** The user said no, or nobody could be asked. @category errors */
export class RunCancelled extends Schema.TaggedError<RunCancelled>()("RunCancelled", { task: Schema.String, reason: Schema.Literal("Declined", "NoTerminal"), via }) {
  readonly exitCode = 205
}

/** One task was called too often: a circle that only shows when it runs. @category errors */
export class TooManyCalls extends Schema.TaggedError<TooManyCalls>()("TooManyCalls", { task: Schema.String, limit: Schema.Number, location: Location }) {
  readonly exitCode = 204
}

/** A text of the Taskfile is no template, or cannot be rendered. @category errors */
export class TextFailed extends Schema.TaggedError<TextFailed>()("TextFailed", { task: Schema.String, problem: Schema.String, text: Schema.String, location: Location }) {
  readonly exitCode = 201
}

/** The command of a variable ended with other than 0. @category errors */
export class VariableFailed extends Schema.TaggedError<VariableFailed>()("VariableFailed", {
  task: Schema.String,
  name: Schema.String,
  status: Schema.Number,
  location: Location
}) {
  readonly exitCode = 201
}

/** Not the task's fault: no shell, a folder that cannot be made, files that cannot be read. @category errors */
export class SystemFailed extends Schema.TaggedError<SystemFailed>()("SystemFailed", { task: Schema.String, problem: Schema.String, path: Schema.optional(Schema.String) }) {
  readonly exitCode = 1
}

/** @category errors */
export type RunFailure =
  | CommandFailed
  | PreconditionFailed
  | CommandTimedOut
  | VariablesMissing
  | VariableNotAllowed
  | RunCancelled
  | TooManyCalls
  | TextFailed
  | VariableFailed
  | SystemFailed
