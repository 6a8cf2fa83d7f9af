import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    to: options.text("to", { value: "VERSION", description: "Plan the way to this version of the template; by default to the newest that is on this computer." }),
    diff: options.toggle("diff", { description: "Show what would change in each file; piped, only that, as a patch." }),
    file: options.texts("file", { value: "FILE", kind: "file", description: "Show only these files of the project; a folder or a pattern such as 'docs/**' means all in it." }),
    out: options.text("out", { value: "FILE", kind: "file", description: "Save the plan in a new file, for apply FILE." }),
    check: options.toggle("check", { description: "End with 1 if anything is to be done." }),
    all: options.toggle("all", { description: "Plan all projects that have a template, and sum up." }),
    ...filterFlags,
    json: options.toggle("json", { description: "Print one JSON document; with --diff also the differences." })
  },
  arguments: { project: options.optionalArgument("PROJECT", { kind: "project", description: "Id, beginning of an id, name or path; the project of this folder by default." }) }
}

/** What the command line says. @category models */
export type PlanInput = Values<typeof input>

/** `dev-infra plan` @category commands */
export const command = declare({
  summary: "Show what an update from its template would do to a project.",
  details:
    "Each file is compared three ways: as the recorded version of the template made it, as the new version makes it, and as it is here. What only the template changed is updated, what both changed is merged as git does it, and what does not fit is a conflict. Files that you removed do not come back, and rules (sync in .dev-infra.yml and template.yml, customize) say what is asked about or left alone.\nNothing is written, nothing of the template is run, and the network is not used; template update fetches new versions. Changes that only this project made are listed with the line that records them.\nWith --all, a line for each project: name, state (up to date, clean, conflicts, failed, no template, missing), versions, how many files of each kind would change, and a note. One that fails keeps no other from being planned; the exit code is then 1. --json prints {projects, summary}.",
  input,
  examples: [
    ["dev-infra plan", "the project you are in"],
    ["dev-infra plan api --diff", "line by line"],
    ["dev-infra plan api --to v1.4.0 --out api.plan", "then: dev-infra apply api.plan"],
    ["dev-infra plan --check --quiet", "in a script: 1 if an update is due"],
    ["dev-infra plan --all --tag backend", "many projects at once"]
  ],
  work: () => import("./run.js")
})
