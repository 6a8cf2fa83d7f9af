import { TemplateSources } from "@dev-infra/templates/TemplateSources"
import * as Effect from "effect/Effect"
import { CommandFailed, type CommandError } from "../../../CommandError.js"
import type { CommandServices } from "../../../Declaration.js"
import { Output } from "../../../Output.js"
import { text } from "../../../SafeText.js"
import { didYouMean } from "../../../Suggestion.js"
import * as TemplateServices from "../../../TemplateServices.js"
import type { TemplateRemoveInput } from "./command.js"

/** Forget the names of templates. @category commands */
export const run = (input: TemplateRemoveInput): Effect.Effect<void, CommandError, CommandServices> =>
  Effect.gen(function* () {
    const output = yield* Output
    const sources = yield* TemplateSources
    const templates = yield* sources.list
    const names = [...new Set(input.names)]
    for (const name of names) {
      const known = templates.find((template) => template.name === name)
      if (known?.isBuiltIn === true) return yield* new CommandFailed({ what: `${name} comes with the program, so its name stays` })
      if (known !== undefined) continue
      const own = templates.filter(({ isBuiltIn }) => !isBuiltIn).map((template) => template.name)
      return yield* new CommandFailed({ what: `no template is called ${JSON.stringify(name)}`, hint: didYouMean(name, own) ?? "dev-infra template list shows those that have a name" })
    }
    yield* Effect.forEach(names, sources.remove, { discard: true })
    if (input.json) yield* output.json({ removed: names })
    for (const name of names) yield* output.message(text`Forgot the name ${name}.`)
  }).pipe(Effect.provide(TemplateServices.layer))
