import { declare, type Values } from "../../../Declaration.js"
import { filterFlags } from "../../../FilterFlags.js"
import * as options from "../../../options.js"

const input = {
  flags: { ...filterFlags, json: options.json },
  arguments: { projects: options.manyArguments("PROJECT", 0, { kind: "project", description: "Only these: ids, beginnings of ids, names or paths; all by default." }) }
}

/** What the command line says. @category models */
export type InheritDriftInput = Values<typeof input>

/** `dev-infra inherit drift` @category commands */
export const command = declare({
  summary: "Find projects that do not inherit what they should.",
  details:
    "Ends with 1 if it finds anything: projects at another version of a library than most others (versions), refs that are branches (floating), folders that are used as they are (unpinned), entries that dev-infra.lock does not have (notLocked) or has otherwise (lockDiffers), libraries whose files are not here (notSynced) or are not those of the lock (changed). What could not be checked (notChecked) is a finding too.\nReads files only: no process is started, and nothing is asked over the network.",
  input,
  examples: [
    ["dev-infra inherit drift", "all projects; the exit code is for CI"],
    ["dev-infra inherit drift . --json", "the project of this folder, for programs"]
  ],
  work: () => import("./run.js")
})
