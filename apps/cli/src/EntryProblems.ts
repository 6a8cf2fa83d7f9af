/**
 * Entries of the registry that are no projects: told, and in nobody's way.
 *
 * @module
 */
import type { EntryProblem } from "@dev-infra/registry/RegistryEdit"
import * as Effect from "effect/Effect"
import { Output } from "./Output.js"
import { join, text } from "./SafeText.js"

const sentence = (problem: EntryProblem) => {
  const which = problem.label === undefined ? text`entry ${problem.index + 1}` : text`entry ${problem.index + 1} (${problem.label})`
  const reasons = problem.problems.map(({ field, message }) => (field === "" ? text`${message}` : text`${field}: ${message}`))
  return text`${which} of the registry is left out: ${join(reasons, ", ")}`
}

/** One warning for each entry. @category messages */
export const warn = (problems: ReadonlyArray<EntryProblem>): Effect.Effect<void, never, Output> =>
  Effect.flatMap(Output, (output) => Effect.forEach(problems, (problem) => output.warning(sentence(problem)), { discard: true }))
