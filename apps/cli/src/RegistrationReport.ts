/**
 * What registering came to, for people and for programs. `add`, `scan`, `up` and `init` share it.
 *
 * @module
 */
import type { Project } from "@dev-infra/metadata/Project"
import type { StatementProblem } from "@dev-infra/registry/Registration"
import * as Registration from "@dev-infra/registry/Registration"
import { type AddOutcome, isProvisional } from "@dev-infra/registry/Registry"
import * as Effect from "effect/Effect"
import { CommandFailed } from "./CommandError.js"
import * as ErrorReport from "./ErrorReport.js"
import { Output } from "./Output.js"
import { type SafeText, styled, text } from "./SafeText.js"

/** What is wrong with a project's own file, in a line. */
const problemText = ({ column, line, path, problem }: StatementProblem): SafeText =>
  line === undefined ? text`${path}: ${problem}` : text`${path}:${line}:${column ?? 1}: ${problem}`

/** The failure where a project whose own file cannot be read must not be registered. @category errors */
export const unreadable = ([first, ...others]: readonly [StatementProblem, ...ReadonlyArray<StatementProblem>]): CommandFailed => {
  const { column, hint, line, path, problem } = first
  const more = others.length === 0 ? "" : ` (and ${others.length} more file${others.length === 1 ? "" : "s"} cannot be read)`
  return new CommandFailed({
    what: `${line === undefined ? path : `${path}:${line}:${column ?? 1}`}: ${problem}${more}`,
    hint: `${hint === undefined ? "" : `${hint}; `}nothing was registered`
  })
}

/** Say which projects' own files could not be read. @category printing */
export const warnOfProblems = (problems: ReadonlyArray<StatementProblem>): Effect.Effect<void, never, Output> =>
  Effect.forEach(
    problems,
    (problem) => Effect.flatMap(Output, (output) => output.warning(text`${problemText(problem)}; what it states is not known`)),
    { discard: true }
  )

/** The state of a folder in a word, with colour. @category texts */
export const stateText = (state: Registration.RegistrationState): SafeText => {
  switch (state) {
    case "new":
    case "moved":
    case "checkout":
      return styled("green", state)
    case "registered":
    case "submodule":
      return styled("dim", state)
    case "refused":
      return styled("red", state)
  }
}

/** The names of projects that other machines have, too, by the paths of their folders here. @category models */
export type RecognisedNames = ReadonlyMap<string, string>

const noNames: RecognisedNames = new Map()

/** What more there is to say of an outcome: where it was, whose checkout it is, as what it was recognised, why it was refused. @category texts */
export const noteText = (outcome: AddOutcome, recognised: RecognisedNames = noNames): SafeText => {
  switch (outcome._tag) {
    case "Moved":
      return text`was in ${outcome.from}`
    case "CheckoutAdded":
      return text`of ${outcome.project.name} in ${outcome.project.path}`
    case "AlreadyRegistered":
      return outcome.project.path === outcome.path ? text`` : text`checkout of ${outcome.project.name}`
    case "Refused":
      return ErrorReport.describe(outcome.reason)
    case "Added": {
      const name = recognised.get(outcome.path)
      return name === undefined ? text`` : text`recognised as ${name} from work-prod`
    }
  }
}

/** The name that an outcome is listed under: the project's, or the folder's where it was refused. @category texts */
export const nameOf = (outcome: AddOutcome): string =>
  outcome._tag === "Refused" ? outcome.path.slice(outcome.path.lastIndexOf("/") + 1) : outcome.project.name

/** What only would be registered has no id yet, unless its own file states one. */
const withoutMadeUpId = (project: Project): object => {
  const { id, ...rest } = project
  return isProvisional(id) ? rest : project
}

/** An outcome as JSON. @category printing */
export const forScripts = (outcome: AddOutcome, recognised: RecognisedNames = noNames): object => ({
  path: outcome.path,
  state: Registration.stateOf(outcome),
  ...(outcome._tag === "Added" && recognised.has(outcome.path) ? { recognised: true } : {}),
  ...(outcome._tag === "Refused" ? { reason: outcome.reason.message } : { project: withoutMadeUpId(outcome.project) }),
  ...(outcome._tag === "Moved" ? { from: outcome.from } : {})
})

/** Counts as a sentence: `12 new, 1 moved`. @category texts */
export const countsText = (states: ReadonlyArray<Registration.RegistrationState>): string => {
  const words: ReadonlyArray<readonly [Registration.RegistrationState, string]> = [
    ["new", "new"],
    ["moved", "moved"],
    ["checkout", "further checkout"],
    ["registered", "registered already"],
    ["submodule", "submodule"],
    ["refused", "refused"]
  ]
  return words
    .flatMap(([state, word]) => {
      const count = states.filter((one) => one === state).length
      if (count === 0) return []
      return [`${count} ${count > 1 && (word === "further checkout" || word === "submodule") ? `${word}s` : word}`]
    })
    .join(", ")
}
