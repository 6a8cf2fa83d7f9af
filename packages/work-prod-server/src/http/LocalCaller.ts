/**
 * Whether a request comes from a program on this computer.
 *
 * A proxy on this computer is such a program too, and speaks for anybody; so is a web page that made its own name lead here. What shows
 * either of them is refused: headers that proxies add, HTTP/1.0, which nginx speaks to what is behind it if nobody says otherwise, and
 * a name of the host that is not this computer's own.
 *
 * @module
 */
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Option from "effect/Option"

const proxyHeaders = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"]

const loopbackAddress = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/

const loopbackHost = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i

/** @category predicates */
export const isLocal = (request: HttpServerRequest): boolean =>
  Option.exists(request.remoteAddress, (address) => loopbackAddress.test(address)) &&
  loopbackHost.test(request.headers["host"] ?? "") &&
  NodeHttpServerRequest.toIncomingMessage(request).httpVersion !== "1.0" &&
  proxyHeaders.every((name) => request.headers[name] === undefined)
