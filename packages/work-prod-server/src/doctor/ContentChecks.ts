/**
 * Whether the rows of a database go together: positions, numbers, references, values.
 *
 * @module
 */
import { classifications, projectTypes } from "@dev-infra/work-prod-api/ProjectInput"
import { workStatuses } from "@dev-infra/work-prod-api/ProjectStatus"
import type * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import * as Effect from "effect/Effect"
import * as BackupTables from "../backup/BackupTables.js"
import * as HighestIds from "../backup/HighestIds.js"
import { type Finding, ok, putBack } from "./Finding.js"

type Findings = Effect.Effect<ReadonlyArray<Finding>, SqlError>

/** Rows that should not be there, counted by a condition; `what` names them for people. */
interface Wrong {
  readonly what: string
  readonly from: string
}

const countOf = (sql: SqlClient.SqlClient, from: string): Effect.Effect<number, SqlError> =>
  Effect.map(sql<{ readonly count: unknown }>`SELECT COUNT(*) AS count FROM ${sql.literal(from)}`, ([row]) => Number(row?.count ?? 0))

/** One finding for each kind of wrong rows, or one that there are none. */
const none = (sql: SqlClient.SqlClient, subject: string, right: string, all: ReadonlyArray<Wrong>): Findings =>
  Effect.map(
    Effect.forEach(all, ({ from, what }) => Effect.map(countOf(sql, from), (count): Finding | undefined => (count === 0 ? undefined : { subject, severity: "error", what: `${count} ${what}`, fix: putBack }))),
    (findings) => {
      const wrong = findings.filter((finding) => finding !== undefined)
      return wrong.length === 0 ? [ok(subject, right)] : wrong
    }
  )

/** Positions of the feed: none is beyond that of its account, and none is there twice. */
export const feed = (sql: SqlClient.SqlClient): Findings =>
  none(sql, "feed", "the positions of all accounts go together", [
    { what: "accounts are behind the changes of their projects", from: "accounts a WHERE a.position < (SELECT COALESCE(MAX(p.position), 0) FROM projects p WHERE p.account_id = a.id)" },
    { what: "accounts are behind the deletions of their projects", from: "accounts a WHERE a.position < (SELECT COALESCE(MAX(t.position), 0) FROM tombstones t WHERE t.account_id = a.id)" },
    { what: "accounts have forgotten deletions that have not happened", from: "accounts a WHERE a.pruned_position > a.position" },
    { what: "changes have the position of a deletion", from: "projects p JOIN tombstones t ON t.account_id = p.account_id AND t.position = p.position" },
    { what: "projects are there and deleted at once", from: "projects p JOIN tombstones t ON t.account_id = p.account_id AND (t.project_id = p.id OR t.uid = p.uid)" }
  ])

/** References: each leads to a row, and to one of the same account. */
export const references = (sql: SqlClient.SqlClient): Findings =>
  none(sql, "references", "every row belongs to something that is there", [
    ...["api_keys", "machines", "projects", "tombstones", "idempotency_keys", "imports"].map((table) => ({
      what: `rows of ${table} belong to no account`,
      from: `${table} r WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = r.account_id)`
    })),
    { what: "paths belong to no project of their account", from: "locations l WHERE NOT EXISTS (SELECT 1 FROM projects p WHERE p.id = l.project_id AND p.account_id = l.account_id)" },
    { what: "paths belong to no machine of their account", from: "locations l WHERE NOT EXISTS (SELECT 1 FROM machines m WHERE m.id = l.machine_id AND m.account_id = l.account_id)" },
    { what: "results of batches belong to no batch", from: "idempotency_results r WHERE NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.account_id = r.account_id AND k.key = r.key)" }
  ])

const listed = (values: ReadonlyArray<string>): string => values.map((value) => `'${value}'`).join(", ")

/** Values that no request could have made. */
export const values = (sql: SqlClient.SqlClient): Findings =>
  none(sql, "values", "every project has values that it may have", [
    { what: "projects have a status that there is not", from: `projects WHERE status NOT IN (${listed(workStatuses)})` },
    { what: "projects have a classification that there is not", from: `projects WHERE classification NOT IN (${listed(classifications)})` },
    { what: "projects have a type that there is not", from: `projects WHERE project_type NOT IN (${listed(projectTypes)})` },
    { what: "projects have a time that is none", from: "projects WHERE LENGTH(created_at) <> 19 OR LENGTH(updated_at) <> 19" },
    ...sql.onDialectOrElse({ pg: () => [], orElse: () => [{ what: "projects have metadata that are no JSON", from: "projects WHERE NOT json_valid(metadata)" }] })
  ])

/** Numbers: the next one that is given is nobody's. */
export const numbers = (sql: SqlClient.SqlClient): Findings =>
  Effect.map(
    Effect.forEach(BackupTables.numbered, (table) =>
      Effect.gen(function* () {
        const [row] = yield* sql<{ readonly highest: unknown }>`SELECT MAX(id) AS highest FROM ${sql(table)}`
        const given = yield* HighestIds.read(sql, table)
        const wrong: Finding = { subject: "numbers", severity: "error", what: `the next number of ${table} would be one that is taken`, fix: "back up and restore: work-prod backup FILE, work-prod restore FILE --replace" }
        return Number(row?.highest ?? 0) > given ? [wrong] : []
      })
    ),
    (wrong) => (wrong.flat().length === 0 ? [ok("numbers", "no number can be given twice")] : wrong.flat())
  )

/** How much there is, and whether anybody can get in. @param now as it is stored */
export const amounts = (sql: SqlClient.SqlClient, now: string): Findings =>
  Effect.gen(function* () {
    const projects = yield* countOf(sql, "projects")
    const accounts = yield* countOf(sql, "accounts")
    const [keys] = yield* sql<{ readonly count: unknown }>`SELECT COUNT(*) AS count FROM api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${now})`
    const usable = Number(keys?.count ?? 0)
    const content = ok("content", `${projects} ${projects === 1 ? "project" : "projects"}, ${accounts} ${accounts === 1 ? "account" : "accounts"}, ${usable} valid ${usable === 1 ? "key" : "keys"}`)
    const noKey: Finding = { subject: "keys", severity: "note", what: "no key is valid: only a server that runs with --no-auth lets anybody in", fix: "work-prod keys create --account default --label NAME" }
    return usable === 0 ? [content, noKey] : [content]
  })
