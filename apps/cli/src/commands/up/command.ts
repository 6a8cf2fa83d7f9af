import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    yes: options.yes,
    dryRun: options.dryRun,
    depth: options.depth,
    nested: options.nested,
    noIgnore: options.noIgnore
  },
  arguments: { roots: options.manyArguments("ROOT", 0, { kind: "folder", description: "Folders to search." }) }
}

/** What the command line says. @category models */
export type UpInput = Values<typeof input>

/** `dev-infra up` @category commands */
export const command = declare({
  summary: "Find the projects on this machine, register and list them, and say what to type next.",
  details:
    "The first thing to run. Without ROOT it searches the folders that `dev-infra config set roots` names, else the folder around the project you are in.\nOn a terminal it asks before it registers anything; elsewhere it registers what it finds. Nothing but the folder of dev-infra itself is written.",
  input,
  examples: [
    ["dev-infra up ~/code ~/work", "find and register what lies there"],
    ["dev-infra up --dry-run", "only show what would be registered"]
  ],
  work: () => import("./run.js")
})
