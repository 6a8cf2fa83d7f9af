import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = { flags: { json: options.json }, arguments: {} }

/** What the command line says. @category models */
export type TemplateListInput = Values<typeof input>

/** `dev-infra template list` @category commands */
export const command = declare({
  summary: "List the templates that have a name.",
  details:
    "Those that come with the program and those of `template add`, each with the newest version that is known on this computer. Nothing asks the network: `template update` looks for new versions.\n--json has name, source, built_in, version, commit and description of each, and as problem what keeps it from being opened.",
  input,
  examples: [
    ["dev-infra template list", "what `new --template` can take by name"],
    ["dev-infra template list --json | jq -r '.templates[].name'", "for scripts"]
  ],
  work: () => import("./run.js")
})
