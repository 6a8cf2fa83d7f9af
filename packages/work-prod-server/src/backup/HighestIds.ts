/**
 * The highest id that a table has ever given: what is deleted does not give its id to anybody else, also not after a restore.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"

type Highest = Effect.Effect<number, SqlError>

const given = (rows: Effect.Effect<ReadonlyArray<{ readonly highest: unknown }>, SqlError>): Highest => Effect.map(rows, ([row]) => Number(row?.highest ?? 0))

/** 0 if it has given none. @param table one whose ids the database gives */
export const read = (sql: SqlClient.SqlClient, table: string): Highest =>
  sql.onDialectOrElse({
    pg: () => given(sql`SELECT pg_sequence_last_value(CAST(pg_get_serial_sequence(${table}, 'id') AS regclass)) AS highest`),
    orElse: () => given(sql`SELECT seq AS highest FROM sqlite_sequence WHERE name = ${table}`)
  })

/** From now on the table gives higher ids than this, and than it has given before. @param table one whose ids the database gives */
export const raise = (sql: SqlClient.SqlClient, table: string, highest: number): Effect.Effect<void, SqlError> =>
  Effect.flatMap(read(sql, table), (known) => {
    if (highest <= known) return Effect.void
    return sql.onDialectOrElse({
      pg: () => Effect.asVoid(sql`SELECT setval(CAST(pg_get_serial_sequence(${table}, 'id') AS regclass), ${highest})`),
      orElse: () =>
        Effect.zipRight(sql`DELETE FROM sqlite_sequence WHERE name = ${table}`, Effect.asVoid(sql`INSERT INTO sqlite_sequence (name, seq) VALUES (${table}, ${highest})`))
    })
  })
