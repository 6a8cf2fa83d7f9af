/**
 * One client's knowledge of its server: given to it or found out before the first operation, checked by every answer, forgotten when
 * something goes wrong.
 *
 * What only another process has found out is good enough to read by, since a read is simply done again if another server answers. Before
 * the first change this process must have heard the server itself.
 *
 * @module
 */
import * as Health from "@dev-infra/work-prod-api/Health"
import { isObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as RequestHeader from "@dev-infra/work-prod-api/RequestHeader"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ExecutionStrategy from "effect/ExecutionStrategy"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import * as Scope from "effect/Scope"
import * as ServerFeatures from "../ServerFeatures.js"
import { NotWorkProd, ServerChanged, ServerTooNew, Unsupported, type Exchange, type WorkProdError } from "../WorkProdError.js"
import { shownText } from "./Answer.js"
import * as Refusal from "./Refusal.js"
import * as ServerEvidence from "./ServerEvidence.js"
import { requestSeconds, type Answer, type Messages, type Reply, type ServerRequest } from "./ServerRequest.js"
import type { Transport } from "./Transport.js"

/** What an operation goes by. `send` sends one of its requests. */
export interface Operation {
  readonly features: ServerFeatures.ServerFeatures
  readonly send: (request: ServerRequest) => Effect.Effect<Answer, WorkProdError>
  /** Asks for events. The connection closes with the scope. */
  readonly open: (request: ServerRequest) => Effect.Effect<Messages, WorkProdError, Scope.Scope>
  /** Fails if the server lacks this. */
  readonly needs: (capability: ServerFeatures.Capability) => Effect.Effect<void, WorkProdError>
}

type Use<A, R = never> = (operation: Operation) => Effect.Effect<A, WorkProdError, R>

/** Runs operations by what is known of the server. */
export interface Session {
  /** Asks the server anew. */
  readonly health: Effect.Effect<ServerFeatures.ServerFeatures, WorkProdError>
  /** What is known; asks only if nothing is. */
  readonly features: Effect.Effect<ServerFeatures.ServerFeatures, WorkProdError>
  /** Only reads, so it is done again, once, if another server answers than the one that was known. */
  readonly read: <A, R = never>(use: Use<A, R>) => Effect.Effect<A, WorkProdError, R>
  readonly write: <A>(use: Use<A>) => Effect.Effect<A, WorkProdError>
  /** A change by requests that may take their time: the server was heard a moment ago. */
  readonly writeLong: <A>(use: Use<A>) => Effect.Effect<A, WorkProdError>
  /** Forgets what is known if a failure could mean that the server is another one now. */
  readonly note: (failure: WorkProdError) => Effect.Effect<void>
}

/**
 * `isConfirmed`: this process has heard it. `isSilent`: it does not name itself in a header. `heardAt`: milliseconds since 1970 of the last
 * answer. `instance`: the one that the caller goes by; undefined if there was none yet. It is another one only when the caller has read
 * from that, so that nothing is changed there by what was read elsewhere.
 */
interface Knowledge {
  readonly features: ServerFeatures.ServerFeatures | undefined
  readonly isConfirmed: boolean
  readonly isSilent: boolean
  readonly instance: string | null | undefined
  readonly heardAt: number
}

/** Failures that an unchanged server has every day, and one after which it is known already which server it is. */
const everyday: ReadonlySet<WorkProdError["_tag"]> = new Set([
  "NotFound",
  "Conflict",
  "UidDeleted",
  "PreconditionFailed",
  "Rejected",
  "UnreadableProjects",
  "Unsendable",
  "ServerChanged"
])

/** Milliseconds for which a server that answered is taken to be there still. */
const recentMillis = 60_000

const healthRequest: ServerRequest = { method: "GET", path: "/api/health", isRepeatable: true, seconds: requestSeconds }

/** Work-prod never refuses to say what it is, but other servers refuse a path that they do not have. */
const elsewhere = ({ host, method, path, text }: Exchange & { readonly text: string | null }, status: number): NotWorkProd =>
  new NotWorkProd({ host, method, path, status, title: text, detail: "a refusal" })

/** A server may call itself anything. */
const isHeaderText = (text: string): boolean => /^[\x21-\x7e]{1,200}$/.test(text)

const isNatural = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value) && value > 0

/**
 * @param transport what sends requests
 * @param known what an earlier process found out
 */
export const make = (transport: Transport, known: ServerFeatures.ServerFeatures | undefined): Effect.Effect<Session> =>
  Effect.gen(function* () {
    const knowledge = yield* Ref.make<Knowledge>({ features: known, isConfirmed: false, isSilent: false, instance: known?.instance, heardAt: 0 })
    const failed = yield* Ref.make(Option.none<WorkProdError>())
    const asking = yield* Effect.makeSemaphore(1)
    const forget = Ref.update(knowledge, (before): Knowledge => ({ ...before, features: undefined, isConfirmed: false, isSilent: false }))

    const learn = (features: ServerFeatures.ServerFeatures, isSilent: boolean) =>
      Effect.flatMap(Clock.currentTimeMillis, (heardAt) =>
        Ref.update(knowledge, ({ instance = features.instance }): Knowledge => ({ features, isConfirmed: true, isSilent, instance, heardAt }))
      )

    /** The caller has heard which server it is. */
    const acknowledge = ({ instance }: ServerFeatures.ServerFeatures) => Ref.update(knowledge, (before): Knowledge => ({ ...before, instance }))

    /** What a server says of itself, for people. */
    const shown = (text: string | null): string | null => (text === null ? null : shownText(text, transport.key))

    const tooNew = (api: number, version: string | null) => new ServerTooNew({ host: transport.host, api, known: Health.api, version: shown(version) })

    const ask = Effect.gen(function* () {
      const { head, outcome } = yield* transport.send(healthRequest, true)
      const header = ServerEvidence.headerOf(head)
      if (Option.isSome(header) && header.value.api > Health.api) return yield* tooNew(header.value.api, header.value.version)
      const answer = yield* Either.mapLeft(outcome, (failure) =>
        failure._tag === "Forbidden" ? elsewhere(failure, 403) : failure._tag === "Rejected" ? elsewhere(failure, failure.status) : failure._tag === "NotFound" ? elsewhere(failure, 404) : failure
      )
      const body = answer.body._tag === "Json" ? answer.body.value : undefined
      if (isObject(body) && isNatural(body["api"]) && body["api"] > Health.api && body["status"] !== undefined) {
        return yield* tooNew(body["api"], typeof body["version"] === "string" ? body["version"] : null)
      }
      const features = ServerFeatures.read(body)
      if (Option.isNone(features)) return yield* Effect.fail(Refusal.notWorkProd(answer))
      yield* learn(features.value, Option.isNone(header))
      return features.value
    })

    const note = (failure: WorkProdError) => (everyday.has(failure._tag) ? Effect.void : forget)

    const watch = <A, R>(effect: Effect.Effect<A, WorkProdError, R>): Effect.Effect<A, WorkProdError, R> => Effect.tapError(effect, note)

    /**
     * Operations that begin together ask once, and fail together: each has its own 6 seconds, not those of all before it.
     *
     * @param isEnough whether what is known will do
     */
    const find = (isEnough: (knowledge: Knowledge, now: number) => boolean) =>
      Effect.flatMap(Ref.get(failed), (before) =>
        asking.withPermits(1)(
          Effect.gen(function* () {
            const current = yield* Ref.get(knowledge)
            if (current.features !== undefined && isEnough(current, yield* Clock.currentTimeMillis)) return { features: current.features, isHeard: false }
            const since = yield* Ref.get(failed)
            if (Option.isSome(since) && since !== before) return yield* Effect.fail(since.value)
            const found = yield* Effect.tapError(ask, (failure) => Ref.set(failed, Option.some(failure)))
            return { features: found, isHeard: true }
          })
        )
      )

    const changed = ({ method, path }: ServerRequest, before: string | null, now: string | null, isSent: boolean) =>
      new ServerChanged({ host: transport.host, method, path, before: shown(before), now: shown(now), isSent })

    const send = (features: ServerFeatures.ServerFeatures, request: ServerRequest, isFirst: boolean): Effect.Effect<Answer, WorkProdError> => {
      // A change that reaches another server after all is refused there, if that is one of ours.
      const isMeant = request.method !== "GET" && features.instance !== null && isHeaderText(features.instance)
      const meant = isMeant ? { headers: { ...request.headers, [RequestHeader.instance]: features.instance } } : {}
      return Effect.flatMap(transport.send({ ...request, ...meant }, isFirst), (reply) => judged(features, request, reply))
    }

    /** Looks who answered. */
    const judged = <A>(features: ServerFeatures.ServerFeatures, request: ServerRequest, { head, outcome }: Reply<A>): Effect.Effect<A, WorkProdError> =>
      Effect.gen(function* () {
        const isRead = request.method === "GET"
        if (head === undefined) return yield* outcome
        const { isSilent } = yield* Ref.get(knowledge)
        const evidence = ServerEvidence.judge(head, features, isSilent)
        switch (evidence._tag) {
          case "TooNew":
            return yield* tooNew(evidence.api, evidence.version)
          case "Same":
          case "Nothing": {
            const heardAt = yield* Clock.currentTimeMillis
            yield* Ref.update(knowledge, (before): Knowledge => {
              if (before.features !== features) return before
              return { ...before, heardAt, isConfirmed: before.isConfirmed || evidence._tag === "Same" }
            })
            return yield* outcome
          }
          case "Other": {
            const now = evidence.features.instance
            yield* learn(evidence.features, false)
            if (isRead || now !== features.instance) {
              return yield* changed(request, features.instance, now, !isRead && !(head.status >= 400 && head.status < 500))
            }
            return yield* outcome
          }
          case "Missing":
            if (!isRead && Either.isLeft(outcome)) return yield* outcome
            yield* forget
            return yield* changed(request, features.instance, null, !isRead)
        }
      })

    const start = (features: ServerFeatures.ServerFeatures, isHeard: boolean): Effect.Effect<Operation> =>
      Effect.map(Ref.make(isHeard), (heard) => ({
        features,
        send: (request) => Effect.flatMap(Ref.getAndSet(heard, true), (before) => send(features, request, !before)),
        open: (request) =>
          Effect.gen(function* () {
            const before = yield* Ref.getAndSet(heard, true)
            const own = yield* Effect.flatMap(Effect.scope, (scope) => Scope.fork(scope, ExecutionStrategy.sequential))
            const opened = Effect.flatMap(transport.open(request, !before), (reply) => judged(features, request, reply))
            // The events of a server that is not the one that was meant are not left running.
            return yield* Effect.onError(Scope.extend(opened, own), (cause) => Scope.close(own, Exit.failCause(cause)))
          }),
        needs: (capability) =>
          Effect.gen(function* () {
            if (ServerFeatures.can(features, capability)) return
            const { isConfirmed } = yield* Ref.get(knowledge)
            const now = isConfirmed ? features : yield* ask
            if (ServerFeatures.can(now, capability)) return yield* changed(healthRequest, features.instance, now.instance, false)
            return yield* new Unsupported({ host: transport.host, capability, version: shown(now.version) })
          })
      }))

    const read = <A, R = never>(use: Use<A, R>): Effect.Effect<A, WorkProdError, R> => {
      const once = watch(
        Effect.flatMap(find(() => true), ({ features, isHeard }) => Effect.zipLeft(Effect.flatMap(start(features, isHeard), use), acknowledge(features)))
      )
      return Effect.catchTag(once, "ServerChanged", () => once)
    }

    const writing = <A>(isEnough: (knowledge: Knowledge, now: number) => boolean, isLong: boolean, use: Use<A>): Effect.Effect<A, WorkProdError> =>
      watch(
        Effect.gen(function* () {
          const { instance } = yield* Ref.get(knowledge)
          const { features, isHeard } = yield* find(isEnough)
          if (instance !== undefined && features.instance !== instance) return yield* changed(healthRequest, instance, features.instance, false)
          return yield* Effect.flatMap(start(features, isHeard || isLong), use)
        })
      )

    return {
      health: Effect.tap(watch(ask), acknowledge),
      features: Effect.tap(watch(Effect.map(find(() => true), ({ features }) => features)), acknowledge),
      read,
      write: (use) => writing(({ isConfirmed }) => isConfirmed, false, use),
      writeLong: (use) => writing(({ heardAt, isConfirmed }, now) => isConfirmed && now - heardAt < recentMillis, true, use),
      note
    }
  })
