/**
 * One request to a server, before it is known how it goes.
 *
 * @module
 */
import type * as Either from "effect/Either"
import type * as Stream from "effect/Stream"
import type { Exchange, WorkProdError } from "../WorkProdError.js"
import type { EventMessage } from "./EventMessages.js"

/**
 * `path` begins with `/api`; `query` has no `?`. `isRepeatable`: to do it twice is the same as once. `seconds` is how long it may
 * take in all.
 */
export interface ServerRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE"
  readonly path: string
  readonly query?: string
  readonly body?: Uint8Array
  readonly headers?: { readonly [name: string]: string }
  readonly isRepeatable: boolean
  readonly seconds: number
}

/** What an answer to it came with. */
export interface Answer {
  readonly request: ServerRequest
  readonly exchange: Exchange
  readonly status: number
  readonly retryAfter: number | null
  readonly body: AnswerBody
}

/** The body of an answer. `Other` is no JSON; `Cut` began as JSON or broke off. `title` is that of a web page. */
export type AnswerBody =
  | { readonly _tag: "Json"; readonly value: unknown }
  | { readonly _tag: "Empty" }
  | { readonly _tag: "Other"; readonly title: string | null }
  | { readonly _tag: "Cut"; readonly bytes: number; readonly detail: string }
  | { readonly _tag: "TooLarge"; readonly limit: number }

/** How an answer began. `server` is the header that names the server. */
export interface Head {
  readonly status: number
  readonly server: string | undefined
}

/** What became of a request. There is no head if no answer came. */
export interface Reply<A = Answer> {
  readonly head: Head | undefined
  readonly outcome: Either.Either<A, WorkProdError>
}

/** Events as they come, until the connection ends. */
export type Messages = Stream.Stream<EventMessage, WorkProdError>

/** Until the first answer of an operation: names, all addresses, TLS and repetitions. */
export const firstAnswerSeconds = 6

/** A request after that. */
export const requestSeconds = 30

/** A part of an import. */
export const importSeconds = 120

/** For so long a server that sends events may be silent; ours says every 15 seconds that it is alive. */
export const silentSeconds = 45

/** Characters of one event; it may hold a whole project, with every letter escaped. */
export const eventLength = 64 * 1024 * 1024

/** Bytes of an answer that says yes. */
export const answerBytes = 256 * 1024 * 1024

/** Bytes of an answer in JSON that says no; it may hold a whole project. */
export const refusalBytes = 16 * 1024 * 1024

/** Bytes of an error page. */
export const pageBytes = 64 * 1024
