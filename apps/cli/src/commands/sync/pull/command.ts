import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    dryRun: options.dryRun,
    writeFiles: options.toggle("write-files", { description: "Write fields that stand in a project's own .dev-infra.yml into that file, instead of waiting for git pull." }),
    acceptDeletions: options.toggle("accept-deletions", { description: "It is right that many projects at once are gone from the server." }),
    json: options.json
  },
  arguments: {}
}

/** What the command line says. @category models */
export type PullInput = Values<typeof input>

/** `dev-infra sync pull`, `dev-infra pull` @category commands */
export const command = declare({
  summary: "Take what changed at work-prod.",
  details:
    "Fields that other machines changed are taken into the registry; what they replace is kept in the log. Projects that are not on this machine are remembered for `dev-infra list --all`. Nothing is sent.\nIf both sides changed a field, the value of this machine stands, and the next push sends it. A field that stands in a project's own .dev-infra.yml comes with `git pull`; no file in a project is written without --write-files.\nA project that was deleted elsewhere stays on this machine.\nThe output is that of `dev-infra push`. The exit code is 1 if anything was refused.",
  input,
  examples: [
    ["dev-infra pull", "take what changed"],
    ["dev-infra pull --dry-run", "only show what would be taken"],
    ["dev-infra pull && dev-infra list --all", "what is where"]
  ],
  work: () => import("./run.js")
})
