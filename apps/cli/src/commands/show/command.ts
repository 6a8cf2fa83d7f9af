import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: { json: options.json, stdin: options.stdin, nullSeparated: options.nullSeparated },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type ShowInput = Values<typeof input>

/** `dev-infra show` @category commands */
export const command = declare({
  summary: "Show everything known about projects.",
  details:
    "Fields with their values, one a line; then branch and state of each checkout. Where the project's own .dev-infra.yml states another value than the registry has, that of the file is shown, for it wins, and the registry's beside it. Where a server was asked, how the project stands to it; a project of another machine is shown as the last fetch knows it.\nPiped, key and value are separated by a tab. --json has the entry as it is in the registry, what the file states, where they differ, and as sync how it stands to work-prod. A project that is not on this machine has project: null, local: false, and there, what work-prod has.",
  input,
  examples: [
    ["dev-infra show .", "the project of this folder"],
    ["dev-infra show api web --json | jq '.projects[].project.tags'", "for scripts"]
  ],
  work: () => import("./run.js")
})
