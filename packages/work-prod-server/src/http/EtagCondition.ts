/**
 * `If-Match` and `If-None-Match`.
 *
 * Weak etags are taken for what they name: a proxy that compresses makes them of ours. So are those without quotes, as they stand
 * in a project's `etag`.
 *
 * @module
 */

/** The etags of a header, without quotes; `"*"` if any will do, undefined without the header. @category parsing */
export const read = (header: string | undefined): ReadonlyArray<string> | "*" | undefined => {
  if (header === undefined) return undefined
  const etags = header.split(",").map((part) => part.trim().replace(/^W\//, "").replace(/^"(.*)"$/, "$1"))
  return etags.includes("*") ? "*" : etags
}

/** Whether a project with this etag is what the header names. @category predicates */
export const matches = (header: string | undefined, etag: string): boolean => {
  const etags = read(header)
  return etags !== undefined && (etags === "*" || etags.includes(etag))
}
