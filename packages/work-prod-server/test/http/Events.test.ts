import { type NextEvents, type ProjectEvent, TooManyFollowers } from "@dev-infra/work-prod-server/ProjectEvents"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import { eventsOf, listen } from "../events/eventClient.js"
import { Fake, failure, keys } from "./fakeServices.js"
import { call, get, layer, Log } from "./testServer.js"

const change = (number: number, text = ""): ProjectEvent => ({ _tag: "Change", cursor: `c${number}`, json: `{"id":${number},"text":"${text}"}` })
const ready: ProjectEvent = { _tag: "Ready", cursor: "c0" }

/** Tells these pages, then waits for ever. */
const tell = (...pages: ReadonlyArray<ReadonlyArray<ProjectEvent>>) =>
  Effect.map(Fake, (fake) => {
    const left = [...pages]
    fake.follow = () => Effect.succeed(Effect.suspend(() => Effect.map(Effect.fromNullable(left.shift()), Option.some)).pipe(Effect.orElse(() => Effect.never)))
  })

/** Tells one page, and does this from then on. */
const afterwards = (page: ReadonlyArray<ProjectEvent>, rest: NextEvents): NextEvents => {
  let isFirst = true
  return Effect.suspend(() => {
    if (!isFirst) return rest
    isFirst = false
    return Effect.succeedSome(page)
  })
}

/** A turn of the event loop, in which what has arrived is dealt with. */
const turn = Effect.async<void>((resume) => {
  setImmediate(() => resume(Effect.void))
})

const server = Effect.provide(layer())

describe("GET /api/events", () => {
  it.live("begins at once, with headers that keep it from being held back or kept on the way", () =>
    Effect.gen(function* () {
      yield* tell([ready], [change(1), change(2)])
      const { events, until } = yield* listen()
      expect(yield* events("c2")).toEqual([
        { event: "ready", id: "c0", data: {} },
        { event: "change", id: "c1", data: { id: 1, text: "" } },
        { event: "change", id: "c2", data: { id: 2, text: "" } }
      ])
      const head = (yield* until("\r\n\r\n")).split("\r\n\r\n", 1)[0]
      expect(head).toContain("HTTP/1.1 200 OK")
      for (const line of ["content-type: text/event-stream", "cache-control: no-store", "x-accel-buffering: no", "vary: X-Dev-Infra-Machine"]) expect(head?.toLowerCase()).toContain(line.toLowerCase())
      for (const name of ["X-Dev-Infra-Server: api=1; instance=", "X-Request-Id: "]) expect(head).toContain(name)
    }).pipe(Effect.scoped, server)
  )

  it.live("begins after Last-Event-ID, else after since, else now", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      const asked: Array<string | undefined> = []
      fake.follow = (since) => {
        asked.push(since)
        return Effect.succeed(Effect.succeedNone)
      }
      for (const [query, headers] of [["", {}], ["?since=", {}], ["?since=a", {}], ["?since=a", { "last-event-id": "b" }], ["", { "last-event-id": "b" }]] as const) {
        yield* (yield* listen(query, { ...headers, connection: "close" })).closed
      }
      expect(asked).toEqual([undefined, "", "a", "b", "b"])
    }).pipe(Effect.scoped, server)
  )

  it.live("says why a cursor is gone, takes it from the client, and ends", () =>
    Effect.gen(function* () {
      yield* Effect.map(Fake, (fake) => {
        const pages = [Option.some<ReadonlyArray<ProjectEvent>>([{ _tag: "Reset", reason: "OtherEpoch" }])]
        fake.follow = () => Effect.succeed(Effect.sync(() => pages.shift() ?? Option.none()))
      })
      const answer = yield* (yield* listen("?since=x", { connection: "close" })).closed
      expect(eventsOf(answer)).toEqual([{ event: "reset", id: "", data: { reason: "other_epoch" } }])
      expect(answer.endsWith("\r\n0\r\n\r\n")).toBe(true)
    }).pipe(Effect.scoped, server)
  )

  it.live("carries a comment while nothing happens", () =>
    Effect.gen(function* () {
      yield* tell([ready])
      const { events, until } = yield* listen()
      expect(yield* until(": alive\n\n\r\n9\r\n: alive")).toContain("event: ready")
      expect(yield* events("alive")).toEqual([{ event: "ready", id: "c0", data: {} }])
    }).pipe(Effect.scoped, Effect.provide(layer({ limits: { alive: 5 } })))
  )

  it.live("answers a database that cannot be read with 503, and cuts a stream that cannot go on", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      fake.follow = () => Effect.succeed(Effect.fail(failure("Busy")))
      const refused = yield* get("/api/events")
      expect([refused.status, refused.headers["content-type"], JSON.parse(refused.text).error]).toEqual([503, "application/json", "The database cannot be used at the moment"])
      const heard = yield* Deferred.make<void>()
      fake.follow = () => Effect.succeed(afterwards([ready], Effect.zipRight(Deferred.await(heard), Effect.fail(failure("Busy")))))
      const { closed, events } = yield* listen()
      expect(yield* events("ready")).toHaveLength(1)
      yield* Deferred.succeed(heard, undefined)
      const cut = yield* closed
      expect(cut).not.toContain("\r\n0\r\n\r\n")
    }).pipe(Effect.scoped, server)
  )

  it.live("refuses one stream too many, and says when to come again", () =>
    Effect.gen(function* () {
      ;(yield* Fake).follow = () => Effect.fail(new TooManyFollowers({ limit: 2000 }))
      const answer = yield* get("/api/events")
      expect([answer.status, answer.headers["retry-after"], JSON.parse(answer.text)]).toEqual([429, "15", { error: "Too many event streams are open. At most 2000 may be" }])
    }).pipe(Effect.scoped, server)
  )

  it.live("asks for a key like everything else", () =>
    Effect.gen(function* () {
      yield* tell([ready])
      expect((yield* get("/api/events")).status).toBe(401)
      expect((yield* get("/api/events", { authorization: `Bearer ${keys.revoked}` })).status).toBe(401)
      const reader = yield* listen("", { authorization: `Bearer ${keys.reader}` })
      expect(yield* reader.events("ready")).toHaveLength(1)
    }).pipe(Effect.scoped, Effect.provide(layer({ authentication: "keys" })))
  )

  it.live("answers HEAD and wrong methods at once", () =>
    Effect.gen(function* () {
      const head = yield* call({ method: "HEAD", path: "/api/events" })
      expect([head.status, head.text, head.headers["content-type"]]).toEqual([200, "", "text/event-stream"])
      const wrong = yield* call({ method: "POST", path: "/api/events" })
      expect([wrong.status, wrong.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"])
    }).pipe(Effect.scoped, server)
  )

  it.live("cuts off who does not read, and asks for no more meanwhile", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      let pages = 0
      const text = "x".repeat(100_000)
      fake.follow = () => Effect.succeed(Effect.sync(() => Option.some(Array.from({ length: 10 }, () => change(++pages, text)))))
      const { closed, socket, until } = yield* listen()
      yield* until("HTTP/1.1 200")
      socket.pause()
      const log = yield* Log
      const isCutOff = () => log.some(({ message }) => JSON.stringify(message).includes("cut off"))
      while (!isCutOff()) yield* turn
      // What the system keeps for both sides of a connection is some megabytes; a server without bounds would go on.
      expect(pages).toBeLessThan(1000)
      socket.resume()
      yield* closed
      expect((yield* get("/metrics")).text).toContain('work_prod_event_listeners_dropped_total{reason="slow"} 1')
    }).pipe(Effect.scoped, Effect.provide(layer({ limits: { take: 50 } })))
  )

  it.live("does not keep the server from stopping when the client does not read", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(Layer.build(layer({ limits: { stop: 100_000, take: 100_000 } })), scope)
      const gave = { pages: 0, atLook: -1 }
      const text = "x".repeat(1_000_000)
      Context.get(server, Fake).follow = () => Effect.succeed(Effect.sync(() => Option.some([change(++gave.pages, text)])))
      const { socket, until } = yield* Effect.provide(listen(), server)
      yield* until("HTTP/1.1 200")
      socket.pause()
      // When no more is asked for the connection is full.
      while (gave.atLook !== gave.pages) {
        gave.atLook = gave.pages
        for (let turns = 0; turns < 50; turns++) yield* turn
      }
      yield* Scope.close(scope, Exit.void)
    }).pipe(Effect.scoped)
  )

  it.live("leaves nothing behind when the client goes", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      const gone = yield* Deferred.make<void>()
      const entered = yield* Deferred.make<void>()
      const wait = Effect.onInterrupt(Effect.zipRight(Deferred.succeed(entered, undefined), Effect.never), () => Deferred.succeed(gone, undefined))
      fake.follow = () => Effect.succeed(afterwards([ready], wait))
      yield* Effect.scoped(Effect.zipRight(listen(), Deferred.await(entered)))
      yield* Deferred.await(gone)
    }).pipe(Effect.scoped, server)
  )

  it.live("can be listened to by many at once, and others still get answers", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      fake.follow = () => Effect.succeed(afterwards([ready], Effect.never))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const listeners = yield* Effect.forEach(Array.from({ length: 1000 }), () => listen(), { concurrency: 50 })
          for (const { events } of listeners) expect(yield* events("ready")).toHaveLength(1)
          expect((yield* get("/api/health")).status).toBe(200)
        })
      )
    }).pipe(Effect.scoped, server)
  )
})
