import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

/** What `--format` takes. @category models */
export const formats = ["json", "csv", "mrconfig", "gita", "ghq", "vscode"] as const

const input = {
  flags: {
    format: options.choice("format", formats, { value: "FORMAT", description: "What the files are; told from their content if it is not given. With ghq, FILE is a root folder." }),
    overwrite: options.toggle("overwrite", { description: "Where both sides have a value and they differ, take the imported one." }),
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: { files: options.manyArguments("FILE", 1, { kind: "file", description: "Lists of projects; - reads one from standard input." }) }
}

/** What the command line says. @category models */
export type ImportInput = Values<typeof input>

/** `dev-infra import` @category commands */
export const command = declare({
  summary: "Take over projects from a list: an export, or what another tool keeps.",
  details:
    "Reads our own JSON and CSV, the .mrconfig of myrepos, repos.csv of gita, the roots of ghq, and projects.json of the Project Manager for VS Code.\nA project that is known already (by id, folder or repository) gets what it lacks; a value that is here stays unless --overwrite is given. Nothing in a list is run.\nA folder that does not exist here is registered too, and shown as missing.\nThe exit code is 1 if an entry was refused.",
  input,
  examples: [
    ["dev-infra import ~/.mrconfig", "the repositories of myrepos"],
    ["dev-infra import --format ghq ~/ghq", "those of ghq"],
    ["dev-infra import projects.json --dry-run", "only show what an export would change"]
  ],
  work: () => import("./run.js")
})
