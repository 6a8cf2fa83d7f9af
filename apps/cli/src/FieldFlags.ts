/**
 * Flags whose values become fields of a project.
 *
 * @module
 */
import { allowed, isProjectName } from "@dev-infra/metadata/ProjectRules"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as options from "./options.js"

const name: options.Parse<string> = (value) => (isProjectName(value) ? Either.right(value) : Either.left(`must be ${allowed.name}`))

const filled: options.Parse<string> = (value) => (value.trim() === "" ? Either.left("is empty") : Either.right(value))

/** The fields that one says of a project at its start. @category flags */
export const fieldFlags = {
  name: options.parsed("name", name, { value: "NAME", description: "Call it by this name, not by that of the folder. For one folder." }),
  description: options.parsed("description", filled, { description: "Say what it is." }),
  organization: options.parsed("organization", filled, { value: "NAME", description: "Whose it is." }),
  template: options.parsed("template", filled, { value: "NAME", description: "The template it was made from." }),
  version: options.parsed("version", filled, { value: "VERSION", description: "The version of the template." }),
  tag: options.texts("tag", { value: "TAG", description: "Add a tag." })
}

const texts = ["name", "description", "organization", "template", "version"] as const

/** Whether a tag is given that is none. @category predicates */
export const hasEmptyTag = (input: { readonly tag: ReadonlyArray<string> }): boolean => input.tag.some((tag) => tag.trim() === "")

/** The fields that are given, without the tags. @category reading */
export const fieldsOf = (input: { readonly [Field in (typeof texts)[number]]: Option.Option<string> }): { readonly [Field in (typeof texts)[number]]?: string } =>
  Object.fromEntries(texts.flatMap((field) => (Option.isSome(input[field]) ? [[field, input[field].value] as const] : [])))
