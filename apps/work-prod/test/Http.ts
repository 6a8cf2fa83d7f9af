/**
 * Requests as `curl` sends them, and their answers.
 */

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** the body as JSON; a test reads from it what it expects there */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any
}

export interface Sent {
  readonly method?: string
  readonly key?: string
  readonly headers?: { readonly [name: string]: string }
  /** sent as JSON */
  readonly body?: unknown
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Send a request; with a body and no method it is a POST. */
export const request = async (url: string, { body, headers, key, method }: Sent = {}): Promise<Answer> => {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, json: parsed(text) }
}
