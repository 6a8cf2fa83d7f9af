/**
 * Rows in columns that line up and fit a terminal, also with wide letters and emoji.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import type { Cell, Column, Table } from "./Output.js"
import { escape, render, type SafeText, styled } from "./SafeText.js"

/** How many columns of the terminal a text takes. @category models */
export type Measure = (text: string) => number

const ascii = /^[\x20-\x7e]*$/

const gap = "  "
const narrowest = 12

/** The measure for these texts: `string-width` is loaded only if one of them is not plain ASCII. */
const measureFor = (texts: ReadonlyArray<string>): Effect.Effect<Measure> =>
  texts.every((text) => ascii.test(text))
    ? Effect.succeed((text) => text.length)
    : Effect.map(
        Effect.promise(() => import("string-width")),
        (module) => (text) => (ascii.test(text) ? text.length : module.default(text))
      )

/** Cut a text so that it takes at most `width` columns, the cut shown as `…`. @category combinators */
export const shorten = (text: string, width: number, where: "text" | "path", measure: Measure): string => {
  if (measure(text) <= width) return text
  const letters = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((part) => part.segment)
  const take = (parts: ReadonlyArray<string>, room: number): ReadonlyArray<string> => {
    const taken: Array<string> = []
    let used = 0
    for (const part of parts) {
      used += measure(part)
      if (used > room) break
      taken.push(part)
    }
    return taken
  }
  const front = where === "text" ? width - 1 : Math.floor((width - 1) / 3)
  const head = take(letters, front)
  const tail = where === "text" ? [] : [...take([...letters].reverse(), width - 1 - front)].reverse()
  return `${head.join("")}…${tail.join("")}`
}

/** Widths that fit: what may be shortened gives way, the widest first, each at least `narrowest`. */
const fit = (columns: ReadonlyArray<Column>, natural: ReadonlyArray<number>, available: number): ReadonlyArray<number> => {
  const widths = [...natural]
  let excess = widths.reduce((sum, width) => sum + width, 0) + gap.length * (widths.length - 1) - available
  while (excess > 0) {
    let widest = -1
    for (const [at, column] of columns.entries()) {
      const width = widths[at] ?? 0
      if (column.shorten !== undefined && width > narrowest && width > (widths[widest] ?? 0)) widest = at
    }
    if (widest < 0) break
    const others = columns.flatMap((column, at) => (at !== widest && column.shorten !== undefined ? [widths[at] ?? 0] : []))
    const width = widths[widest] ?? 0
    // Down to the next widest in one step, so that the loop ends after a few rounds.
    const target = Math.max(narrowest, width - excess, Math.min(width - 1, Math.max(0, ...others)))
    excess -= width - target
    widths[widest] = target
  }
  return widths
}

interface Drawn {
  readonly plain: string
  readonly styled: SafeText | undefined
}

const underHome = (path: string, home: string | undefined): string =>
  home !== undefined && home !== "/" && (path === home || path.startsWith(`${home}/`)) ? `~${path.slice(home.length)}` : path

const drawn = (cell: Cell): Drawn => (typeof cell === "string" ? { plain: escape(cell), styled: undefined } : { plain: render(cell, false), styled: cell })

/**
 * The table as text: titles, then the rows. Columns in which no row has anything are left out.
 *
 * @category drawing
 */
export const draw = (
  table: Table,
  terminal: { readonly columns: number; readonly color: boolean; readonly home: string | undefined }
): Effect.Effect<string> => {
  if (table.rows.length === 0) return Effect.succeed("")
  const rows = table.rows.map((row) =>
    row.map((cell, at) => drawn(typeof cell === "string" && table.columns[at]?.shorten === "path" ? underHome(cell, terminal.home) : cell))
  )
  const kept = table.columns.map((_, at) => at).filter((at) => rows.some((row) => (row[at]?.plain ?? "") !== ""))
  const columns = kept.flatMap((at) => table.columns[at] ?? [])
  const cells = rows.map((row) => kept.map((at) => row[at] ?? { plain: "", styled: undefined }))
  return Effect.map(measureFor(cells.flat().map((cell) => cell.plain)), (measure) => {
    const natural = columns.map((column, at) => cells.reduce((most, row) => Math.max(most, measure(row[at]?.plain ?? "")), measure(column.title)))
    const widths = fit(columns, natural, terminal.columns)
    const place = (shown: string, plain: string, at: number): string => {
      const padding = " ".repeat(Math.max(0, (widths[at] ?? 0) - measure(plain)))
      if (columns[at]?.align === "right") return padding + shown
      return at === columns.length - 1 ? shown : shown + padding
    }
    const rowLine = (row: ReadonlyArray<Drawn>): string =>
      row
        .map((cell, at) => {
          const cut = shorten(cell.plain, widths[at] ?? 0, columns[at]?.shorten ?? "text", measure)
          const shown = cell.styled !== undefined && cut === cell.plain ? render(cell.styled, terminal.color) : cut
          return place(shown, cut, at)
        })
        .join(gap)
    const titles = columns.map((column, at) => place(render(styled("bold", column.title), terminal.color), column.title, at)).join(gap)
    return [titles, ...cells.map(rowLine), ""].map((line) => line.trimEnd()).join("\n")
  })
}
