/**
 * Failures of Taskfiles and of runs as sentences.
 *
 * @module
 */
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { IncludeUnavailable, TaskfileError } from "@dev-infra/taskfile/TaskfileError"
import type { RunFailure } from "@dev-infra/task-runner/RunFailure"
import { escape, join, own, type SafeText, text } from "./SafeText.js"

/** Whatever may keep a task from being read, found or run. @category errors */
export type TaskError = TaskfileError | RunFailure

interface Sentence {
  readonly what: SafeText
  readonly hint?: SafeText
}

/** `/work/api/Taskfile.yml:12:5` @category texts */
export const place = ({ column, file, line }: SourceLocation): SafeText => text`${file}:${line}:${column}`

const listed = (words: ReadonlyArray<string>): SafeText => join(words.map((word) => text`${word}`), ", ")

/** On one line and without what a terminal acts upon, backslashes as they are. @category texts */
export const asWritten = (line: string): SafeText => own(escape(line).replaceAll("\\\\", "\\"))

/** Lines of a file as they are, below a sentence. @category texts */
export const block = (lines: string): SafeText => (lines === "" ? text`` : join(lines.replace(/\n$/, "").split("\n").map((line) => text`\n${asWritten(line.replace(/\t/g, "  "))}`), ""))

/** What to do, or the word that was probably meant. @category texts */
export const suggested = (suggestion: string): SafeText => (/\s/.test(suggestion) ? asWritten(suggestion) : text`did you mean ${suggestion}?`)

const includeReasons: { readonly [reason in IncludeUnavailable["reason"]]: SafeText } = {
  NotFound: text`does not exist`,
  NotAFile: text`is no file, and no folder with a Taskfile`,
  Unreadable: text`cannot be read`,
  TooLarge: text`is too large for a Taskfile`,
  NotHere: text`is not on this computer yet`,
  NotTrusted: text`is not trusted as it is now`,
  Insecure: text`would come over a connection that anybody may change`,
  Escapes: text`leads out of the library that it is part of`,
  BadReference: text`is no address that can be read`,
  NotLocked: text`is not in dev-infra.lock, or not as it stands there`,
  ChecksumDiffers: text`is not what its checksum says`,
  FetchFailed: text`could not be fetched`
}

const includeHint = ({ namespace, reason, target }: IncludeUnavailable): SafeText | undefined => {
  const isRemote = /^[a-z+]+:\/\/|^[^/]+@[^/]+:/.test(target)
  switch (reason) {
    case "NotHere":
      return isRemote ? text`dev-infra task --download fetches it` : text`dev-infra inherit sync brings it here`
    case "NotLocked":
      return text`dev-infra inherit sync writes the lock anew`
    case "NotTrusted":
      return isRemote ? text`look at it, then: dev-infra task --download` : text`dev-infra inherit trust ${namespace} shows what changed, and asks`
    case "NotFound":
      return namespace === "" ? undefined : text`optional: true lets it be missing`
    case "Insecure":
      return text`use https, or --insecure with --download`
    default:
      return undefined
  }
}

const unavailable = (error: IncludeUnavailable): Sentence => {
  const why = error.detail === undefined ? text`` : text`: ${error.detail}`
  // What is said already needs no hint.
  const hint = error.detail?.includes("dev-infra ") === true ? undefined : includeHint(error)
  const which = error.namespace === "" ? (error.reason === "NotFound" ? text`${error.target}` : text`the Taskfile ${error.target}`) : text`${place(error.location)}: the include ${error.namespace}, ${error.target},`
  return { what: text`${which} ${includeReasons[error.reason]}${why}`, ...(hint === undefined ? {} : { hint }) }
}

const versionReasons = { Missing: "says no version", TooOld: "is of a version that is too old", TooNew: "is of a version that is too new", Unequal: "is of another version than the Taskfile that includes it" } as const

/** The sentence for each. @category texts */
export const sentenceOf = (error: TaskError): Sentence => {
  switch (error._tag) {
    case "TaskfileNotFound":
      return /\.ya?ml$/i.test(error.path) ? { what: text`there is no Taskfile ${error.path}` } : { what: text`there is no Taskfile in ${error.path} or above`, hint: text`dev-infra task --init writes one` }
    case "TaskfileInvalid":
      return { what: text`${place(error.location)}: ${error.problem}${block(error.snippet)}`, ...(error.suggestion === undefined ? {} : { hint: suggested(error.suggestion) }) }
    case "TaskfileVersion": {
      const which = error.reason === "Missing" ? text`` : text`: ${error.version}${error.other === undefined ? text`` : text`, not ${error.other}`}`
      return { what: text`${place(error.location)}: the Taskfile ${versionReasons[error.reason]}${which}`, ...(error.reason === "Missing" || error.reason === "TooOld" ? { hint: text`version: '3' is the first line of a Taskfile` } : {}) }
    }
    case "IncludeUnavailable":
      return unavailable(error)
    case "IncludeCycle":
      return { what: text`${place(error.location)}: these Taskfiles include each other in a circle:${join(error.files.map((file) => text`\n  ${file}`), "")}` }
    case "TaskCycle":
      return { what: text`${place(error.location)}: these tasks need each other in a circle: ${join(error.tasks.map((task) => text`${task}`), " ")}` }
    case "NameConflict":
      return { what: text`two tasks are called ${error.name}:${join(error.locations.map((location) => text`\n  ${place(location)}`), "")}`, hint: text`rename one, or leave it out with excludes` }
    case "TaskNotFound": {
      const where = error.location === undefined ? text`` : text`${place(error.location)}: `
      return { what: text`${where}there is no task called ${error.name}`, ...(error.suggestions.length === 0 ? {} : { hint: text`did you mean ${listed(error.suggestions)}?` }) }
    }
    case "TaskInternal":
      return { what: text`the task ${error.name} is internal: only other tasks may call it` }
    case "Unsupported":
      return { what: text`${place(error.location)}: ${error.feature} is not supported`, hint: error.hint === undefined ? text`--engine task runs it with your own task` : text`${error.hint}` }
    case "TaskCommandFailed": {
      const via = error.via.filter((name) => name !== error.task)
      return { what: text`failed to run task "${error.task}": exit status ${error.status} (${place(error.location)}${via.length === 0 ? text`` : text`; called by ${listed(via)}`})` }
    }
    case "PreconditionFailed":
      return { what: text`task "${error.task}": precondition not met: ${error.text} (${place(error.location)})` }
    case "CommandTimedOut":
      return { what: text`task "${error.task}": a command took longer than ${error.milliseconds} ms (${place(error.location)})` }
    case "VariablesMissing": {
      const missing = error.missing.map(({ allowed, name }) => (allowed === undefined ? text`${name}` : text`${name} (one of ${listed(allowed)})`))
      const example = error.missing[0]
      return { what: text`task "${error.task}" needs ${join(missing, ", ")} (${place(error.location)})`, ...(example === undefined ? {} : { hint: text`dev-infra task ${error.task} ${example.name}=${example.allowed?.[0] ?? "VALUE"}` }) }
    }
    case "VariableNotAllowed":
      return { what: text`task "${error.task}": ${error.name} is ${error.value === "" ? "empty" : error.value}, but may be ${listed(error.allowed)} (${place(error.location)})` }
    case "RunCancelled":
      return error.reason === "Declined" ? { what: text`task "${error.task}" was cancelled` } : { what: text`task "${error.task}" asks a question, and there is no terminal to ask on`, hint: text`--yes answers with yes` }
    case "TooManyCalls":
      return { what: text`task "${error.task}" was called ${error.limit} times (${place(error.location)}): it calls itself, by way of others, or is needed in very many ways`, hint: text`run: once runs it once, however often it is needed` }
    case "TextFailed":
      return { what: text`${place(error.location)}: task "${error.task}": ${error.problem}${block(error.text.split("\n").slice(0, 5).map((line) => `  ${line}`).join("\n"))}` }
    case "VariableFailed":
      return { what: text`${place(error.location)}: task "${error.task}": the command of the variable ${error.name} ended with ${error.status}` }
    case "SystemFailed":
      return { what: text`task "${error.task}": ${error.problem}${error.path === undefined ? text`` : text` (${error.path})`}` }
    default:
      return error satisfies never
  }
}
