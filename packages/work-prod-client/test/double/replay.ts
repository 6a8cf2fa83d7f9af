/** Replays pairs against a server. */
import { isObject, type JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as http from "node:http"
import type { Answer, Pair, Request } from "./Pair.js"
import { dump, parse } from "./Python.js"

interface Received {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** Sends a request as it is, on a connection of its own. */
export const send = (url: string, { body, headers, method, target }: Request): Effect.Effect<Received, Error> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const length = body === undefined || "transfer-encoding" in headers ? {} : { "content-length": Buffer.byteLength(body) }
    const request = http.request({ agent: false, hostname, port, method, path: target, headers: { ...headers, ...length } }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString("utf8") })))
      response.on("error", (error) => resume(Effect.fail(error)))
    })
    request.on("error", (error) => resume(Effect.fail(error)))
    request.end(body)
    return Effect.sync(() => request.destroy())
  })

const newFields = new Set(["etag", "locations", "metadata", "uid"])

const withoutNewFields = (project: JsonObject): JsonObject => Object.fromEntries(Object.entries(project).filter(([key]) => !newFields.has(key)))

/** A body as a client of 0.3.0 sees it, which does not look at fields that it does not know. */
const asSeen = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(asSeen)
  if (!isObject(value)) return value
  if (typeof value["error"] === "string") return { error: value["error"] }
  return Object.hasOwn(value, "created_at") ? withoutNewFields(value) : value
}

/** JSON is written as 0.3.0 writes it: keys in order, nothing between, ASCII, a line end. */
const expectWritten = (body: string) => {
  const parsed = parse(Buffer.from(body))
  expect(parsed._tag).toBe("Value")
  if (parsed._tag === "Value") expect(body).toBe(`${dump(parsed.value)}\n`)
}

const expectJson = ({ body, headers }: Received): unknown => {
  expect(headers["content-type"]).toBe("application/json")
  expectWritten(body)
  return JSON.parse(body)
}

const expectAnswer = (received: Received, answer: Answer, method: string) => {
  const { body, headers } = received
  expect(received.status, body.slice(0, 300)).toBe(answer.status)
  for (const [name, value] of Object.entries(answer.headers ?? {})) expect(headers[name] ?? null).toBe(value)
  switch (answer.body._tag) {
    case "Json":
      return expect(asSeen(expectJson(received))).toEqual(answer.body.value)
    case "Page":
      expect(headers["content-type"]).toMatch(/^text\/html/)
      return expect(body).toMatch(/^<(?:!doctype )?html/i)
    case "Empty":
      expect(body).toBe("")
      return method === "HEAD" ? undefined : expect(headers["content-length"] ?? "0").toBe("0")
    case "Error": {
      const value = expectJson(received)
      return expect(isObject(value) && typeof value["error"] === "string" && value["error"] !== "", body).toBe(true)
    }
    case "Unread":
      break
  }
}

/** A server, and how a second passes there. */
export interface Replayed {
  readonly url: string
  readonly passSecond: () => void
}

/**
 * Sends the requests of a pair one after another and compares the answers.
 *
 * @param expected which answer of a step is due
 */
export const replay = (server: Replayed, pair: Pair, expected: "0.3.0" | "ours"): Effect.Effect<void, Error> =>
  Effect.forEach(
    pair.parts,
    (part) =>
      part === "a second passes"
        ? Effect.sync(server.passSecond)
        : Effect.map(send(server.url, part.request), (received) => {
            if (expected === "0.3.0") expect(received.headers.connection).toBe("close")
            expectAnswer(received, expected === "ours" ? (part.ours?.answer ?? part.answer) : part.answer, part.request.method)
          }),
    { discard: true }
  )
