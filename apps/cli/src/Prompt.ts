/**
 * Questions to whoever sits at the terminal. Where there is none, a question is an error that names the flag that answers it.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { GlobalFlags } from "./GlobalFlags.js"
import { render, type SafeText, styled, text } from "./SafeText.js"
import { StandardStreams } from "./StandardStreams.js"
import { UsageError } from "./UsageError.js"

/** @category models */
export interface Question {
  readonly question: SafeText
  /** the flag that answers it, as it is typed: `--yes`, `--name NAME` */
  readonly flag: string
}

/**
 * The service. Ctrl-C and the end of input interrupt.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Prompt } from "./Prompt.js"
 * import { text } from "./SafeText.js"
 *
 * const program = Effect.flatMap(Prompt, (prompt) =>
 *   prompt.confirm({ question: text`Register ${12} projects?`, flag: "--yes", byDefault: true })
 * )
 * ```
 *
 * @category tags
 */
export class Prompt extends Context.Tag("dev-infra/Prompt")<
  Prompt,
  {
    /** There is somebody to ask. */
    readonly isPossible: boolean
    readonly confirm: (question: Question & { readonly byDefault: boolean }) => Effect.Effect<boolean, UsageError>
    readonly text: (question: Question & { readonly byDefault?: string }) => Effect.Effect<string, UsageError>
    /** What is typed is not shown. May be empty. */
    readonly secret: (question: Question) => Effect.Effect<Redacted.Redacted, UsageError>
    /** One of `choices`, by its number or its title; an empty answer is the title `byDefault`. */
    readonly select: <A>(
      question: Question & { readonly choices: ReadonlyArray<{ readonly title: string; readonly value: A }>; readonly byDefault?: string }
    ) => Effect.Effect<A, UsageError>
  }
>() {}

/**
 * On the given streams.
 *
 * @category constructors
 */
export const make = ({ stderr, stdin }: StandardStreams["Type"], flags: GlobalFlags["Type"]): Prompt["Type"] => {
  const isPossible = flags.input && stdin.isTerminal && stderr.isTerminal
  const show = (content: SafeText) => render(content, false)
  const ask = (question: Question, line: SafeText, by = stdin.ask): Effect.Effect<string, UsageError> =>
    isPossible
      ? Effect.map(by(show(line)), (answer) => answer.trim())
      : Effect.fail(
          new UsageError({
            command: [],
            message: `an answer is needed (${show(question.question)}), but ${flags.input ? "there is no terminal to ask on" : "--no-input forbids to ask"}`,
            hint: `give ${question.flag}`
          })
        )
  const again = (line: SafeText) => stderr.write(`${show(line)}\n`)
  const confirm = (question: Question & { readonly byDefault: boolean }): Effect.Effect<boolean, UsageError> =>
    Effect.flatMap(ask(question, text`${question.question} ${question.byDefault ? "[Y/n]" : "[y/N]"} `), (answer) => {
      if (answer === "") return Effect.succeed(question.byDefault)
      if (/^(y|yes)$/i.test(answer)) return Effect.succeed(true)
      if (/^(n|no)$/i.test(answer)) return Effect.succeed(false)
      return Effect.zipRight(again(text`Please answer y or n.`), confirm(question))
    })
  const askText = (question: Question & { readonly byDefault?: string }): Effect.Effect<string, UsageError> => {
    const shown = question.byDefault === undefined ? text`${question.question} ` : text`${question.question} [${question.byDefault}] `
    return Effect.flatMap(ask(question, shown), (answer) => {
      const value = answer === "" ? question.byDefault : answer
      return value === undefined ? Effect.zipRight(again(text`Please type something.`), askText(question)) : Effect.succeed(value)
    })
  }
  const select = <A>(
    question: Question & { readonly choices: ReadonlyArray<{ readonly title: string; readonly value: A }>; readonly byDefault?: string }
  ): Effect.Effect<A, UsageError> => {
    const list = question.choices.map((choice, at) => show(text`  ${at + 1}  ${choice.title}`)).join("\n")
    const line = question.byDefault === undefined ? text`Number or name: ` : text`Number or name [${question.byDefault}]: `
    const attempt: Effect.Effect<A, UsageError> = Effect.flatMap(ask(question, line), (typed) => {
      const answer = typed === "" ? (question.byDefault ?? "") : typed
      const chosen = question.choices[Number(answer) - 1] ?? question.choices.find((choice) => choice.title === answer)
      return chosen === undefined
        ? Effect.zipRight(again(text`Please type a number from 1 to ${question.choices.length}.`), attempt)
        : Effect.succeed(chosen.value)
    })
    return isPossible ? Effect.zipRight(stderr.write(`${show(styled("bold", question.question))}\n${list}\n`), attempt) : attempt
  }
  const secret = (question: Question) => Effect.map(ask(question, text`${question.question} `, stdin.askHidden), (answer) => Redacted.make(answer))
  return { isPossible, confirm, text: askText, secret, select }
}

/**
 * On standard error and standard input.
 *
 * @category layers
 */
export const layer: Layer.Layer<Prompt, never, StandardStreams | GlobalFlags> = Layer.effect(
  Prompt,
  Effect.map(Effect.all([StandardStreams, GlobalFlags]), (all) => make(...all))
)
