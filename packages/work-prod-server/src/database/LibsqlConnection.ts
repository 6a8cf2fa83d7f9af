/**
 * One connection to an embedded database, as a `Connection` of `@effect/sql`, with prepared statements that are kept.
 *
 * Calls of `libsql` are synchronous: a statement is done when its effect is. What cannot be kept out of memory is bounded by the
 * callers, who read in pieces.
 *
 * @module
 */
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import Libsql from "libsql"

/** Statements that one connection keeps. */
const keptStatements = 256

/** Settings that every connection needs, in the order in which they are made. */
const settings = ["journal_mode = WAL", "synchronous = FULL", "busy_timeout = 5000", "foreign_keys = ON", "cache_size = -6000", "temp_store = MEMORY"] as const

interface Kept {
  readonly statement: ReturnType<Libsql.Database["prepare"]>
  /** names of the columns of its rows; undefined if it gives none */
  readonly columns: ReadonlyArray<string> | undefined
}

/** A row as libSQL gives it in raw mode, which costs it much less than an object. */
type RawRow = ReadonlyArray<unknown>

const toRow = (columns: ReadonlyArray<string>, values: RawRow): object => {
  const row: Record<string, unknown> = {}
  for (const [index, column] of columns.entries()) row[column] = values[index]
  return row
}

/** A connection, and what only its owner may do with it. */
export interface LibsqlConnection extends Connection {
  /** The first row alone: the quickest way to read one. */
  readonly first: (sql: string, parameters: ReadonlyArray<unknown>) => Effect.Effect<object | undefined, SqlError>
  readonly inTransaction: () => boolean
  readonly close: () => void
}

/** What libSQL binds in the place of a value. It ends the whole process if it is given some of the others, so they throw here. */
const bindable = (value: unknown): unknown => {
  switch (typeof value) {
    case "string":
    case "number":
    case "bigint":
    case "object":
      return value
    case "boolean":
      return value ? 1 : 0
    case "undefined":
      return null
    default:
      throw new TypeError(`a ${typeof value} cannot be bound`)
  }
}

const failure = (cause: unknown): SqlError => new SqlError({ cause, message: "the statement failed" })

/**
 * Opens a file, which is made if it is not there. Throws what `libsql` throws: the caller turns it into a failure.
 *
 * @param file an absolute path
 */
export const open = (file: string): LibsqlConnection => {
  const database = new Libsql(file)
  for (const setting of settings) database.pragma(setting)
  const statements = new Map<string, Kept>()

  const make = (sql: string): Kept => {
    const statement = database.prepare(sql)
    return statement.reader ? { columns: statement.columns().map(({ name }) => name), statement: statement.raw() } : { columns: undefined, statement }
  }

  const prepare = (sql: string): Kept => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const kept = make(sql)
    if (statements.size >= keptStatements) for (const oldest of statements.keys()) {
      statements.delete(oldest)
      break
    }
    statements.set(sql, kept)
    return kept
  }

  const rows = ({ columns, statement }: Kept, parameters: ReadonlyArray<unknown>): ReadonlyArray<object> => {
    const bound = parameters.map(bindable)
    // In raw mode a row is a list of values.
    if (columns !== undefined) return (statement.all(bound) as ReadonlyArray<RawRow>).map((values) => toRow(columns, values))
    statement.run(bound)
    return []
  }

  const first = ({ columns, statement }: Kept, parameters: ReadonlyArray<unknown>): object | undefined => {
    if (columns === undefined) return rows({ columns, statement }, parameters)[0]
    const values = statement.get(parameters.map(bindable)) as RawRow | undefined // the same
    return values === undefined ? undefined : toRow(columns, values)
  }

  const execute = (sql: string, parameters: ReadonlyArray<unknown>): Effect.Effect<ReadonlyArray<object>, SqlError> =>
    Effect.try({ try: () => rows(prepare(sql), parameters), catch: failure })

  return {
    execute: (sql, parameters, transformRows) => (transformRows === undefined ? execute(sql, parameters) : Effect.map(execute(sql, parameters), transformRows)),
    executeRaw: execute,
    executeValues: (sql, parameters) => Effect.map(execute(sql, parameters), (found) => found.map((row) => Object.values(row))),
    executeUnprepared: (sql, parameters, transformRows) =>
      Effect.try({
        try: () => {
          const found = rows(make(sql), parameters)
          return transformRows === undefined ? found : transformRows(found)
        },
        catch: failure
      }),
    executeStream: (sql, parameters, transformRows) =>
      Stream.unwrap(
        Effect.map(execute(sql, parameters), (found) => Stream.fromIterable(transformRows === undefined ? found : transformRows(found)))
      ),
    first: (sql, parameters) => Effect.try({ try: () => first(prepare(sql), parameters), catch: failure }),
    inTransaction: () => database.inTransaction,
    close: () => {
      statements.clear()
      try {
        // What is in the log goes into the file, so that the file alone can be copied.
        database.pragma("wal_checkpoint(TRUNCATE)")
      } catch {
        // Full, read-only or gone: what was committed is in the log, from which the next one who opens the file takes it.
      } finally {
        database.close()
      }
    }
  }
}

/** The tables of a database, without changing anything of it. Throws what `libsql` throws. @param file an absolute path of a file that is there */
export const tables = (file: string): ReadonlyArray<string> => {
  const database = new Libsql(file)
  try {
    database.pragma("busy_timeout = 5000")
    // The statement gives this one column.
    const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all() as ReadonlyArray<{ readonly name: string }>
    return rows.map(({ name }) => name)
  } finally {
    database.close()
  }
}

/** A lock that one process at a time can hold, and that the system releases when that process ends. */
export interface FileLock {
  readonly held: boolean
  readonly close: () => void
}

/**
 * Tries to get the lock that an otherwise empty database stands for. Throws what `libsql` throws.
 *
 * @param file an absolute path; the file is made and stays
 */
export const openLock = (file: string): FileLock => {
  const database = new Libsql(file)
  try {
    database.pragma("busy_timeout = 0")
    database.pragma("journal_mode = MEMORY")
    database.exec("BEGIN EXCLUSIVE")
    return {
      held: true,
      close: () => {
        database.exec("ROLLBACK")
        database.close()
      }
    }
  } catch (cause) {
    database.close()
    if (cause instanceof Libsql.SqliteError && cause.code.startsWith("SQLITE_BUSY")) return { held: false, close: () => {} }
    throw cause
  }
}
