/**
 * What an examination of a database says.
 *
 * @module
 */

/**
 * - `ok`: as it should be
 * - `note`: worth knowing
 * - `warning`: it works, and may not for long
 * - `error`: something is wrong
 *
 * @category models
 */
export type Severity = "error" | "note" | "ok" | "warning"

/** What it is about, what was found, and what mends it. @category models */
export interface Finding {
  readonly subject: string
  readonly severity: Severity
  readonly what: string
  readonly fix?: string
}

/** As it should be. @category constructors */
export const ok = (subject: string, what: string): Finding => ({ subject, severity: "ok", what })

/** What mends most of what can be wrong with a content. @category constants */
export const putBack = "put a backup back: work-prod restore FILE --replace"
