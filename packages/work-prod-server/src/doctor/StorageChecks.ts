/**
 * Whether the database itself is whole, and can be relied on.
 *
 * @module
 */
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as BackupTables from "../backup/BackupTables.js"
import * as TableRows from "../backup/TableRows.js"
import * as Migrations from "../database/Migrations.js"
import { type Finding, ok, putBack } from "./Finding.js"

type Findings = Effect.Effect<ReadonlyArray<Finding>, SqlError>

const pagesOfFile = (sql: SqlClient.SqlClient): Findings =>
  Effect.gen(function* () {
    const faults = yield* sql<{ readonly integrity_check: string }>`PRAGMA integrity_check(10)`
    const isWhole = faults.length === 1 && faults[0]?.integrity_check === "ok"
    if (isWhole) return [ok("integrity", "every page of the file is whole")]
    return [{ subject: "integrity", severity: "error", what: `the file is damaged: ${faults.map((fault) => fault.integrity_check).join("; ")}`, fix: putBack }]
  })

const settingsOfServer = (sql: SqlClient.SqlClient): Findings =>
  Effect.gen(function* () {
    // Reading every row is what can be done without rights of an administrator.
    yield* Effect.forEach(BackupTables.tables, (table) => TableRows.count(sql, table), { discard: true })
    const [settings] = yield* sql<{ readonly fsync: string; readonly pages: string }>`SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages`
    const loses = settings?.fsync === "off" || settings?.pages === "off"
    const warning: Finding = {
      subject: "durability",
      severity: "error",
      what: "PostgreSQL runs with fsync or full_page_writes off: a power cut loses what was acknowledged, or everything",
      fix: "set both to on in postgresql.conf, and reload it"
    }
    return [ok("integrity", "every table can be read"), loses ? warning : ok("durability", "what is committed stays, also after a power cut")]
  })

/** Pages, or what can be seen of them. */
export const integrity = (sql: SqlClient.SqlClient): Findings => sql.onDialectOrElse({ pg: () => settingsOfServer(sql), orElse: () => pagesOfFile(sql) })

/** Whether the schema is the one that this program knows. */
export const schema = (sql: SqlClient.SqlClient): Findings =>
  Effect.map(sql<{ readonly found: unknown }>`SELECT MAX(version) AS found FROM schema_versions`, ([row]) => [ok("schema", `schema ${Number(row?.found ?? 0)} of ${Migrations.latest}`)])

/** Seconds by which clocks may differ. */
const tolerance = 60

const isoOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 19)

/** Whether the clocks of this computer, of the database and of what is stored go together. @param millis now */
export const clock = (sql: SqlClient.SqlClient, millis: number): Findings =>
  Effect.gen(function* () {
    const seconds = Math.floor(millis / 1000)
    const [latest] = yield* sql<{ readonly latest: string | null }>`SELECT MAX(updated_at) AS latest FROM projects`
    const found = latest?.latest ?? ""
    if (found > isoOf(seconds + tolerance)) {
      return [{ subject: "clock", severity: "warning", what: `the clock of this computer is behind: it is ${isoOf(seconds)} (UTC), and a project was changed at ${found}`, fix: "set the clock, and keep it right with NTP" }]
    }
    const [server] = yield* sql.onDialectOrElse({
      pg: () => sql<{ readonly now: unknown }>`SELECT EXTRACT(EPOCH FROM now()) AS now`,
      orElse: () => sql<{ readonly now: unknown }>`SELECT ${seconds} AS now`
    })
    const difference = Math.round(Number(server?.now ?? seconds) - seconds)
    if (Math.abs(difference) <= tolerance) return [ok("clock", `it is ${isoOf(seconds)} (UTC)`)]
    return [{ subject: "clock", severity: "warning", what: `the clock of PostgreSQL is ${Math.abs(difference)} seconds ${difference > 0 ? "ahead of" : "behind"} that of this computer`, fix: "set both clocks, and keep them right with NTP" }]
  })
