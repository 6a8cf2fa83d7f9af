/**
 * Why tasks cannot be read or found. Each has the exit code by which `task` says the same.
 *
 * @module
 */
import * as Schema from "effect/Schema"

const Location = Schema.Struct({ file: Schema.String, line: Schema.Number, column: Schema.Number })

/** There is no Taskfile in `folder` or above. @category errors */
export class TaskfileNotFound extends Schema.TaggedError<TaskfileNotFound>()("TaskfileNotFound", { path: Schema.String }) {
  readonly exitCode = 100
}

/** A file is no Taskfile: no YAML, a wrong type, a value that is not allowed. `snippet` are the lines around, with a mark below the column. @category errors */
export class TaskfileInvalid extends Schema.TaggedError<TaskfileInvalid>()("TaskfileInvalid", {
  location: Location,
  problem: Schema.String,
  snippet: Schema.String,
  suggestion: Schema.optional(Schema.String)
}) {
  readonly exitCode = 102
}

/** `TooNew`: of a version that this program does not know; `Missing`: it says none; `Unequal`: includer and included differ. @category errors */
export class TaskfileVersion extends Schema.TaggedError<TaskfileVersion>()("TaskfileVersion", {
  location: Location,
  reason: Schema.Literal("Missing", "TooOld", "TooNew", "Unequal"),
  version: Schema.String,
  other: Schema.optional(Schema.String)
}) {
  readonly exitCode = 107
}

/** An included file cannot be had. `NotHere`: a remote one that was not fetched yet. @category errors */
export class IncludeUnavailable extends Schema.TaggedError<IncludeUnavailable>()("IncludeUnavailable", {
  location: Location,
  namespace: Schema.String,
  target: Schema.String,
  reason: Schema.Literal("NotFound", "NotAFile", "Unreadable", "TooLarge", "NotHere", "NotTrusted", "Insecure", "Escapes", "BadReference", "NotLocked", "ChecksumDiffers", "FetchFailed"),
  detail: Schema.optional(Schema.String)
}) {
  get exitCode(): number {
    switch (this.reason) {
      case "NotHere":
      case "NotLocked":
        return 106
      case "NotTrusted":
        return 104
      case "Insecure":
        return 105
      case "ChecksumDiffers":
        return 111
      case "FetchFailed":
        return 103
      case "BadReference":
      case "Escapes":
        return 109
      default:
        return 100
    }
  }
}

/** Files include each other in a circle: `files` is the way round, the first one again at its end. @category errors */
export class IncludeCycle extends Schema.TaggedError<IncludeCycle>()("IncludeCycle", { files: Schema.Array(Schema.String), location: Location }) {
  readonly exitCode = 110
}

/** Tasks depend on each other in a circle. @category errors */
export class TaskCycle extends Schema.TaggedError<TaskCycle>()("TaskCycle", { tasks: Schema.Array(Schema.String), location: Location }) {
  readonly exitCode = 204
}

/** One name, two tasks: by `flatten`, or as an alias. @category errors */
export class NameConflict extends Schema.TaggedError<NameConflict>()("NameConflict", { name: Schema.String, locations: Schema.Array(Location) }) {
  readonly exitCode = 203
}

/** `location` is the call, absent if it came from the command line. @category errors */
export class TaskNotFound extends Schema.TaggedError<TaskNotFound>()("TaskNotFound", {
  name: Schema.String,
  suggestions: Schema.Array(Schema.String),
  location: Schema.optional(Location)
}) {
  readonly exitCode = 200
}

/** It is called from the command line and may only be called by other tasks. @category errors */
export class TaskInternal extends Schema.TaggedError<TaskInternal>()("TaskInternal", { name: Schema.String }) {
  readonly exitCode = 202
}

/** A feature that this program does not have; said before anything runs. @category errors */
export class Unsupported extends Schema.TaggedError<Unsupported>()("Unsupported", { feature: Schema.String, location: Location, hint: Schema.optional(Schema.String) }) {
  readonly exitCode = 102
}

/** @category errors */
export type ReadFailure = TaskfileNotFound | TaskfileInvalid | TaskfileVersion | IncludeUnavailable | IncludeCycle | NameConflict | Unsupported

/** @category errors */
export type TaskfileError = ReadFailure | TaskCycle | TaskNotFound | TaskInternal
