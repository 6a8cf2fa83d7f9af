import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { describe, expect, it } from "@effect/vitest"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import { Fake, failure } from "./fakeServices.js"
import { get, layer, Log, open, post } from "./testServer.js"

const server = Effect.provide(layer())

const before = (effect: Fake["Type"]["before"]) =>
  Effect.map(Fake, (fake) => {
    fake.before = effect
  })

describe("faults", () => {
  it.live("of the database are 503, a full disk 507, and tell nothing of what is inside", () =>
    Effect.gen(function* () {
      for (const [reason, status, error] of [
        ["Gone", 503, "The database cannot be used at the moment"],
        ["Busy", 503, "The database cannot be used at the moment"],
        ["ReadOnly", 503, "The database cannot be used at the moment"],
        ["Damaged", 503, "The database cannot be used at the moment"],
        ["Unavailable", 503, "The database cannot be used at the moment"],
        ["Full", 507, "The server's disk is full"]
      ] as const) {
        yield* before(Effect.fail(failure(reason)))
        for (const answer of [yield* post("/api/projects", { name: "a" }), yield* get("/api/projects"), yield* get("/readyz")]) {
          expect([reason, answer.status, answer.text]).toEqual([reason, status, `{"error":"${error}"}\n`])
        }
      }
      const log = yield* Log
      expect(log.every(({ level }) => level === "ERROR")).toBe(true)
      expect(String(log[0]?.["cause"])).toContain("StorageFailure")
    }).pipe(server)
  )

  it.live("of the server are 500 without a word of what is inside, and in the log with their id", () =>
    Effect.gen(function* () {
      yield* before(Effect.die(new Error("SELECT secret at handler.ts:1")))
      const answer = yield* get("/api/projects/1", { "x-request-id": "trace-9" })
      expect([answer.status, answer.text]).toEqual([404, '{"error":"Project not found"}\n'])
      const broken = yield* get("/api/projects", { "x-request-id": "trace-9" })
      expect([broken.status, broken.text, broken.headers["x-request-id"]]).toEqual([500, '{"error":"Internal server error"}\n', "trace-9"])
      const log = yield* Log
      expect(log.at(-1)).toMatchObject({ level: "ERROR", id: "trace-9", status: 500 })
      expect(String(log.at(-1)?.["cause"])).toContain("SELECT secret")
    }).pipe(server)
  )

  it.live("of time: who waits too long is told so with 503", () =>
    Effect.gen(function* () {
      const interrupted = yield* Deferred.make<void>()
      yield* before(Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined)))
      const answer = yield* post("/api/projects", { name: "a" })
      expect([answer.status, answer.text]).toEqual([503, '{"error":"The request took longer than 0.1 seconds and was given up"}\n'])
      yield* Deferred.await(interrupted)
    }).pipe(Effect.provide(layer({ limits: { request: 100 } })))
  )

  it.live("of clients: what nobody waits for any more is interrupted", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const [begun, interrupted] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
        yield* before(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.onInterrupt(Effect.never, () => Deferred.succeed(interrupted, undefined))))
        const connection = yield* open
        yield* connection.write("GET /api/projects HTTP/1.1\r\nHost: x\r\n\r\n")
        yield* Deferred.await(begun)
        yield* Effect.sync(() => connection.socket.destroy())
        yield* Deferred.await(interrupted)
      })
    ).pipe(server)
  )
})

describe("listening", () => {
  it.live("stops by finishing running requests and closing the other connections", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(layer(), scope)
        yield* Effect.gen(function* () {
          const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
          yield* before(Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(go)))
          const [idle, busy] = [yield* open, yield* open]
          yield* idle.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
          yield* idle.until('"ok"}\n')
          yield* busy.write("GET /api/projects HTTP/1.1\r\nHost: x\r\n\r\n")
          yield* Deferred.await(begun)
          const stopping = yield* Effect.fork(Scope.close(scope, Exit.void))
          yield* idle.closed
          expect(yield* Effect.flip(get("/healthz"))).toMatchObject({ code: "ECONNREFUSED" })
          yield* Deferred.succeed(go, undefined)
          const text = yield* busy.closed
          expect(text).toContain("Connection: close")
          expect(text.endsWith("[]\n")).toBe(true)
          yield* Fiber.join(stopping)
        }).pipe(Effect.provide(context))
      })
    )
  )

  it.live("does not wait for ever when it stops", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(layer({ limits: { stop: 50 } }), scope)
        yield* Effect.gen(function* () {
          const begun = yield* Deferred.make<void>()
          yield* before(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never))
          const busy = yield* open
          yield* busy.write("GET /api/projects HTTP/1.1\r\nHost: x\r\n\r\n")
          yield* Deferred.await(begun)
          yield* Scope.close(scope, Exit.void)
          expect(yield* busy.closed).toBe("")
        }).pipe(Effect.provide(context))
      })
    )
  )

  it.live("tells the address that it got", () =>
    Effect.gen(function* () {
      const { host, port, url } = yield* ListeningServer
      expect([host, url]).toEqual(["127.0.0.1", `http://127.0.0.1:${port}`])
    }).pipe(server)
  )

  it.live("at an address that is taken fails and says which", () =>
    Effect.gen(function* () {
      const { port } = yield* ListeningServer
      const failed = yield* Effect.scoped(Effect.flip(Layer.build(layer({ port }))))
      expect(failed).toMatchObject({ _tag: "AddressInUse", host: "127.0.0.1", port })
    }).pipe(server)
  )

  it.live("at an address of another computer fails and says which", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.scoped(Effect.flip(Layer.build(layer({ host: "192.0.2.1", port: 1 }))))
      expect(failed).toMatchObject({ _tag: "CannotListen", host: "192.0.2.1", port: 1 })
    })
  )
})
