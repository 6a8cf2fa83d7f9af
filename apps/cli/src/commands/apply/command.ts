import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    to: options.text("to", { value: "VERSION", description: "Update to this version; by default to the newest that the template's source offers." }),
    yes: options.yes,
    ask: options.choice("ask", ["apply", "merge", "skip"], { value: "WHAT", description: "What to do about files that are to be asked for: take the template's, merge, or skip them." }),
    onConflict: options.choiceOr("on-conflict", ["markers", "ours", "theirs", "fail"], "markers", { value: "WHAT", description: "What to do where both sides changed the same lines: write git's conflict markers, keep ours, take theirs, or change nothing at all." }),
    allowDirty: options.toggle("allow-dirty", { description: "Also if git has changes that are in no commit." }),
    variables: options.texts("var", { value: "NAME=VALUE", description: "What a variable stands for that is new in the version." }),
    trust: options.toggle("trust", { description: "Run the commands that the template names for updates, after showing them." }),
    all: options.toggle("all", { description: "Update all projects that have a template; needs --yes." }),
    resume: options.toggle("resume", { description: "Go on with an update of all projects that was cut off, and try those again that failed." }),
    pullRequests: options.toggle("pull-requests", { description: "With --all: change nothing here, but make a branch and a pull request through gh, for each project with auto_update: true." }),
    ...filterFlags,
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: {
    project: options.optionalArgument("PROJECT", { kind: "project", description: "An id, the beginning of an id, a name or a path; the project of this folder by default. Or a file that dev-infra plan --out wrote." })
  }
}

/** What the command line says. @category models */
export type ApplyInput = Values<typeof input>

/** `dev-infra apply` @category commands */
export const command = declare({
  summary: "Update a project from its template.",
  details:
    "It does what dev-infra plan shows: all of it, or nothing. The new files are prepared beside the project and put in place at the end; if the computer stops in between, the next command for the project finishes the update or rolls it back. Nothing is committed, and dev-infra undo puts everything back.\nOn a terminal it asks before it begins, and about each file that the rules say to ask for, with its changes shown. Elsewhere, and with --yes, such files are skipped and reported, unless --ask says otherwise.\nA file that dev-infra plan --out wrote is applied exactly as it is, or refused if the project has changed since.\nIf git has changes in the project that are in no commit, nothing is done without --allow-dirty.\nWith --all, one project after the other is updated, a few at a time. One that fails keeps no other from being updated; at the end one table says how each stands (up to date, clean, conflicts, failed, no template, missing), and the exit code is 1 if any failed. What was cut off goes on with --resume.\nWith --pull-requests, each update is made in a work tree of its own from the default branch of origin, pushed as dev-infra/template-update, and proposed with what changed in the template; the checkouts stay as they are. A pull request that is open is brought up to date; one whose branch somebody else changed, or that somebody closed, is left alone. At most 10 are made before GitHub is asked how much more it takes.",
  input,
  examples: [
    ["dev-infra apply", "update the project of this folder, after a look at the changes"],
    ["dev-infra apply api --yes --to v2.1.0", "to a version, without asking"],
    ["dev-infra apply --yes --ask merge --on-conflict fail", "only if everything fits together"],
    ["dev-infra plan api --out plan.json && dev-infra apply plan.json --yes", "what was looked at, and nothing else"],
    ["dev-infra apply --all --yes --tag backend", "many projects at once"],
    ["dev-infra apply --all --yes --pull-requests", "propose the updates instead of making them here"]
  ],
  work: () => import("./run.js")
})
