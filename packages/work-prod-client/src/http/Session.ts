/**
 * One client's knowledge of its server: found out before the first operation, forgotten when something goes wrong.
 *
 * @module
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as ServerFeatures from "../ServerFeatures.js"
import { NotWorkProd, Unsupported, type Exchange, type WorkProdError } from "../WorkProdError.js"
import * as Refusal from "./Refusal.js"
import { requestSeconds, type Answer, type ServerRequest } from "./ServerRequest.js"
import type { Transport } from "./Transport.js"

/** What an operation goes by. `send` sends one of its requests. */
export interface Operation {
  readonly features: ServerFeatures.ServerFeatures
  readonly send: (request: ServerRequest) => Effect.Effect<Answer, WorkProdError>
  /** Fails if the server lacks this. */
  readonly needs: (capability: ServerFeatures.Capability) => Effect.Effect<void, Unsupported>
}

/** Makes operations. */
export interface Session {
  /** Asks the server anew. */
  readonly health: Effect.Effect<ServerFeatures.ServerFeatures, WorkProdError>
  /** An operation, by what is known of the server. */
  readonly operation: Effect.Effect<Operation, WorkProdError>
  /** An operation that first hears of the server, whatever is known: its own requests may then take their time. */
  readonly long: Effect.Effect<Operation, WorkProdError>
  /** Forgets what is known if a failure could mean that the server is another one now. */
  readonly note: (failure: WorkProdError) => Effect.Effect<void>
  /** Takes note of the failure of an operation. */
  readonly watch: <A>(effect: Effect.Effect<A, WorkProdError>) => Effect.Effect<A, WorkProdError>
}

/** Failures that an unchanged server has every day. */
const everyday: ReadonlySet<WorkProdError["_tag"]> = new Set(["NotFound", "Conflict", "UidDeleted", "PreconditionFailed", "Rejected", "UnreadableProjects", "Unsendable"])

const healthRequest: ServerRequest = { method: "GET", path: "/api/health", isRepeatable: true, seconds: requestSeconds }

/** Work-prod never refuses to say what it is, but other servers refuse a path that they do not have. */
const elsewhere = ({ host, method, path, text }: Exchange & { readonly text: string | null }, status: number): NotWorkProd =>
  new NotWorkProd({ host, method, path, status, title: text, detail: "a refusal" })

/** @param transport what sends requests */
export const make = (transport: Transport): Effect.Effect<Session> =>
  Effect.gen(function* () {
    const known = yield* Ref.make(Option.none<ServerFeatures.ServerFeatures>())
    const failed = yield* Ref.make(Option.none<WorkProdError>())
    const asking = yield* Effect.makeSemaphore(1)
    const forget = Ref.set(known, Option.none())

    const ask = Effect.gen(function* () {
      const answer = yield* Effect.mapError(transport.send(healthRequest, true), (failure) =>
        failure._tag === "Forbidden" ? elsewhere(failure, 403) : failure._tag === "Rejected" ? elsewhere(failure, failure.status) : failure._tag === "NotFound" ? elsewhere(failure, 404) : failure
      )
      const features = answer.body._tag === "Json" ? ServerFeatures.read(answer.body.value) : Option.none()
      if (Option.isNone(features)) return yield* Effect.fail(Refusal.notWorkProd(answer))
      yield* Ref.set(known, features)
      return features.value
    })

    const note = (failure: WorkProdError) => (everyday.has(failure._tag) ? Effect.void : forget)

    const watch = <A>(effect: Effect.Effect<A, WorkProdError>): Effect.Effect<A, WorkProdError> => Effect.tapError(effect, note)

    /** Operations that begin together ask once, and fail together: each has its own 6 seconds, not those of all before it. */
    const find = Effect.flatMap(Ref.get(failed), (before) =>
      asking.withPermits(1)(
        Effect.gen(function* () {
          const features = yield* Ref.get(known)
          if (Option.isSome(features)) return { features: features.value, isHeard: false }
          const since = yield* Ref.get(failed)
          if (Option.isSome(since) && since !== before) return yield* Effect.fail(since.value)
          const found = yield* Effect.tapError(ask, (failure) => Ref.set(failed, Option.some(failure)))
          return { features: found, isHeard: true }
        })
      )
    )

    const start = (features: ServerFeatures.ServerFeatures, isHeard: boolean): Effect.Effect<Operation> =>
      Effect.map(Ref.make(isHeard), (heard) => ({
        features,
        send: (request) => Effect.flatMap(Ref.getAndSet(heard, true), (before) => transport.send(request, !before)),
        needs: (capability) =>
          ServerFeatures.can(features, capability)
            ? Effect.void
            : Effect.fail(new Unsupported({ host: transport.host, capability, version: features.version }))
      }))

    return {
      health: watch(ask),
      operation: watch(Effect.flatMap(find, ({ features, isHeard }) => start(features, isHeard))),
      long: watch(Effect.flatMap(ask, (features) => start(features, true))),
      note,
      watch
    }
  })
