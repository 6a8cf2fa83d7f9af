/**
 * What `gh api --include` prints: the head of the answer as HTTP has it, an empty line, the body.
 *
 * @module
 */

/** An answer of GitHub. Names of headers are in small letters. */
export interface GhAnswer {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** The answer in an output; nothing if there is none, because `gh` failed before it had one. */
export const parse = (output: string): GhAnswer | undefined => {
  const end = /\r?\n\r?\n/.exec(output)
  const head = end === null ? output : output.slice(0, end.index)
  const [first = "", ...lines] = head.split(/\r?\n/)
  const status = /^HTTP\/[\d.]+ (\d{3})\b/.exec(first)?.[1]
  if (status === undefined) return undefined
  const headers = new Map(
    lines.flatMap((line) => {
      const at = line.indexOf(":")
      return at < 1 ? [] : [[line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()] as const]
    })
  )
  return { status: Number(status), headers, body: end === null ? "" : output.slice(end.index + end[0].length) }
}

/** GitHub asks to wait for a minute where it does not say how long. */
const defaultSeconds = 60
const longestSeconds = 3600

/**
 * For how many seconds GitHub wants to be left alone, if that is what it says.
 *
 * @param now milliseconds since 1970
 */
export const retryAfter = ({ body, headers, status }: GhAnswer, now: number): number | undefined => {
  if (status !== 403 && status !== 429) return undefined
  const told = headers.get("retry-after")
  const isSpent = headers.get("x-ratelimit-remaining") === "0"
  if (told === undefined && !isSpent && status !== 429 && !/rate limit/i.test(body)) return undefined
  const reset = Number(headers.get("x-ratelimit-reset") ?? Number.NaN)
  const seconds = told !== undefined && /^\d+$/.test(told) ? Number(told) : isSpent && Number.isFinite(reset) ? Math.ceil(reset - now / 1000) : defaultSeconds
  return Math.min(longestSeconds, Math.max(0, seconds))
}
