/**
 * Flags and arguments of commands. Each is a shape (plain data, from which help, completions and the checks of the command
 * line are made) and a parser made of `@effect/cli` that turns its texts into what the command gets.
 *
 * Every text is parsed alone: given a whole line, `@effect/cli` takes the value `--json` of one flag for another flag, finds
 * `--help` behind `--`, and drops empty values of repeated flags.
 *
 * @module
 */
import * as Args from "@effect/cli/Args"
import * as CliConfig from "@effect/cli/CliConfig"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/** What a value means, for completion by a shell. @category models */
export type ValueKind = "project" | "folder" | "file" | "task" | "other"

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

/** A flag whose texts become an `A`, or a sentence that says what is wrong. @category models */
export interface Flag<A> {
  readonly shape: FlagShape
  readonly parse: (texts: ReadonlyArray<string>) => Effect.Effect<A, string>
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
  /** takes what stands behind `--`, all of it and nothing else */
  readonly isBehindDashes?: boolean
}

/** An argument whose words become an `A`. @category models */
export interface Argument<A> {
  readonly shape: ArgumentShape
  readonly parse: (words: ReadonlyArray<string>) => Effect.Effect<A, string>
}

/** Turn the text of a value into what it means, or say in one clause what it should be. @category models */
export type Parse<A> = (text: string) => Either.Either<A, string>

interface About {
  readonly description: string
  readonly letter?: string
  readonly value?: string
  readonly kind?: ValueKind
}

const config = CliConfig.make({ isCaseSensitive: true, autoCorrectLimit: 0, finalCheckBuiltIn: false, showBuiltIns: false })

// `@effect/cli` asks for these because some of its parsers look at files or prompt; none of those below does.
const environment = Context.empty().pipe(
  Context.add(FileSystem.FileSystem, FileSystem.makeNoop({})),
  Context.add(Path.Path, {} as Path.Path),
  Context.add(Terminal.Terminal, {} as Terminal.Terminal)
)

type ParserServices = FileSystem.FileSystem | Path.Path | Terminal.Terminal

const alone = <A>(parser: Effect.Effect<A, ValidationError.ValidationError, ParserServices>): Effect.Effect<A, string> =>
  parser.pipe(Effect.provide(environment), Effect.mapError((error) => plainText(error.error)))

/** What `@effect/cli` says, as one line without colour. */
const plainText = (document: HelpDoc.HelpDoc): string => {
  const parts: Array<string> = []
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return
    if ("value" in part) {
      if (typeof part.value === "string") parts.push(part.value)
      else visit(part.value)
    }
    if ("left" in part) visit(part.left)
    if ("right" in part) visit(part.right)
  }
  visit(HelpDoc.getSpan(document))
  return parts.join("").trim()
}

const parseOne = <A>(name: string, single: Options.Options<A>, text: string): Effect.Effect<A, string> =>
  alone(Effect.map(Options.processCommandLine(single, [`--${name}`, text], config), ([, , value]) => value))

const once =
  <A>(name: string, single: Options.Options<A>) =>
  (texts: ReadonlyArray<string>): Effect.Effect<Option.Option<A>, string> => {
    const [text] = texts
    return text === undefined ? Effect.succeed(Option.none()) : Effect.map(parseOne(name, single, text), Option.some)
  }

const onceOr =
  <A>(name: string, single: Options.Options<A>, byDefault: A) =>
  (texts: ReadonlyArray<string>): Effect.Effect<A, string> => {
    const [text] = texts
    return text === undefined ? Effect.succeed(byDefault) : parseOne(name, single, text)
  }

const each =
  <A>(name: string, single: Options.Options<A>) =>
  (texts: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<A>, string> =>
    Effect.forEach(texts, (text) => parseOne(name, single, text))

const words =
  <A>(args: Args.Args<A>) =>
  (given: ReadonlyArray<string>): Effect.Effect<A, string> =>
    alone(Effect.map(Args.validate(args, given, config), ([, value]) => value))

const invalid = (sentence: string) => ValidationError.invalidValue(HelpDoc.p(sentence))

const shapeOf = (name: string, about: About, more: Partial<FlagShape>): FlagShape => ({ name, value: "TEXT", ...about, ...more })

/** A flag without a value: `--json`. @category constructors */
export const toggle = (name: string, about: Omit<About, "value" | "kind">): Flag<boolean> => ({
  shape: { name, ...about },
  parse: (texts) => Effect.succeed(texts.length > 0)
})

/** A flag with a value that may be left out: `--description TEXT`. @category constructors */
export const text = (name: string, about: About): Flag<Option.Option<string>> => ({
  shape: shapeOf(name, about, {}),
  parse: once(name, Options.text(name))
})

/** A flag with a value that may be given more than once: `--tag api --tag go`. @category constructors */
export const texts = (name: string, about: About): Flag<ReadonlyArray<string>> => ({
  shape: shapeOf(name, about, { repeatable: true }),
  parse: each(name, Options.text(name))
})

/** A flag whose value is read by `parse`, e.g. a number within bounds. @category constructors */
export const parsed = <A>(name: string, parse: Parse<A>, about: About): Flag<Option.Option<A>> => ({
  shape: shapeOf(name, about, {}),
  parse: once(name, Options.mapEffect(Options.text(name), (value) => Either.mapLeft(parse(value), (clause) => invalid(`--${name} ${clause}`))))
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
  parse: once(name, Options.choice(name, choices))
})

/** A flag whose value is one of a list, and what holds without it. @category constructors */
export const choiceOr = <const C extends string>(name: string, choices: ReadonlyArray<C>, byDefault: NoInfer<C>, about: About): Flag<C> => ({
  shape: shapeOf(name, about, { choices, byDefault }),
  parse: onceOr(name, Options.choice(name, choices), byDefault)
})

/** A flag whose values are out of a list, and that may be given more than once. @category constructors */
export const choices = <const C extends string>(name: string, all: ReadonlyArray<C>, about: About): Flag<ReadonlyArray<C>> => ({
  shape: shapeOf(name, about, { choices: all, repeatable: true }),
  parse: each(name, Options.choice(name, all))
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
  parse: words(Args.text({ name }))
})

/** An argument that is one of a list. @category constructors */
export const choiceArgument = <const C extends string>(name: string, choices: ReadonlyArray<C>, about: AboutArgument): Argument<C> => ({
  shape: { ...argumentShape(name, about, 1, 1), choices },
  parse: words(Args.choice(choices.map((one) => [one, one] as const), { name }))
})

/** An argument that may be left out. @category constructors */
export const optionalArgument = (name: string, about: AboutArgument): Argument<Option.Option<string>> => ({
  shape: argumentShape(name, about, 0, 1),
  parse: words(Args.optional(Args.text({ name })))
})

/** Any number of arguments, at least `minimum`. Stands last. @category constructors */
export const manyArguments = (name: string, minimum: 0 | 1, about: AboutArgument): Argument<ReadonlyArray<string>> => ({
  shape: argumentShape(name, about, minimum, Number.POSITIVE_INFINITY),
  parse: words(Args.repeated(Args.text({ name })))
})

/** What stands behind `--`, as it is: words for somebody else. @category constructors */
export const behindDashes = (name: string, about: AboutArgument): Argument<ReadonlyArray<string>> => ({
  shape: { ...argumentShape(name, about, 0, Number.POSITIVE_INFINITY), isBehindDashes: true },
  parse: Effect.succeed
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
/** One or more projects; none is allowed for commands that then take all, or that read `--stdin`. @category shared */
export const projects: Argument<ReadonlyArray<string>> = manyArguments("PROJECT", 0, { kind: "project", description: "Ids, beginnings of ids, names or paths; - reads them from standard input." })
/** Of commands that search folders. @category shared */
export const depth: Flag<Option.Option<number>> = parsed("depth", wholeNumber(0, 64), { value: "N", description: "Look at most this many levels below each folder." })
/** Of commands that search folders. @category shared */
export const nested: Flag<boolean> = toggle("nested", { description: "Look inside repositories too, for repositories and folders with a .dev-infra.yml." })
/** Of commands that search folders. @category shared */
export const noIgnore: Flag<boolean> = toggle("no-ignore", { description: "Skip nothing: neither node_modules and its like nor what .gitignore names." })
/** Of commands that start the server of this home. @category shared */
export const port: Flag<Option.Option<number>> = parsed("port", wholeNumber(0, 65_535), { value: "N", description: "Let the server listen at this port of 127.0.0.1, or if it is taken at the next free one; 0 takes any that is free." })
