import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"
import { shells } from "../completions/command.js"

const input = {
  flags: {},
  arguments: {
    shell: options.choiceArgument("SHELL", shells, { description: "How to write the answer." }),
    words: options.manyArguments("WORD", 0, { description: "The words so far; the last one is being typed." })
  }
}

/** What the command line says. @category models */
export type CompleteInput = Values<typeof input>

/** `dev-infra __complete`, which the completions of shells call. @category commands */
export const command = declare({
  summary: "Print what a word may become.",
  input,
  examples: [],
  hidden: true,
  work: () => import("./run.js")
})
