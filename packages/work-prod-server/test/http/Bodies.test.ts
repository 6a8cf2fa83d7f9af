import * as Effect from "effect/Effect"
import { describe, expect, it } from "@effect/vitest"
import { gzipSync } from "node:zlib"
import { Fake } from "./fakeServices.js"
import { call, get, layer, Log, open, patch, post, raw } from "./testServer.js"

const server = Effect.provide(layer())
const json = { "content-type": "application/json" }

const create = (body: string | Buffer, headers: Readonly<Record<string, string>> = json) => call({ method: "POST", path: "/api/projects", headers, body })

const errorOf = (text: string): unknown => JSON.parse(text).error

const fieldOf = (text: string, field: string): unknown => JSON.parse(text)[field]

describe("bodies", () => {
  it.live("are taken with every Content-Type that means JSON", () =>
    Effect.gen(function* () {
      for (const type of ["application/json", "application/json; charset=latin1", "Application/JSON;charset=utf-8", "application/vnd.api+json", "application/problem+json ; x=y"]) {
        expect([type, (yield* create('{"name":"a"}', { "content-type": type })).status]).toEqual([type, 201])
      }
    }).pipe(server)
  )

  it.live("are refused with 415 otherwise, saying what to send", () =>
    Effect.gen(function* () {
      const sentence = "Unsupported Content-Type. Send JSON with the header Content-Type: application/json"
      for (const headers of [{}, { "content-type": "text/plain" }, { "content-type": "application/x-www-form-urlencoded" }, { "content-type": "application/jsonx" }]) {
        const answer = yield* create('{"name":"a"}', headers)
        expect([answer.status, errorOf(answer.text)]).toEqual([415, sentence])
      }
      expect((yield* call({ method: "POST", path: "/api/projects/batch", body: "{}" })).status).toBe(415)
      expect((yield* Fake).operations).toBe(0)
    }).pipe(server)
  )

  it.live("of an import have the answers of 0.3.0", () =>
    Effect.gen(function* () {
      const send = (body: string, headers: Readonly<Record<string, string>> = json) => Effect.map(call({ method: "POST", path: "/api/projects/import", headers, body }), ({ status, text }) => [status, text])
      expect(yield* send('{"projects":[]}', { "content-type": "text/plain" })).toEqual([400, '{"error":"Content-Type must be application/json"}\n'])
      expect(yield* send("{")).toEqual([400, '{"error":"Invalid JSON"}\n'])
      expect(yield* send("[]")).toEqual([400, '{"error":"Request body must be a JSON object"}\n'])
      expect(yield* send("{}")).toEqual([400, `{"error":"Missing 'projects' field"}\n`])
      expect(yield* send('{"projects":{}}')).toEqual([400, `{"error":"'projects' field must be a list"}\n`])
      expect(yield* send('{"projects":[1]}')).toEqual([201, '{"errors":[{"error":"Name is required","project":"\\u00e9"}],"imported":1,"skipped":1}\n'])
    }).pipe(server)
  )

  it.live("may be missing where a project is changed, whatever their type", () =>
    Effect.gen(function* () {
      const made = yield* post("/api/projects", { name: "a" })
      for (const headers of [{}, json, { "content-type": "text/plain" }]) {
        const answer = yield* call({ method: "PATCH", path: "/api/projects/1", headers })
        expect([answer.status, answer.text]).toEqual([200, made.text])
      }
      expect((yield* call({ method: "PATCH", path: "/api/projects/1", headers: { "content-type": "text/plain" }, body: "{}" })).status).toBe(415)
    }).pipe(server)
  )

  it.live("are looked at only if the project to change exists", () =>
    Effect.gen(function* () {
      for (const body of ["{", "[[[[", '{"status":"bad"}']) {
        const answer = yield* call({ method: "PATCH", path: "/api/projects/7", headers: json, body })
        expect([answer.status, errorOf(answer.text)]).toEqual([404, "Project not found"])
      }
    }).pipe(server)
  )

  it.live("say what they mean: NaN is null, of two keys the last counts, a mark at the beginning is none", () =>
    Effect.gen(function* () {
      expect(fieldOf((yield* create('{"name":"a","description":NaN,"organization":-Infinity,"metadata":{"a":[Infinity,"NaN \\" Infinity"]}}')).text, "metadata")).toEqual({ a: [null, 'NaN " Infinity'] })
      expect(fieldOf((yield* create('{"name":"a","name":"b"}')).text, "name")).toBe("b")
      expect(fieldOf((yield* create(Buffer.from('\ufeff{"name":"bom"}'))).text, "name")).toBe("bom")
      expect((yield* create('{"name":"é 😀"}')).text).toContain('"name":"\\u00e9 \\ud83d\\ude00"')
    }).pipe(server)
  )

  it.live("cannot change what objects are", () =>
    Effect.gen(function* () {
      const answer = yield* create('{"name":"a","__proto__":{"status":"completed"},"metadata":{"__proto__":{"x":1},"constructor":{"prototype":{"y":2}}}}')
      expect([answer.status, fieldOf(answer.text, "status")]).toEqual([201, "active"])
      expect(Reflect.get({}, "x") ?? Reflect.get({}, "y")).toBeUndefined()
    }).pipe(server)
  )

  it.live("that are no JSON are refused with 400", () =>
    Effect.gen(function* () {
      for (const body of ["", "{", "{'name':'a'}", '{"name":nan}', '{"name":"a"} x', "NaNa", '{"a":"\n"}', "]"]) {
        const answer = yield* create(body)
        expect([body, answer.status, errorOf(answer.text)]).toEqual([body, 400, "Invalid JSON"])
      }
      for (const name of ["name", "description"]) expect([name, (yield* create(`{"name":"a","${name}":${"9".repeat(5000)}}`)).text]).toEqual([name, '{"error":"Invalid JSON: a number is too large"}\n'])
      expect((yield* create(`{"name":"${"9".repeat(5000)}","metadata":{"a":1.${"0".repeat(5000)}}}`)).status).toBe(201)
      const invalid = yield* create(Buffer.from([0x7b, 0xff, 0x7d]))
      expect([invalid.status, errorOf(invalid.text)]).toEqual([400, "Invalid UTF-8 in the request body"])
    }).pipe(server)
  )

  it.live("may have 64 levels and not 65", () =>
    Effect.gen(function* () {
      const nested = (levels: number) => `{"name":"[[[{{{","metadata":{"a":${"[".repeat(levels - 2)}${"]".repeat(levels - 2)}}}`
      expect((yield* create(nested(64))).status).toBe(201)
      for (const body of [nested(65), "[".repeat(100_000), '{"a":'.repeat(100_000)]) {
        const answer = yield* create(body)
        expect([answer.status, errorOf(answer.text)]).toEqual([400, "Invalid JSON: lists and objects may be 64 levels deep at most"])
      }
    }).pipe(server)
  )

  it.live("that are compressed are refused", () =>
    Effect.gen(function* () {
      const answer = yield* create(gzipSync('{"name":"a"}'), { ...json, "content-encoding": "gzip" })
      expect([answer.status, errorOf(answer.text)]).toEqual([400, "Unsupported Content-Encoding. Send the body as it is"])
      expect((yield* create('{"name":"a"}', { ...json, "content-encoding": "identity" })).status).toBe(201)
    }).pipe(server)
  )

  it.live("may be 10 MiB large and come in pieces", () =>
    Effect.gen(function* () {
      const body = (size: number) => `{"name":"${"x".repeat(size - 11)}"}`
      const largest = yield* create(body(10 * 1024 * 1024), { ...json, "transfer-encoding": "chunked" })
      expect(largest.status).toBe(201)
    }).pipe(server)
  )

  it.live("that are announced as too large are refused at once, and the connection is closed", () =>
    Effect.gen(function* () {
      const head = "POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10485761\r\n"
      for (const text of [`${head}\r\n`, `${head}Expect: 100-continue\r\n\r\n`]) {
        const answer = yield* raw(text)
        expect(answer).toMatch(/^HTTP\/1\.1 413 Payload Too Large\r\n/)
        expect(answer).toContain("Connection: close\r\n")
        expect(answer).toContain('{"error":"Request body is too large. At most 10485760 bytes are taken"}\n')
      }
      expect((yield* Fake).operations).toBe(0)
    }).pipe(server)
  )

  it.live("that turn out too large are refused, and the client sees why", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* open
        yield* connection.write("POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for (let mebibyte = 0; mebibyte < 11; mebibyte++) yield* connection.write(`100000\r\n${"x".repeat(0x100000)}\r\n`)
        expect(yield* connection.closed).toMatch(/^HTTP\/1\.1 413 /)
      })
    ).pipe(server)
  )

  it.live("are waited for if the client asks whether it may send", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* open
        yield* connection.write("POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        yield* connection.until("100 Continue")
        yield* connection.write('{"name":"a"}')
        expect(yield* connection.closed).toContain("HTTP/1.1 201 Created")
      })
    ).pipe(server)
  )

  it.live("that do not arrive in time are answered with 408, and the connection is closed", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* open
        yield* connection.write('POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"')
        const text = yield* connection.closed
        expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application\/json\r\n/)
        expect(text).toContain('{"error":"The request did not arrive in time"}\n')
        expect((yield* Fake).operations).toBe(0)
      })
    ).pipe(Effect.provide(layer({ limits: { headers: 100, request: 200 } })))
  )

  it.live("without headers in time are answered with 408", () =>
    Effect.gen(function* () {
      expect(yield* raw("POST /api/projects HTTP/1.1\r\nHost: x\r\n")).toMatch(/^HTTP\/1\.1 408 /)
    }).pipe(Effect.provide(layer({ limits: { headers: 100, request: 10_000 } })))
  )

  it.live("that break off change nothing and are no fault", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const connection = yield* open
        yield* connection.write('POST /api/projects HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name"')
        const log = yield* Log
        yield* Effect.sync(() => connection.socket.destroy())
        yield* Effect.repeat(get("/healthz"), { until: () => log.some(({ method }) => method === "POST") })
        expect(log.find(({ method }) => method === "POST")).toMatchObject({ level: "INFO", status: 499 })
        expect((yield* Fake).operations).toBe(0)
      })
    ).pipe(server)
  )

  it.live("are ignored where nothing is to be said", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" })
      for (const [method, path] of [["PUT", "/api/projects/1/archive"], ["DELETE", "/api/projects/1"]] as const) {
        expect((yield* call({ method, path, headers: { "content-type": "text/plain" }, body: "\xff{{{" })).status).toBeLessThan(300)
      }
      expect((yield* patch("/api/projects/1", {})).status).toBe(404)
    }).pipe(server)
  )
})
