import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    force: options.toggle("force", { description: "Put it back also if the value was changed again since." }),
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: { entry: options.argument("ENTRY", { description: "The entry, or its beginning, as dev-infra sync log shows it." }) }
}

/** What the command line says. @category models */
export type UndoInput = Values<typeof input>

/** `dev-infra sync undo` @category commands */
export const command = declare({
  summary: "Put a value back that a sync overrode.",
  details:
    "It is an edit on this machine like any other: the next push sends it. A field that stands in the project's own .dev-infra.yml is written there. A project that a push deleted is created again with the next push.\nIf the value was changed again since, nothing is done without --force.\n--json prints {dry_run, entry, project, file}: the entry of the log that was undone, the project, and the file that was written, or null.",
  input,
  examples: [
    ["dev-infra sync log api", "find the entry"],
    ["dev-infra sync undo 3f9a12bc", "put its value back"]
  ],
  work: () => import("./run.js")
})
