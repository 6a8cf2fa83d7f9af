import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    fetch: options.toggle("fetch", { description: "Ask work-prod first what it has." }),
    git: options.toggle("git", { description: "Show git state: branch, changes, ahead and behind, stashes, last commit." }),
    dirty: options.toggle("dirty", { description: "Git state, only of projects that need attention in git." }),
    ...filterFlags,
    stdin: options.stdin,
    nullSeparated: options.nullSeparated,
    json: options.json
  },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type StatusInput = Values<typeof input>

/** `dev-infra status` @category commands */
export const command = declare({
  summary: "Show how projects stand: what is to be pushed or pulled, and where they stand in git.",
  details:
    "Each project that needs attention has a line with its state, the fields that differ, and since when: ahead (changed here), behind (changed there), diverged (both, different fields), conflict (both, the same field; the value here stands), pending (changed on another branch than the default one), local only (not there yet), edit pending, removal pending or refused (asked for here, of a project that is elsewhere), deleted elsewhere, refused. What `git pull` will bring is marked so. With PROJECT, those projects whatever their state.\nNothing is asked: what is there is as of the last fetch, whose age is told. As long as no server is set up, it shows git state.\nOn a terminal a table; piped, one line for each project, separated by tabs: name, state with fields, since when, path.\n--json prints {remote: {instance, address, fetched_at}, projects: [{id, name, state, fields: [{field, state, here, there}], since, location, here, there, refusal?}], summary: {projects, need_attention, states, outdated}, duplicates, problems}: all projects, with the whole entry of the registry as here and what work-prod has as there.\nWith --git, a line for each checkout: name, path, branch, changes, upstream, stashes, day of the last commit, note, and the state to work-prod if one is known. A checkout needs attention if it has modified, untracked or conflicted files, commits that its upstream lacks or the other way round, a stash, or a branch that follows no upstream although the project has a repository elsewhere; and if its folder is missing or git cannot read it. Nothing is fetched: what is upstream is as of the last fetch of git.\nHow many projects could have a newer version of their template, as far as is known here, is told at the end; list --outdated names them.\nThe exit code is 0 also if projects need attention.",
  input,
  examples: [
    ["dev-infra status", "what a push or pull would have to do"],
    ["dev-infra status --dirty", "where you forgot to commit or push in git"],
    ["dev-infra status . --json", "one project, for scripts"],
    ["dev-infra status --git --tag backend", "some of them"]
  ],
  work: () => import("./run.js")
})
