import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const input = {
  flags: {
    template: options.text("template", { letter: "t", value: "TEMPLATE", description: "Its name, a folder, or an address of git with a folder and a ref; without it it is asked for, or standard-project." }),
    dir: options.text("dir", { value: "DIR", kind: "folder", description: "The project's own folder; ./NAME by default." }),
    variables: options.texts("var", { value: "NAME=VALUE", description: "What a variable of the template stands for." }),
    defaults: options.toggle("defaults", { description: "Ask nothing: what --var does not say has its default." }),
    noGit: options.toggle("no-git", { description: "Make no repository." }),
    github: options.toggle("github", { description: "Make a repository on GitHub too, with gh, and push to it." }),
    private: options.toggle("private", { description: "With --github: only you can see it." }),
    trust: options.toggle("trust", { description: "Run the commands that the template names, after showing them." }),
    dryRun: options.dryRun,
    json: options.json
  },
  arguments: { name: options.argument("NAME", { description: "The name of the project: letters, digits, dots, hyphens and underscores." }) }
}

/** What the command line says. @category models */
export type NewInput = Values<typeof input>

/** `dev-infra new` @category commands */
export const command = declare({
  summary: "Make a project from a template, and register it.",
  details:
    "On a terminal it asks what the template wants to know; elsewhere flags and defaults say it. The files are written beside their place and moved there as a whole, with a .dev-infra.yml that records the template, its version and all answers, and a git repository with one commit. If anything fails, nothing is left.\nA template from git that is not cached yet is cloned, which is said. Nothing of a template is run, unless --trust is given: then its commands are shown, and run when the project is there. Where git does not know who commits, there is no commit, which is said too.",
  input,
  examples: [
    ["dev-infra new api", "choose a template, and answer its questions"],
    ["dev-infra new api --template standard-project --defaults --var license=none", "ask nothing"],
    ["dev-infra new api --template gh:acme/templates//service@^2 --dir ~/code/api", "the newest version 2 from GitHub, in another folder"],
    ["dev-infra new notes --template learning-project --dry-run", "only show the files"],
    ["dev-infra new api --defaults --github --private", "with a private repository on GitHub"]
  ],
  work: () => import("./run.js")
})
