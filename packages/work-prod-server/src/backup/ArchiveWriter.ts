/**
 * A database as the text of a backup, in pieces.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { runningSha256 } from "../RandomValues.js"
import * as Migrations from "../database/Migrations.js"
import { type Ending, formatVersion, type Header, type Section } from "./ArchiveFormat.js"
import * as BackupTables from "./BackupTables.js"
import * as HighestIds from "./HighestIds.js"
import * as TableRows from "./TableRows.js"

/** What is being written: which database, and how many rows of each table so far. */
export interface Writing {
  readonly header: Header
  readonly rows: { readonly [table: string]: number }
  readonly text: Stream.Stream<string, SqlError>
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`

/**
 * Begins; to be used inside `Database.snapshot`, and once.
 *
 * @param program name and version of the program
 * @param time now, as it is stored
 */
export const make = (sql: SqlClient.SqlClient, program: string, time: string): Effect.Effect<Writing, SqlError> =>
  Effect.gen(function* () {
    const [server] = yield* sql<{ readonly instance: string; readonly created_at: string }>`SELECT instance, created_at FROM server WHERE id = 1`
    if (server === undefined) return yield* new SqlError({ cause: undefined, message: "the database does not say which it is" })
    const header: Header = { format: "work-prod backup", version: formatVersion, schema: Migrations.latest, program, taken_at: time, instance: server.instance, created_at: server.created_at }
    const hash = runningSha256()
    const rows: Record<string, number> = {}
    const sectionOf = (table: BackupTables.Table): Stream.Stream<string, SqlError> => {
      rows[table.name] = 0
      const section: Section = { table: table.name, columns: table.columns.map(({ name }) => name) }
      const pieces = Stream.map(TableRows.read(sql, table), (some) => {
        rows[table.name] = (rows[table.name] ?? 0) + some.length
        return some.map(line).join("")
      })
      return Stream.concat(Stream.succeed(line(section)), pieces)
    }
    const content = Stream.concat(Stream.succeed(line(header)), Stream.flatMap(Stream.fromIterable(BackupTables.tables), sectionOf))
    const ending = Effect.gen(function* () {
      const highest = yield* Effect.forEach(BackupTables.numbered, (table) => Effect.map(HighestIds.read(sql, table), (id) => [table, id] as const))
      const last: Ending = { end: true, rows, highest_ids: Object.fromEntries(highest), sha256: hash.digest() }
      return line(last)
    })
    return { header, rows, text: Stream.concat(Stream.tap(content, (text) => Effect.sync(() => hash.update(text))), Stream.fromEffect(ending)) }
  })
