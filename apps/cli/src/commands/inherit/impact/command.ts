import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    library: options.text("library", { value: "LIBRARY", kind: "project", description: "The library: a project, a folder, a URL, or a name from inherits; by default the repository of this folder." }),
    json: options.json
  },
  arguments: { ref: options.argument("REF", { description: "A tag, a branch or a commit of the library; HEAD is what is checked out." }) }
}

/** What the command line says. @category models */
export type InheritImpactInput = Values<typeof input>

/** `dev-infra inherit impact` @category commands */
export const command = declare({
  summary: "Show what a version of a library would break, before anybody has it.",
  details:
    "Compares the tasks at REF with those that each registered project has now (the commit in its dev-infra.lock, or the checkout that it is linked to), and names every caller of a task that disappears or changes: dependencies, calls of task: and task in commands of the shell. Ends with 1 if a call would find nothing any more, or if something could not be checked.\nReads git's files in this process: no process is started, and nothing is asked over the network. A branch that is only at the remote has to be fetched first.",
  input,
  examples: [
    ["dev-infra inherit impact my-branch", "in the repository of the library"],
    ["dev-infra inherit impact v2.0.0 --library infra", "a version that others may upgrade to"]
  ],
  work: () => import("./run.js")
})
