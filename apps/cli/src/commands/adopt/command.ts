import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    template: options.text("template", { value: "TEMPLATE", description: "Look at this template only: its name, a folder, or an address of git." }),
    version: options.text("version", { value: "VERSION", description: "Look at this version only; for a template that --template names." }),
    variables: options.texts("var", { value: "NAME=VALUE", description: "What a variable of the template stands for, where the files do not say it." }),
    dryRun: options.dryRun,
    json: options.json,
    yes: options.yes
  },
  arguments: { path: options.optionalArgument("PATH", { kind: "folder", description: "The project's folder; the one you are in by default." }) }
}

/** What the command line says. @category models */
export type AdoptInput = Values<typeof input>

/** `dev-infra adopt` @category commands */
export const command = declare({
  summary: "Find the template that a project was made from, and record it.",
  details:
    "The files of the project are compared with those of every version of every template that is named (dev-infra template list), and the best fit is recorded in .dev-infra.yml, with the answers as far as the files tell them, so that plan and apply work from then on. Nothing else is changed, nothing is fetched, and the project is registered.\nHow sure it is, is said: sure, likely or unsure. What is unsure is recorded only after a question, or with --yes.",
  input,
  examples: [
    ["dev-infra adopt --dry-run", "only say what fits the folder you are in"],
    ["dev-infra adopt ~/code/api", "record it"],
    ["dev-infra adopt ~/code/api --template standard-project", "the template is known, the version is not"]
  ],
  work: () => import("./run.js")
})
