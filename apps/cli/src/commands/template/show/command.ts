import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { files: options.toggle("files", { description: "Also list its files." }), json: options.json },
  arguments: { template: options.argument("TEMPLATE", { description: "A name, a folder, or a URL of git, with @ref for a version." }) }
}

/** What the command line says. @category models */
export type TemplateShowInput = Values<typeof input>

/** `dev-infra template show` @category commands */
export const command = declare({
  summary: "Show what a template is: versions, variables, rules, files.",
  details:
    "Of the newest version, or of the one behind @: a tag, a branch (the commit that it stands at is shown), a commit, or a range of versions. Nothing asks the network.\nPiped, key and value are separated by a tab. --json has all of it.",
  input,
  examples: [
    ["dev-infra template show standard-project", "what it asks, and which files it keeps up to date"],
    ["dev-infra template show company@^2 --files", "the newest version 2 of a template in git"]
  ],
  work: () => import("./run.js")
})
