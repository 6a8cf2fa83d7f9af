/**
 * The lines of a backup as what they say, each checked; what is not whole and right fails.
 *
 * @module
 */
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as Migrations from "../database/Migrations.js"
import { runningSha256 } from "../RandomValues.js"
import { Beginning, Ending, formatVersion, Header, type Row, Section, type Value } from "./ArchiveFormat.js"
import * as BackupTables from "./BackupTables.js"

/** Rows of one table; `columns` are the names of their values. */
export interface Rows {
  readonly table: BackupTables.Table
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
}

/** Why a text is no backup; `TooNew`: a newer program knows it. */
export type Fault = { readonly _tag: "Damaged"; readonly what: string } | { readonly _tag: "TooNew"; readonly program: string }

/** All that a backup says besides its rows. */
export interface Contents {
  readonly header: Header
  readonly ending: Ending
}

/** Takes lines one after another. */
export interface Reading {
  /** Lines without their ends, and the rows among them. */
  readonly take: (lines: ReadonlyArray<string>) => Either.Either<ReadonlyArray<Rows>, Fault>
  /** That no more lines come. */
  readonly end: () => Either.Either<Contents, Fault>
}

const json = <A, I>(schema: Schema.Schema<A, I>) => Schema.decodeUnknownEither(Schema.parseJson(schema))
const readBeginning = json(Beginning)
const readHeader = json(Header)
const readSection = json(Section)
const readEnding = json(Ending)
const readProgram = json(Schema.Struct({ program: Schema.String }))

const damaged = (what: string): Either.Either<never, Fault> => Either.left({ _tag: "Damaged", what })

const beginning = (line: string): Either.Either<Header, Fault> => {
  const known = readBeginning(line)
  if (Either.isLeft(known)) return damaged("is no backup of work-prod")
  const header = readHeader(line)
  const isNewer = known.right.version > formatVersion || (Either.isRight(header) && header.right.schema > Migrations.latest)
  if (isNewer) return Either.left({ _tag: "TooNew", program: Either.getOrElse(readProgram(line), () => ({ program: "a newer work-prod" })).program })
  return Either.isLeft(header) ? damaged("has a damaged beginning") : Either.right(header.right)
}

const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined // no value of JSON, so it is no row either
  }
}

const isValue = ({ kind, nullable }: BackupTables.Column, value: unknown): value is Value =>
  value === null ? nullable : kind === "Text" ? typeof value === "string" : typeof value === "number" && Number.isSafeInteger(value)

const isRow = (columns: ReadonlyArray<BackupTables.Column>, value: unknown): value is Row =>
  Array.isArray(value) && value.length === columns.length && columns.every((column, index) => isValue(column, value[index]))

interface OpenSection {
  readonly table: BackupTables.Table
  readonly columns: ReadonlyArray<BackupTables.Column>
}

/** The table that a line begins; tables come in their order, each once. */
const sectionOf = ({ columns, table: name }: Section, behind: number): OpenSection | undefined => {
  const index = BackupTables.tables.findIndex((each) => each.name === name)
  const table = BackupTables.tables[index]
  if (table === undefined || index <= behind) return undefined
  const known = columns.flatMap((column) => table.columns.find((each) => each.name === column) ?? [])
  return known.length === columns.length ? { table, columns: known } : undefined
}

/** @category constructors */
export const make = (): Reading => {
  const hash = runningSha256()
  const counts: Record<string, number> = {}
  let header: Header | undefined
  let section: OpenSection | undefined
  let ending: Ending | undefined
  let number = 0

  const unreadable = () => damaged(`is damaged: its line ${number} cannot be read`)

  /** A row, or a line that is none. */
  const take = (line: string): Either.Either<Row | undefined, Fault> => {
    number += 1
    if (ending !== undefined) return damaged("is damaged: something stands behind its end")
    if (header === undefined) {
      const read = beginning(line)
      if (Either.isLeft(read)) return Either.left(read.left)
      header = read.right
    } else if (line.startsWith('{"end":')) {
      const read = readEnding(line)
      if (Either.isLeft(read)) return unreadable()
      ending = read.right
      return Either.right(undefined)
    } else if (line.startsWith("{")) {
      const read = readSection(line)
      const opened = Either.isLeft(read) ? undefined : sectionOf(read.right, section === undefined ? -1 : BackupTables.tables.indexOf(section.table))
      if (opened === undefined) return unreadable()
      section = opened
      counts[opened.table.name] = 0
    } else {
      const row = parse(line)
      if (section === undefined || !isRow(section.columns, row)) return unreadable()
      hash.update(`${line}\n`)
      counts[section.table.name] = (counts[section.table.name] ?? 0) + 1
      return Either.right(row)
    }
    hash.update(`${line}\n`)
    return Either.right(undefined)
  }

  return {
    take: (lines) => {
      const found: Array<Rows> = []
      let rows: Array<Row> = []
      let of = section
      const close = () => {
        if (of !== undefined && rows.length > 0) found.push({ table: of.table, columns: of.columns.map(({ name }) => name), rows })
        rows = []
        of = section
      }
      for (const line of lines) {
        const taken = take(line)
        if (Either.isLeft(taken)) return Either.left(taken.left)
        if (section !== of) close()
        if (taken.right !== undefined) rows.push(taken.right)
      }
      close()
      return Either.right(found)
    },
    end: () => {
      if (header === undefined) return damaged("is empty")
      if (ending === undefined) return damaged("ends too early: it was not written to its end, or cut off")
      const { rows, sha256 } = ending
      const tables = new Set([...Object.keys(rows), ...Object.keys(counts)])
      if (sha256 !== hash.digest() || [...tables].some((table) => rows[table] !== counts[table])) return damaged("is damaged: its content does not match its checksum")
      return Either.right({ header, ending })
    }
  }
}
