import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { json: options.json },
  arguments: { key: options.argument("KEY", { description: "Which setting, e.g. roots." }) }
}

/** What the command line says. @category models */
export type ConfigGetInput = Values<typeof input>

/** `dev-infra config get` @category commands */
export const command = declare({
  summary: "Print the value of a setting.",
  details: "A list is printed one a line. A secret is never printed, only whether it is set.\nThe exit code is 1 if the setting has no value.",
  input,
  examples: [["dev-infra config get roots", "the folders that scan and up search"]],
  work: () => import("./run.js")
})
