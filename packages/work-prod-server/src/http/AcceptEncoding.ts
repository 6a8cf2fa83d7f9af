/**
 * Which encodings of a body a client takes.
 *
 * @module
 */

const weightOf = (parameters: ReadonlyArray<string>): number => {
  const weight = parameters.map((parameter) => /^\s*q\s*=\s*(\d(?:\.\d*)?)\s*$/i.exec(parameter)?.[1]).find((found) => found !== undefined)
  return weight === undefined ? 1 : Number(weight)
}

/**
 * Whether a body may be sent with gzip.
 *
 * @param header the `Accept-Encoding` header
 * @category predicates
 */
export const takesGzip = (header: string | undefined): boolean => {
  if (header === undefined) return false
  const weights = new Map(
    header.split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";")
      return [name.trim().toLowerCase(), weightOf(parameters)] as const
    })
  )
  const gzip = weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0
  return gzip > 0 && gzip >= (weights.get("identity") ?? 0)
}
