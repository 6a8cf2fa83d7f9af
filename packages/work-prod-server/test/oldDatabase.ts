/**
 * The SQLite file of a work-prod 0.3.0, as its migrations leave it.
 *
 * @module
 */
import Libsql from "libsql"

/** A row; what is missing is null. */
export type OldRow = { readonly [column: string]: string | number | null }

const columns = ["id", "name", "path", "organization", "classification", "status", "project_type", "description", "remote_url", "created_at", "updated_at"]

/** Makes the file, or adds to it. */
export const write = (file: string, rows: ReadonlyArray<OldRow>): void => {
  const database = new Libsql(file)
  database.exec(`
    CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS projects (
      id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(200) NOT NULL, path VARCHAR(500), created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
      organization VARCHAR(100), classification VARCHAR(11), status VARCHAR(9) DEFAULT 'active' NOT NULL, description TEXT, remote_url VARCHAR(500),
      project_type VARCHAR(8), UNIQUE (path)
    )`)
  const insert = database.prepare(`INSERT OR REPLACE INTO projects (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`)
  database.exec("BEGIN")
  for (const row of rows) insert.run(columns.map((column) => row[column] ?? null))
  database.exec("COMMIT")
  database.close()
}

/** Does something else to the file. */
export const change = (file: string, sql: string): void => {
  const database = new Libsql(file)
  database.exec(sql)
  database.close()
}

/** A project with something in every field. */
export const full: OldRow = {
  id: 41,
  name: " blanks, é😀 and \"quotes\" ",
  path: "/home/me/full",
  organization: "acme",
  classification: "maintenance",
  status: "paused",
  project_type: "Learning",
  description: "two\nlines",
  remote_url: "git@git.example.org:acme/full.git",
  created_at: "2025-12-03 09:57:56.123456",
  updated_at: "2025-12-24 18:00:01.000000"
}

/** A project with as little as possible. */
export const bare = (id: number, fields: OldRow = {}): OldRow => ({ id, name: `bare ${id}`, status: "active", created_at: "2025-12-03 09:57:56", updated_at: "2025-12-03 09:57:56", ...fields })
