/**
 * Our own CSV, or any CSV whose first line names the columns and has `path` among them.
 *
 * @module
 */
import * as Either from "effect/Either"
import { fromCells } from "./CsvColumns.js"
import { parseRows } from "./CsvRows.js"
import { type ListedProject, type ListPlace, type ProjectList, ProjectListUnreadable, resolveListed } from "./ProjectList.js"
import { isObject } from "../RegistryEdit.js"

/** Spreadsheets in some languages write semicolons or tabs. */
const delimiterOf = (text: string): string => {
  const first = text.split("\n", 1)[0] ?? ""
  return [",", ";", "\t"].find((delimiter) => first.includes(delimiter)) ?? ","
}

/** Read a CSV list. */
export const decodeCsv = (text: string, place: ListPlace): Either.Either<ProjectList, ProjectListUnreadable> => {
  const unreadable = (line: number, detail: string) =>
    Either.left(new ProjectListUnreadable({ path: place.path, format: "csv", detail, position: { line, column: 1 } }))
  const parsed = parseRows(text, delimiterOf(text))
  if (Either.isLeft(parsed)) return unreadable(parsed.left.line, parsed.left.detail)
  const [first, ...rows] = parsed.right
  const names = first?.cells.map((cell) => cell.trim()) ?? []
  if (first === undefined || !names.includes("path")) return unreadable(1, "the first line must name the columns, path among them")
  const twice = names.find((name, index) => name !== "" && names.indexOf(name) !== index)
  if (twice !== undefined) return unreadable(first.line, `two columns are named ${JSON.stringify(twice)}`)
  const projects: Array<ListedProject> = []
  for (const { cells, line } of rows) {
    const entry = fromCells(names, cells)
    if (Either.isLeft(entry)) return unreadable(line, `this line ${entry.left}`)
    const value = entry.right
    const written = isObject(value) ? value["path"] : undefined
    const path = typeof written === "string" && /^~(\/|$)/.test(written) ? resolveListed(written, place) : undefined
    projects.push({ line, entry: isObject(value) && path !== undefined ? { ...value, path } : value })
  }
  return Either.right({ format: "csv", projects, skipped: [] })
}
