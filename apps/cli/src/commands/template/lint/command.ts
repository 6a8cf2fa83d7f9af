import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { json: options.json },
  arguments: { template: options.optionalArgument("TEMPLATE", { kind: "folder", description: "A folder, a name, or a URL of git; the folder you are in by default." }) }
}

/** What the command line says. @category models */
export type TemplateLintInput = Values<typeof input>

/** `dev-infra template lint` @category commands */
export const command = declare({
  summary: "Say what is wrong with a template.",
  details:
    "Reads template.yml, then renders the template in memory with its defaults and with each choice in turn. Errors are what keeps projects from being made or updated: Liquid that is wrong, variables that nobody asks for, paths that lead out of a project or that not every system can hold. Warnings are what is likely not meant so.\nNothing is written, and nothing of the template is run. The exit code is 1 if there is an error.",
  input,
  examples: [
    ["dev-infra template lint", "the template in the folder you are in"],
    ["dev-infra template lint company@main --json", "a branch, for scripts"]
  ],
  work: () => import("./run.js")
})
