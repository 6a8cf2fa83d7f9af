import { configurationKeys } from "@dev-infra/registry/ConfigurationKey"
import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { stdin: options.toggle("stdin", { description: "Read the value from standard input; the only way for a secret but a terminal." }) },
  arguments: {
    key: options.choiceArgument("KEY", configurationKeys, { description: "Which setting." }),
    values: options.manyArguments("VALUE", 0, { description: "Its value; several for a list." })
  }
}

/** What the command line says. @category models */
export type ConfigSetInput = Values<typeof input>

/** `dev-infra config set` @category commands */
export const command = declare({
  summary: "Store the value of a setting.",
  details:
    "Comments and everything else in the file stay as they are. A secret (api.key) is never taken from the command line, where other programs could see it: it is asked for on a terminal, or read from standard input.",
  input,
  examples: [
    ["dev-infra config set roots ~/code ~/work", "the folders that scan and up search"],
    ["dev-infra config set ignore 'archive/**' scratch", "further folders to skip"],
    ["dev-infra config set api.key --stdin < key.txt", "a secret"]
  ],
  work: () => import("./run.js")
})
