import * as Effect from "effect/Effect"
import { describe, expect, it } from "@effect/vitest"
import { call, get, layer, patch, post } from "./testServer.js"

const created = post("/api/projects", { name: "api", path: "/home/me/api" })

describe("projects over HTTP", () => {
  it.live("creates, tells, changes, archives and deletes a project", () =>
    Effect.gen(function* () {
      const made = yield* created
      expect([made.status, made.headers.location, made.headers["content-type"], made.headers.etag]).toEqual([201, "/api/projects/1", "application/json", '"1"'])
      expect(made.text).toMatch(/^\{"classification":null,.*"status":"active","uid":null,"updated_at":"[-0-9T:]+"\}\n$/)
      const told = yield* get("/api/projects/1")
      expect([told.status, told.text, told.headers["content-length"]]).toEqual([200, made.text, String(made.text.length)])
      const changed = yield* patch("/api/projects/1", { status: "paused" })
      expect([changed.status, JSON.parse(changed.text).status, changed.headers.etag]).toEqual([200, "paused", '"2"'])
      const archived = yield* call({ method: "PUT", path: "/api/projects/1/archive", body: "{garbage", headers: { "content-type": "text/plain" } })
      expect([archived.status, JSON.parse(archived.text).classification]).toEqual([200, "archive"])
      const gone = yield* call({ method: "DELETE", path: "/api/projects/1" })
      expect([gone.status, gone.text]).toEqual([204, ""])
      const missing = yield* call({ method: "DELETE", path: "/api/projects/1" })
      expect([missing.status, missing.text]).toEqual([404, '{"error":"Project not found"}\n'])
    }).pipe(Effect.provide(layer()))
  )

  it.live("tells what it is without a key", () =>
    Effect.gen(function* () {
      const health = yield* get("/api/health")
      expect(JSON.parse(health.text)).toMatchObject({ status: "ok", capabilities: expect.arrayContaining(["batch", "etag"]), version: "0.1.0" })
      expect((yield* get("/healthz")).text).toBe('{"status":"ok"}\n')
      expect((yield* get("/readyz")).text).toBe('{"status":"ok"}\n')
    }).pipe(Effect.provide(layer({ authentication: "keys" })))
  )
})
