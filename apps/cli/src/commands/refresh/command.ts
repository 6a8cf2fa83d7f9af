import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    accept: options.toggle("accept", { description: "Take over git remotes that differ from the registered repository." }),
    dryRun: options.dryRun,
    stdin: options.stdin,
    nullSeparated: options.nullSeparated,
    json: options.json
  },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type RefreshInput = Values<typeof input>

/** `dev-infra refresh` @category commands */
export const command = declare({
  summary: "Read the projects' own files and git remotes again, and take over what they say.",
  details:
    "What a .dev-infra.yml states wins over the registry. Each change is printed: project, field, what it was, what it is, and where that comes from. What is overridden is kept in log/sync.jsonl of the folder of dev-infra.\nA git remote that differs is only reported, unless --accept is given. Without PROJECT all are read.",
  input,
  examples: [
    ["dev-infra refresh", "all projects"],
    ["dev-infra refresh api --dry-run", "only show what would change"],
    ["dev-infra refresh api --accept", "also its new remote"]
  ],
  work: () => import("./run.js")
})
