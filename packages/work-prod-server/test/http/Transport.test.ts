import * as Effect from "effect/Effect"
import { describe, expect, it } from "@effect/vitest"
import { call, get, layer, open, post, raw } from "./testServer.js"

const server = Effect.provide(layer())

const errorOf = (text: string): unknown => JSON.parse(text).error

describe("paths and methods", () => {
  it.live("answers unknown paths and trailing slashes with 404 as JSON", () =>
    Effect.gen(function* () {
      for (const path of ["/", "/api", "/api/projects/", "/api/health/", "/API/health", "/api/projects/1/", "/api/projects/1/archive/", "/docs/"]) {
        const answer = yield* get(path)
        expect([path, answer.status, answer.headers["content-type"], errorOf(answer.text)]).toEqual([path, 404, "application/json", "There is nothing at this path"])
      }
    }).pipe(server)
  )

  it.live("answers wrong methods with 405 and says which there are", () =>
    Effect.gen(function* () {
      const wrong = yield* call({ method: "PUT", path: "/api/projects" })
      expect([wrong.status, wrong.headers.allow, errorOf(wrong.text)]).toEqual([405, "GET, HEAD, OPTIONS, POST", "Method not allowed here"])
      expect((yield* call({ method: "POST", path: "/api/projects/1" })).headers.allow).toBe("DELETE, GET, HEAD, OPTIONS, PATCH")
      expect((yield* call({ method: "DELETE", path: "/api/health" })).status).toBe(405)
      expect((yield* call({ method: "GET", path: "/api/projects/1/archive" })).headers.allow).toBe("OPTIONS, PUT")
      expect((yield* call({ method: "TRACE", path: "/api/health" })).status).toBe(405)
    }).pipe(server)
  )

  it.live("answers OPTIONS with the methods", () =>
    Effect.gen(function* () {
      const options = yield* call({ method: "OPTIONS", path: "/api/projects/1" })
      expect([options.status, options.headers.allow, options.text]).toEqual([204, "DELETE, GET, HEAD, OPTIONS, PATCH", ""])
      expect((yield* call({ method: "OPTIONS", path: "/nothing" })).status).toBe(404)
    }).pipe(server)
  )

  it.live("leads from doubled slashes to single ones, never to another host", () =>
    Effect.gen(function* () {
      const cases = [
        ["/api//projects", "/api/projects"],
        ["//evil.example/x?a=1", "/evil.example/x?a=1"],
        ["//\\evil.example", "/%5Cevil.example"],
        ["///api/projects//1?search=a//b", "/api/projects/1?search=a//b"]
      ]
      for (const [path, location] of cases) {
        const answer = yield* call({ method: "POST", path: path ?? "" })
        expect([answer.status, answer.headers.location]).toEqual([308, location])
      }
    }).pipe(server)
  )

  it.live("takes for ids only digits, whatever the method", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "api" })
      for (const id of ["1", "01", "%31"]) expect((yield* get(`/api/projects/${id}`)).status).toBe(200)
      for (const id of ["-1", "+1", "1.0", "1%20", "abc", "import", "%zz", "%ff", "1;x", "1%2F2", "a".repeat(200)]) {
        for (const [method, path] of [["GET", id], ["PATCH", id], ["DELETE", id], ["PUT", `${id}/archive`]] as const) {
          const answer = yield* call({ method, path: `/api/projects/${path}` })
          expect([method, id, answer.status, errorOf(answer.text)]).toEqual([method, id, 400, "Invalid project ID format"])
        }
      }
      for (const id of ["0", "9223372036854775808", "9".repeat(300)]) {
        for (const [method, path] of [["GET", id], ["PATCH", id], ["DELETE", id], ["PUT", `${id}/archive`]] as const) {
          const answer = yield* call({ method, path: `/api/projects/${path}` })
          expect([method, answer.status, errorOf(answer.text)]).toEqual([method, 404, "Project not found"])
        }
      }
    }).pipe(server)
  )

  it.live("answers HEAD like GET, without a body", () =>
    Effect.gen(function* () {
      const made = yield* post("/api/projects", { name: "api" })
      for (const path of ["/api/projects", "/api/projects?cursor=", "/api/projects/1", "/api/projects/changes", "/api/health", "/healthz", "/readyz", "/openapi.json", "/docs"]) {
        const answer = yield* call({ method: "HEAD", path })
        expect([path, answer.status, answer.text]).toEqual([path, 200, ""])
        expect(answer.headers["content-type"]).toBe(path === "/docs" ? "text/html; charset=utf-8" : "application/json")
      }
      const one = yield* call({ method: "HEAD", path: "/api/projects/1" })
      expect([one.headers.etag, one.headers["content-length"]]).toEqual(['"1"', String(made.text.length)])
      expect((yield* call({ method: "HEAD", path: "/api/projects/2" })).status).toBe(404)
    }).pipe(server)
  )

  it.live("takes the target that a proxy is sent", () =>
    Effect.gen(function* () {
      expect(yield* raw("GET http://work-prod.example/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")).toMatch(/^HTTP\/1\.1 200 /)
    }).pipe(server)
  )
})

describe("connections", () => {
  it.live("keeps a connection for the next request", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* open
        yield* connection.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        yield* connection.until('"ok"}\n')
        yield* connection.write("GET /api/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        const text = yield* connection.closed
        expect(text.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2)
        expect(text).toContain("Connection: keep-alive")
      })
    ).pipe(server)
  )

  it.live("answers what is no HTTP with 400 as JSON, and closes", () =>
    Effect.gen(function* () {
      const text = yield* raw("\x16\x03\x01 hello\r\n\r\n")
      expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/json\r\n/)
      expect(text).toContain('{"error":"This is no valid HTTP request"}\n')
    }).pipe(server)
  )

  it.live("refuses long URLs with 414 and large headers with 431", () =>
    Effect.gen(function* () {
      for (const length of [8 * 1024, 20 * 1024, 100 * 1024]) {
        const answer = yield* raw(`GET /api/projects?search=${"x".repeat(length)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`)
        expect([length, answer.slice(0, 12)]).toEqual([length, "HTTP/1.1 414"])
        expect(answer).toContain('{"error":"The URL is too long. At most 8192 characters are taken"}\n')
      }
      for (const length of [16 * 1024, 40 * 1024, 100 * 1024]) {
        const answer = yield* raw(`GET /api/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: ${"x".repeat(length)}\r\n\r\n`)
        expect([length, answer.slice(0, 12)]).toEqual([length, "HTTP/1.1 431"])
        expect(answer).toContain('{"error":"The request headers are too large. At most 16384 bytes are taken"}\n')
      }
      const ordinary = yield* raw(`GET /api/projects?search=${"x".repeat(8000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: ${"x".repeat(15_000)}\r\n\r\n`)
      expect(ordinary).toMatch(/^HTTP\/1\.1 200/)
    }).pipe(server)
  )

  it.live("gives every answer an id, that of the request if it has a good one", () =>
    Effect.gen(function* () {
      expect((yield* get("/healthz", { "x-request-id": "trace-1" })).headers["x-request-id"]).toBe("trace-1")
      for (const bad of ["a b", "x".repeat(200), "ü"]) expect((yield* get("/healthz", { "x-request-id": bad })).headers["x-request-id"]).toMatch(/^[0-9a-z]{6}-[0-9a-z]+$/)
      const [one, other] = [yield* get("/nothing"), yield* call({ method: "DELETE", path: "/healthz" })]
      expect(one.headers["x-request-id"]).not.toBe(other.headers["x-request-id"])
      expect(yield* raw("nonsense\r\n\r\n")).toMatch(/X-Request-Id: [0-9a-z]{6}-/)
    }).pipe(server)
  )
})
