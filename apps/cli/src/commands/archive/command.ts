import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: { dryRun: options.dryRun, stdin: options.stdin, nullSeparated: options.nullSeparated, json: options.json },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type ArchiveInput = Values<typeof input>

/** `dev-infra archive` @category commands */
export const command = declare({
  summary: "Put projects away: their status becomes archived.",
  details: "The status that each had is kept for `dev-infra restore`. A project whose own file states the status is changed there too. A project of another machine is changed at work-prod with the next push.\nIf one project is not known, none is archived.",
  input,
  examples: [
    ["dev-infra archive old-thing", "put a project away"],
    ["dev-infra list --json --tag 2019 | jq -r '.projects[].id' | dev-infra archive -", "all that have a tag"]
  ],
  work: () => import("./run.js")
})
