/**
 * How Python writes a JSON value as text. The errors of an import quote values this way, because those of 0.3.0 did.
 *
 * @module
 */

const quoted = (text: string): string => (text.includes("'") && !text.includes("\"") ? `"${text}"` : `'${text.replaceAll("'", "\\'")}'`)

const inside = (value: unknown): string => (typeof value === "string" ? quoted(value) : write(value))

/**
 * What `str(value)` gives.
 *
 * @param value what JSON.parse gave
 */
export const write = (value: unknown): string => {
  if (value === null || value === undefined) return "None"
  if (value === true) return "True"
  if (value === false) return "False"
  if (typeof value === "string") return value
  if (Array.isArray(value)) return `[${value.map(inside).join(", ")}]`
  if (typeof value === "object") return `{${Object.entries(value).map(([key, entry]) => `${quoted(key)}: ${inside(entry)}`).join(", ")}}`
  return String(value)
}
