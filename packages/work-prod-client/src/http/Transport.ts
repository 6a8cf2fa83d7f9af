/**
 * Sends requests: with deadlines, repeated where that is safe, sent on only where that is safe, and every failure told as what it
 * is.
 *
 * @module
 */
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import * as Limits from "@dev-infra/work-prod-api/Limits"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type { HttpClientError } from "@effect/platform/HttpClientError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AskingMachine, WorkProdSettings } from "../WorkProdSettings.js"
import * as Failure from "../WorkProdError.js"
import * as AnswerBody from "./Answer.js"
import * as EventMessages from "./EventMessages.js"
import * as Redirect from "./Redirect.js"
import * as Refusal from "./Refusal.js"
import { eventLength, firstAnswerSeconds, silentSeconds, type Answer, type Head, type Messages, type Reply, type ServerRequest } from "./ServerRequest.js"
import * as TransportFault from "./TransportFault.js"

/** `isFirst`: nothing was heard of the server in this operation yet. */
export interface Transport {
  readonly send: (request: ServerRequest, isFirst: boolean) => Effect.Effect<Reply>
  /** Asks for events; the connection closes with the scope, and with the stream. `request.seconds` is how long it may take until they begin. */
  readonly open: (request: ServerRequest, isFirst: boolean) => Effect.Effect<Reply<Messages>, never, Scope.Scope>
  readonly key: Redacted.Redacted | undefined
  readonly host: string
}

/** Milliseconds since 1970 by which the answer must have begun, and ended. The seconds until it must have begun are for the error. */
interface Time {
  readonly begun: number
  readonly ended: number
  readonly seconds: number
}

const machineHeaders = ({ name, uid }: AskingMachine): { readonly [name: string]: string } => ({
  [RequestHeader.machine]: uid.toLowerCase(),
  [RequestHeader.machineName]: encodeURIComponent([...name.replace(/\p{Surrogate}/gu, "\uFFFD")].slice(0, Limits.machineNameLength).join(""))
})

/** Whether the same request may succeed a moment later. Where nothing listens, nobody will soon. */
const isPassing = (failure: Failure.WorkProdError): boolean => {
  switch (failure._tag) {
    case "Unreachable":
      return failure.reason === "Closed"
    case "ServerFault":
      return failure.status === 502 || failure.status === 503 || failure.status === 504
    case "TooManyRequests":
    case "Truncated":
      return true
    default:
      return false
  }
}

const attempts = 4

/**
 * Makes what sends the requests of one client.
 *
 * @param settings which server, and with which key
 * @param client what opens connections; it must not follow redirects by itself
 * @param proxy the host of the proxy between, if there is one
 */
export const make = (settings: WorkProdSettings, client: HttpClient.HttpClient, proxy: string | undefined): Transport => {
  const { key, machine, url } = settings
  const { base, host } = url
  const common = {
    accept: "application/json",
    "accept-encoding": "identity",
    "user-agent": "dev-infra",
    ...(key === undefined ? {} : { authorization: `Bearer ${Redacted.value(key)}` }),
    ...(machine === undefined ? {} : machineHeaders(machine))
  }
  const quietClient = HttpClient.withTracerPropagation(client, false)
  const scopedClient = HttpClient.withScope(quietClient)

  const targetOf = ({ path, query }: ServerRequest): string => `${base}${path}${query === undefined || query === "" ? "" : `?${query}`}`

  const exchangeOf = ({ method, path }: ServerRequest): Failure.Exchange => ({ host, method, path })

  const brokenFailure = (request: ServerRequest, error: HttpClientError): Failure.WorkProdError => {
    const exchange = exchangeOf(request)
    const fault = TransportFault.read(error)
    if (fault._tag === "Tls") return new Failure.TlsFailed({ ...exchange, code: fault.code, detail: fault.detail })
    if (fault._tag === "Broken" && !request.isRepeatable) return new Failure.LostAnswer({ ...exchange, detail: fault.detail })
    const isProxy = proxy !== undefined && fault._tag === "Unreachable"
    return new Failure.Unreachable({ ...exchange, reason: isProxy ? "Proxy" : fault.reason, detail: isProxy ? `${proxy}: ${fault.detail}` : fault.detail })
  }

  const timedOut = (request: ServerRequest, seconds: number): Failure.WorkProdError =>
    request.isRepeatable
      ? new Failure.TimedOut({ ...exchangeOf(request), seconds })
      : new Failure.LostAnswer({ ...exchangeOf(request), detail: `none came within ${seconds} seconds` })

  const execute = <R>(sending: HttpClient.HttpClient.With<HttpClientError, R>, request: ServerRequest, target: string): Effect.Effect<HttpClientResponse, Failure.WorkProdError, R> => {
    const headers = { ...common, ...request.headers }
    const bare = HttpClientRequest.make(request.method)(target, { headers })
    const full = request.body === undefined ? bare : HttpClientRequest.bodyUint8Array(bare, request.body, "application/json")
    return sending.execute(full).pipe(
      // A client over fetch follows redirects, unless told otherwise; others do not know this service.
      Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
      Effect.mapError((error) => brokenFailure(request, error))
    )
  }

  /** Runs an effect until a point in time. The seconds are for the error. */
  const until = <A, R>(effect: Effect.Effect<A, Failure.WorkProdError, R>, request: ServerRequest, end: number, seconds: number) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Effect.timeoutFail(effect, { duration: Math.max(0, end - now), onTimeout: () => timedOut(request, seconds) })
    )

  const isCutBody = (answer: Answer): boolean => answer.body._tag === "Cut" && answer.status >= 200 && answer.status < 300

  const checked = (answer: Answer): Either.Either<Answer, Failure.WorkProdError> => {
    const { body, exchange, request, status } = answer
    if (body._tag === "Cut" && isCutBody(answer)) {
      const { bytes, detail } = body
      return Either.left(
        request.isRepeatable
          ? new Failure.Truncated({ ...exchange, bytes, detail })
          : new Failure.LostAnswer({ ...exchange, detail: `it broke off after ${bytes} bytes` })
      )
    }
    if (body._tag === "TooLarge") return Either.left(new Failure.AnswerTooLarge({ ...exchange, limit: body.limit }))
    return status >= 200 && status < 300 ? Either.right(answer) : Either.left(Refusal.read(answer, key))
  }

  /** An answer that is no redirect, as soon as it begins. */
  const begin = <R>(sending: HttpClient.HttpClient.With<HttpClientError, R>, request: ServerRequest, time: Time, target = targetOf(request), count = 0): Effect.Effect<HttpClientResponse, Failure.WorkProdError, R> =>
    Effect.gen(function* () {
      const response = yield* until(execute(sending, request, target), request, time.begun, time.seconds)
      const { headers, status } = response
      if (!Redirect.isRedirect(status)) return response
      // Also read where nobody wants to know: an answer that is not read to its end holds its connection.
      yield* until(AnswerBody.readBody(response, key), request, time.ended, request.seconds)
      const next = yield* Redirect.follow({ exchange: exchangeOf(request), status, location: headers["location"], url: target, count, key })
      return yield* begin(sending, request, time, next, count + 1)
    })

  const answerOf = (request: ServerRequest, response: HttpClientResponse, { ended }: Time): Effect.Effect<Answer, Failure.WorkProdError> =>
    Effect.gen(function* () {
      const { headers, status } = response
      const body = yield* until(AnswerBody.readBody(response, key), request, ended, request.seconds)
      const retryAfter = AnswerBody.retryAfterSeconds(headers["retry-after"], yield* Clock.currentTimeMillis)
      return { request, exchange: exchangeOf(request), status, retryAfter, body }
    })

  const headOf = ({ headers, status }: HttpClientResponse): Head => ({ status, server: headers[RequestHeader.server] })

  const messagesOf = (request: ServerRequest, response: HttpClientResponse): Messages => {
    const exchange = exchangeOf(request)
    const bytes = response.stream.pipe(
      Stream.mapError((error) => brokenFailure(request, error)),
      // Also comments are a sign of life, so it is bytes that are waited for.
      Stream.timeoutFail(() => timedOut(request, silentSeconds), Duration.seconds(silentSeconds))
    )
    return EventMessages.read(bytes, eventLength, () => new Failure.AnswerTooLarge({ ...exchange, limit: eventLength }))
  }

  /** A refusal for having asked too much means that nothing was done, so it may be repeated whatever was asked. */
  const mayRepeat = (request: ServerRequest, failure: Failure.WorkProdError): boolean =>
    isPassing(failure) && (request.isRepeatable || failure._tag === "TooManyRequests")

  /** Repeats what passes, as long as there is time, at most so many times in all. */
  const persist = <A, R>(request: ServerRequest, isFirst: boolean, most: number, attempt: (time: Time) => Effect.Effect<Reply<A>, Failure.WorkProdError, R>): Effect.Effect<Reply<A>, never, R> =>
    Effect.gen(function* () {
      const started = yield* Clock.currentTimeMillis
      const seconds = isFirst ? Math.min(firstAnswerSeconds, request.seconds) : request.seconds
      const time: Time = { begun: started + seconds * 1000, ended: started + request.seconds * 1000, seconds }
      const repeated = (count: number): Effect.Effect<Reply<A>, never, R> =>
        Effect.gen(function* () {
          const reply = yield* Effect.catchAll(attempt(time), (failure) => Effect.succeed<Reply<A>>({ head: undefined, outcome: Either.left(failure) }))
          if (Either.isRight(reply.outcome)) return reply
          const failure = reply.outcome.left
          if (count >= most || !mayRepeat(request, failure)) return reply
          const asked = "retryAfter" in failure && failure.retryAfter !== null ? failure.retryAfter * 1000 : 0
          const wait = asked + 200 * 2 ** (count - 1) * (yield* Random.nextRange(0.5, 1.5))
          if ((yield* Clock.currentTimeMillis) + wait >= time.begun) return reply
          yield* Effect.sleep(wait)
          return yield* repeated(count + 1)
        })
      return yield* repeated(1)
    })

  return {
    send: (request, isFirst) =>
      persist(request, isFirst, attempts, (time) =>
        Effect.gen(function* () {
          const response = yield* begin(quietClient, request, time)
          return { head: headOf(response), outcome: checked(yield* answerOf(request, response, time)) }
        })
      ),
    open: (request, isFirst) =>
      // Who follows events waits by himself, and says so.
      persist(request, isFirst, 1, (time) =>
        Effect.gen(function* () {
          const response = yield* begin(scopedClient, request, time)
          const isStream = response.status === 200 && /^text\/event-stream\b/i.test(response.headers["content-type"] ?? "")
          if (isStream) return { head: headOf(response), outcome: Either.right(messagesOf(request, response)) }
          const answer = checked(yield* answerOf(request, response, time))
          return { head: headOf(response), outcome: Either.flatMap(answer, (other) => Either.left(Refusal.notWorkProd(other))) }
        })
      ),
    key,
    host
  }
}
