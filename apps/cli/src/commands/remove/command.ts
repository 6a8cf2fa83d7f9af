import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    missing: options.toggle("missing", { description: "Forget every project and checkout whose folder is gone; asks first." }),
    everywhere: options.toggle("everywhere", { description: "Forget them here, and have them deleted at work-prod with the next push; asks first. Also for projects of other machines." }),
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
    "A project named by its name or id is forgotten with all its checkouts. The path of a checkout means that checkout only; if it was the first one, the next takes its place.\nIf one project is not known, none is forgotten. `dev-infra add PATH` registers a folder again.\nWithout --everywhere, work-prod keeps the project, and it is listed as not local. With it, the project is removed with all its checkouts, also if a path is named; what changed there since is not deleted unless the push is told so. Other machines keep what they have on disk and in their lists.",
  input,
  examples: [
    ["dev-infra remove old-thing", "forget a project"],
    ["dev-infra remove ~/code/api-experiment", "forget one of several checkouts"],
    ["dev-infra remove old-thing --everywhere", "and at work-prod with the next push"],
    ["dev-infra remove --missing --dry-run", "whose folders are gone?"]
  ],
  work: () => import("./run.js")
})
