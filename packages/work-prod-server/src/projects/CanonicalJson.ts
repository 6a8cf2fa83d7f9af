/**
 * JSON with the keys of every object in order, so that equal values are equal texts.
 *
 * @module
 */

const ordered = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value

/** @param value what JSON can hold */
export const write = (value: unknown): string => JSON.stringify(value, ordered)
