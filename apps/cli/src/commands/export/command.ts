import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    format: options.choiceOr("format", ["json", "csv"], "json", { value: "FORMAT", description: "What to write." }),
    output: options.text("output", { letter: "o", value: "FILE", kind: "file", description: "Write into this file; - is standard output, which is also where it goes without this." }),
    force: options.toggle("force", { letter: "f", description: "Replace a file that is there already." })
  },
  arguments: {}
}

/** What the command line says. @category models */
export type ExportInput = Values<typeof input>

/** `dev-infra export` @category commands */
export const command = declare({
  summary: "Write all projects as JSON or CSV, losing nothing.",
  details:
    "What `dev-infra import` reads back is what was written, also fields of your own; in CSV they stand in the column other, as JSON.\nA file appears as a whole or not at all, and one that is there already is left alone unless --force is given.",
  input,
  examples: [
    ["dev-infra export > projects.json", "all projects as JSON"],
    ["dev-infra export --format csv -o projects.csv", "for a spreadsheet"]
  ],
  work: () => import("./run.js")
})
