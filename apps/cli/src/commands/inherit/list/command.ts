import { declare, type Values } from "../../../Declaration.js"
import { filterFlags } from "../../../FilterFlags.js"
import * as options from "../../../options.js"

const input = {
  flags: { ...filterFlags, json: options.json },
  arguments: { projects: options.manyArguments("PROJECT", 0, { kind: "project", description: "Only these: ids, beginnings of ids, names or paths; all by default." }) }
}

/** What the command line says. @category models */
export type InheritListInput = Values<typeof input>

/** `dev-infra inherit list` @category commands */
export const command = declare({
  summary: "Show which project inherits which version of what.",
  details:
    "One line for each library of tasks that a project uses: entries of inherits in .dev-infra.yml, remote includes of its Taskfile, and includes that lead out of the project. With the ref and the commit that dev-infra.lock has, and how many versions and commits it is behind what was fetched last; dev-infra inherit sync fetches.\nlinked and sibling mean that a folder is used as it is, at no fixed version; floating that the ref is a branch.\nReads files only: no process is started, and nothing is asked over the network.",
  input,
  examples: [
    ["dev-infra inherit list", "all projects"],
    ["dev-infra inherit list --tag go", "those with a tag"],
    ["dev-infra inherit list --json", "for programs"]
  ],
  work: () => import("./run.js")
})
