/**
 * How a failure of `dev-infra task` is told, and by which exit code: that of `task`.
 *
 * @module
 */
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { TaskGraph } from "@dev-infra/taskfile/TaskGraph"
import * as Effect from "effect/Effect"
import { readFileSync, statSync } from "node:fs"
import type { CommandError } from "../../CommandError.js"
import type { ExitCode } from "../../ExitCode.js"
import { Output } from "../../Output.js"
import { escape, own, type SafeText, styled, text } from "../../SafeText.js"
import { StandardStreams } from "../../StandardStreams.js"
import { Surroundings } from "../../Surroundings.js"
import { block, sentenceOf, type TaskError } from "../../TaskErrorText.js"

const isTaskError = (error: CommandError): error is TaskError => "exitCode" in error && typeof error.exitCode === "number"

const locationOf = (error: TaskError): SourceLocation | undefined => {
  // The decoder has shown its lines already.
  if (error._tag === "TaskfileInvalid") return undefined
  // What is inherited is named by no line of a Taskfile.
  if (error._tag === "IncludeUnavailable" && error.location.line === 1) return undefined
  return "location" in error ? error.location : undefined
}

/** The line that is meant and those beside it, with a mark below the column. */
const snippet = ({ column, file, line }: SourceLocation): string => {
  try {
    if (!file.startsWith("/") || statSync(file).size > 4 * 1024 * 1024) return ""
    const all = readFileSync(file, "utf8").split("\n")
    const first = Math.max(1, line - 1)
    const last = Math.min(all.length, line + 1)
    const width = String(last).length
    const shown: Array<string> = []
    for (let at = first; at <= last; at++) {
      const words = (all[at - 1] ?? "").replace(/\r$/, "")
      if (at !== line && words.trim() === "") continue
      shown.push(`${at === line ? ">" : " "} ${String(at).padStart(width)} | ${words.slice(0, 160)}`)
      if (at === line) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(Math.min(160, Math.max(0, column - 1)))}^`)
    }
    return shown.join("\n")
  } catch {
    return ""
  }
}

/** Values that are never shown, as a run comes to know them. @category models */
export type Secrets = Set<string>

/** The literal values of secret variables, wherever they stand. @category reading */
export const secretsOf = (graph: TaskGraph): ReadonlyArray<string> => {
  const all = [graph.variables, graph.environment, ...[...graph.tasks.values()].flatMap(({ includeVariables, task, taskfileVariables }) => [task.variables, task.environment, includeVariables, taskfileVariables])]
  return all.flatMap((variables) => [...variables.values()].flatMap(({ secret, value }) => (secret && value._tag === "Literal" && typeof value.value === "string" ? [value.value] : [])))
}

/** The same text with secrets as `*****`, also a line of one, and as the text shows what must be escaped. */
const masked = (words: SafeText, secrets: Secrets): SafeText => {
  const values = [...secrets].flatMap((secret) => [secret, ...secret.split("\n")]).flatMap((secret) => [secret, escape(secret)]).filter((secret) => secret.length >= 3)
  return own([...new Set(values)].sort((left, right) => right.length - left.length).reduce((shown, secret) => shown.replaceAll(secret, "*****"), words.value))
}

const paragraph = (error: TaskError): SafeText => {
  const { hint, what } = sentenceOf(error)
  const location = locationOf(error)
  const lines = location === undefined ? text`` : block(snippet(location))
  const more = hint === undefined ? text`` : text`\n${styled("dim", "hint:")} ${hint}`
  return text`${styled("red", "error:")} ${what}${lines}${more}`
}

/** For the page of a run at GitHub. */
const annotation = (error: TaskError): string => {
  const title = "task" in error && typeof error.task === "string" ? ` title=Task '${error.task.replace(/[^\w :./-]/g, "_")}' failed` : ""
  const message = error._tag === "TaskCommandFailed" ? `exit status ${error.status}` : error._tag
  return `::error${title}::${message}\n`
}

/** By this `timeout` of the shell says that the time was over. */
const timedOut: ExitCode = 124

/** The exit code: that of the error, or with `-x` that of the command that failed. */
const codeOf = (error: TaskError, passOn: boolean): ExitCode => {
  if (passOn && (error._tag === "TaskCommandFailed" || error._tag === "VariableFailed") && error.status > 0) return error.status
  if (passOn && error._tag === "CommandTimedOut") return timedOut
  return error.exitCode
}

/** Tell failures of Taskfiles and of runs, and end as `task` does; others go on. @category combinators */
export const told =
  (passOn: boolean, secrets: Secrets = new Set()) =>
  <A, R>(effect: Effect.Effect<A, CommandError, R>): Effect.Effect<A | ExitCode, CommandError, R | Output | StandardStreams | Surroundings> =>
    Effect.catchAll(effect, (error) =>
      isTaskError(error)
        ? Effect.gen(function* () {
            const output = yield* Output
            const { environment } = yield* Surroundings
            if (environment["GITHUB_ACTIONS"] === "true") yield* Effect.flatMap(StandardStreams, ({ stdout }) => stdout.write(annotation(error)))
            yield* output.error(masked(paragraph(error), secrets))
            return codeOf(error, passOn)
          })
        : Effect.fail(error)
    )
