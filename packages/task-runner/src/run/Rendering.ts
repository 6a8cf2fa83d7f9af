/**
 * Texts of a task, rendered with what its names stand for there.
 *
 * @module
 */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"
import type { TemplateError } from "@dev-infra/go-template/TemplateError"
import type { SourceLocation } from "@dev-infra/taskfile/SourceLocation"
import type { Directory } from "@dev-infra/taskfile/Variable"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { TextFailed } from "../RunFailure.js"
import { expandWord, join } from "../variables/Paths.js"
import type { Scope } from "../variables/Scope.js"
import { isTemplate, type Needs } from "../variables/Texts.js"
import { dataOf, type Finding, force, neededCells } from "../variables/Values.js"
import { answer } from "./Answers.js"
import type { Failure, RunState } from "./RunState.js"
import { hide, withoutSecrets } from "./Secrets.js"
import { hasUnknown, placeholder } from "./Unknown.js"

/** How a text is rendered: `extra` are names of the place, such as ITEM; `tentative`: a command of a variable may fail without a word. */
export interface RenderingOptions {
  readonly extra?: GoMap | undefined
  readonly tentative?: boolean
}

/** Where a folder is. */
export const folderOf = (state: RunState, directory: Directory, rendered: string): string => {
  const text = expandWord(rendered, state.options.environment)
  return text === "" ? directory.base : join(directory.base, text)
}

/** How the values of variables are found, for one task. */
export const findingFor = (state: RunState, task: string, tentative: boolean): Finding<Failure, never> => ({
  texts: state.texts,
  folder: (directory, rendered) => folderOf(state, directory, rendered),
  rootDirectory: state.graph.directory,
  isEnvironment: (cell) => state.environmentDefinitions.get(cell.name) === cell.definition,
  ask: (question) => answer(state, task, question, tentative),
  refuse: (problem, text, location) => refusal(state, task, problem, text, location),
  unknown: (name, data) => (state.processes === "none" && hasUnknown(data) ? placeholder(name) : undefined),
  hide: (values) => hide(state, values)
})

const refusal = (state: RunState, task: string, problem: TemplateError, text: string, location: SourceLocation | undefined): TextFailed =>
  new TextFailed({ task, problem: withoutSecrets(state, problem.message), text, location: location ?? { file: "", line: 1, column: 1 } })

const withData = <A>(
  state: RunState,
  task: string,
  scope: Scope,
  needs: Needs,
  use: (data: GoMap) => Either.Either<A, Failure>,
  options: RenderingOptions,
  unknown: A
): Effect.Effect<A, Failure> => {
  const cells = neededCells(needs, scope)
  return Effect.flatMap(force(findingFor(state, task, options.tentative === true), cells), () => {
    const data = dataOf(needs, scope)
    if (options.extra !== undefined) for (const [name, value] of options.extra) data.set(name, value)
    const found = use(data)
    // Without commands a variable may be no list, no number, no JSON: then the text is shown as it is written.
    return Either.isLeft(found) && state.processes === "none" && hasUnknown(data) ? Either.right(unknown) : found
  })
}

/** A text. */
export const render = (state: RunState, task: string, scope: Scope, text: string, location: SourceLocation, options: RenderingOptions = {}): Effect.Effect<string, Failure> =>
  isTemplate(text)
    ? withData(state, task, scope, state.texts.needs(text), (data) => Either.mapLeft(state.texts.render(text, data), (problem) => refusal(state, task, problem, text, location)), options, text)
    : Effect.succeed(text)

/** A value whose texts are templates. */
export const renderValue = (state: RunState, task: string, scope: Scope, value: GoValue, location: SourceLocation, options: RenderingOptions = {}): Effect.Effect<GoValue, Failure> =>
  typeof value === "string"
    ? render(state, task, scope, value, location, options)
    : withData(state, task, scope, state.texts.needsOfValue(value), (data) => Either.mapLeft(state.texts.renderValue(value, data), (problem) => refusal(state, task, problem, "", location)), options, value)

/** An expression, with the type of its value. */
export const evaluate = (state: RunState, task: string, scope: Scope, expression: string, location: SourceLocation, options: RenderingOptions = {}): Effect.Effect<GoValue, Failure> =>
  withData(
    state,
    task,
    scope,
    state.texts.needsOfExpression(expression),
    (data) =>
      state.processes === "none" && hasUnknown(data)
        ? Either.right(placeholder(expression))
        : Either.mapLeft(state.texts.evaluate(expression, data), (problem) => refusal(state, task, problem, expression, location)),
    options,
    placeholder(expression)
  )

/** A text as it is shown: variables that are secret are not. */
export const renderShown = (state: RunState, scope: Scope, text: string, rendered: string, extra: GoMap | undefined): string => {
  if (!isTemplate(text)) return rendered
  const needs = state.texts.needs(text)
  const secret = neededCells(needs, scope).filter((cell) => cell.definition.secret)
  if (secret.length === 0) return rendered
  const data = dataOf(needs, scope)
  for (const cell of secret) data.set(cell.name, "*****")
  if (extra !== undefined) for (const [name, value] of extra) data.set(name, value)
  return Either.getOrElse(state.texts.render(text, data), () => rendered)
}

/** Values of cells by name, once they are needed. */
export const valuesOf = (state: RunState, task: string, scope: Scope, names: ReadonlyArray<string>, options: RenderingOptions = {}): Effect.Effect<GoMap, Failure> =>
  withData(state, task, scope, { names: new Set(names), all: false }, (data) => Either.right(data), options, new Map())
