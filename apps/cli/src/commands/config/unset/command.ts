import { configurationKeys } from "@dev-infra/registry/ConfigurationKey"
import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = { flags: {}, arguments: { key: options.choiceArgument("KEY", configurationKeys, { description: "Which setting." }) } }

/** What the command line says. @category models */
export type ConfigUnsetInput = Values<typeof input>

/** `dev-infra config unset` @category commands */
export const command = declare({
  summary: "Take a setting out of the file.",
  input,
  examples: [["dev-infra config unset roots", "back to what holds without it"]],
  work: () => import("./run.js")
})
