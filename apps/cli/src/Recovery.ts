/**
 * Ending updates that a process left in the middle, and saying so.
 *
 * @module
 */
import * as Application from "@dev-infra/templates/Application"
import * as Effect from "effect/Effect"
import { Output } from "./Output.js"
import { text } from "./SafeText.js"

const sentence = ({ action, from, name, outcome, to }: Application.Recovered) => {
  const what = action === "apply" ? text`The update of ${name} from ${from.version} to ${to.version}` : text`Undoing the update of ${name}, back to ${to.version},`
  return outcome === "Finished" ? text`${what} had been cut off; it is finished now.` : text`${what} had been cut off; the project is as it was before.`
}

/**
 * End what was left in the middle in a project, if anything was.
 *
 * @param path the folder of the project
 * @category commands
 */
export const end = (path: string): Effect.Effect<void, Application.RecoverFailure, Application.ChangeServices | Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    for (const recovered of yield* Application.recover(path)) {
      yield* output.warning(sentence(recovered))
      for (const changed of recovered.changed) yield* output.warning(text`${changed} was changed meanwhile, and left alone`)
    }
  })
