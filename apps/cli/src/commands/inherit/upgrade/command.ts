import { declare, type Values } from "../../../Declaration.js"
import { filterFlags } from "../../../FilterFlags.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    to: options.text("to", { value: "REF", description: "The version: a tag or a commit of the library; a branch only with --floating." }),
    all: options.toggle("all", { description: "In all projects that fit --status, --template, --tag and --organization." }),
    ...filterFlags,
    fetch: options.toggle("fetch", { description: "Bring the copy of the library's repository up to date first; this alone asks the network." }),
    floating: options.toggle("floating", { description: "Allow a branch, whose commit is then locked until the next sync." }),
    yes: options.yes,
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: {
    words: options.manyArguments("NAME", 0, { kind: "project", description: "The name of the library in inherits, or of an include; then projects, that of this folder by default. The name may be left out where they use one library only." })
  }
}

/** What the command line says. @category models */
export type InheritUpgradeInput = Values<typeof input>

/** `dev-infra inherit upgrade` @category commands */
export const command = declare({
  summary: "Give projects another version of a library.",
  details:
    "Changes the ref in .dev-infra.yml (or ?ref= of a remote include, or v1 in the path of an included folder), the commit in dev-infra.lock, and what migrations.yml in the library says about tasks and Taskfiles that have other names now: dependencies and calls of task: are changed, comments stay; commands of the shell that name such a task are told, for you to change. All of it is shown as a difference first.\nAn approval in dev-infra.lock is for exactly one content, so it goes with the old one. dev-infra inherit sync then brings the files.",
  input,
  examples: [
    ["dev-infra inherit upgrade infra --to v2.0.0", "in the project of this folder"],
    ["dev-infra inherit upgrade infra --to v2.0.0 --all --dry-run", "show it for all projects"],
    ["dev-infra inherit upgrade infra api web --to v2.0.0 --yes", "in two projects, without asking"]
  ],
  work: () => import("./run.js")
})
