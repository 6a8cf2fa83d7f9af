/**
 * What a command is: its flags and arguments as data, and where its work is found. The work is loaded when it runs, so that
 * one command never pays for the imports of another.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { CheckedLine } from "./CommandLine.js"
import type { CommandError } from "./CommandError.js"
import { done, type ExitCode } from "./ExitCode.js"
import type { GlobalFlags } from "./GlobalFlags.js"
import type { Argument, ArgumentShape, Flag, FlagShape } from "./options.js"
import type { Output } from "./Output.js"
import type { Progress } from "./Progress.js"
import type { Prompt } from "./Prompt.js"
import type { StandardStreams } from "./StandardStreams.js"
import type { Surroundings } from "./Surroundings.js"
import { UsageError } from "./UsageError.js"

/** What every command may ask for. Heavier services are provided by the command's own `run.ts`. @category models */
export type CommandServices = GlobalFlags | Output | Progress | Prompt | StandardStreams | Surroundings

/** The flags and arguments of a command, by the names that its `run` knows them by. @category models */
export interface Input {
  readonly flags: { readonly [name: string]: Flag<unknown> }
  readonly arguments: { readonly [name: string]: Argument<unknown> }
}

/** What `run` gets. @category models */
export type Values<I extends Input> = {
  readonly [K in keyof I["flags"]]: I["flags"][K] extends Flag<infer A> ? A : never
} & {
  readonly [K in keyof I["arguments"]]: I["arguments"][K] extends Argument<infer A> ? A : never
}

/** A command line that works, and what it does. @category models */
export type Example = readonly [line: string, meaning: string]

/** A command, whatever its input. @category models */
export interface Command {
  /** one sentence */
  readonly summary: string
  /** further paragraphs of the help */
  readonly details?: string
  readonly flags: ReadonlyArray<FlagShape>
  readonly arguments: ReadonlyArray<ArgumentShape>
  readonly examples: ReadonlyArray<Example>
  /** not shown in help */
  readonly hidden: boolean
  /** All words after it are its own, those that are flags of every command elsewhere too. */
  readonly isRaw: boolean
  readonly execute: (words: ReadonlyArray<string>, line: CheckedLine) => Effect.Effect<ExitCode, CommandError, CommandServices>
}

/**
 * The work of a command: a module that exports `run`. It ends with an exit code where that is not 0.
 *
 * @category models
 */
export interface Work<I extends Input> {
  readonly run: (values: Values<I>) => Effect.Effect<ExitCode | void, CommandError, CommandServices>
}

const parseValues = (input: Input, line: CheckedLine) =>
  Effect.gen(function* () {
    const values: { [name: string]: unknown } = {}
    for (const [name, flag] of Object.entries(input.flags)) {
      values[name] = yield* flag.parse(line.values.get(flag.shape.name) ?? [])
    }
    let words = line.words
    for (const [name, argument] of Object.entries(input.arguments)) {
      if (argument.shape.isBehindDashes === true) {
        values[name] = yield* argument.parse(line.behind)
        continue
      }
      const taken = words.slice(0, argument.shape.maximum)
      words = words.slice(taken.length)
      values[name] = yield* argument.parse(taken)
    }
    return values
  })

/**
 * Declare a command.
 *
 * @example
 * ```ts
 * import { declare, type Values } from "./Declaration.js"
 * import * as options from "./options.js"
 *
 * const input = {
 *   flags: { dryRun: options.dryRun, stdin: options.stdin, nullSeparated: options.nullSeparated, json: options.json },
 *   arguments: { projects: options.projects }
 * }
 * export type RestoreInput = Values<typeof input>
 *
 * export const command = declare({
 *   summary: "Bring archived projects back.",
 *   input,
 *   examples: [["dev-infra restore old-thing", "take a project up again"]],
 *   work: () => import("./commands/restore/run.js")
 * })
 * ```
 *
 * @category constructors
 */
export const declare = <I extends Input>(declaration: {
  readonly summary: string
  readonly details?: string
  readonly input: I
  readonly examples: ReadonlyArray<Example>
  readonly hidden?: boolean
  readonly work: () => Promise<Work<I>>
}): Command => ({
  summary: declaration.summary,
  ...(declaration.details === undefined ? {} : { details: declaration.details }),
  flags: Object.values(declaration.input.flags).map((flag) => flag.shape),
  arguments: Object.values(declaration.input.arguments).map((argument) => argument.shape),
  examples: declaration.examples,
  hidden: declaration.hidden ?? false,
  isRaw: false,
  execute: (words, line) =>
    Effect.gen(function* () {
      const values = yield* Effect.mapError(parseValues(declaration.input, line), (message) => new UsageError({ command: words, message }))
      const { run } = yield* Effect.promise(declaration.work)
      // `parseValues` made one value for each flag and argument of `input`, each by its own parser.
      return (yield* run(values as Values<I>)) ?? done
    })
})

/**
 * Declare a command that reads the words after it by itself. Its flags and arguments are for help and completion.
 *
 * @example
 * ```ts
 * import { declareRaw } from "./Declaration.js"
 *
 * export const command = declareRaw({
 *   summary: "Run tasks of a Taskfile.",
 *   flags: [{ name: "list", letter: "l", description: "List the tasks." }],
 *   arguments: [],
 *   examples: [["dev-infra task --list", "what there is"]],
 *   work: () => import("./commands/task/run.js")
 * })
 * ```
 *
 * @category constructors
 */
export const declareRaw = (declaration: {
  readonly summary: string
  readonly details?: string
  readonly flags: ReadonlyArray<FlagShape>
  readonly arguments: ReadonlyArray<ArgumentShape>
  readonly examples: ReadonlyArray<Example>
  readonly work: () => Promise<{ readonly run: (words: ReadonlyArray<string>) => Effect.Effect<ExitCode | void, CommandError, CommandServices> }>
}): Command => ({
  summary: declaration.summary,
  ...(declaration.details === undefined ? {} : { details: declaration.details }),
  flags: declaration.flags,
  arguments: declaration.arguments,
  examples: declaration.examples,
  hidden: false,
  isRaw: true,
  execute: (_, line) =>
    Effect.gen(function* () {
      const { run } = yield* Effect.promise(declaration.work)
      return (yield* run(line.words)) ?? done
    })
})
