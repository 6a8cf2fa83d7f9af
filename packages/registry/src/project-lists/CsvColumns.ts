/**
 * How an entry of the registry stands in a row of CSV, and back.
 *
 * A cell carries a field only if reading the cell gives exactly that value again. Everything else (an unknown key, a tag with
 * a comma, a text where a list is due, an entry that is no object) stands in the column `other` as JSON. So nothing is lost.
 *
 * Spreadsheets run a cell that begins with `=`, `+`, `-` or `@` as a formula. Such a cell, and one that begins with a tab,
 * a line end or an apostrophe, gets an apostrophe in front, which spreadsheets take for "this is text"; reading takes it off.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Either from "effect/Either"
import { isObject, type JsonObject } from "../RegistryEdit.js"

/** How one field stands in its cell; an empty cell means that the field is absent. */
interface Column {
  readonly name: string
  readonly toCell: (value: JsonValue) => string
  readonly fromCell: (cell: string) => JsonValue
}

const asText = (name: string): Column => ({ name, toCell: (value) => (typeof value === "string" ? value : ""), fromCell: (cell) => cell })

const isTextList = (value: JsonValue): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/** Items separated by commas; blanks around them do not count. */
const asList = (name: string): Column => ({
  name,
  toCell: (value) => (isTextList(value) ? value.join(", ") : ""),
  fromCell: (cell) => cell.split(",").map((item) => item.trim()).filter((item) => item !== "")
})

/** An id at work-prod is a number there; a text of digits stands in `other`. */
const asNumberOrText = (name: string): Column => ({
  name,
  toCell: (value) => (typeof value === "number" || typeof value === "string" ? String(value) : ""),
  fromCell: (cell) => (/^(0|[1-9]\d{0,14})$/.test(cell) ? Number(cell) : cell)
})

/** The name of the column for what no other column can carry. */
const otherColumn = "other"

const columns: ReadonlyArray<Column> = [
  ...["id", "name", "path", "template", "version", "created", "repository", "status", "description", "organization"].map(asText),
  ...["classification", "project_type"].map(asText),
  asList("tags"),
  asNumberOrText("work_prod_id"),
  asText("last_sync"),
  asList("checkouts")
]

const columnsByName = new Map(columns.map((column) => [column.name, column]))

/** The names of the columns, in order. */
export const header: ReadonlyArray<string> = [...columnsByName.keys(), otherColumn]

const same = (left: JsonValue, right: JsonValue): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Half of a character pair on its own does not survive UTF-8; JSON can spell it. */
const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

const guarded = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

const guard = (cell: string): string => (guarded.test(cell) ? `'${cell}` : cell)

const unguard = (cell: string): string => (cell.startsWith("'") && guarded.test(cell.slice(1)) ? cell.slice(1) : cell)

/** The cells for an entry, in the order of {@link header}. */
export const toCells = (entry: JsonValue): ReadonlyArray<string> => {
  if (!isObject(entry)) return [...columns.map(() => ""), guard(JSON.stringify(entry))]
  const cells = new Map<string, string>()
  const rest: Array<readonly [string, JsonValue]> = []
  for (const [key, value] of Object.entries(entry)) {
    const column = columnsByName.get(key)
    const cell = column?.toCell(value) ?? ""
    if (column !== undefined && cell !== "" && isWellFormed(cell) && same(column.fromCell(cell), value)) cells.set(key, cell)
    else rest.push([key, value])
  }
  const other = rest.length > 0 || cells.size === 0 ? JSON.stringify(Object.fromEntries(rest)) : ""
  return [...columns.map(({ name }) => guard(cells.get(name) ?? "")), guard(other)]
}

/**
 * The entry of a row. A column that is not ours becomes a key of its own, with the cell as a text.
 *
 * @param names the header of the file
 */
export const fromCells = (names: ReadonlyArray<string>, cells: ReadonlyArray<string>): Either.Either<JsonValue, string> => {
  const fields: Array<readonly [string, JsonValue]> = []
  let rest: JsonObject = {}
  for (const [index, raw] of cells.entries()) {
    const name = names[index] ?? ""
    const cell = unguard(raw)
    if (cell === "") continue
    if (name === "") return Either.left("has more cells than the first line names")
    if (name !== otherColumn) {
      fields.push([name, columnsByName.get(name)?.fromCell(cell) ?? cell])
      continue
    }
    const parsed = Either.try((): JsonValue => JSON.parse(cell))
    if (Either.isLeft(parsed)) return Either.left("has a cell in the column other that is not JSON")
    if (isObject(parsed.right)) rest = parsed.right
    else if (cells.every((each, place) => place === index || each === "")) return Either.right(parsed.right)
    else return Either.left("has a cell in the column other that is not a JSON object")
  }
  return Either.right(Object.fromEntries([...fields, ...Object.entries(rest)]))
}
