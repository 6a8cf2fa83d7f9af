import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    limit: options.parsed("limit", options.wholeNumber(1, 1_000_000), { letter: "n", value: "N", description: "Show the last N entries; on a terminal 50 by default." }),
    json: options.json
  },
  arguments: { projects: options.manyArguments("PROJECT", 0, { kind: "project", description: "Only entries of these projects: ids, beginnings of ids, names or paths." }) }
}

/** What the command line says. @category models */
export type LogInput = Values<typeof input>

/** `dev-infra sync log` @category commands */
export const command = declare({
  summary: "Show what each sync sent, took, overrode and refused.",
  details:
    "The newest entry comes first. Each value that was replaced is there, wherever it stood, and `dev-infra sync undo ENTRY` puts it back.\nOn a terminal a table; piped, one line for each entry, separated by tabs: entry, time, command, what was done, project, field, value before, value after, note.\n--json prints {entries: [{entry, time, command, kind, id, name, …}]} with everything that the log has of each.",
  input,
  examples: [
    ["dev-infra sync log -n 20", "what happened last"],
    ["dev-infra sync log api", "what happened to a project"],
    ["dev-infra sync log --json | jq '.entries[] | select(.conflict)'", "where both sides had changed a field"]
  ],
  work: () => import("./run.js")
})
