/**
 * The lines around a place, with a mark below it.
 *
 * @module
 */

/** Characters of a line that are shown. */
const width = 120

/** Characters that a terminal would act on are shown as what they are. */
// oxlint-disable-next-line no-control-regex -- these characters are what is looked for
const plain = (line: string): string => line.replace(/\t/g, " ").replace(/[\0-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\uFFFD")

/** The start of a line, and the start of the next, without dividing the whole text. */
const linesAround = (text: string, line: number, before: number, after: number): ReadonlyArray<readonly [number, string]> => {
  const found: Array<readonly [number, string]> = []
  let start = 0
  for (let number = 1; number <= line + after; number += 1) {
    const end = text.indexOf("\n", start)
    // Behind the last line end there is no line more.
    if (end === -1 && start >= text.length && number > line) break
    if (number >= line - before) found.push([number, text.slice(start, end === -1 ? Math.min(text.length, start + 4 * width) : Math.min(end, start + 4 * width)).replace(/\r$/, "")])
    if (end === -1) break
    start = end + 1
  }
  return found
}

/**
 * Two lines before, the line, two after; the mark is below the column.
 */
export const snippetOf = (text: string, line: number, column: number): string => {
  const lines = linesAround(text, line, 2, 2)
  const digits = String(lines.at(-1)?.[0] ?? 1).length
  return lines
    .flatMap(([number, content]) => {
      const isHere = number === line
      const from = isHere && column > width - 20 ? column - 20 : 0
      const shown = plain(content.slice(from, from + width))
      const start = `${isHere ? ">" : " "} ${String(number).padStart(digits)} | `
      return isHere ? [`${start}${shown}`, `  ${" ".repeat(digits)} | ${" ".repeat(Math.max(0, column - 1 - from))}^`] : [`${start}${shown}`]
    })
    .map((shown) => shown.trimEnd())
    .join("\n")
}
