/**
 * Where an include leads: its templates know the environment and the plain variables of the file, nothing else.
 *
 * @module
 */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import { parse, render } from "@dev-infra/go-template/Template"
import * as Either from "effect/Either"
import type { Include, Taskfile } from "../Taskfile.js"
import type { LoadOptions } from "../TaskGraph.js"
import { TaskfileInvalid, Unsupported } from "../TaskfileError.js"
import { snippetOf } from "../decode/Snippet.js"
import { expand, isAbsolute, isRemote, resolve } from "./Paths.js"

/** What templates in includes of a file may name. */
export const staticData = (taskfile: Taskfile, environment: LoadOptions["environment"]): ReadonlyMap<string, GoValue> => {
  const data = new Map<string, GoValue>()
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) data.set(name, value)
  for (const [name, { value }] of taskfile.variables) {
    if (value._tag === "Literal") data.set(name, value.value)
    else data.delete(name)
  }
  return data
}

/** A text of an include, rendered. */
export const renderInclude = (
  include: Include,
  text: string,
  data: ReadonlyMap<string, GoValue>,
  options: LoadOptions,
  source: { readonly text: string; readonly directory: string }
): Either.Either<string, TaskfileInvalid | Unsupported> => {
  if (!text.includes("{{")) return Either.right(text)
  const world = { ...options.world, environment: options.environment, workingDirectory: source.directory }
  return Either.mapLeft(
    Either.flatMap(parse(text, taskFunctions), (template) => render(template, data, { world, missing: "" })),
    (error) =>
      error.reason === "UnknownFunction"
        ? new Unsupported({ feature: `the template function ${error.detail}`, location: include.location })
        : new TaskfileInvalid({
            location: include.location,
            problem: `the path of the include ${include.namespace} cannot be rendered: ${error.message}`,
            snippet: snippetOf(source.text, include.location.line, include.location.column)
          })
  )
}

/** The place that a rendered path means: absolute, or a URL. */
export const targetOf = (path: string, from: { readonly file: string; readonly directory: string }, environment: LoadOptions["environment"]): string => {
  if (isRemote(path)) return path
  const expanded = expand(path, environment)
  if (isRemote(expanded) || isAbsolute(expanded)) return expanded
  if (from.directory !== "") return resolve(from.directory, expanded)
  return URL.canParse(expanded, from.file) ? new URL(expanded, from.file).href : expanded
}
