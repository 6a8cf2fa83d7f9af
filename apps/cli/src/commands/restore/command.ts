import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: { dryRun: options.dryRun, stdin: options.stdin, nullSeparated: options.nullSeparated, json: options.json },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type RestoreInput = Values<typeof input>

/** `dev-infra restore` @category commands */
export const command = declare({
  summary: "Bring archived projects back, with the status they had.",
  details: "One of another machine is restored at work-prod with the next push, and becomes active.\nIf one project is not known, none is restored.",
  input,
  examples: [["dev-infra restore old-thing", "take a project up again"]],
  work: () => import("./run.js")
})
