import * as Effect from "effect/Effect"
import { describe, expect, it } from "@effect/vitest"
import { call, get, layer, patch, post } from "./testServer.js"

const server = Effect.provide(layer())

describe("etags", () => {
  it.live("save the answer to who has it already", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" })
      for (const etag of ['"1"', 'W/"1"', '"0", "1"', "*", "1"]) {
        const answer = yield* get("/api/projects/1", { "if-none-match": etag })
        expect([etag, answer.status, answer.text, answer.headers.etag, answer.headers.vary]).toEqual([etag, 304, "", '"1"', "X-Dev-Infra-Machine"])
      }
      expect((yield* get("/api/projects/1", { "if-none-match": '"2"' })).status).toBe(200)
    }).pipe(server)
  )

  it.live("keep changes from what nobody has seen", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" })
      yield* patch("/api/projects/1", { name: "b" })
      for (const etag of ['"1"', "1", "", '"', '"1", "3"']) {
        for (const [method, path] of [["PATCH", "/api/projects/1"], ["DELETE", "/api/projects/1"], ["PUT", "/api/projects/1/archive"]] as const) {
          const answer = yield* call({ method, path, headers: { "if-match": etag, "content-type": "application/json" }, body: "{}" })
          const { code, project } = JSON.parse(answer.text)
          expect([method, etag, answer.status, code, project.name]).toEqual([method, etag, 412, "precondition_failed", "b"])
        }
      }
      expect((yield* get("/api/projects/1")).headers.etag).toBe('"2"')
    }).pipe(server)
  )

  it.live("allow them to who has", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a" })
      expect((yield* patch("/api/projects/1", { name: "b" }, { "if-match": '"1"' })).headers.etag).toBe('"2"')
      expect((yield* patch("/api/projects/1", { name: "c" }, { "if-match": 'W/"2"' })).headers.etag).toBe('"3"')
      expect((yield* patch("/api/projects/1", { name: "d" }, { "if-match": '"1", "3"' })).headers.etag).toBe('"4"')
      expect((yield* patch("/api/projects/1", { name: "e" }, { "if-match": "*" })).headers.etag).toBe('"5"')
      expect((yield* call({ method: "DELETE", path: "/api/projects/1", headers: { "if-match": '"5"' } })).status).toBe(204)
      expect((yield* patch("/api/projects/1", {}, { "if-match": '"5"' })).status).toBe(404)
    }).pipe(server)
  )
})

describe("conflicts", () => {
  it.live("show the project that stands in the way", () =>
    Effect.gen(function* () {
      yield* post("/api/projects", { name: "a", path: "/a" })
      const answer = yield* post("/api/projects", { name: "b", path: "/a" })
      expect([answer.status, JSON.parse(answer.text)]).toMatchObject([409, { code: "path_taken", error: "Project with this path already exists", project: { id: 1, name: "a" } }])
    }).pipe(server)
  )
})
