/**
 * What the variables of a template stand for: given, asked for, or by default.
 *
 * @module
 */
import { isSecretName } from "@dev-infra/metadata/ProjectMetadata"
import { hasCredentials } from "@dev-infra/metadata/RepositoryUrl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Limits from "./rendering/Limits.js"
import * as LiquidEngine from "./rendering/LiquidEngine.js"
import * as Pattern from "./rendering/Pattern.js"
import { within } from "./rendering/TimeLimit.js"
import { AnswersInvalid } from "./TemplateFailure.js"
import { type Answers, type AnswerValue, builtInVariables, type TemplateManifest, type Variable } from "./TemplateManifest.js"

/** The variables that every template has. @category models */
export interface BuiltIn {
  readonly name: string
  /** the day of creation, `YYYY-MM-DD` */
  readonly date: string
  readonly author: string
}

/** A question about one variable. @category models */
export interface Question {
  readonly variable: Variable
  /** what to ask */
  readonly prompt: string
  readonly byDefault: AnswerValue | undefined
  /** what is wrong with the answer before, as a clause */
  readonly problem: string | undefined
}

/** @category models */
export interface ResolveOptions<E, R> {
  /** Values by name: texts as somebody typed them, or values as they were recorded. */
  readonly given: { readonly [name: string]: AnswerValue }
  readonly builtIn: BuiltIn
  /** What to do about values for variables that the template does not have; by default they are left out. */
  readonly unknown?: "refuse" | "ignore"
  /** Asks somebody; what is typed may be handed on as a text. Without it, or where there is a value or nothing to ask, the default counts. */
  readonly ask?: (question: Question) => Effect.Effect<AnswerValue, E, R>
}

/** The names of the variables that every template has. @category constants */
export const builtInNames: ReadonlySet<string> = new Set(builtInVariables)

const longestText = 10_000

// oxlint-disable-next-line no-control-regex -- control characters are what is refused
const control = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/

const isList = (value: AnswerValue): value is ReadonlyArray<string> => typeof value === "object"

const problemOfText = (text: string): string | undefined => {
  if (text.length > longestText) return `it is longer than ${longestText} characters`
  if (control.test(text) || /\p{Surrogate}/u.test(text)) return "it holds control characters"
  if (hasCredentials(text)) return "it holds a password, and answers are kept in a file under version control"
  return undefined
}

const oneOf = (choices: ReadonlyArray<string>): string => `it must be one of ${choices.join(", ")}`

const asText = (value: AnswerValue): string => (isList(value) ? value.join(", ") : String(value))

/**
 * A value for a variable, from what was typed or recorded, or what is wrong with it.
 *
 * @category constructors
 */
export const read = (variable: Variable, value: AnswerValue): Either.Either<AnswerValue, string> => {
  const choices = variable.choices ?? []
  const wrong = (isList(value) ? value : [asText(value)]).map(problemOfText).find((problem) => problem !== undefined)
  if (wrong !== undefined) return Either.left(wrong)
  const text = asText(value).trim()
  switch (variable.type) {
    case "text": {
      const problem = variable.pattern === undefined ? undefined : Pattern.problemOf(variable.pattern, asText(value))
      return problem === undefined ? Either.right(asText(value)) : Either.left(problem)
    }
    case "number":
      return text !== "" && Number.isFinite(Number(text)) ? Either.right(Number(text)) : Either.left("it must be a number")
    case "boolean":
      if (/^(?:true|yes|y)$/i.test(text)) return Either.right(true)
      return /^(?:false|no|n)$/i.test(text) ? Either.right(false) : Either.left("it must be true or false")
    case "choice":
      return choices.includes(text) ? Either.right(text) : Either.left(oneOf(choices))
    case "choices": {
      const chosen = isList(value) ? value : text === "" ? [] : text.split(",").map((part) => part.trim())
      const foreign = chosen.find((one) => !choices.includes(one))
      return foreign === undefined ? Either.right(choices.filter((choice) => chosen.includes(choice))) : Either.left(`${JSON.stringify(foreign)} is none of ${choices.join(", ")}`)
    }
  }
}

/** What a variable that does not apply stands for if it has no default. */
const nothing = ({ choices, type }: Variable): AnswerValue => {
  if (type === "number") return 0
  if (type === "boolean") return false
  if (type === "choices") return []
  return type === "choice" ? (choices?.[0] ?? "") : ""
}

const limits: Limits.Limits = { ...Limits.usual, milliseconds: 5_000, fileLength: longestText * 2 }

const withEngine = <A>(answers: Answers, what: string, work: (engine: LiquidEngine.LiquidEngine) => Either.Either<A, LiquidEngine.LiquidProblem>): Either.Either<A, string> =>
  Either.mapLeft(
    Either.getOrElse(within(limits.milliseconds, () => work(LiquidEngine.make(answers, limits, { left: limits.fileLength }))), () => Either.left({ line: undefined, problem: "it takes too long" })),
    ({ problem }) => `its ${what} cannot be used: ${problem}`
  )

const defaultOf = (variable: Variable, answers: Answers): Either.Either<AnswerValue | undefined, string> => {
  const given = variable.default ?? answers[variable.name]
  if (typeof given !== "string" || !/\{[{%]/.test(given)) return Either.right(given)
  return withEngine(answers, "default", (engine) => engine.text(given))
}

const appliesTo = (variable: Variable, answers: Answers): Either.Either<boolean, string> => {
  const { when } = variable
  return when === undefined ? Either.right(true) : withEngine(answers, "condition", (engine) => engine.holds(when))
}

const unknownProblems = (manifest: TemplateManifest, given: { readonly [name: string]: AnswerValue }): AnswersInvalid["problems"] => {
  const known = [...manifest.variables.map(({ name }) => name), "author"]
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      name,
      problem: builtInNames.has(name) ? "it cannot be given" : `the template has no such variable; it has ${[...new Set(known)].join(", ")}`
    }))
}

/** What is on hand while the variables are gone through. */
type Asking<E, R> = Pick<ResolveOptions<E, R>, "given" | "ask">

/** Asks until the answer is allowed. */
const asked = <E, R>(variable: Variable, byDefault: AnswerValue | undefined, ask: NonNullable<Asking<E, R>["ask"]>): Effect.Effect<AnswerValue, E, R> => {
  const attempt = (problem: string | undefined): Effect.Effect<AnswerValue, E, R> =>
    Effect.flatMap(ask({ variable, prompt: variable.prompt ?? variable.name, byDefault, problem }), (typed) =>
      Either.match(read(variable, typed), { onLeft: attempt, onRight: (answer) => Effect.succeed(answer) })
    )
  return attempt(undefined)
}

/** The answer for one variable, or what stands in its way. */
const answerOf = <E, R>(variable: Variable, before: Answers, { ask, given }: Asking<E, R>): Effect.Effect<Either.Either<AnswerValue, string>, E, R> => {
  if (isSecretName(variable.name)) return Effect.succeed(Either.left("it is called like a secret, and answers are kept in a file under version control"))
  const situation = Either.all({ applies: appliesTo(variable, before), byDefault: defaultOf(variable, before) })
  if (Either.isLeft(situation)) return Effect.succeed(Either.left(situation.left))
  const { applies, byDefault } = situation.right
  if (!applies) return Effect.succeed(byDefault === undefined ? Either.right(nothing(variable)) : read(variable, byDefault))
  const value = Object.hasOwn(given, variable.name) ? given[variable.name] : undefined
  if (value !== undefined) return Effect.succeed(read(variable, value))
  if (ask !== undefined) return Effect.map(asked(variable, byDefault, ask), Either.right)
  return Effect.succeed(byDefault === undefined ? Either.left("it has no default, so it must be given") : read(variable, byDefault))
}

/**
 * All answers that rendering needs, those of the built-in variables (`name`, `date`, `year`, `author`) among them. Each variable may refer to those
 * before it. Fails with everything that is missing or not allowed.
 *
 * @example
 * ```ts
 * import * as Answers from "@dev-infra/templates/Answers"
 * import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
 *
 * export const answers = Answers.resolve(
 *   { ...TemplateManifest.empty, variables: [{ name: "title", type: "text", default: "{{ name | capitalize }}" }] },
 *   { given: {}, builtIn: { name: "api", date: "2025-12-19", author: "me" } }
 * ) // { name: "api", date: "2025-12-19", year: 2025, author: "me", title: "Api" }
 * ```
 * @category constructors
 */
export const resolve = <E = never, R = never>(manifest: TemplateManifest, options: ResolveOptions<E, R>): Effect.Effect<Answers, AnswersInvalid | E, R> =>
  Effect.gen(function* () {
    const { builtIn, given } = options
    const problems = options.unknown === "refuse" ? [...unknownProblems(manifest, given)] : []
    if (problems.length > 0) return yield* new AnswersInvalid({ problems })
    const author = Object.hasOwn(given, "author") && given["author"] !== undefined ? asText(given["author"]) : builtIn.author
    const authorProblem = problemOfText(author)
    if (authorProblem !== undefined) problems.push({ name: "author", problem: authorProblem })
    const answers = new Map<string, AnswerValue>([["name", builtIn.name], ["date", builtIn.date], ["year", Number(builtIn.date.slice(0, 4))], ["author", author]])
    for (const variable of manifest.variables) {
      const answer = yield* answerOf(variable, Object.fromEntries(answers), options)
      if (Either.isLeft(answer)) problems.push({ name: variable.name, problem: answer.left })
      // With what is still missing later ones can be looked at all the same.
      answers.set(variable.name, Either.getOrElse(answer, () => nothing(variable)))
    }
    return problems.length > 0 ? yield* new AnswersInvalid({ problems }) : Object.fromEntries(answers)
  })
