import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { json: options.json },
  arguments: { names: options.manyArguments("NAME", 1, { description: "Names of `template add`." }) }
}

/** What the command line says. @category models */
export type TemplateRemoveInput = Values<typeof input>

/** `dev-infra template remove` @category commands */
export const command = declare({
  summary: "Forget the names of templates.",
  details: "Only the names: what was cloned stays in the cache, for projects that were made from it. If one name is not known, none is forgotten.",
  input,
  examples: [["dev-infra template remove company", "forget a name"]],
  work: () => import("./run.js")
})
