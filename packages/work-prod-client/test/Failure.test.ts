import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { inspect } from "node:util"
import { connectionError, empty, failureOf, html, json, key, newHealth, oldHealth, project, scriptedServer, type Scripted } from "./scriptedServer.js"

const uid = "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11"

type Use = (workProd: WorkProd.WorkProdShape) => Effect.Effect<unknown, WorkProdError>

const get: Use = (workProd) => workProd.get(7)
const create: Use = (workProd) => workProd.create({ name: "api" })
const list: Use = (workProd) => Stream.runDrain(workProd.list())

/** What one operation fails with if it is always answered so. Waiting costs no time. */
const failure = (use: Use, answer: () => Scripted, options?: { readonly health: object | undefined }) =>
  Effect.gen(function* () {
    const server = scriptedServer(options === undefined ? newHealth : options.health, answer, { key })
    const error = yield* inNoTime(Effect.provide(failureOf(use), server.layer))
    return { error, server }
  })

/** Runs something that waits for minutes at most. */
const inNoTime = <A, E>(effect: Effect.Effect<A, E>) => Effect.raceFirst(effect, Effect.zipRight(TestClock.adjust("10 minutes"), Effect.never))

/** The server's health is what the answer says. */
const unknown = { health: undefined }

describe("an answer that says no", () => {
  it.effect.each([
    [401, { error: "Unknown key" }, "Unauthorized", /does not accept the key: Unknown key: .*DEV_INFRA_API_KEY/],
    [403, { error: "The key may only read" }, "Forbidden", /does not allow GET .*: The key may only read: use a key that may write/],
    [404, { error: "Project not found" }, "NotFound", /has nothing at \/api\/projects\/7: Project not found/],
    [409, { error: "Project with this path already exists" }, "Conflict", /Project with this path already exists/],
    [409, { error: "Database integrity error" }, "Conflict", /Database integrity error/],
    [409, { error: "deleted", code: "deleted", uid, deleted_at: "2026-01-01T00:00:00" }, "UidDeleted", /5b2a.* was deleted .* at 2026-01-01T00:00:00: send recreate: true/],
    [410, { error: "gone", code: "cursor_gone" }, "CursorGone", /from the beginning/],
    [412, { error: "changed", code: "precondition_failed", project: null }, "PreconditionFailed", /read it again/],
    [413, { error: "too large" }, "PayloadTooLarge", /send less at once/],
    [400, { error: "Name is required" }, "Rejected", /refused GET .* with 400: Name is required/],
    [415, { error: "Content-Type must be application/json" }, "Rejected", /415/],
    [422, { error: "The Idempotency-Key was used with another body" }, "Rejected", /422/],
    [429, { error: "slow down" }, "TooManyRequests", /wait a while/],
    [500, { error: "Internal server error" }, "ServerFault", /failed with 500 on GET .*: Internal server error: look at the server's log/],
    [503, { error: "busy" }, "ServerFault", /503/],
    [507, { error: "The disk is full" }, "ServerFault", /The disk is full/]
  ] satisfies ReadonlyArray<[number, object, string, RegExp]>)("of %s is told as what it is", ([status, body, tag, message]) =>
    Effect.gen(function* () {
      const { error } = yield* failure(get, () => json(status, body))
      expect(error._tag).toBe(tag)
      expect(error.message).toMatch(message)
      expect(error.message).toContain("127.0.0.1:5055")
    })
  )

  it.effect("brings the row that stands in the way", () =>
    Effect.gen(function* () {
      const row = project(9, { uid, etag: "4" })
      const conflict = yield* failure(create, () => json(409, { error: "taken", code: "path_taken", project: row }))
      expect(conflict.error).toMatchObject({ _tag: "Conflict", code: "path_taken", project: { id: 9, etag: "4" } })
      expect(conflict.error.message).toContain('(project 9, "project 9")')
      const changed = yield* failure(get, () => json(412, { error: "changed", code: "precondition_failed", project: row }))
      expect(changed.error).toMatchObject({ _tag: "PreconditionFailed", project: { id: 9, etag: "4" } })
    })
  )

  it.effect("may bring a large row", () =>
    Effect.gen(function* () {
      const row = project(9, { description: "x".repeat(500_000) })
      const { error } = yield* failure(create, () => json(409, { error: "taken", project: row }))
      expect(error).toMatchObject({ _tag: "Conflict", project: { id: 9 } })
    })
  )

  it.effect("asks for a key if none was sent", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => json(401, { error: "The key is missing" }))
      const error = yield* Effect.provide(failureOf(get), server.layer)
      expect(error.message).toBe("127.0.0.1:5055 wants a key: The key is missing: set DEV_INFRA_API_KEY to one made with `work-prod keys create`")
    })
  )

  it.effect.each([
    [400, "Bad Request", "Rejected"],
    [401, "401 Authorization Required", "Unauthorized"],
    [404, "404 Not Found", "NotWorkProd"],
    [405, "405 Method Not Allowed", "NotWorkProd"],
    [413, "413 Request Entity Too Large", "PayloadTooLarge"],
    [415, "415 Unsupported Media Type", "Rejected"],
    [431, "Request Header Fields Too Large", "Rejected"],
    [500, "500 Internal Server Error", "ServerFault"],
    [502, "502 Bad Gateway", "ServerFault"],
    [503, "503 Service Unavailable", "ServerFault"],
    [504, "504 Gateway Time-out", "ServerFault"]
  ] satisfies ReadonlyArray<[number, string, string]>)("may be a web page: %s", ([status, title, tag]) =>
    Effect.gen(function* () {
      const { error } = yield* failure(get, () => html(status, title), { health: oldHealth })
      expect(error._tag).toBe(tag)
      expect(error.message).toContain(title)
    })
  )

  it.effect("may be nothing, or a text without sense", () =>
    Effect.gen(function* () {
      for (const answer of [() => empty(500), () => json(500, null), () => json(500, { error: { nested: 1 } }), () => new Response("oops", { status: 500 }), () => new Response("{", { status: 500 })]) {
        const { error } = yield* failure(get, answer)
        expect(error).toMatchObject({ _tag: "ServerFault", status: 500, text: null })
      }
    })
  )

  it.effect("cannot hurt a terminal or fill it", () =>
    Effect.gen(function* () {
      const { error } = yield* failure(get, () => json(400, { error: `\u001b[2J\u0007bad\r\nline\u202e${"x".repeat(5000)}` }))
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(error.message).not.toMatch(/[\u0000-\u001f\u202e]/)
      expect(error.message.length).toBeLessThan(700)
      const bad = "\u001b[2J\u009b2J\u202e"
      const named = yield* failure(create, () => json(409, { error: "x", project: project(1, { name: bad }) }))
      const deleted = yield* failure(create, () => json(409, { error: "x", code: "deleted", uid: bad, deleted_at: bad }))
      const old = yield* failure((workProd) => workProd.changes(""), () => json(200, {}), { health: { ...newHealth, capabilities: [], version: bad } })
      // oxlint-disable-next-line no-control-regex -- as above
      for (const other of [named, deleted, old]) expect(other.error.message).not.toMatch(/[\u0000-\u001f\u0080-\u009f\u202e]/)
    })
  )
})

describe("some other server at the URL", () => {
  it.effect.each([
    ["a web page", () => html(200, "Welcome to nginx!"), /a text that is no JSON \(the page "Welcome to nginx!"\) came with status 200 from \/api\/health/],
    ["a page that is not found", () => html(404, "404 Not Found"), /the page "404 Not Found"/],
    ["other JSON", () => json(200, { hello: "world" }), /other JSON/],
    ["a list", () => json(200, []), /other JSON/],
    ["an empty answer", () => empty(200), /an empty answer/],
    ["a refusal", () => empty(403), /status 403/],
    ["a refusal in other JSON", () => json(404, { detail: "Not Found" }), /status 404/],
    ["a refusal in the same JSON", () => json(404, { error: "no such page" }), /status 404/],
    ["a strange status", () => empty(304), /status 304/]
  ] satisfies ReadonlyArray<[string, () => Response, RegExp]>)("answers with %s", ([, answer, message]) =>
    Effect.gen(function* () {
      for (const use of [get, create, list]) {
        const { error, server } = yield* failure(use, answer, unknown)
        expect(error._tag).toBe("NotWorkProd")
        expect(error.message).toMatch(message)
        expect(error.message).toContain("Check the host, the port and the path of the URL")
        expect(server.all).toHaveLength(1)
      }
    })
  )
})

describe("a connection that fails", () => {
  const many = (code: string) => Object.assign(new AggregateError([connectionError(code), connectionError("ENETUNREACH")]), { code })

  it.effect.each([
    [connectionError("ECONNREFUSED"), "Refused", /nothing answers at .*is the work-prod server running/],
    [many("ECONNREFUSED"), "Refused", /nothing answers/],
    [new TypeError("fetch failed", { cause: connectionError("ECONNREFUSED") }), "Refused", /nothing answers/],
    [connectionError("ENOTFOUND"), "UnknownHost", /no host of the name/],
    [connectionError("EAI_AGAIN"), "UnknownHost", /online/],
    [connectionError("EHOSTUNREACH"), "NoRoute", /network or VPN/],
    [connectionError("UND_ERR_CONNECT_TIMEOUT"), "TimedOut", /did not take a connection in time/],
    [connectionError("ETIMEDOUT", "connect ETIMEDOUT", { syscall: "connect" }), "TimedOut", /firewall/],
    [connectionError("UND_ERR_ABORTED", "Proxy response (407) !== 200 when HTTP Tunneling"), "Proxy", /407.*HTTPS_PROXY/]
  ] satisfies ReadonlyArray<[Error, string, RegExp]>)("before anything was sent says why, and is not tried again", ([cause, reason, message]) =>
    Effect.gen(function* () {
      for (const use of [get, create]) {
        const { error, server } = yield* failure(use, () => Effect.fail(cause))
        expect(error).toMatchObject({ _tag: "Unreachable", reason })
        expect(error.message).toMatch(message)
        expect(server.requests()).toHaveLength(1)
      }
    })
  )

  it.effect.each([
    ["CERT_HAS_EXPIRED", /must be renewed/],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", /NODE_EXTRA_CA_CERTS/],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", /NODE_EXTRA_CA_CERTS/],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /another name/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /http:\/\//],
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", /check the certificate/]
  ] satisfies ReadonlyArray<[string, RegExp]>)("because it is not safe (%s) says what to do", ([code, message]) =>
    Effect.gen(function* () {
      const { error, server } = yield* failure(create, () => Effect.fail(connectionError(code)))
      expect(error).toMatchObject({ _tag: "TlsFailed", code })
      expect(error.message).toMatch(message)
      expect(server.requests()).toHaveLength(1)
    })
  )

  it.effect.each([connectionError("ECONNRESET"), connectionError("UND_ERR_SOCKET", "other side closed"), connectionError("EPIPE"), connectionError("HPE_INVALID_CONSTANT"), new Error("?"), "?"])(
    "after something was sent leaves open what happened, unless it was only read",
    (cause) =>
      Effect.gen(function* () {
        const changes: ReadonlyArray<Use> = [
          create,
          (workProd) => workProd.update(7, {}, { ifMatch: "3" }),
          (workProd) => workProd.remove(7),
          (workProd) => workProd.archive(7),
          (workProd) => workProd.import([{ name: "a" }]),
          (workProd) => workProd.batch([{ uid, delete: true }])
        ]
        for (const use of changes) {
          const { error, server } = yield* failure(use, () => Effect.fail(cause))
          expect(error._tag).toBe("LostAnswer")
          expect(error.message).toContain("may have been made or not")
          expect(server.requests()).toHaveLength(1)
        }
        const { error } = yield* failure(get, () => Effect.fail(cause))
        expect(error._tag).toBe("Unreachable")
      })
  )

  it.effect.each([408, 502, 504])("between a proxy and the server (%s) is the same", (status) =>
    Effect.gen(function* () {
      const changed = yield* failure(create, () => html(status, "Gateway"))
      expect(changed.error).toMatchObject({ _tag: "LostAnswer", detail: `status ${status}, Gateway` })
      expect((yield* failure(get, () => html(status, "Gateway"))).error).toMatchObject({ _tag: "ServerFault", status })
    })
  )
})

describe("an answer that breaks off", () => {
  const broken = () =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('[{"id":1,'))
          controller.error(connectionError("UND_ERR_SOCKET", "other side closed"))
        }
      }),
      { headers: { "content-type": "application/json" } }
    )

  it.effect.each([broken, () => new Response('[{"id":1,', { headers: { "content-type": "application/json" } }), () => new Response('{"id":1,"name":"a')])(
    "is not taken for an answer",
    (answer) =>
      Effect.gen(function* () {
        const read = yield* failure(list, answer)
        expect(read.error).toMatchObject({ _tag: "Truncated" })
        expect(read.error.message).toMatch(/broke off after \d+ bytes/)
        expect(read.server.requests()).toHaveLength(4)
        expect((yield* failure(create, answer)).error).toMatchObject({ _tag: "LostAnswer" })
      })
  )

  it.effect("of an error still has its status", () =>
    Effect.gen(function* () {
      const { error } = yield* failure(get, () => new Response('{"error":"Projec', { status: 400 }))
      expect(error).toMatchObject({ _tag: "Rejected", status: 400 })
    })
  )
})

describe("an answer without end", () => {
  const endless = (status: number, headers: { readonly [name: string]: string }) =>
    new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(32)) }), { status, headers })

  it.effect("is not read to its end", () =>
    Effect.gen(function* () {
      const fault = yield* failure(get, () => endless(500, { "content-type": "text/html" }))
      expect(fault.error).toMatchObject({ _tag: "ServerFault", status: 500 })
      const rejected = yield* failure(create, () => endless(400, { "content-type": "application/json" }))
      expect(rejected.error).toMatchObject({ _tag: "Rejected", status: 400 })
      const large = yield* failure(list, () => endless(200, { "content-type": "application/json", "content-length": "300000000" }))
      expect(large.error).toMatchObject({ _tag: "AnswerTooLarge", limit: 256 * 1024 * 1024 })
      expect(large.error.message).toContain("is the URL right?")
    })
  )
})

describe("repetition", () => {
  /** Fails in passing the first times. */
  const after = (count: number, failing: () => Scripted, then: () => Response) => {
    const server = scriptedServer(newHealth, (_, asked) => (asked < count ? failing() : then()))
    return {
      server,
      run: (use: Use) =>
        inNoTime(Effect.flatMap(WorkProd.WorkProd, (workProd) => Effect.either(use(workProd))).pipe(Effect.provide(server.layer)))
    }
  }

  const passing: ReadonlyArray<() => Scripted> = [
    () => Effect.fail(connectionError("ECONNRESET")),
    () => json(503, { error: "busy" }),
    () => html(502, "Bad Gateway"),
    () => html(504, "Gateway Time-out"),
    () => json(429, { error: "slow down" }),
    () => new Response("[")
  ]

  it.effect("of what only reads succeeds", () =>
    Effect.gen(function* () {
      for (const failing of passing) {
        const { run, server } = after(2, failing, () => json(200, project(7)))
        expect(yield* run(get)).toMatchObject({ _tag: "Right", right: { id: 7 } })
        expect(server.requests()).toHaveLength(3)
      }
    })
  )

  it.effect("of a batch with a key succeeds, with the same key", () =>
    Effect.gen(function* () {
      const { run, server } = after(2, () => Effect.fail(connectionError("ECONNRESET")), () => json(200, { results: [{ status: 200 }] }))
      expect(yield* run((workProd) => workProd.batch([{ uid, delete: true }], "k"))).toMatchObject({ _tag: "Right" })
      expect(server.requests().map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k", "k"])
    })
  )

  it.effect("of a change happens only if the server refused to look at it", () =>
    Effect.gen(function* () {
      const refused = after(2, () => json(429, { error: "slow down" }, { "retry-after": "1" }), () => json(201, project(7)))
      expect(yield* refused.run(create)).toMatchObject({ _tag: "Right" })
      const busy = after(1, () => json(503, { error: "busy" }), () => json(201, project(7)))
      expect(yield* busy.run(create)).toMatchObject({ _tag: "Left", left: { _tag: "ServerFault" } })
      expect(busy.server.requests()).toHaveLength(1)
    })
  )

  it.effect.each(["3", "Thu, 01 Jan 1970 00:00:03 GMT"])("waits as long as the server asks, if there is time for that: %s", (header) =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, (_, asked) => (asked === 0 ? json(503, { error: "busy" }, { "retry-after": header }) : json(200, project(7))))
      const fiber = yield* Effect.fork(Effect.flatMap(WorkProd.WorkProd, get).pipe(Effect.provide(server.layer)))
      yield* TestClock.adjust("2900 millis")
      expect(server.requests()).toHaveLength(1)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toMatchObject({ id: 7 })
    })
  )

  it.effect("does not wait longer than there is time", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => json(429, { error: "slow down" }, { "retry-after": "31" }))
      const error = yield* Effect.provide(failureOf(get), server.layer)
      expect(error).toMatchObject({ _tag: "TooManyRequests", retryAfter: 31 })
      expect(error.message).toContain("wait 31 seconds")
      expect(server.requests()).toHaveLength(1)
    })
  )

  it.effect("ends", () =>
    Effect.gen(function* () {
      const { error, server } = yield* failure(get, () => json(503, { error: "busy" }))
      expect(error).toMatchObject({ _tag: "ServerFault", status: 503 })
      expect(server.requests()).toHaveLength(4)
    })
  )
})

describe("time", () => {
  /** Whether an operation has ended after so many seconds. */
  const endsBetween = (use: Use, server: ReturnType<typeof scriptedServer>, before: number, after: number) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.provide(failureOf(use), server.layer))
      yield* TestClock.adjust(before * 1000)
      expect(yield* Fiber.poll(fiber)).toMatchObject({ _tag: "None" })
      yield* TestClock.adjust((after - before) * 1000)
      return yield* Fiber.join(fiber)
    })

  it.effect("until the first answer is 6 seconds", () =>
    Effect.gen(function* () {
      for (const use of [get, create, list]) {
        const error = yield* endsBetween(use, scriptedServer(undefined, () => Effect.never), 5.9, 6)
        expect(error).toMatchObject({ _tag: "TimedOut", seconds: 6, path: "/api/health" })
      }
    })
  )

  it.effect("is the same for operations that begin together", () =>
    Effect.gen(function* () {
      const server = scriptedServer(undefined, () => Effect.never)
      const many: Use = (workProd) => Effect.validateAll([1, 2, 3, 4], (id) => workProd.get(id), { concurrency: "unbounded" }).pipe(Effect.mapError(([first]) => first))
      expect(yield* endsBetween(many, server, 5.9, 6)).toMatchObject({ _tag: "TimedOut", seconds: 6 })
      expect(server.all).toHaveLength(1)
    })
  )

  it.effect("of 6 seconds holds for the first request of an operation, also if the server is known", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, (_, count) => (count === 0 ? json(200, project(7)) : Effect.never))
      const twice: Use = (workProd) => Effect.zipRight(workProd.get(7), workProd.get(7))
      expect(yield* endsBetween(twice, server, 5.9, 6)).toMatchObject({ _tag: "TimedOut", seconds: 6 })
    })
  )

  it.effect("covers repetitions", () =>
    Effect.gen(function* () {
      let count = 0
      const server = scriptedServer(undefined, () => (count++ < 2 ? json(503, { error: "busy" }, { "retry-after": "1" }) : Effect.never))
      const fiber = yield* Effect.fork(Effect.provide(failureOf(get), server.layer))
      yield* TestClock.adjust("6 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "TimedOut" })
    })
  )

  it.effect("of a request after that is 30 seconds, its body included", () =>
    Effect.gen(function* () {
      expect(yield* endsBetween(get, scriptedServer(newHealth, () => Effect.never), 29.9, 30)).toMatchObject({ _tag: "TimedOut", seconds: 30 })
      const slow = () => new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode("[")) }))
      expect(yield* endsBetween(list, scriptedServer(newHealth, slow), 29.9, 30)).toMatchObject({ _tag: "TimedOut", seconds: 30 })
      expect(yield* endsBetween(create, scriptedServer(newHealth, () => Effect.never), 29.9, 30)).toMatchObject({ _tag: "LostAnswer" })
    })
  )

  it.effect("of a part of an import is 120 seconds", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => Effect.never)
      expect(yield* endsBetween((workProd) => workProd.import([{ name: "a" }]), server, 119.9, 120)).toMatchObject({ _tag: "LostAnswer" })
    })
  )

  it.effect("can be cut short", () =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, () => Effect.never)
      const fiber = yield* Effect.fork(Effect.provide(failureOf(create), server.layer))
      yield* Effect.yieldNow()
      expect(yield* Fiber.interrupt(fiber)).toMatchObject({ _tag: "Failure" })
    })
  )
})

describe("redirects", () => {
  const redirect = (status: number, location: string | undefined) => empty(status, location === undefined ? {} : { location })

  it.effect.each([301, 302, 303, 307, 308])("of reading are followed on the same server (%s)", (status) =>
    Effect.gen(function* () {
      const server = scriptedServer(newHealth, ({ path }) => (path === "/api/projects/7" ? redirect(status, "/other/7?x=1") : json(200, project(7))), { key })
      yield* Effect.provide(Effect.flatMap(WorkProd.WorkProd, get), server.layer)
      expect(server.requests().map(({ url }) => url)).toEqual(["http://127.0.0.1:5055/api/projects/7", "http://127.0.0.1:5055/other/7?x=1"])
      expect(server.requests()[1]?.headers["authorization"]).toBe(`Bearer ${key}`)
    })
  )

  it.effect("in circles end", () =>
    Effect.gen(function* () {
      const { error, server } = yield* failure(get, () => redirect(302, "/api/projects/7"))
      expect(error).toMatchObject({ _tag: "RedirectRefused", reason: "TooMany" })
      expect(server.requests()).toHaveLength(6)
    })
  )

  it.effect.each([
    ["https://other.example/api/projects/7?token=x", "OtherHost", "https://other.example/api/projects/7"],
    ["http://127.0.0.1:5056/api/projects/7", "OtherHost", "http://127.0.0.1:5056/api/projects/7"],
    ["//other.example/x", "OtherHost", "http://other.example/x"],
    ["http://me:secret@other.example/", "OtherHost", "http://other.example/"],
    ["https://127.0.0.1/api/projects/7", "UseHttps", "https://127.0.0.1"],
    ["https://127.0.0.1:8443/work/api/projects/7", "UseHttps", "https://127.0.0.1:8443/work"],
    ["http://[", "Unreadable", ""],
    [undefined, "Unreadable", ""]
  ] satisfies ReadonlyArray<[string | undefined, string, string]>)("elsewhere are never followed: %s", ([location, reason, target]) =>
    Effect.gen(function* () {
      const { error, server } = yield* failure(get, () => redirect(302, location))
      expect(error).toMatchObject({ _tag: "RedirectRefused", reason, target })
      expect(error.message).not.toMatch(/secret|token/)
      expect(server.requests()).toHaveLength(1)
    })
  )

  it.effect("to https say what to write", () =>
    Effect.gen(function* () {
      const { error } = yield* failure(get, () => redirect(301, "https://127.0.0.1/api/health"), unknown)
      expect(error.message).toContain("use https://127.0.0.1 as the URL")
    })
  )

  it.effect("of changes are not followed", () =>
    Effect.gen(function* () {
      const { error, server } = yield* failure(create, () => redirect(307, "/api/projects2"))
      expect(error).toMatchObject({ _tag: "RedirectRefused", reason: "Change" })
      expect(server.requests()).toHaveLength(1)
    })
  )
})

describe("the key", () => {
  const statuses = [200, 302, 400, 401, 403, 404, 405, 407, 408, 409, 410, 412, 413, 422, 429, 500, 502, 507]

  const answers: ReadonlyArray<() => Scripted> = [
    ...statuses.flatMap((status) => [
      () => json(status, { error: `the key ${key} (Bearer ${key})`, code: "x", message: key }, { location: `https://other.example/${key}?key=${key}` }),
      () => html(status, `Bearer ${key}`)
    ]),
    ...[1, 2].map((api) => () => json(200, {}, { "x-dev-infra-server": `api=${api}; instance=${key}; version=${key}; can=${key}` })),
    () => json(200, { message: "", status: "ok", api: 2, instance: key, version: key }),
    () => Effect.fail(connectionError("ECONNREFUSED")),
    () => Effect.fail(connectionError("CERT_HAS_EXPIRED")),
    () => Effect.fail(connectionError("ECONNRESET")),
    () => Effect.never
  ]

  it.effect("is in no error, however it is printed, and in no log", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ annotations, cause, message }) => void lines.push(inspect([annotations, cause, message], { depth: null })))
      const uses: ReadonlyArray<Use> = [get, create, (workProd) => workProd.batch([{ uid, delete: true }], "k")]
      let count = 0
      for (const answer of answers) {
        const run = (use: Use, health: object | undefined) => {
          const all = Effect.flatMap(WorkProd.WorkProd, (workProd) => Effect.tapErrorCause(use(workProd), (cause) => Effect.logError("failed", cause)))
          return Effect.exit(Effect.provide(all, scriptedServer(health, answer, { key }).layer))
        }
        const runs = [run(get, undefined), ...uses.map((use) => run(use, newHealth))]
        const exits = Effect.all(runs, { concurrency: "unbounded" }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
        for (const exit of yield* inNoTime(exits)) {
          if (exit._tag === "Success") continue
          count++
          const [error] = Cause.failures(exit.cause)
          lines.push(String(error?.message), JSON.stringify(exit), inspect(error, { depth: null, showHidden: true }), Cause.pretty(exit.cause))
        }
      }
      expect(count).toBeGreaterThan(120)
      expect(lines.filter((line) => line.includes("0123456789abcdef"))).toEqual([])
    })
  )
})
