/**
 * JSON the way work-prod 0.3.0 wrote it: compact and in ASCII.
 *
 * @module
 */

/**
 * A JSON value as text; everything outside ASCII as `\uXXXX`.
 *
 * @param value what JSON can hold
 * @category conversions
 */
export const write = (value: unknown): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
