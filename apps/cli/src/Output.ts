/**
 * What a command prints: data to standard output, everything else to standard error.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { OutputFailed } from "./CommandError.js"
import { GlobalFlags } from "./GlobalFlags.js"
import { escape, render, type SafeText, styled, text } from "./SafeText.js"
import { StandardStreams } from "./StandardStreams.js"
import { Surroundings } from "./Surroundings.js"

/** A part of a row: any text (it is escaped), or text that is safe already. @category models */
export type Cell = string | SafeText

/** @category models */
export interface Column {
  readonly title: string
  /** may be shortened to fit the terminal; a `path` in its middle, and with `~` for the home folder */
  readonly shorten?: "text" | "path"
  readonly align?: "left" | "right"
}

/** @category models */
export interface Table {
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<ReadonlyArray<Cell>>
}

/**
 * The service.
 *
 * @example
 * ```ts
 * import * as Effect from "effect/Effect"
 * import { Output } from "./Output.js"
 * import { text } from "./SafeText.js"
 *
 * const program = Effect.gen(function* () {
 *   const output = yield* Output
 *   yield* output.table({ columns: [{ title: "NAME" }, { title: "PATH", shorten: "path" }], rows: [["api", "/home/me/api"]] })
 *   yield* output.message(text`1 project`)
 * })
 * ```
 *
 * @category tags
 */
export class Output extends Context.Tag("dev-infra/Output")<
  Output,
  {
    /** Standard output is a terminal: somebody reads, no program. */
    readonly isTerminal: boolean
    /** On a terminal a table that fits it, else the rows as lines with tabs, whole and without titles. Empty columns are left out on a terminal. */
    readonly table: (table: Table) => Effect.Effect<void, OutputFailed>
    /** One line of data. */
    readonly line: (line: SafeText) => Effect.Effect<void, OutputFailed>
    /** Text for programs, e.g. a path for `cd`: as it is when piped, escaped on a terminal; `end` is what follows it. */
    readonly plain: (content: string, end: "\n" | "\0") => Effect.Effect<void, OutputFailed>
    /** One JSON document. */
    readonly json: (value: unknown) => Effect.Effect<void, OutputFailed>
    /** The same on one line, of output that goes on. */
    readonly jsonLine: (value: unknown) => Effect.Effect<void, OutputFailed>
    /** What was done, and what to do next; silent with `--quiet`. */
    readonly message: (line: SafeText) => Effect.Effect<void>
    /** What is wrong without being the end; also with `--quiet`. */
    readonly warning: (line: SafeText) => Effect.Effect<void>
    /** The end, as `ErrorReport` tells it. */
    readonly error: (paragraph: SafeText) => Effect.Effect<void>
  }
>() {}

/**
 * Whether to use colour on a stream: `--color`, then `NO_COLOR` and `FORCE_COLOR`, then whether it is a terminal that can.
 *
 * @category predicates
 */
export const usesColor = (
  choice: "auto" | "always" | "never",
  environment: { readonly [name: string]: string | undefined },
  isTerminal: boolean
): boolean => {
  if (choice !== "auto") return choice === "always"
  if ((environment["NO_COLOR"] ?? "") !== "") return false
  const forced = environment["FORCE_COLOR"] ?? ""
  if (forced !== "") return forced !== "0" && forced !== "false"
  return isTerminal && environment["TERM"] !== "dumb"
}

/** Rows as lines. One text that grows: lists of 10,000 rows and of their cells cost more than escaping them. */
const linesOf = (rows: ReadonlyArray<ReadonlyArray<Cell>>, color: boolean): string => {
  let lines = ""
  for (const row of rows) {
    let separator = ""
    for (const cell of row) {
      lines += separator + (typeof cell === "string" ? escape(cell) : render(cell, color))
      separator = "\t"
    }
    lines += "\n"
  }
  return lines
}

/**
 * On the given streams.
 *
 * @category constructors
 */
export const make = (
  { stderr, stdout }: StandardStreams["Type"],
  flags: GlobalFlags["Type"],
  { environment, homeFolder }: Surroundings["Type"]
): Output["Type"] => {
  const color = usesColor(flags.color, environment, stdout.isTerminal)
  const messageColor = usesColor(flags.color, environment, stderr.isTerminal)
  const message = (line: SafeText) => stderr.write(`${render(line, messageColor)}\n`)
  return {
    isTerminal: stdout.isTerminal,
    table: (table) =>
      stdout.isTerminal
        ? Effect.flatMap(
            Effect.promise(() => import("./TableLayout.js")),
            (layout) => Effect.flatMap(layout.draw(table, { columns: stdout.columns, color, home: homeFolder }), stdout.write)
          )
        : table.rows.length === 0
          ? Effect.void
          : Effect.suspend(() => stdout.write(linesOf(table.rows, color))),
    line: (line) => stdout.write(`${render(line, color)}\n`),
    plain: (content, end) => stdout.write((stdout.isTerminal ? escape(content) : content) + end),
    json: (value) => Effect.suspend(() => stdout.write(`${jsonText(value, 2)}\n`)),
    jsonLine: (value) => Effect.suspend(() => stdout.write(`${jsonText(value, 0)}\n`)),
    message: (line) => (flags.quiet ? Effect.void : message(line)),
    warning: (line) => message(text`${styled("yellow", "warning:")} ${line}`),
    error: message
  }
}

/**
 * On the streams of the process, or of a test.
 *
 * @category layers
 */
export const layer: Layer.Layer<Output, never, StandardStreams | GlobalFlags | Surroundings> = Layer.effect(
  Output,
  Effect.map(Effect.all([StandardStreams, GlobalFlags, Surroundings]), (all) => make(...all))
)

// JSON escapes control characters by itself, but leaves the marks that turn the direction of writing, C1 controls and DEL.
const unsafeInJson = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]/g

const jsonText = (value: unknown, indent: number): string =>
  JSON.stringify(value, null, indent).replace(unsafeInJson, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
