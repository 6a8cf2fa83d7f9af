import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    missing: options.toggle("missing", { description: "Forget every project and checkout whose folder is gone; asks first." }),
    yes: options.yes,
    dryRun: options.dryRun,
    stdin: options.stdin,
    nullSeparated: options.nullSeparated,
    json: options.json
  },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type RemoveInput = Values<typeof input>

/** `dev-infra remove` @category commands */
export const command = declare({
  summary: "Forget projects. Nothing on disk is touched.",
  details:
    "A project named by its name or id is forgotten with all its checkouts. The path of a checkout means that checkout only; if it was the first one, the next takes its place.\nIf one project is not known, none is forgotten. `dev-infra add PATH` registers a folder again.",
  input,
  examples: [
    ["dev-infra remove old-thing", "forget a project"],
    ["dev-infra remove ~/code/api-experiment", "forget one of several checkouts"],
    ["dev-infra remove --missing --dry-run", "whose folders are gone?"]
  ],
  work: () => import("./run.js")
})
