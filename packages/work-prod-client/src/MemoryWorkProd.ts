/**
 * A work-prod server in memory, with clients whose connections fail when they are told to. For tests of programs that use
 * `WorkProd`.
 *
 * It follows the rules of our server, or of 0.3.0, without sockets: the same requests in the same order at the same times give the
 * same answers. Unlike over HTTP, nothing is repeated after a failure, so that each one is seen.
 *
 * @module
 */
import * as Health from "@dev-infra/work-prod-api/Health"
import type { JsonObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as ProjectInput from "@dev-infra/work-prod-api/ProjectInput"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FiberId from "effect/FiberId"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type { EventMessage } from "./http/EventMessages.js"
import * as HttpWorkProd from "./http/HttpWorkProd.js"
import * as Refusal from "./http/Refusal.js"
import type { Answer, Messages, Reply, ServerRequest } from "./http/ServerRequest.js"
import type { Transport } from "./http/Transport.js"
import * as MemoryEvents from "./memory/MemoryEvents.js"
import * as MemoryRows from "./memory/MemoryRows.js"
import * as MemoryServer from "./memory/MemoryServer.js"
import * as MemoryTables from "./memory/MemoryTables.js"
import * as RemoteProject from "./RemoteProject.js"
import type { ServerFeatures } from "./ServerFeatures.js"
import type { WorkProdShape } from "./WorkProd.js"
import { LostAnswer, Unreachable, type Exchange, type WorkProdError } from "./WorkProdError.js"
import type { AskingMachine } from "./WorkProdSettings.js"

/** `asVersion030`: does what 0.3.0 does. `instance`: a UUID that names the server. `api`: the generation of the contract. @category models */
export interface StoreOptions {
  readonly asVersion030?: boolean
  readonly instance?: string
  readonly api?: number
}

/** The content of a server as it was at some time. @category models */
export class Snapshot extends Data.Class<{ readonly tables: unknown }> {}

/** What was to be changed is not there, or cannot become that. @category errors */
export class CannotEdit extends Data.TaggedError("CannotEdit")<{ readonly id: number; readonly detail: string }> {
  override get message(): string {
    return `project ${this.id} of the server in memory cannot be changed: ${this.detail}`
  }
}

/**
 * The content of a server, which several clients may share. What is done here no client asks for: it does not fail, and is not
 * counted.
 *
 * @category models
 */
export interface MemoryStore {
  readonly snapshot: Effect.Effect<Snapshot>
  /** Puts the content back to what it was; cursors from before are of another life then. */
  readonly restore: (snapshot: Snapshot) => Effect.Effect<void>
  /** All projects, in order of id, as a caller sees them that names no machine. */
  readonly projects: Effect.Effect<ReadonlyArray<RemoteProject.RemoteProject>>
  /** Changes a project as somebody else would do who names no machine. */
  readonly edit: (id: number, fields: JsonObject) => Effect.Effect<void, CannotEdit>
  readonly remove: (id: number) => Effect.Effect<void, CannotEdit>
  /** Deletions until now are too old to be told: cursors from before them are gone. */
  readonly expireDeletions: Effect.Effect<void>
  /** @internal */
  readonly serve: (request: ServerRequest, machine: AskingMachine | undefined, survives: number) => Effect.Effect<MemoryServer.Served>
  /** @internal */
  readonly follow: (since: string | undefined, machine: AskingMachine | undefined) => Stream.Stream<EventMessage>
}

const nameless = { uid: null, name: null }

const toRemote = ({ isOld }: MemoryRows.View, project: ReturnType<typeof MemoryRows.project>): RemoteProject.RemoteProject =>
  isOld ? { ...project, etag: null, metadata: null, locations: null } : project

/**
 * Makes an empty server.
 *
 * @param options which kind
 * @category constructors
 * @example
 * ```ts
 * import * as MemoryWorkProd from "@dev-infra/work-prod-client/MemoryWorkProd"
 * import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
 * import * as Effect from "effect/Effect"
 *
 * const machine = { uid: "00000000-0000-4000-8000-000000000001", name: "laptop" }
 *
 * const program = Effect.gen(function* () {
 *   const store = yield* MemoryWorkProd.makeStore({ asVersion030: true })
 *   const create = Effect.flatMap(WorkProd.WorkProd, (workProd) => workProd.create({ name: "api" }))
 *   yield* Effect.provide(create, WorkProd.layerMemory({ store, machine }))
 *   return yield* store.projects
 * })
 * ```
 */
export const makeStore = (options: StoreOptions = {}): Effect.Effect<MemoryStore> =>
  Effect.map(PubSub.sliding<void>(1), (changed) => {
    const { asVersion030: isOld = false, api = Health.api, instance = "00000000-0000-4000-8000-00000000000f" } = options
    let tables = MemoryTables.empty()
    let epoch = 1

    const viewAt = (millis: number, machine: AskingMachine | undefined): MemoryRows.View => ({
      tables,
      machine: machine === undefined ? nameless : { uid: machine.uid.toLowerCase(), name: machine.name },
      now: new Date(millis).toISOString().slice(0, 19),
      isOld
    })

    const currentEpoch = (): string => `${instance} ${epoch}`

    /** Whoever follows looks again after it. */
    const heard = <A, E>(change: Effect.Effect<A, E>): Effect.Effect<A, E> => Effect.zipLeft(change, PubSub.publish(changed, undefined))

    const withRow = (id: number, use: (view: MemoryRows.View, row: MemoryTables.Row) => Either.Either<unknown, string>) =>
      Effect.flatMap(Clock.currentTimeMillis, (millis) => {
        const view = viewAt(millis, undefined)
        const row = tables.rows.get(id)
        const done = row === undefined ? Either.left("there is none") : use(view, row)
        return Either.isRight(done) ? Effect.void : Effect.fail(new CannotEdit({ id, detail: done.left }))
      }).pipe(heard)

    return {
      snapshot: Effect.sync(() => new Snapshot({ tables: MemoryTables.copy(tables) })),
      restore: (snapshot) =>
        heard(
          Effect.sync(() => {
            // Only this module makes snapshots, of tables.
            tables = MemoryTables.copy(snapshot.tables as MemoryTables.Tables)
            epoch += 1
          })
        ),
      projects: Effect.sync(() => {
        const view = viewAt(0, undefined)
        return [...tables.rows.values()].map((row) => toRemote(view, MemoryRows.project(view, row)))
      }),
      edit: (id, fields) =>
        withRow(id, (view, row) =>
          Either.flatMap(Either.mapLeft(ProjectInput.readPatch(fields), ({ text }) => text), (patch) =>
            Either.mapLeft(MemoryRows.update(view, row, patch), ({ _tag }) => _tag)
          )
        ),
      remove: (id) => withRow(id, (view, row) => Either.right(MemoryRows.remove(view, row, null))),
      expireDeletions: Effect.sync(() => {
        for (const id of tables.tombstones.keys()) tables.order.delete(id)
        tables.prunedPosition = tables.position
      }),
      serve: (request, machine, survives) =>
        heard(
          Effect.map(Clock.currentTimeMillis, (millis) =>
            MemoryServer.serve({ view: viewAt(millis, machine), api, instance, epoch: currentEpoch(), millis, survives }, request)
          )
        ),
      follow: (since, machine) =>
        MemoryEvents.follow(
          Effect.map(Clock.currentTimeMillis, (millis) => ({ view: viewAt(millis, machine), epoch: currentEpoch() })),
          changed,
          since
        )
    }
  })

/** What one client's connection is told to do. Requests for the health of the server fail only while it is disconnected. @category models */
export interface MemoryWorkProdShape {
  readonly store: MemoryStore
  /** After `options.after` more requests, the next ones are not done but fail like this. */
  readonly failNext: (count: number, error: WorkProdError, options?: { readonly after?: number }) => Effect.Effect<void>
  /** After `options.after` more requests, the next ones are done but their answers are lost. */
  readonly loseNext: (count: number, options?: { readonly after?: number }) => Effect.Effect<void>
  /** The next import or batch does only so many of its elements, and its answer is lost. */
  readonly dieNext: (elements: number) => Effect.Effect<void>
  /** The connections over which events come break, as when a server is started anew. */
  readonly cutEvents: Effect.Effect<void>
  /** Until `reconnect` no request reaches the server, and no event this client. */
  readonly disconnect: Effect.Effect<void>
  readonly reconnect: Effect.Effect<void>
  /** How many requests were made until now, those that failed included. */
  readonly requests: Effect.Effect<number>
  /** How often the server was asked for its health, which `requests` leaves out. */
  readonly healthRequests: Effect.Effect<number>
  /** Puts another server in the place of the one that answers. `store` is still the first. */
  readonly replaceServer: (store: MemoryStore) => Effect.Effect<void>
}

/** Controls the connection of a client in memory. @category tags */
export class MemoryWorkProd extends Context.Tag("@dev-infra/work-prod-client/MemoryWorkProd")<MemoryWorkProd, MemoryWorkProdShape>() {}

/** `store`: the server, a new one if none is given. `machine`: in whose name the client asks. `known`: what is known of the server. @category models */
export interface MemoryOptions extends StoreOptions {
  readonly known?: ServerFeatures | undefined
  readonly store?: MemoryStore
  readonly machine?: AskingMachine
}

/** What happens to one of the next requests. */
type Planned = { readonly _tag: "Pass" } | { readonly _tag: "Fail"; readonly error: WorkProdError } | { readonly _tag: "Lose" }

const host = "memory"

const unreachable = (exchange: Exchange, reason: "Refused" | "Closed") => new Unreachable({ ...exchange, reason, detail: "the connection was cut by a test" })

/** A connection that was lost after the request was sent. */
const lost = (exchange: Exchange, { isRepeatable }: ServerRequest): WorkProdError =>
  isRepeatable ? unreachable(exchange, "Closed") : new LostAnswer({ ...exchange, detail: "the connection was cut by a test" })

const connect = (store: MemoryStore, machine: AskingMachine | undefined) => {
  const plans: Array<Planned> = []
  let requests = 0
  let healthRequests = 0
  let current = store
  let isConnected = true
  let survives: number | undefined
  let line = Deferred.unsafeMake<never, WorkProdError>(FiberId.none)

  const plan = (count: number, planned: Planned, after = 0) =>
    Effect.sync(() => {
      for (let index = plans.length; index < after; index += 1) plans.push({ _tag: "Pass" })
      for (let index = 0; index < count; index += 1) plans[after + index] = planned
    })

  const exchangeOf = ({ method, path }: ServerRequest): Exchange => ({ host, method, path })

  const answered = (request: ServerRequest, { server, status, value }: MemoryServer.Served): Reply => {
    const answer: Answer = { request, exchange: exchangeOf(request), status, retryAfter: null, body: value === undefined ? { _tag: "Empty" } : { _tag: "Json", value } }
    return { head: { status, server }, outcome: status >= 200 && status < 300 ? Either.right(answer) : Either.left(Refusal.read(answer, undefined)) }
  }

  const unanswered = (failure: WorkProdError): Effect.Effect<Reply> => Effect.succeed({ head: undefined, outcome: Either.left(failure) })

  const takeSurvival = ({ path }: ServerRequest): number => {
    if (survives === undefined || !/\/(?:import|batch)$/.test(path)) return Infinity
    const elements = survives
    survives = undefined
    return elements
  }

  const send = (request: ServerRequest): Effect.Effect<Reply> =>
    Effect.suspend(() => {
      const isHealth = request.path === "/api/health"
      if (isHealth) healthRequests += 1
      else requests += 1
      if (!isConnected) return unanswered(unreachable(exchangeOf(request), "Refused"))
      const planned = isHealth ? undefined : plans.shift()
      if (planned?._tag === "Fail") return unanswered(planned.error)
      return Effect.flatMap(current.serve(request, machine, takeSurvival(request)), (served) =>
        planned?._tag === "Lose" || served.isLost === true ? unanswered(lost(exchangeOf(request), request)) : Effect.succeed(answered(request, served))
      )
    })

  const messages = (request: ServerRequest): Messages => {
    const since = new URLSearchParams(request.query ?? "").get("since") ?? undefined
    return Stream.interruptWhenDeferred(current.follow(since, machine), line)
  }

  const transport: Transport = {
    key: undefined,
    host,
    send,
    open: (request) => Effect.map(send(request), ({ head, outcome }) => ({ head, outcome: Either.map(outcome, () => messages(request)) }))
  }

  const cut = Effect.suspend(() => {
    const before = line
    line = Deferred.unsafeMake(FiberId.none)
    return Deferred.fail(before, unreachable({ host, method: "GET", path: "/api/events" }, "Closed"))
  })

  const setConnected = (connected: boolean) =>
    Effect.sync(() => {
      isConnected = connected
    })

  const control: MemoryWorkProdShape = {
    store,
    failNext: (count, error, options) => plan(count, { _tag: "Fail", error }, options?.after),
    loseNext: (count, options) => plan(count, { _tag: "Lose" }, options?.after),
    dieNext: (elements) =>
      Effect.sync(() => {
        survives = elements
      }),
    cutEvents: cut,
    disconnect: Effect.zipRight(setConnected(false), cut),
    reconnect: setConnected(true),
    requests: Effect.sync(() => requests),
    healthRequests: Effect.sync(() => healthRequests),
    replaceServer: (other) =>
      Effect.zipRight(
        Effect.sync(() => {
          current = other
        }),
        cut
      )
  }
  return { control, transport }
}

/**
 * Makes a client in memory; `WorkProd.layerMemory` provides it.
 *
 * @param options the server, and the machine
 * @category constructors
 */
export const make = (options: MemoryOptions): Effect.Effect<{ readonly workProd: WorkProdShape; readonly control: MemoryWorkProdShape }> =>
  Effect.gen(function* () {
    const store = options.store ?? (yield* makeStore(options))
    const { control, transport } = connect(store, options.machine)
    return { workProd: yield* HttpWorkProd.make(transport, options.known), control }
  })
