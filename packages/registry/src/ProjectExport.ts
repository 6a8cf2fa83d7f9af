/**
 * The registry as a file for elsewhere. What `ProjectLists` reads back is what was written: no field is lost.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import { header, toCells } from "./project-lists/CsvColumns.js"

/**
 * Entries as JSON in the shape of the registry's own file.
 *
 * @param entries as `Registry.exportEntries` gives them
 * @example
 * ```ts
 * import * as ProjectExport from "@dev-infra/registry/ProjectExport"
 *
 * const text = ProjectExport.toJson([{ name: "api", path: "/home/me/api" }])
 * ```
 * @category constructors
 */
export const toJson = (entries: ReadonlyArray<JsonValue>): string => `${JSON.stringify({ version: "1.0", projects: entries }, null, 2)}\n`

const quote = (cell: string): string => (/[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)

const toLine = (cells: ReadonlyArray<string>): string => `${cells.map(quote).join(",")}\r\n`

/**
 * Entries as CSV (RFC 4180): a column for each known field, tags and checkouts separated by commas inside their cell, and the
 * column `other` with everything else as a JSON object. A cell that a spreadsheet would run as a formula has an apostrophe in
 * front, which reading takes off again.
 *
 * @param entries as `Registry.exportEntries` gives them
 * @example
 * ```ts
 * import * as ProjectExport from "@dev-infra/registry/ProjectExport"
 *
 * const text = ProjectExport.toCsv([{ name: "api", path: "/home/me/api", tags: ["go", "http"] }])
 * ```
 * @category constructors
 */
export const toCsv = (entries: ReadonlyArray<JsonValue>): string => [header, ...entries.map(toCells)].map(toLine).join("")
