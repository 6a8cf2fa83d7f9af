import { allowed, classifications, isProjectName, projectStatuses, projectTypes } from "@dev-infra/metadata/ProjectRules"
import { hasCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Either from "effect/Either"
import { declare, type Values } from "../../Declaration.js"
import * as options from "../../options.js"

const filled =
  (flag: string): options.Parse<string> =>
  (value) =>
    value.trim() === "" ? Either.left(`is empty; to take the value away: --clear ${flag}`) : Either.right(value)

const notBlank: options.Parse<string> = (value) => (value.trim() === "" ? Either.left("is empty") : Either.right(value))

const name: options.Parse<string> = (value) => (isProjectName(value) ? Either.right(value) : Either.left(`must be ${allowed.name}`))

const repository: options.Parse<string> = (value) => {
  if (value.trim() === "") return Either.left("is empty; to take the value away: --clear repository")
  return hasCredentials(value) ? Either.left(`must be ${allowed.repository}`) : Either.right(value)
}

/** What `--clear` takes. @category models */
export const clearable = ["description", "organization", "classification", "type", "repository", "tags"] as const

const input = {
  flags: {
    name: options.parsed("name", name, { value: "NAME", description: "Call it by this name. For one project." }),
    description: options.parsed("description", filled("description"), { description: "Say what it is." }),
    organization: options.parsed("organization", filled("organization"), { value: "NAME", description: "Whose it is." }),
    classification: options.choice("classification", classifications, { value: "WORD", description: "How important it is." }),
    type: options.choice("type", projectTypes, { value: "WORD", description: "Which sphere of life it belongs to." }),
    status: options.choice("status", projectStatuses, { value: "STATUS", description: "Where it stands." }),
    template: options.parsed("template", notBlank, { value: "NAME", description: "The template it was made from." }),
    version: options.parsed("version", notBlank, { value: "VERSION", description: "The version of the template." }),
    repository: options.parsed("repository", repository, { value: "URL", description: "Where it is pushed to. For one project." }),
    path: options.text("path", { value: "FOLDER", kind: "folder", description: "The folder that it now lies in. For one project." }),
    tag: options.texts("tag", { value: "TAG", description: "Add a tag." }),
    removeTag: options.texts("remove-tag", { value: "TAG", description: "Take a tag away." }),
    clear: options.choices("clear", clearable, { value: "FIELD", description: "Take the value of a field away; with --tag, first." }),
    dryRun: options.dryRun,
    stdin: options.stdin,
    nullSeparated: options.nullSeparated,
    json: options.json
  },
  arguments: { projects: options.projects }
}

/** What the command line says. @category models */
export type UpdateInput = Values<typeof input>

/** `dev-infra update` @category commands */
export const command = declare({
  summary: "Change fields of projects.",
  details:
    "A field that the project's own .dev-infra.yml states is changed there (comments and everything else stay as they are) and in the registry, any other in the registry only. A project of another machine is changed at work-prod with the next push.\nEach change is printed: project, field, what it was, what it is, and where it was written.\nAll or nothing: if one project is not known, one file cannot be read or one value is not allowed, nothing is changed.",
  input,
  examples: [
    ["dev-infra update api --tag backend --organization acme", "a tag and an organization"],
    ["dev-infra update . --description 'The public API'", "the project of this folder"],
    ["dev-infra update api web --clear description --dry-run", "only show what would change"]
  ],
  work: () => import("./run.js")
})
