/**
 * The flags that choose among projects, the same for every command that has them.
 *
 * @module
 */
import { projectStatuses } from "@dev-infra/metadata/ProjectRules"
import type { ProjectFilter } from "@dev-infra/registry/ProjectFilter"
import type { Values } from "./Declaration.js"
import * as options from "./options.js"

/** Of commands that look at many projects. @category flags */
export const filterFlags = {
  status: options.choices("status", projectStatuses, { value: "STATUS", description: "Only projects with this status." }),
  template: options.texts("template", { value: "NAME", description: "Only projects of this template." }),
  tag: options.texts("tag", { value: "TAG", description: "Only projects with all of these tags." }),
  organization: options.texts("organization", { value: "NAME", description: "Only projects of this organization." })
}

type FilterValues = Values<{ readonly flags: typeof filterFlags; readonly arguments: Record<never, never> }>

/** The filter that the flags mean; empty if none was given. @category flags */
export const filterOf = (values: FilterValues): ProjectFilter => ({
  ...(values.status.length === 0 ? {} : { status: values.status }),
  ...(values.template.length === 0 ? {} : { template: values.template }),
  ...(values.tag.length === 0 ? {} : { tags: values.tag }),
  ...(values.organization.length === 0 ? {} : { organization: values.organization })
})

/** The words that mean the same filter, for a line that is to be typed. @category flags */
export const filterWords = (values: FilterValues): ReadonlyArray<string> => [
  ...values.status.flatMap((status) => ["--status", status]),
  ...values.template.flatMap((name) => ["--template", name]),
  ...values.tag.flatMap((tag) => ["--tag", tag]),
  ...values.organization.flatMap((name) => ["--organization", name])
]
