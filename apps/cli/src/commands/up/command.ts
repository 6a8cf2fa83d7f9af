import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    yes: options.yes,
    dryRun: options.dryRun,
    depth: options.depth,
    nested: options.nested,
    noIgnore: options.noIgnore,
    detach: options.toggle("detach", { description: "Leave the server running in the background; dev-infra down stops it." }),
    port: options.port,
    json: options.json
  },
  arguments: { roots: options.manyArguments("ROOT", 0, { kind: "folder", description: "Folders to search." }) }
}

/** What the command line says. @category models */
export type UpInput = Values<typeof input>

/** `dev-infra up` @category commands */
export const command = declare({
  summary: "Find the projects on this machine, register them, serve them to your other machines, and say what to type next.",
  details:
    "The first thing to run. Without ROOT it searches the folders that `dev-infra config set roots` names, else the folder around the project you are in.\nOn a terminal it asks before it registers anything; elsewhere it registers what it finds. Then it starts the work-prod server of this home, or uses the one that runs, logs in to it, and pushes. It listens on this computer alone, at port 5055 or the next one that is free.\nOn a terminal it serves until Ctrl-C, elsewhere until all is pushed, and with --detach until `dev-infra down`. If another server is set up (`dev-infra login`), that one is used and none is started. Nothing but the folder of dev-infra itself is written.\nIf OTEL_EXPORTER_OTLP_ENDPOINT names a collector, the server that it starts sends it a trace of each request.\nWith --json: `{dry_run, roots, folders, problems, server: {url, own, state, pid}, push, projects}`, where `folders` are those of `scan --json`, `push` is the document of `push --json`, and `server` and `push` are null if there is none.",
  input,
  examples: [
    ["dev-infra up ~/code ~/work", "find and register what lies there, and serve it"],
    ["dev-infra up --detach", "the same, with the server in the background"],
    ["dev-infra up --dry-run", "only show what would be done"]
  ],
  work: () => import("./run.js")
})
