import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { describe, expect, it } from "@effect/vitest"
import { Fake, keys } from "./fakeServices.js"
import { call, get, layer, Log, patch, post } from "./testServer.js"

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
const withKeys = Effect.provide(layer({ authentication: "keys" }))
const machine = "3F2B6C1E-0D7A-4A59-9C1E-6A2F0B9D4E11"

describe("keys", () => {
  it.live("are asked for wherever projects are", () =>
    Effect.gen(function* () {
      for (const [method, path] of [
        ["GET", "/api/projects"], ["POST", "/api/projects"], ["GET", "/api/projects/changes"], ["POST", "/api/projects/batch"], ["POST", "/api/projects/import"],
        ["GET", "/api/projects/1"], ["PATCH", "/api/projects/abc"], ["DELETE", "/api/projects/1"], ["PUT", "/api/projects/1/archive"], ["HEAD", "/api/projects"]
      ] as const) {
        const answer = yield* call({ method, path })
        expect([method, path, answer.status, answer.headers["www-authenticate"]]).toEqual([method, path, 401, "Bearer"])
        if (method !== "HEAD") expect(answer.text).toBe('{"error":"A key is needed. Send the header Authorization: Bearer KEY"}\n')
      }
      for (const path of ["/api/health", "/healthz", "/readyz", "/openapi.json", "/docs"]) expect([path, (yield* get(path)).status]).toEqual([path, 200])
      expect((yield* Fake).operations).toBe(0)
    }).pipe(withKeys)
  )

  it.live("open the account that they are of", () =>
    Effect.gen(function* () {
      expect((yield* post("/api/projects", { name: "a" }, bearer(keys.good))).status).toBe(201)
      for (const authorization of [`bearer ${keys.good}`, `BEARER   ${keys.good}`]) expect((yield* get("/api/projects/1", { authorization })).status).toBe(200)
      expect((yield* get("/api/projects/1", bearer(keys.other))).text).toBe('{"error":"Project not found"}\n')
      expect((yield* get("/api/projects", bearer(keys.other))).text).toBe("[]\n")
    }).pipe(withKeys)
  )

  it.live("that are no good are refused with the reason", () =>
    Effect.gen(function* () {
      for (const [authorization, error] of [
        ["Bearer wp_nobody_x", "The key is unknown"],
        ["Bearer wp_good_wrong", "The key is unknown"],
        [`Bearer ${keys.revoked}`, "The key was revoked"],
        [`Bearer ${keys.expired}`, "The key has expired"],
        ["Basic dXNlcjpwYXNz", "A key is needed. Send the header Authorization: Bearer KEY"],
        ["Bearer", "A key is needed. Send the header Authorization: Bearer KEY"]
      ] as const) {
        const answer = yield* get("/api/projects", { authorization })
        expect([answer.status, answer.text, answer.headers["www-authenticate"]]).toEqual([401, `{"error":"${error}"}\n`, "Bearer"])
      }
    }).pipe(withKeys)
  )

  it.live("that may only read cannot write", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" }, bearer(keys.good))
      expect((yield* get("/api/projects/1", bearer(keys.reader))).status).toBe(200)
      expect((yield* call({ method: "HEAD", path: "/api/projects", headers: bearer(keys.reader) })).status).toBe(200)
      for (const answer of [yield* patch("/api/projects/1", { name: "b" }, bearer(keys.reader)), yield* call({ method: "DELETE", path: "/api/projects/1", headers: bearer(keys.reader) }), yield* post("/api/projects/batch", { items: [] }, bearer(keys.reader))]) {
        expect([answer.status, answer.text]).toEqual([403, '{"error":"The key may only read"}\n'])
      }
      expect((yield* get("/api/projects/1", bearer(keys.good))).headers.etag).toBe('"1"')
    }).pipe(withKeys)
  )

  it.live("that cannot be looked up are no fault of theirs: 503", () =>
    Effect.gen(function* () {
      const answer = yield* get("/api/projects", bearer(keys.unavailable))
      expect([answer.status, answer.text]).toEqual([503, '{"error":"The database cannot be used at the moment"}\n'])
    }).pipe(withKeys)
  )

  it.live("are ignored, good or bad, by a server without authentication", () =>
    Effect.gen(function* () {
      for (const authorization of ["Bearer wp_nobody_x", "Basic x", "nonsense"]) expect((yield* get("/api/projects", { authorization })).status).toBe(200)
      expect((yield* Fake).callers[0]).toEqual({ account: 1, keyId: null, readOnly: false, machine: { uid: null, name: null } })
    }).pipe(Effect.provide(layer()))
  )

  it.live("never get into the log, which has their prefix", () =>
    Effect.gen(function* () {
      yield* get(`/api/projects?search=${keys.good}`, bearer(keys.good))
      yield* get("/api/projects", bearer("wp_good_wrong"))
      const log = yield* Log
      expect(log).toHaveLength(2)
      expect(log[0]).toMatchObject({ level: "INFO", method: "GET", path: "/api/projects", status: 200, account: 1, key: "wp_good", bytes: 3 })
      expect(log[0]).toMatchObject({ id: expect.any(String), ms: expect.any(Number) })
      expect(JSON.stringify(log)).not.toMatch(/secret|wrong/)
    }).pipe(withKeys)
  )
})

describe("machines", () => {
  it.live("are told by headers", () =>
    Effect.gen(function* () {
      const send = (name: string) => get("/api/projects", { "x-dev-infra-machine": machine, "x-dev-infra-machine-name": name })
      yield* send("B%C3%BCro%0a%00-1")
      yield* send("50%")
      yield* send("x".repeat(300))
      yield* send("%20")
      const callers = (yield* Fake).callers.map(({ machine }) => machine)
      expect(callers).toEqual([
        { uid: machine.toLowerCase(), name: "Büro-1" },
        { uid: machine.toLowerCase(), name: "50%" },
        { uid: machine.toLowerCase(), name: "x".repeat(200) },
        { uid: machine.toLowerCase(), name: null }
      ])
    }).pipe(Effect.provide(layer()))
  )

  it.live("that have no UUID are refused", () =>
    Effect.gen(function* () {
      for (const bad of ["laptop", "", `${machine}0`]) {
        const answer = yield* get("/api/projects", { "x-dev-infra-machine": bad })
        expect([answer.status, answer.text]).toEqual([400, '{"error":"Invalid X-Dev-Infra-Machine header. Must be a UUID"}\n'])
      }
    }).pipe(Effect.provide(layer()))
  )
})

describe("limits on requests", () => {
  const limited = Effect.provide(layer({ authentication: "keys", rateLimit: 3 }))
  const status = (key: string) => Effect.map(get("/api/projects", bearer(key)), (answer) => answer.status)

  it.effect("let a key send so many a minute, and say when to come again", () =>
    Effect.gen(function* () {
      expect([yield* status(keys.good), yield* status(keys.good), yield* status(keys.good)]).toEqual([200, 200, 200])
      const refused = yield* get("/api/projects", bearer(keys.good))
      expect([refused.status, refused.headers["retry-after"], refused.text]).toEqual([429, "20", '{"error":"Too many requests with this key"}\n'])
      expect(yield* status(keys.other)).toBe(200)
      yield* TestClock.adjust("20 seconds")
      expect([yield* status(keys.good), yield* status(keys.good)]).toEqual([200, 429])
    }).pipe(limited)
  )

  it.effect("stop who guesses keys, and not who has one", () =>
    Effect.gen(function* () {
      expect(yield* status(keys.good)).toBe(200)
      const guesses = yield* Effect.forEach([1, 2, 3, 4, 5], (guess) => status(`wp_guess_${guess}`))
      expect(guesses).toEqual([401, 401, 401, 429, 429])
      expect(yield* status("wp_good_guess")).toBe(429)
      expect(yield* status(keys.good)).toBe(200)
      yield* TestClock.adjust("20 seconds")
      expect(yield* status("wp_guess_6")).toBe(401)
    }).pipe(limited)
  )

  it.live("are off if none is given", () =>
    Effect.gen(function* () {
      expect(new Set(yield* Effect.forEach(Array.from({ length: 50 }), () => status(keys.good)))).toEqual(new Set([200]))
    }).pipe(withKeys)
  )
})
