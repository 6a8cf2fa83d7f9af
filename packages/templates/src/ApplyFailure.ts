/**
 * What can go wrong when a plan is applied or undone, as data. In each case the project is as it was, unless the error says otherwise.
 *
 * @module
 */
import * as Schema from "effect/Schema"

const Problems = Schema.Array(Schema.Struct({ path: Schema.String, problem: Schema.String }))

/**
 * The project is no longer as it was when the plan was made. `path` is relative to the project, `problem` a clause.
 *
 * @category errors
 */
export class PlanStale extends Schema.TaggedError<PlanStale>("@dev-infra/templates/PlanStale")("PlanStale", {
  project: Schema.String,
  problems: Problems
}) {
  override get message(): string {
    return `the plan no longer fits ${this.project}: ${this.problems.map(({ path, problem }) => `${path} ${problem}`).join("; ")}`
  }
}

/**
 * The git tree has changes that are in no commit, or nobody can say whether it has (then `detail` says why).
 *
 * @category errors
 */
export class WorkingTreeDirty extends Schema.TaggedError<WorkingTreeDirty>("@dev-infra/templates/WorkingTreeDirty")("WorkingTreeDirty", {
  project: Schema.String,
  modified: Schema.Number,
  untracked: Schema.Number,
  conflicted: Schema.Number,
  detail: Schema.optional(Schema.String)
}) {
  override get message(): string {
    return this.detail === undefined
      ? `${this.project} has changes that are in no commit`
      : `whether ${this.project} has changes that are in no commit cannot be said: ${this.detail}`
  }
}

/** There are conflicts, and they were to be refused. @category errors */
export class ConflictsRefused extends Schema.TaggedError<ConflictsRefused>("@dev-infra/templates/ConflictsRefused")("ConflictsRefused", {
  project: Schema.String,
  paths: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `${this.project}: the changes do not fit together in ${this.paths.join(", ")}`
  }
}

/** There is nothing to undo: `None` was ever applied, or what was is `Undone` already. @category errors */
export class NothingToUndo extends Schema.TaggedError<NothingToUndo>("@dev-infra/templates/NothingToUndo")("NothingToUndo", {
  project: Schema.String,
  reason: Schema.Literal("None", "Undone")
}) {
  override get message(): string {
    return this.reason === "None" ? `no update was applied to ${this.project}` : `the last update of ${this.project} is undone already`
  }
}

/** Files were changed since the update that is to be undone. @category errors */
export class ChangedSince extends Schema.TaggedError<ChangedSince>("@dev-infra/templates/ChangedSince")("ChangedSince", {
  project: Schema.String,
  paths: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `changed since the update of ${this.project}: ${this.paths.join(", ")}`
  }
}

/** The record of an update cannot be read. @category errors */
export class JournalUnreadable extends Schema.TaggedError<JournalUnreadable>("@dev-infra/templates/JournalUnreadable")("JournalUnreadable", {
  path: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.path}: ${this.detail}`
  }
}

/**
 * Something went wrong in the middle, and putting everything back went wrong as well: the project is half changed. The journal has all
 * that is needed, and the next command for the project tries again.
 *
 * @category errors
 */
export class ApplyIncomplete extends Schema.TaggedError<ApplyIncomplete>("@dev-infra/templates/ApplyIncomplete")("ApplyIncomplete", {
  project: Schema.String,
  /** why it could not go on */
  cause: Schema.String,
  /** why it could not go back */
  problem: Schema.String
}) {
  override get message(): string {
    return `${this.project} is half changed: ${this.cause}; putting it back failed: ${this.problem}`
  }
}
