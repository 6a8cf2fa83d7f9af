/**
 * Flags and arguments of commands. Each is a shape (plain data, from which help, completions and the checks of the command
 * line are made) and the `@effect/cli` value that turns its text into what the command gets.
 *
 * @module
 */
import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"

/** What a value means, for completion by a shell. @category models */
export type ValueKind = "project" | "folder" | "file" | "other"

/** @category models */
export interface FlagShape {
  /** without the dashes, e.g. `sort` */
  readonly name: string
  /** one letter, e.g. `n` for `-n` */
  readonly letter?: string
  readonly description: string
  /** what stands for the value in help, e.g. `FIELD`; none for a switch */
  readonly value?: string
  readonly choices?: ReadonlyArray<string>
  readonly kind?: ValueKind
  /** what holds when the flag is not given, as help shows it */
  readonly byDefault?: string
  readonly repeatable?: boolean
}

/** @category models */
export interface Flag<A> {
  readonly shape: FlagShape
  readonly options: Options.Options<A>
}

/** @category models */
export interface ArgumentShape {
  /** in capitals, e.g. `PROJECT` */
  readonly name: string
  readonly description: string
  readonly kind: ValueKind
  readonly choices?: ReadonlyArray<string>
  readonly minimum: number
  readonly maximum: number
}

/** @category models */
export interface Argument<A> {
  readonly shape: ArgumentShape
  readonly args: Args.Args<A>
}

/** Turn the text of a value into what it means, or say in one clause what it should be. @category models */
export type Parse<A> = (text: string) => Either.Either<A, string>

interface About {
  readonly description: string
  readonly letter?: string
  readonly value?: string
  readonly kind?: ValueKind
}

const invalid = (sentence: string) => ValidationError.invalidValue(HelpDoc.p(sentence))

const shapeOf = (name: string, about: About, more: Partial<FlagShape>): FlagShape => ({ name, value: "TEXT", ...about, ...more })

/** A flag without a value: `--json`. @category constructors */
export const toggle = (name: string, about: Omit<About, "value" | "kind">): Flag<boolean> => ({
  shape: { name, ...about },
  options: Options.boolean(name)
})

/** A flag with a value that may be left out: `--description TEXT`. @category constructors */
export const text = (name: string, about: About): Flag<Option.Option<string>> => ({
  shape: shapeOf(name, about, {}),
  options: Options.optional(Options.text(name))
})

/** A flag with a value, and what holds without it. @category constructors */
export const textOr = (name: string, byDefault: string, about: About): Flag<string> => ({
  shape: shapeOf(name, about, { byDefault }),
  options: Options.withDefault(Options.text(name), byDefault)
})

/** A flag with a value that may be given more than once: `--tag api --tag go`. @category constructors */
export const texts = (name: string, about: About): Flag<ReadonlyArray<string>> => ({
  shape: shapeOf(name, about, { repeatable: true }),
  options: Options.repeated(Options.text(name))
})

/** A flag whose value is read by `parse`, e.g. a number within bounds. @category constructors */
export const parsed = <A>(name: string, parse: Parse<A>, about: About): Flag<Option.Option<A>> => ({
  shape: shapeOf(name, about, {}),
  options: Options.optional(
    Options.mapEffect(Options.text(name), (value) => Either.mapLeft(parse(value), (clause) => invalid(`--${name} ${clause}`)))
  )
})

/** A whole number from `minimum` to `maximum`. @category parsing */
export const wholeNumber =
  (minimum: number, maximum: number): Parse<number> =>
  (value) => {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
    return number >= minimum && number <= maximum
      ? Either.right(number)
      : Either.left(`is a whole number from ${minimum} to ${maximum}, not ${JSON.stringify(value)}`)
  }

/** A flag whose value is one of a list, and may be left out. @category constructors */
export const choice = <const C extends string>(name: string, choices: ReadonlyArray<C>, about: About): Flag<Option.Option<C>> => ({
  shape: shapeOf(name, about, { choices }),
  options: Options.optional(Options.choice(name, choices))
})

/** A flag whose value is one of a list, and what holds without it. @category constructors */
export const choiceOr = <const C extends string>(name: string, choices: ReadonlyArray<C>, byDefault: NoInfer<C>, about: About): Flag<C> => ({
  shape: shapeOf(name, about, { choices, byDefault }),
  options: Options.withDefault(Options.choice(name, choices), byDefault)
})

/** A flag whose values are out of a list, and that may be given more than once. @category constructors */
export const choices = <const C extends string>(name: string, all: ReadonlyArray<C>, about: About): Flag<ReadonlyArray<C>> => ({
  shape: shapeOf(name, about, { choices: all, repeatable: true }),
  options: Options.repeated(Options.choice(name, all))
})

interface AboutArgument {
  readonly description: string
  readonly kind?: ValueKind
}

const argumentShape = (name: string, about: AboutArgument, minimum: number, maximum: number): ArgumentShape => ({
  name,
  description: about.description,
  kind: about.kind ?? "other",
  minimum,
  maximum
})

/** An argument that must be there. @category constructors */
export const argument = (name: string, about: AboutArgument): Argument<string> => ({
  shape: argumentShape(name, about, 1, 1),
  args: Args.text({ name })
})

/** An argument that is one of a list. @category constructors */
export const choiceArgument = <const C extends string>(name: string, choices: ReadonlyArray<C>, about: AboutArgument): Argument<C> => ({
  shape: { ...argumentShape(name, about, 1, 1), choices },
  args: Args.choice(choices.map((each) => [each, each] as const), { name })
})

/** An argument that may be left out. @category constructors */
export const optionalArgument = (name: string, about: AboutArgument): Argument<Option.Option<string>> => ({
  shape: argumentShape(name, about, 0, 1),
  args: Args.optional(Args.text({ name }))
})

/** Any number of arguments, at least `minimum`. Stands last. @category constructors */
export const manyArguments = (name: string, minimum: 0 | 1, about: AboutArgument): Argument<ReadonlyArray<string>> => ({
  shape: argumentShape(name, about, minimum, Number.POSITIVE_INFINITY),
  args: Args.repeated(Args.text({ name }))
})

/** Of commands that print data. @category shared */
export const json: Flag<boolean> = toggle("json", { description: "Print one JSON document that loses no field." })
/** Of commands that ask before they act. @category shared */
export const yes: Flag<boolean> = toggle("yes", { letter: "y", description: "Do it without asking." })
/** Of commands that change something. @category shared */
export const dryRun: Flag<boolean> = toggle("dry-run", { description: "Only show what would be done." })
/** Of commands that take many projects. @category shared */
export const stdin: Flag<boolean> = toggle("stdin", { description: "Read further projects from standard input, one a line (so does the argument -)." })
/** Of commands that take many projects. @category shared */
export const nullSeparated: Flag<boolean> = toggle("null", { letter: "0", description: "Projects on standard input end with a NUL character instead of a newline." })
/** Of commands that print paths for `xargs -0`. @category shared */
export const print0: Flag<boolean> = toggle("print0", { letter: "0", description: "Print paths as they are, each ended by a NUL character." })
/** One project. @category shared */
export const project: Argument<string> = argument("PROJECT", { kind: "project", description: "An id, the beginning of one (4 characters or more), a name, a path, or . for here." })
/** One or more projects; none is allowed for commands that then take all, or that read `--stdin`. @category shared */
export const projects: Argument<ReadonlyArray<string>> = manyArguments("PROJECT", 0, { kind: "project", description: "Ids, beginnings of ids, names or paths; - reads them from standard input." })
