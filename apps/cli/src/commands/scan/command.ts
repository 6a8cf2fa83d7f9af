import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    register: options.toggle("register", { description: "Register what is new; asks first unless --yes is given." }),
    yes: options.yes,
    dryRun: options.dryRun,
    depth: options.depth,
    nested: options.nested,
    noIgnore: options.noIgnore,
    json: options.json
  },
  arguments: { roots: options.manyArguments("ROOT", 0, { kind: "folder", description: "Folders to search." }) }
}

/** What the command line says. @category models */
export type ScanInput = Values<typeof input>

/** `dev-infra scan` @category commands */
export const command = declare({
  summary: "Search folders for projects and say which are new, moved or registered.",
  details:
    "A project is a git repository or a folder with a .dev-infra.yml. Without ROOT it searches the folders that `dev-infra config set roots` names, else the folder around the project you are in. The search does not enter the repositories that it finds, follows no links, and stays on one file system.\nWithout --register nothing is changed.",
  input,
  examples: [
    ["dev-infra scan ~/code", "what is there, and what is new"],
    ["dev-infra scan ~/code --register --yes", "register what is new"],
    ["dev-infra scan ~/code --nested", "look inside repositories too"]
  ],
  work: () => import("./run.js")
})
