/**
 * Somebody who reads `GET /api/events` byte by byte.
 *
 * @module
 */
import type { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Connection, open } from "../http/testServer.js"

/** An open stream. */
export interface Listener extends Connection {
  /** the events, when one has come whose text contains this, or the stream is over */
  readonly events: (part: string) => Effect.Effect<ReadonlyArray<StreamEvent>>
}

/** An event as it came; `id` is undefined if it has none. */
export interface StreamEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: unknown
}

/** The body without the lengths of its pieces; what has come only in part is left out. */
const unchunked = (body: string): string => {
  let rest = body
  let text = ""
  for (;;) {
    const end = rest.indexOf("\r\n")
    const length = Number.parseInt(rest, 16)
    if (end === -1 || !(length > 0) || rest.length < end + 2 + length) return text
    text += rest.slice(end + 2, end + 2 + length)
    rest = rest.slice(end + 4 + length)
  }
}

const field = (block: string, name: string): string | undefined =>
  block
    .split("\n")
    .find((line) => line.split(":", 1)[0] === name)
    ?.slice(name.length + 2)

/** The events of an answer, comments left out. */
export const eventsOf = (answer: string): ReadonlyArray<StreamEvent> =>
  unchunked(answer.slice(answer.indexOf("\r\n\r\n") + 4))
    .split("\n\n")
    .slice(0, -1)
    .filter((block) => !block.startsWith(":"))
    .map((block) => ({ event: field(block, "event") ?? "", id: field(block, "id"), data: JSON.parse(field(block, "data") ?? "null") }))

/** Begins to listen. */
export const listen = (query = "", headers: Readonly<Record<string, string>> = {}): Effect.Effect<Listener, never, ListeningServer | Scope.Scope> =>
  Effect.gen(function* () {
    const connection = yield* open
    const head = Object.entries({ host: "localhost", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    yield* connection.write(`GET /api/events${query} HTTP/1.1\r\n${head.join("")}\r\n`)
    return { ...connection, events: (part) => Effect.map(connection.until(part), eventsOf) }
  })
