import * as Either from "effect/Either"
import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"
import { shells } from "../completions/command.js"

const functionName: options.Parse<string> = (name) =>
  /^[A-Za-z_][A-Za-z0-9_-]{0,40}$/.test(name) ? Either.right(name) : Either.left("is made of letters, digits, - and _, and begins with a letter")

const input = {
  flags: {
    name: options.parsed("name", functionName, { value: "NAME", description: "What the function is called, instead of dcd." })
  },
  arguments: { shell: options.choiceArgument("SHELL", shells, { description: "Your shell." }) }
}

/** What the command line says. @category models */
export type ShellInput = Values<typeof input>

/** `dev-infra shell` @category commands */
export const command = declare({
  summary: "Print a shell function, dcd, that goes to the folder of a project.",
  details: "The function takes what `dev-infra path` takes, and completes names of projects.",
  input,
  examples: [
    ['eval "$(dev-infra shell bash)"', "in ~/.bashrc; then: dcd my-project"],
    ['eval "$(dev-infra shell zsh)"', "in ~/.zshrc, after compinit"],
    ["dev-infra shell fish | source", "in ~/.config/fish/config.fish"],
    ["dev-infra shell bash --name p", "a shorter name"]
  ],
  work: () => import("./run.js")
})
