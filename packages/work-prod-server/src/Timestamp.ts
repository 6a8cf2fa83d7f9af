/**
 * Times as they are stored and sent: UTC, in whole seconds, without a zone. As texts they are in the order of time.
 *
 * @module
 */

/**
 * The time as text, such as `2026-11-21T07:00:00`.
 *
 * @param millis milliseconds since 1970
 * @category conversions
 */
export const fromMillis = (millis: number): string => new Date(millis).toISOString().slice(0, 19)
