import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    format: options.choiceOr("format", ["json", "csv"], "json", { value: "FORMAT", description: "What to write." }),
    output: options.text("output", { letter: "o", value: "FILE", kind: "file", description: "Write into this file, not to standard output." }),
    force: options.toggle("force", { letter: "f", description: "Replace a file that is there already." })
  },
  arguments: {}
}

/** What the command line says. @category models */
export type ExportInput = Values<typeof input>

/** `dev-infra export` @category commands */
export const command = declare({
  summary: "Write the whole registry as JSON or CSV, losing nothing.",
  details: "What `dev-infra import` reads back is what was written, also fields of your own. In CSV they stand in the column other, as JSON.",
  input,
  examples: [
    ["dev-infra export > projects.json", "all projects as JSON"],
    ["dev-infra export --format csv -o projects.csv", "for a spreadsheet"]
  ],
  work: () => import("./run.js")
})
