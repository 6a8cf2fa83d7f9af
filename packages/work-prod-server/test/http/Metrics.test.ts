import { describe, expect, it } from "@effect/vitest"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { read, valueOf } from "../metrics/prometheus.js"
import { Fake, failure, keys } from "./fakeServices.js"
import { call, get, layer, open, post, raw, start } from "./testServer.js"

const requests = (method: string, route: string, status: number) => `work_prod_http_requests_total{method="${method}",route="${route}",status="${status}"}`

const metrics = Effect.map(get("/metrics"), ({ text }) => text)

describe("the metrics of a server", () => {
  it.live("are what Prometheus reads, without a key", () =>
    Effect.gen(function* () {
      const answer = yield* get("/metrics")
      expect([answer.status, answer.headers["content-type"], answer.headers["cache-control"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8", "no-store"])
      const families = read(answer.text)
      for (const name of ["process_resident_memory_bytes", "process_cpu_seconds_total", "process_start_time_seconds", "nodejs_heap_size_used_bytes", "work_prod_http_requests_running"]) {
        expect([...(families.get(name)?.samples.values() ?? [])].every((value) => value > 0), name).toBe(true)
      }
    }).pipe(Effect.provide(layer({ authentication: "keys" })))
  )

  it.live("count requests by method, route and status, and measure how long they took", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" })
      yield* get("/api/projects/1")
      yield* get("/api/projects/2")
      yield* get("/api/projects/7/nothing")
      const text = yield* metrics
      expect(valueOf(text, requests("POST", "/api/projects", 201))).toBe(1)
      expect(valueOf(text, requests("GET", "/api/projects/:id", 200))).toBe(1)
      expect(valueOf(text, requests("GET", "/api/projects/:id", 404))).toBe(1)
      expect(valueOf(text, requests("GET", "none", 404))).toBe(1)
      expect(valueOf(text, 'work_prod_http_request_duration_seconds_count{method="GET",route="/api/projects/:id"}')).toBe(2)
      expect(valueOf(text, "work_prod_http_requests_running")).toBe(1)
      expect(valueOf(text, "work_prod_http_response_bytes_total")).toBeGreaterThan(200)
    }).pipe(Effect.provide(layer()))
  )

  it.live("do not grow with what clients make up", () =>
    Effect.gen(function* () {
      yield* get("/first")
      const before = read(yield* metrics).get("work_prod_http_requests_total")?.samples.size
      for (let count = 0; count < 20; count++) yield* get(`/made-up/${count}?key=${count}`)
      yield* raw("BREW / HTTP/1.1\r\nHost: a\r\n\r\n")
      expect(read(yield* metrics).get("work_prod_http_requests_total")?.samples.size).toBe((before ?? 0) + 1)
    }).pipe(Effect.provide(layer()))
  )

  it.live("name no key, no account and no project", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "hidden-name" }, { authorization: `Bearer ${keys.good}` })
      const text = yield* metrics
      for (const secret of ["hidden-name", "wp_good", "secret"]) expect(text).not.toContain(secret)
    }).pipe(Effect.provide(layer({ authentication: "keys" })))
  )

  it.live("forget no request that broke off", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      yield* post("/api/projects", { name: "a" })
      const { socket, write } = yield* open
      fake.before = Effect.zipRight(Effect.sync(() => socket.destroy()), Effect.never)
      yield* write("GET /api/projects/1 HTTP/1.1\r\nHost: a\r\n\r\n")
      const told = yield* Effect.repeat(metrics, { until: (text) => valueOf(text, requests("GET", "/api/projects/:id", 499)) === 1 })
      expect(valueOf(told, "work_prod_http_requests_running")).toBe(1)
    }).pipe(Effect.scoped, Effect.provide(layer()))
  )

  it.live("are told while the database is away", () =>
    Effect.gen(function* () {
      const fake = yield* Fake
      fake.before = Effect.fail(failure("Unavailable"))
      expect((yield* get("/readyz")).status).toBe(503)
      expect(valueOf(yield* metrics, requests("GET", "/readyz", 503))).toBe(1)
    }).pipe(Effect.provide(layer()))
  )
})

describe("programs elsewhere", () => {
  it.live("are not told the metrics, not even through a proxy on this computer", () =>
    Effect.gen(function* () {
      const elsewhere = [
        { "x-forwarded-for": "192.0.2.7" },
        { "x-real-ip": "192.0.2.7" },
        { forwarded: "for=192.0.2.7" },
        { via: "1.1 proxy" },
        { host: "work-prod.example.org" },
        { host: "localhost.example.org" }
      ]
      for (const headers of elsewhere) {
        const { status, text } = yield* get("/metrics", headers)
        expect([status, JSON.parse(text).error], JSON.stringify(headers)).toEqual([403, expect.stringContaining("--metrics HOST:PORT")])
      }
      // As nginx sends it on where nobody says otherwise.
      expect(yield* raw("GET /metrics HTTP/1.0\r\nHost: 127.0.0.1:5055\r\n\r\n")).toContain(" 403 ")
      for (const host of ["localhost", "LOCALHOST:5055", "127.0.0.1", "[::1]:5055"]) expect((yield* get("/metrics", { host })).status, host).toBe(200)
    }).pipe(Effect.provide(layer()))
  )

  it.live("are told at an address of its own if the server was told so, and there alone", () =>
    Effect.gen(function* () {
      const services = yield* start({ metrics: { host: "127.0.0.1", port: 0 } })
      const { metricsUrl = "" } = Context.get(services, ListeningServer)
      const there = ListeningServer.of({ ...Context.get(services, ListeningServer), port: Number(new URL(metricsUrl).port) })
      const ask = (path: string, more = {}) => Effect.provideService(call({ path, ...more }), ListeningServer, there)
      const told = yield* ask("/metrics", { headers: { "x-forwarded-for": "192.0.2.7" } })
      expect(told.status).toBe(200)
      read(told.text)
      expect((yield* ask("/metrics", { method: "HEAD" })).text).toBe("")
      expect((yield* ask("/api/projects")).status).toBe(404)
      expect((yield* ask("/metrics", { method: "POST" })).headers["allow"]).toBe("GET, HEAD")
      expect((yield* Effect.provide(get("/metrics"), services)).status).toBe(404)
    }).pipe(Effect.scoped)
  )

  it.live("are told nothing if the metrics are off, and neither is anybody else", () =>
    Effect.gen(function* () {
      expect((yield* get("/metrics")).status).toBe(404)
    }).pipe(Effect.provide(layer({ metrics: "off" })))
  )
})
