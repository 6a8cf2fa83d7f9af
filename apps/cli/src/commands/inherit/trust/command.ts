import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    show: options.toggle("show", { description: "Only show what trusting it would mean." }),
    project: options.text("project", { value: "PROJECT", kind: "project", description: "Id, beginning of an id, name or path; the project of this folder by default." }),
    yes: options.yes,
    json: options.json
  },
  arguments: { name: options.argument("NAME", { description: "An entry of inherits, or the URL of a remote include." }) }
}

/** What the command line says. @category models */
export type InheritTrustInput = Values<typeof input>

/** `dev-infra inherit trust` @category commands */
export const command = declare({
  summary: "Approve the content of what is inherited.",
  details:
    "Shows which tasks, commands and variables differ from what was trusted last, and which files, then asks. The decision is for exactly this content: it stands in dev-infra.lock for everybody who has the project, and in state/trust.json of the home for this user. Whatever moves the entry to another content asks anew.",
  input,
  examples: [
    ["dev-infra inherit trust infra", "show and ask"],
    ["dev-infra inherit trust infra --show", "only show"],
    ["dev-infra inherit trust https://example.com/Taskfile.yml --yes", "a remote include, in a script"]
  ],
  work: () => import("./run.js")
})
