/**
 * How `task` says why a run ended.
 *
 * @module
 */
import type { TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import { nameText, quoted } from "./run/Say.js"
import type { RunFailure } from "./RunFailure.js"

const within = (via: ReadonlyArray<string> | undefined, task: string, reason: string): string => {
  const names = via === undefined || via.length === 0 ? [task] : via
  return `${names.map((name) => `task: Failed to run task ${quoted(name)}: `).join("")}${reason}`
}

const missing = (failure: RunFailure & { readonly _tag: "VariablesMissing" }): string =>
  [
    `task: Task ${quoted(failure.task)} cancelled because it is missing required variables: ${failure.missing
      .map(({ allowed, name }) => (allowed === undefined ? nameText(name) : `${nameText(name)} (allowed values: ${allowed.map(nameText).join(", ")})`))
      .join(", ")}`
  ].join("\n")

/**
 * One line, as `task` writes it to stderr: `task: Failed to run task "build": exit status 2`. Undefined for failures of which `task` says nothing of the kind: those of
 * reading, and of the computer.
 *
 * @example
 * ```ts
 * import * as RunFailure from "@dev-infra/task-runner/RunFailure"
 * import * as RunFailureText from "@dev-infra/task-runner/RunFailureText"
 *
 * const location = { file: "/work/Taskfile.yml", line: 7, column: 9 }
 * export const line = RunFailureText.describe(new RunFailure.CommandFailed({ task: "test", status: 2, location, via: ["all", "test"] }))
 * // task: Failed to run task "all": task: Failed to run task "test": exit status 2
 * ```
 * @category combinators
 */
export const describe = (failure: RunFailure | TaskfileError): string | undefined => {
  switch (failure._tag) {
    case "TaskCommandFailed":
      return within(failure.via, failure.task, `exit status ${failure.status}`)
    case "PreconditionFailed":
      return within(failure.via, failure.task, "task: precondition not met")
    case "CommandTimedOut":
      return within(failure.via, failure.task, `the command took longer than ${failure.milliseconds} ms`)
    case "VariablesMissing":
      return missing(failure)
    case "VariableNotAllowed":
      return `task: Task ${quoted(failure.task)} cancelled because it is missing required variables: ${nameText(failure.name)} has an invalid value: '${nameText(failure.value)}' (allowed values: [${failure.allowed.map(nameText).join(" ")}])`
    case "RunCancelled":
      return failure.reason === "Declined"
        ? `task: Task ${quoted(failure.task)} cancelled by user`
        : `task: Task ${quoted(failure.task)} cancelled because it has a prompt and the environment is not a terminal. Use --yes (-y) to run anyway.`
    case "TooManyCalls":
      return `task: Maximum task call exceeded (${failure.limit}) for task ${quoted(failure.task)}: probably a cyclic dep or infinite loop`
    case "VariableFailed":
      return `task: The command of the variable ${nameText(failure.name)} of task ${quoted(failure.task)} failed: exit status ${failure.status}`
    case "TaskNotFound":
      return `task: Task ${quoted(failure.name)} does not exist${failure.suggestions[0] === undefined ? "" : `. Did you mean ${quoted(failure.suggestions[0])}?`}`
    case "TaskInternal":
      return `task: Task ${quoted(failure.name)} is internal`
    default:
      return undefined
  }
}
