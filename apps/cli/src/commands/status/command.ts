import { declare, type Values } from "../../Declaration.js"
import { filterFlags } from "../../FilterFlags.js"
import * as options from "../../options.js"

const input = {
  flags: {
    git: options.toggle("git", { description: "Show git state: branch, changes, ahead and behind, stashes, last commit." }),
    dirty: options.toggle("dirty", { description: "Only projects that need attention." }),
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
  summary: "Show where projects stand in git: branches, changes, what is not pushed.",
  details:
    "A checkout needs attention if it has modified, untracked or conflicted files, commits that its upstream lacks or the other way round, a stash, or a branch that follows no upstream although the project has a repository elsewhere; and if its folder is missing or git cannot read it. Nothing is fetched: what is upstream is as of the last fetch.\nOn a terminal a table; piped, one line for each checkout as soon as it is known, separated by tabs: name, path, branch, changes, upstream, stashes, day of the last commit, note.\nThe exit code is 0 also if projects need attention.",
  input,
  examples: [
    ["dev-infra status --dirty", "where you forgot to commit or push"],
    ["dev-infra status . --json", "one project, for scripts"],
    ["dev-infra status --git --tag backend", "some of them"]
  ],
  work: () => import("./run.js")
})
