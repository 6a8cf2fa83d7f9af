import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { json: options.json },
  arguments: { templates: options.manyArguments("TEMPLATE", 0, { description: "Names or addresses of templates in git; without any, all that have a name or that projects were made from." }) }
}

/** What the command line says. @category models */
export type TemplateUpdateInput = Values<typeof input>

/** `dev-infra template update` @category commands */
export const command = declare({
  summary: "Fetch new versions of templates that are in git.",
  details:
    "The only command that asks the network for versions of templates; what is not cloned yet is cloned. No project is changed: `list --outdated` then says which could be updated, and `plan` how.\nThe exit code is 1 if a template could not be fetched; the others are all the same.",
  input,
  examples: [
    ["dev-infra template update", "all of them"],
    ["dev-infra template update company", "one"]
  ],
  work: () => import("./run.js")
})
