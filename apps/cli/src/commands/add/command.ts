import { classifications, projectTypes } from "@dev-infra/metadata/ProjectRules"
import { declare, type Values } from "../../Declaration.js"
import { fieldFlags } from "../../FieldFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    ...fieldFlags,
    classification: options.choice("classification", classifications, { value: "WORD", description: "How important it is." }),
    type: options.choice("type", projectTypes, { value: "WORD", description: "Which sphere of life it belongs to." }),
    same: options.toggle("same", { description: "A folder that carries the id of another project is that project." }),
    newId: options.toggle("new-id", { description: "Such a folder is a project of its own: give it a new id, also in its .dev-infra.yml." }),
    dryRun: options.dryRun,
    stdin: options.toggle("stdin", { description: "Read further folders from standard input, one a line (so does the argument -)." }),
    nullSeparated: options.toggle("null", { letter: "0", description: "Folders on standard input end with a NUL character instead of a newline." }),
    json: options.json
  },
  arguments: { paths: options.manyArguments("PATH", 0, { kind: "folder", description: "Folders of projects; - reads them from standard input." }) }
}

/** What the command line says. @category models */
export type AddInput = Values<typeof input>

/** `dev-infra add` @category commands */
export const command = declare({
  summary: "Register projects that lie in the folders you name.",
  details:
    "A folder need be no git repository. What its .dev-infra.yml states is taken over. A folder that is registered already is told so; a project that has moved, or a second clone of one, is recognised by its id or its repository.\nIf one of the folders cannot be used, or a .dev-infra.yml cannot be read, nothing is registered.",
  input,
  examples: [
    ["dev-infra add .", "the folder you are in"],
    ["dev-infra add ~/code/api --tag backend --organization acme", "with more said of it"],
    ["find ~/code -name go.mod -printf '%h\\0' | dev-infra add -0 -", "folders from another program"]
  ],
  work: () => import("./run.js")
})
