import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    all: options.toggle("all", { description: "All registered projects that inherit something." }),
    frozen: options.toggle("frozen", { description: "dev-infra.lock must say exactly what is asked for, and is not changed; for CI." }),
    refresh: options.toggle("refresh", { description: "Fetch remote includes anew, also those that are here." }),
    insecure: options.toggle("insecure", { description: "Allow remote includes over plain http." }),
    json: options.json
  },
  arguments: { project: options.optionalArgument("PROJECT", { kind: "project", description: "Id, beginning of an id, name or path; the project of this folder by default." }) }
}

/** What the command line says. @category models */
export type InheritSyncInput = Values<typeof input>

/** `dev-infra inherit sync` @category commands */
export const command = declare({
  summary: "Bring what a project inherits, as it is locked.",
  details:
    "Resolves what .dev-infra.yml asks for and dev-infra.lock does not have yet, brings the files of libraries and of remote includes, and writes the lock. What is locked stays as it is; entries that say floating follow their branch. Where everything is there, nothing asks the network.\nWhat was brought runs once somebody approved it: inherit trust.",
  input,
  examples: [
    ["dev-infra inherit sync", "after a clone or a pull"],
    ["dev-infra inherit sync --frozen", "in CI"],
    ["dev-infra inherit sync --all", "every registered project"]
  ],
  work: () => import("./run.js")
})
