import { sortFields } from "@dev-infra/registry/ProjectFilter"
import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    ...filterFlags,
    all: options.toggle("all", { letter: "a", description: "Also the projects of other machines, as the last fetch knows them." }),
    missing: options.toggle("missing", { description: "Only projects whose folder is missing." }),
    outdated: options.toggle("outdated", { description: "Only projects for which there is a newer version of their template, as far as is known without the network." }),
    sort: options.choiceOr("sort", sortFields, "name", { value: "FIELD", description: "Order by this field." }),
    json: options.json
  },
  arguments: {}
}

/** What the command line says. @category models */
export type ListInput = Values<typeof input>

/** `dev-infra list` @category commands */
export const command = declare({
  summary: "List the projects on this machine.",
  details:
    "On a terminal a table; piped, one line for each project with name, path, status, template and a note (missing), separated by tabs.\nA backslash, a tab or a newline in a name or path is written \\\\, \\t or \\n; --json has the exact text.\nWith --all, the projects of other machines are marked \"not local\", with where they are and the git clone that would bring them; piped, these are two more columns. In --json, which is {projects, problems}, they have local: false, state, path: null, locations: [{machine, name, path}], updated_at and clone, the command or null.\nWith --outdated, the columns are name, path, template, the recorded version and the newest; `dev-infra template update` asks for new ones. In --json, which is {projects, unknown, problems}, a project has also source, commit and newest: {version, commit}; unknown names the sources that cannot be asked, and their projects.",
  input,
  examples: [
    ["dev-infra list --status active --sort created", "what is being worked on"],
    ["dev-infra list --all --tag backend", "wherever they are"],
    ["dev-infra list --missing", "whose folders are gone"],
    ["dev-infra list --outdated", "whose template has a newer version"],
    ["dev-infra list --json | jq -r '.projects[].path'", "for scripts"]
  ],
  work: () => import("./run.js")
})
