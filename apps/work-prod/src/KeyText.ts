/**
 * Keys without their secrets, as they are shown.
 *
 * @module
 */
import type { ApiKey } from "@dev-infra/work-prod-server/ApiKeys"
import { printable } from "./PlainText.js"

/** For programs: the words of the API. @category conversions */
export const toJson = (key: ApiKey): { readonly [field: string]: boolean | string | null } => ({
  prefix: key.prefix,
  account: key.account,
  label: key.label,
  read_only: key.readOnly,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  revoked_at: key.revokedAt
})

/** A value as JSON, on lines of its own. @category conversions */
export const jsonLines = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

/**
 * Whether a key can be used. Times are texts that sort as the times do.
 *
 * @param now as in `createdAt`
 */
const stateOf = (key: ApiKey, now: string): string =>
  key.revokedAt !== null ? `revoked ${key.revokedAt}` : key.expiresAt === null ? "valid" : key.expiresAt <= now ? `expired ${key.expiresAt}` : `valid until ${key.expiresAt}`

const header = ["PREFIX", "ACCOUNT", "LABEL", "ACCESS", "CREATED", "STATE"]

/**
 * A table for people.
 *
 * @param now as in `createdAt`
 * @category conversions
 */
export const table = (keys: ReadonlyArray<ApiKey>, now: string): string => {
  const rows = [header, ...keys.map((key) => [key.prefix, key.account, key.label, key.readOnly ? "read" : "read, write", key.createdAt, stateOf(key, now)].map(printable))]
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => `${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ").trimEnd()}\n`).join("")
}
