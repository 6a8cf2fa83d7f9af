/**
 * The rows of a CSV text (RFC 4180; line ends of Unix are read too), each with the line at which it begins.
 *
 * @module
 */
import { CsvError, parse } from "csv-parse/sync"
import * as Either from "effect/Either"

/** A row of cells. `line` counts from 1. */
export interface CsvRow {
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

/** What is wrong, and at which line. */
export interface CsvFault {
  readonly line: number
  readonly detail: string
}

const detailOf = (error: unknown): string => {
  switch (error instanceof CsvError ? error.code : undefined) {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quote is opened and never closed"
    case "CSV_INVALID_CLOSING_QUOTE":
    case "INVALID_OPENING_QUOTE":
      return "a quote stands where none may be; a cell with quotes is quoted as a whole, and each quote in it is doubled"
    default:
      return "this is not CSV"
  }
}

/** Read all rows; empty lines are left out. `delimiter` is one character. */
export const parseRows = (text: string, delimiter = ","): Either.Either<ReadonlyArray<CsvRow>, CsvFault> => {
  // The library counts a CRLF inside quotes as two lines, so lines are counted here.
  let line = 1
  return Either.try({
    try: () => {
      const rows: Array<CsvRow> = []
      parse(text, {
        bom: true,
        delimiter,
        record_delimiter: ["\r\n", "\n"],
        relax_column_count: true,
        on_record: (cells: ReadonlyArray<string>) => {
          if (cells.some((cell) => cell !== "")) rows.push({ line, cells })
          line += 1 + cells.reduce((count, cell) => count + cell.split("\n").length - 1, 0)
          return null
        }
      })
      return rows
    },
    catch: (error) => ({ line, detail: detailOf(error) })
  })
}
