import { declare, type Values } from "../../Declaration.js"
import { fieldFlags } from "../../FieldFlags.js"
import * as options from "../../options.js"

const input = {
  flags: { ...fieldFlags, dryRun: options.dryRun, json: options.json },
  arguments: { path: options.optionalArgument("PATH", { kind: "folder", description: "The project's folder; the one you are in by default." }) }
}

/** What the command line says. @category models */
export type InitInput = Values<typeof input>

/** `dev-infra init` @category commands */
export const command = declare({
  summary: "Write a .dev-infra.yml into a project, and register it.",
  details:
    "The file holds the id of the project, so that other machines recognise it, and what it was made from; commit it. An existing file is left as it is. Nothing is asked: what the file shall state beyond that is said with flags.",
  input,
  examples: [
    ["dev-infra init", "the folder you are in"],
    ["dev-infra init ~/code/api --description 'The public API'", "with more said of it"],
    ["dev-infra init ~/code/api --dry-run", "only show the file"]
  ],
  work: () => import("./run.js")
})
