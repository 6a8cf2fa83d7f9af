/**
 * What a template wants to know, asked on a terminal; and the flags that answer it.
 *
 * @module
 */
import type { Question } from "@dev-infra/templates/Answers"
import type { AnswerValue } from "@dev-infra/templates/TemplateManifest"
import * as Effect from "effect/Effect"
import { Output } from "./Output.js"
import { Prompt } from "./Prompt.js"
import { text } from "./SafeText.js"
import { UsageError } from "./UsageError.js"

/**
 * Reads the texts of `--var NAME=VALUE`. Of two with one name the later one counts.
 *
 * @category flags
 */
export const variablesOf = (texts: ReadonlyArray<string>, command: ReadonlyArray<string>): Effect.Effect<{ readonly [name: string]: string }, UsageError> =>
  Effect.map(
    Effect.forEach(texts, (given) => {
      const at = given.indexOf("=")
      return at <= 0 ? Effect.fail(new UsageError({ command: [...command], message: `--var is NAME=VALUE, not ${JSON.stringify(given)}` })) : Effect.succeed([given.slice(0, at), given.slice(at + 1)] as const)
    }),
    (pairs) => Object.fromEntries(pairs)
  )

const asText = (value: AnswerValue | undefined): string | undefined => (value === undefined ? undefined : typeof value === "object" ? value.join(",") : String(value))

/**
 * Asks one question of a template.
 *
 * @category asking
 */
export const ask = ({ byDefault, problem, prompt: words, variable }: Question): Effect.Effect<AnswerValue, UsageError, Output | Prompt> =>
  Effect.gen(function* () {
    const prompt = yield* Prompt
    const output = yield* Output
    if (problem !== undefined) yield* output.warning(text`${problem}`)
    const flag = `--var ${variable.name}=VALUE`
    const choices = variable.choices ?? []
    switch (variable.type) {
      case "boolean":
        return yield* prompt.confirm({ question: text`${words}`, flag, byDefault: byDefault === true || byDefault === "true" })
      case "choice":
        return yield* prompt.select({
          question: text`${words}`,
          flag,
          choices: choices.map((title) => ({ title, value: title })),
          ...(typeof byDefault === "string" && choices.includes(byDefault) ? { byDefault } : {})
        })
      case "choices":
        return yield* prompt.text({ question: text`${words} (any of ${choices.join(", ")}, divided by commas)`, flag, ...(byDefault === undefined ? {} : { byDefault: asText(byDefault) ?? "" }) })
      case "number":
      case "text": {
        const standard = asText(byDefault)
        return yield* prompt.text({ question: text`${words}`, flag, ...(standard === undefined ? {} : { byDefault: standard }) })
      }
    }
  })
