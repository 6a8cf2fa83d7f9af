import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

/** The shells that are known. @category models */
export const shells = ["bash", "zsh", "fish"] as const

const input = {
  flags: {},
  arguments: { shell: options.choiceArgument("SHELL", shells, { description: "Your shell." }) }
}

/** What the command line says. @category models */
export type CompletionsInput = Values<typeof input>

/** `dev-infra completions` @category commands */
export const command = declare({
  summary: "Print completions of commands, flags and project names for a shell.",
  input,
  examples: [
    ['eval "$(dev-infra completions bash)"', "in ~/.bashrc"],
    ['eval "$(dev-infra completions zsh)"', "in ~/.zshrc, after compinit"],
    ["dev-infra completions fish | source", "in ~/.config/fish/config.fish"]
  ],
  work: () => import("./run.js")
})
