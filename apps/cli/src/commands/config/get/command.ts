import { configurationKeys } from "@dev-infra/registry/ConfigurationKey"
import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { json: options.json },
  arguments: { key: options.choiceArgument("KEY", configurationKeys, { description: "Which setting." }) }
}

/** What the command line says. @category models */
export type ConfigGetInput = Values<typeof input>

/** `dev-infra config get` @category commands */
export const command = declare({
  summary: "Print the value of a setting.",
  details:
    "A list is printed one item a line. A secret is never printed, only whether it is set.\n--json also says where the value comes from: {key, value, source}.\nThe exit code is 1 if the setting has no value.",
  input,
  examples: [["dev-infra config get roots", "the folders that scan and up search"]],
  work: () => import("./run.js")
})
