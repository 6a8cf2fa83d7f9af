/**
 * The body of a request as it comes from the connection, never more of it than allowed.
 *
 * @module
 */
import * as Limits from "@dev-infra/work-prod-api/Limits"
import type { HttpServerRequest } from "@effect/platform/HttpServerRequest"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import * as Effect from "effect/Effect"
import { Buffer } from "node:buffer"
import { Refused } from "./Refused.js"

const tooLarge = new Refused({ status: 413, error: `Request body is too large. At most ${Limits.bodyBytes} bytes are taken`, closes: true })

const encoded = new Refused({ status: 400, error: "Unsupported Content-Encoding. Send the body as it is" })

/**
 * The whole body. If the client goes away it never ends: the request is interrupted then.
 *
 * @param request whose body was not read yet
 * @category reading
 */
export const read = (request: HttpServerRequest): Effect.Effect<Uint8Array, Refused> =>
  Effect.suspend(() => {
    const message = NodeHttpServerRequest.toIncomingMessage(request)
    const encoding = message.headers["content-encoding"] ?? "identity"
    if (encoding.trim().toLowerCase() !== "identity") return Effect.fail(encoded)
    if (Number(message.headers["content-length"] ?? 0) > Limits.bodyBytes) return Effect.fail(tooLarge)
    return Effect.async<Uint8Array, Refused>((resume) => {
      const pieces: Array<Buffer> = []
      let size = 0
      const onData = (piece: Buffer): void => {
        size += piece.length
        pieces.push(piece)
        if (size <= Limits.bodyBytes) return
        stop()
        resume(Effect.fail(tooLarge))
      }
      const onEnd = (): void => {
        stop()
        resume(Effect.succeed(pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces, size)))
      }
      const stop = (): void => {
        message.off("data", onData)
        message.off("end", onEnd)
      }
      message.on("data", onData)
      message.on("end", onEnd)
      return Effect.sync(stop)
    })
  })
