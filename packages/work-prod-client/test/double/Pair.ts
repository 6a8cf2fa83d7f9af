/** Requests to work-prod 0.3.0 and what it answers, as data. */

export interface Request {
  readonly method: string
  /** as it stands in the request line */
  readonly target: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string | Uint8Array | undefined
}

/** `Page`: a web page. `Error`: a JSON object with some text as `error`. */
export type Body = { readonly _tag: "Json"; readonly value: unknown } | { readonly _tag: "Page" | "Empty" | "Error" | "Unread" }

/** Null for a header that is not there; names in lower case. */
export interface Answer {
  readonly status: number
  readonly body: Body
  readonly headers?: { readonly [name: string]: string | null }
}

/** `ours`: what our server answers instead, and why. `keepsAlive`: our connection may stay open, which is never compared. */
export interface Step {
  readonly request: Request
  readonly answer: Answer
  readonly ours?: { readonly reason: string; readonly answer: Answer }
}

/** A second that passes, or an exchange. */
export type Part = Step | "a second passes"

/** Exchanges with a fresh server that show one thing. `topic` names the part of the contract. */
export interface Pair {
  readonly topic: string
  readonly title: string
  readonly parts: ReadonlyArray<Part>
}

export const pair = (topic: string, title: string, ...parts: ReadonlyArray<Part>): Pair => ({ topic, title, parts })

/** A body, written as JSON unless it is text or bytes. */
export const ask = (method: string, target: string, body?: unknown, headers: { readonly [name: string]: string } = {}): Request => ({
  method,
  target,
  headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
  body: body === undefined ? undefined : body instanceof Raw ? body.content : JSON.stringify(body)
})

/** A body that is sent as it is. */
export class Raw {
  readonly content: string | Uint8Array
  constructor(content: string | Uint8Array) {
    this.content = content
  }
}

export const json = (status: number, value: unknown, headers?: { readonly [name: string]: string | null }): Answer => ({
  status,
  body: { _tag: "Json", value },
  ...(headers === undefined ? {} : { headers })
})

export const refused = (status: number, error: string): Answer => json(status, { error })

export const page = (status: number, headers?: { readonly [name: string]: string | null }): Answer => ({
  status,
  body: { _tag: "Page" },
  ...(headers === undefined ? {} : { headers })
})

export const empty = (status: number, headers?: { readonly [name: string]: string | null }): Answer => ({
  status,
  body: { _tag: "Empty" },
  ...(headers === undefined ? {} : { headers })
})

/** Some JSON error of this status. */
export const someError = (status: number): Answer => ({ status, body: { _tag: "Error" } })

export const same = (request: Request, answer: Answer): Step => ({ request, answer })

export const changed = (request: Request, answer: Answer, reason: string, ours: Answer): Step => ({ request, answer, ours: { reason, answer: ours } })

/** A page of 0.3.0 that is a JSON error of the same status on ours. */
export const asJson = (request: Request, status: number): Step => changed(request, page(status), "every error is JSON", someError(status))

/** A fault of 0.3.0 for values of the wrong type, which ours refuses. */
export const wrongType = (request: Request, answer: Answer): Step => changed(request, answer, "wrong types are refused with 400", someError(400))

export const time = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, "0")}`

/** A project as it is answered, made and changed at the start unless it says otherwise. */
export const row = (id: number, fields: { readonly [field: string]: unknown } = {}) => ({
  classification: null,
  created_at: time(0),
  description: null,
  id,
  name: `p${id}`,
  organization: null,
  path: null,
  project_type: null,
  remote_url: null,
  status: "active",
  updated_at: time(0),
  ...fields
})

/** Creates a project; it must be the one with this number. */
export const create = (id: number, fields: { readonly [field: string]: unknown } = {}): Step => {
  const { project_type: _, ...stored } = fields
  return same(ask("POST", "/api/projects", { name: `p${id}`, ...fields }), json(201, row(id, stored)))
}

/** Lists everything. */
export const listed = (...rows: ReadonlyArray<unknown>): Step => same(ask("GET", "/api/projects"), json(200, rows))
