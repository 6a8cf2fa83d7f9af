/** How tests render templates. */
import type { GoMap, GoValue } from "@dev-infra/go-template/GoValue"
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import * as Template from "@dev-infra/go-template/Template"
import type { TemplateError } from "@dev-infra/go-template/TemplateError"
import type { TemplateWorld } from "@dev-infra/go-template/TemplateWorld"
import { assert } from "@effect/vitest"
import * as Either from "effect/Either"

export const world: TemplateWorld = {
  environment: { HOME: "/home/me", EMPTY: "" },
  now: Date.UTC(2026, 0, 31, 12),
  zone: "UTC",
  os: "linux",
  arch: "amd64",
  cpus: 4,
  workingDirectory: "/work/shop",
  random: () => 0.5
}

export const data: GoMap = new Map<string, GoValue>([
  ["NAME", "shop"],
  ["EMPTY", ""],
  ["COUNT", 3n],
  ["NOTHING", null],
  ["LIST", ["a", "b", "c"]],
  [
    "MAP",
    new Map<string, GoValue>([
      ["z", 26n],
      ["a", new Map<string, GoValue>([["b", "deep"]])]
    ])
  ]
])

/** What a template gives, or its error. */
export const answer = (text: string, values: GoMap = data, missing?: string): Either.Either<string, TemplateError> =>
  Either.flatMap(Template.parse(text, taskFunctions), (template) => Template.render(template, values, { world, ...(missing === undefined ? {} : { missing }) }))

export const rendered = (text: string, values?: GoMap, missing?: string): string => Either.getOrThrowWith(answer(text, values, missing), (error) => new Error(`${text}: ${error.message}`))

export const failure = (text: string): TemplateError => Either.getOrThrowWith(Either.flip(answer(text)), (shown) => new Error(`${text} gives ${shown}`))

/** Each template beside what it gives. */
export const gives = (cases: ReadonlyArray<readonly [template: string, result: string]>): void => {
  for (const [template, result] of cases) assert.strictEqual(rendered(template), result, template)
}

/** Each template beside a part of what is wrong with it. */
export const fails = (cases: ReadonlyArray<readonly [template: string, problem: string]>): void => {
  for (const [template, problem] of cases) assert.include(failure(template).message, problem, template)
}
