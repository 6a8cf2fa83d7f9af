/**
 * The tables that a backup holds, each behind those that it refers to. A table is read in the order of its key.
 *
 * The one row of `server` is not among them: a backup says in its beginning which database it is of.
 *
 * @module
 */

/** What a column holds. JSON, times and flags are stored as texts and numbers too. */
export interface Column {
  readonly name: string
  readonly kind: "Integer" | "Text"
  readonly nullable: boolean
}

/** `numbered`: the database gives the column `id`, and never gives one again. */
export interface Table {
  readonly name: string
  readonly key: ReadonlyArray<string>
  readonly columns: ReadonlyArray<Column>
  readonly numbered: boolean
}

/** Columns from their names: `#` before a number, `?` behind what may be null. */
const columns = (text: string): ReadonlyArray<Column> =>
  text.split(" ").map((word) => ({ name: word.replace(/^#/, "").replace(/\?$/, ""), kind: word.startsWith("#") ? "Integer" : "Text", nullable: word.endsWith("?") }))

const table = (name: string, key: ReadonlyArray<string>, text: string): Table => ({ name, key, columns: columns(text), numbered: key[0] === "id" })

/** Projects without their locations. @category constants */
export const projects: Table = table(
  "projects",
  ["id"],
  "#id #account_id uid? name description? organization? classification? status project_type? remote_url? metadata created_at updated_at #version #position"
)

/** Where machines have projects. @category constants */
export const locations: Table = table("locations", ["project_id", "machine_id"], "#project_id #machine_id #account_id path")

/** What became of projects of 0.3.0. @category constants */
export const imports: Table = table(
  "imports",
  ["account_id", "source_id", "source_created_at"],
  "#account_id #source_id source_created_at #project_id fields imported_at"
)

/** @category constants */
export const tables: ReadonlyArray<Table> = [
  table("accounts", ["id"], "#id name tag #position #pruned_position created_at"),
  table("api_keys", ["prefix"], "prefix #account_id label hash #read_only created_at expires_at? revoked_at?"),
  table("machines", ["id"], "#id #account_id uid name?"),
  projects,
  locations,
  table("tombstones", ["account_id", "project_id"], "#account_id #project_id uid? #version #position? deleted_at merged_into?"),
  table("idempotency_keys", ["account_id", "key"], "#account_id key body_hash created_at"),
  table("idempotency_results", ["account_id", "key", "item"], "#account_id key #item result"),
  imports
]

/** Those whose ids the database gives. @category constants */
export const numbered: ReadonlyArray<string> = tables.filter((each) => each.numbered).map(({ name }) => name)
