import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    reason: options.text("reason", { value: "TEXT", description: "Why, for those who read the plan of an update later." }),
    remove: options.toggle("remove", { description: "Take the record back: updates change these files again." }),
    json: options.json
  },
  arguments: {
    project: options.argument("PROJECT", { kind: "project", description: "Id, beginning of an id, name or path; . for the project of this folder." }),
    files: options.manyArguments("FILE", 1, { kind: "file", description: "Files or folders of the project, by their paths from its root." })
  }
}

/** What the command line says. @category models */
export type CustomizeInput = Values<typeof input>

/** `dev-infra customize` @category commands */
export const command = declare({
  summary: "Record that files were changed on purpose, so that updates of the template leave them alone.",
  details:
    "The files are listed under customizations in the project's .dev-infra.yml, with today's date and the reason. A folder stands for all files in it. Whoever records a file again gives it a new reason.\nWhere the template changes such a file, plan lists it as customised, and changes nothing.",
  input,
  examples: [
    ["dev-infra customize . .editorconfig --reason 'tabs, by our own rules'", "updates leave it alone from now on"],
    ["dev-infra customize api docs/ --remove", "and change it again"]
  ],
  work: () => import("./run.js")
})
