import { declare, type Values } from "../../../Declaration.js"
import * as options from "../../../options.js"

const input = {
  flags: { replace: options.toggle("replace", { description: "Let the name mean this source from now on, whatever it meant." }), json: options.json },
  arguments: {
    name: options.argument("NAME", { description: "What the template is to be called." }),
    source: options.argument("SOURCE", { kind: "folder", description: "A folder, or a URL of git such as gh:owner/repository//folder@ref." })
  }
}

/** What the command line says. @category models */
export type TemplateAddInput = Values<typeof input>

/** `dev-infra template add` @category commands */
export const command = declare({
  summary: "Give a template a name.",
  details:
    "The name is kept in config.yml, and `new --template` takes it from then on. A repository that is not on this computer yet is cloned, so that everything but `template update` works offline. What cannot be opened as a template gets no name.\nA ref is a tag, a branch, a commit, or a range of versions such as @^1.2; without one the newest version is meant. Passwords are left to git: addresses that hold one are refused.",
  input,
  examples: [
    ["dev-infra template add company gh:acme/templates//service@^2", "a folder of a repository on GitHub, versions 2"],
    ["dev-infra template add mine ~/templates/api", "a folder"],
    ["dev-infra template add tools 'git+ssh://git@example.com/tools.git@main'", "a branch"]
  ],
  work: () => import("./run.js")
})
