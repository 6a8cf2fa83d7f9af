/**
 * What a backup looks like: JSON, a value a line, compressed with gzip.
 *
 * The first line says what it is and of which database; then, for each table, a line with its name and columns, and a line with
 * the list of values of each row; and the last line how many rows there are, the highest id that each table has ever given, and the
 * SHA-256 of all lines before it. It is the same for every kind of database, so a backup of one can be restored into another.
 *
 * @module
 */
import * as Schema from "effect/Schema"

/** Of the format as it is written; that of the tables has a number of its own. @category constants */
export const formatVersion = 1

/** A line of a backup is no longer than this: a row is one that came in a request. @category constants */
export const longestLine = 64 * 1024 * 1024

const Count = Schema.NonNegativeInt
const ByTable = Schema.Record({ key: Schema.String, value: Count })

/**
 * The first line, as far as every version has it.
 *
 * @category schemas
 */
export const Beginning = Schema.Struct({ format: Schema.Literal("work-prod backup"), version: Count })

/**
 * The first line. `schema`: what the tables look like; `instance`: the database; `taken_at`: when the backup was begun.
 *
 * @category schemas
 */
export const Header = Schema.Struct({
  ...Beginning.fields,
  schema: Schema.Positive.pipe(Schema.int()),
  program: Schema.String,
  taken_at: Schema.String,
  instance: Schema.NonEmptyString,
  created_at: Schema.String
})

/** @category models */
export type Header = typeof Header.Type

/** The line before the rows of a table. @category schemas */
export const Section = Schema.Struct({ table: Schema.String, columns: Schema.Array(Schema.String) })

/** @category models */
export type Section = typeof Section.Type

/** The last line. @category schemas */
export const Ending = Schema.Struct({ end: Schema.Literal(true), rows: ByTable, highest_ids: ByTable, sha256: Schema.String })

/** @category models */
export type Ending = typeof Ending.Type

/** A value of a row. @category models */
export type Value = string | number | null

/** Values in the order of the columns. @category models */
export type Row = ReadonlyArray<Value>
