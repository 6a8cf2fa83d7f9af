import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    force: options.toggle("force", { description: "Put files back also if they were changed since; copies of them are kept." }),
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: {
    project: options.optionalArgument("PROJECT", { kind: "project", description: "An id, the beginning of an id, a name or a path; the project of this folder by default." })
  }
}

/** What the command line says. @category models */
export type UndoInput = Values<typeof input>

/** `dev-infra undo` @category commands */
export const command = declare({
  summary: "Put a project back to how it was before its last update.",
  details:
    "Files, their modes and folders become what they were, byte for byte, and so does what .dev-infra.yml and the registry say of the version. Commits stay as they are: what was committed since shows as a change. If a file was changed since the update, nothing is done without --force.\nUndoing again undoes the update before that one; the last ten can be undone. What was undone is made again by dev-infra apply.",
  input,
  examples: [
    ["dev-infra undo", "the last update of the project of this folder"],
    ["dev-infra undo api --dry-run", "only show which files it concerns"]
  ],
  work: () => import("./run.js")
})
