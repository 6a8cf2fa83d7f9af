import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    project: options.text("project", { value: "PROJECT", kind: "project", description: "Id, beginning of an id, name or path; the project of this folder by default." }),
    dryRun: options.dryRun
  },
  arguments: { name: options.argument("NAME", { description: "An entry of inherits." }) }
}

/** What the command line says. @category models */
export type InheritRemoveInput = Values<typeof input>

/** `dev-infra inherit remove` @category commands */
export const command = declare({
  summary: "Stop inheriting tasks.",
  details: "Takes the entry out of .dev-infra.yml and dev-infra.lock, and removes its files from .dev-infra/inherit. An include that names them in the Taskfile is yours to remove.",
  input,
  examples: [["dev-infra inherit remove infra", "the tasks infra:* are gone"]],
  work: () => import("./run.js")
})
