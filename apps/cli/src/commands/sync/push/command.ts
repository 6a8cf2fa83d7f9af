import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    dryRun: options.dryRun,
    recreate: options.texts("recreate", { value: "PROJECT", kind: "project", description: "Create again what was deleted there." }),
    mine: options.texts("mine", { value: "PROJECT[:FIELD]", kind: "project", description: "Send the value of this machine, or that of one field, although the other one is newer." }),
    same: options.texts("same", { value: "PROJECT", kind: "project", description: "It has the id of a project with another repository, and is that project." }),
    newId: options.texts("new-id", { value: "PROJECT", kind: "project", description: "It has the id of a project with another repository, and is one of its own: give it a new id." }),
    force: options.toggle("force", { description: "Delete what was removed everywhere, also if it was changed there since." }),
    purge: options.toggle("purge", { description: "Delete for good where the server cannot remember deletions. Other machines may then create it again." }),
    acceptDeletions: options.toggle("accept-deletions", { description: "It is right that many projects at once are gone from the server." }),
    json: options.json
  },
  arguments: {}
}

/** What the command line says. @category models */
export type PushInput = Values<typeof input>

/** `dev-infra sync push`, `dev-infra push` @category commands */
export const command = declare({
  summary: "Send what changed on this machine to work-prod.",
  details:
    "New projects are created there, changed fields are sent, what was removed with `remove --everywhere` is deleted. What is on this machine is not changed.\nIf both sides changed a field, the value of this machine stands; the other one is kept, and `dev-infra sync undo` puts it back. What cannot be decided is refused, with what to type, and the rest is sent.\nOn a terminal a table; piped, one line for each project or field, separated by tabs: what was done, project, field, value here, value there, note. A summary goes to standard error.\n--json prints {command, dry_run, remote: {address, instance}, items: [{id, name, action, fields: [{field, state, here, there}], refusal?: {reason, detail}}], counts: {created, updated, deleted, taken, unchanged, refused, conflicts, not_local}, problems, unreadable, duplicates, stopped, unsent, deleted_elsewhere}; action is created, updated, adopted, joined, deleted, location, taken, unlinked, refused or unsure; stopped is null, or says why not all was sent, and then unsent has the items that were not; deleted_elsewhere has projects that a push leaves alone.\nThe exit code is 1 if anything was refused or not sent.",
  input,
  examples: [
    ["dev-infra push", "send what changed"],
    ["dev-infra push --dry-run", "only show what would be sent"],
    ["dev-infra push --mine api:description", "this description stands, whatever is there"],
    ["dev-infra push --recreate old-thing", "it was deleted on another machine, and shall be there again"]
  ],
  work: () => import("./run.js")
})
