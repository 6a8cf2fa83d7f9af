import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: {
    from: options.text("from", { value: "SOURCE@REF", description: "The library: a git URL such as gh:owner/repository//folder@v1.4.0, project:NAME, or a folder." }),
    path: options.text("path", { value: "FILE", description: "The Taskfile in the library; by default the one at its root." }),
    dir: options.choiceOr("dir", ["caller", "library"], "caller", { description: "Where inherited tasks run: in the project that calls them, or in the library." }),
    flatten: options.toggle("flatten", { description: "Let the tasks have no namespace." }),
    exclude: options.texts("exclude", { value: "TASK", description: "Leave out this task; may be repeated." }),
    include: options.toggle("include", { description: "Write an include into the Taskfile too, so that plain task sees the library." }),
    floating: options.toggle("floating", { description: "Allow a branch, which moves with every sync." }),
    insecure: options.toggle("insecure", { description: "Allow a library over plain http." }),
    trust: options.toggle("trust", { description: "Trust the content without being asked." }),
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: { name: options.argument("NAME", { description: "The namespace of the tasks: NAME:build." }) }
}

/** What the command line says. @category models */
export type InheritAddInput = Values<typeof input>

/** `dev-infra inherit add` @category commands */
export const command = declare({
  summary: "Inherit the tasks of another repository.",
  details:
    "The repository is cloned into the cache, the whole folder of the library at that commit is put into .dev-infra/inherit/NAME (which git ignores), .dev-infra.yml gets an entry under inherits, and dev-infra.lock says exactly which content is meant. Commit both files. The Taskfile stays as it is: `dev-infra task` sees the tasks without it, and the lines by which plain task would are printed, or written with --include.\nA tag or a commit is wanted as REF; a branch moves, so it needs --floating. project:NAME and folders without a REF are links to a checkout, used as it is.\nInherited tasks run once somebody approved their content: asked on a terminal, with --trust at once, or later with inherit trust.",
  input,
  examples: [
    ["dev-infra inherit add infra --from gh:acme/infra@v1.4.0", "a version of a repository on GitHub"],
    ["dev-infra inherit add infra --from git@example.com:acme/infra.git//tasks@v2 --path Taskfile.ci.yml", "a folder and a file in it"],
    ["dev-infra inherit add infra --from project:infra", "the checkout of a registered project, as it is"]
  ],
  work: () => import("./run.js")
})
