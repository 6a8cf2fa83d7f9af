/**
 * All rows of a table, out of a database and into one.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Arr from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Row, Value } from "./ArchiveFormat.js"
import type { Column, Table } from "./BackupTables.js"

/** Rows that are in memory at once. */
const atOnce = 200

type StoredRow = { readonly [column: string]: unknown }

/** Some databases give large numbers as texts. */
const valueOf = ({ kind }: Column, stored: unknown): Value => (stored === null || stored === undefined ? null : kind === "Integer" ? Number(stored) : String(stored))

const names = (sql: SqlClient.SqlClient, columns: ReadonlyArray<string>) => sql.csv(columns.map((column) => sql`${sql(column)}`))

/** In pieces, in the order of the key; to be read inside `Database.snapshot`. */
export const read = (sql: SqlClient.SqlClient, { columns, key, name }: Table): Stream.Stream<ReadonlyArray<Row>, SqlError> => {
  const every = names(sql, columns.map((column) => column.name))
  const order = names(sql, key)
  const behind = (last: StoredRow) => sql`WHERE (${order}) > ${sql.in(key.map((column) => last[column]))}`
  const piece = (last: StoredRow | undefined): Effect.Effect<ReadonlyArray<StoredRow>, SqlError> =>
    sql<StoredRow>`SELECT ${every} FROM ${sql(name)} ${last === undefined ? sql.literal("") : behind(last)} ORDER BY ${order} LIMIT ${atOnce}`
  const beginning: StoredRow | undefined = undefined
  return Stream.paginateChunkEffect<StoredRow | undefined, ReadonlyArray<Row>, SqlError, never>(beginning, (last) =>
    Effect.map(piece(last), (rows) => [
      rows.length === 0 ? Chunk.empty() : Chunk.of(rows.map((row) => columns.map((column) => valueOf(column, row[column.name])))),
      rows.length < atOnce ? Option.none() : Option.map(Option.fromNullable(rows.at(-1)), (row): StoredRow | undefined => row)
    ])
  )
}

/**
 * Inserts rows as they are, with their ids.
 *
 * @param columns names of the columns in the order of the values
 */
export const insert = (sql: SqlClient.SqlClient, { name, numbered }: Table, columns: ReadonlyArray<string>, rows: ReadonlyArray<Row>): Effect.Effect<void, SqlError> => {
  const own = numbered ? sql.onDialectOrElse({ pg: () => sql.literal(" OVERRIDING SYSTEM VALUE"), orElse: () => sql.literal("") }) : sql.literal("")
  return Effect.forEach(
    Arr.chunksOf(rows, atOnce),
    (some) => sql`INSERT INTO ${sql(name)} (${names(sql, columns)})${own} VALUES ${sql.csv(some.map((row) => sql`${sql.in(row)}`))}`,
    { discard: true }
  )
}

/** Removes all rows. */
export const clear = (sql: SqlClient.SqlClient, { name }: Table): Effect.Effect<void, SqlError> => Effect.asVoid(sql`DELETE FROM ${sql(name)}`)

/** How many rows there are. */
export const count = (sql: SqlClient.SqlClient, { name }: Table): Effect.Effect<number, SqlError> =>
  Effect.map(sql<{ readonly count: unknown }>`SELECT COUNT(*) AS count FROM ${sql(name)}`, ([row]) => Number(row?.count ?? 0))
