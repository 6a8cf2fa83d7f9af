/**
 * A request as it came over a connection, for the router.
 *
 * It is that of `@effect/platform-node` without bodies: those are read by `RequestBytes`, with their limits. With it goes what
 * `NodeHttpServer.makeHandler` does for every request and nothing here needs, a scope among others: a third of the time that the
 * fastest requests took.
 *
 * @module
 */
import type * as Headers from "@effect/platform/Headers"
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import type { HttpMethod } from "@effect/platform/HttpMethod"
import { RequestError } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import * as Inspectable from "effect/Inspectable"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { IncomingMessage, ServerResponse } from "node:http"

/** @category models */
export class NodeRequest extends Inspectable.Class implements HttpServerRequest.HttpServerRequest {
  readonly [HttpServerRequest.TypeId]: HttpServerRequest.TypeId = HttpServerRequest.TypeId
  readonly [HttpIncomingMessage.TypeId]: HttpIncomingMessage.TypeId = HttpIncomingMessage.TypeId
  readonly source: IncomingMessage
  readonly response: ServerResponse
  readonly url: string

  constructor(source: IncomingMessage, response: ServerResponse, url: string) {
    super()
    this.source = source
    this.response = response
    this.url = url
  }

  get originalUrl(): string {
    return this.source.url ?? ""
  }

  get method(): HttpMethod {
    // The router finds nothing for methods that this type does not know.
    return this.source.method as HttpMethod
  }

  get headers(): Headers.Headers {
    // Node gives names in lower case and joins values, except for set-cookie, which requests do not have.
    return this.source.headers as Headers.Headers
  }

  get remoteAddress(): Option.Option<string> {
    return Option.fromNullable(this.source.socket.remoteAddress)
  }

  get cookies(): Readonly<Record<string, string>> {
    return {}
  }

  get json() {
    return this.refusal
  }

  get text() {
    return this.refusal
  }

  get urlParamsBody() {
    return this.refusal
  }

  get arrayBuffer() {
    return this.refusal
  }

  get upgrade() {
    return this.refusal
  }

  get stream() {
    return Stream.fromEffect(this.refusal)
  }

  get multipart() {
    return Effect.dieMessage("there are no bodies in parts")
  }

  get multipartStream() {
    return Stream.dieMessage("there are no bodies in parts")
  }

  modify({ url }: { readonly url?: string }): NodeRequest {
    return new NodeRequest(this.source, this.response, url ?? this.url)
  }

  toJSON(): unknown {
    return { _id: "NodeRequest", method: this.method, url: this.url }
  }

  private get refusal(): Effect.Effect<never, RequestError> {
    return Effect.fail(new RequestError({ request: this, reason: "Decode", description: "bodies are read by RequestBytes" }))
  }
}
