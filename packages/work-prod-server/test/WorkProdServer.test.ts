import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "@effect/vitest"
import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
import { call, get, patch, post } from "./http/testServer.js"
import { temporaryFolder } from "./temporaryFolder.js"

const quiet = Logger.replace(Logger.defaultLogger, Logger.none)

const layer = (authentication: "keys" | "none") =>
  Layer.unwrapScoped(
    Effect.map(temporaryFolder, (folder) =>
      WorkProdServer.layer({ host: "127.0.0.1", port: 0, authentication, rateLimit: undefined }).pipe(
        Layer.provide(LibsqlDatabase.layer({ file: `${folder}/work-prod.db`, exclusive: true })),
        Layer.provideMerge(quiet)
      )
    )
  )

const uid = "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11"

describe("the whole server", () => {
  it.live("keeps projects, and tells what became of them", () =>
    Effect.gen(function* () {
      const made = yield* post("/api/projects", { name: "api", path: "/home/me/api", uid })
      expect([made.status, made.headers.location]).toEqual([201, "/api/projects/1"])
      expect((yield* get("/api/projects/1")).text).toBe(made.text)
      expect((yield* get("/api/projects?search=AP")).text).toBe(`[${made.text.trimEnd()}]\n`)
      const taken = yield* post("/api/projects", { name: "other", path: "/home/me/api" })
      expect([taken.status, JSON.parse(taken.text)]).toMatchObject([409, { code: "path_taken", error: "Project with this path already exists", project: { id: 1 } }])
      expect((yield* patch("/api/projects/1", { status: "paused" }, { "if-match": '"1"' })).headers.etag).toBe('"2"')
      expect((yield* patch("/api/projects/1", { status: "active" }, { "if-match": '"1"' })).status).toBe(412)
      expect((yield* call({ method: "PATCH", path: "/api/projects/99", headers: { "content-type": "application/json" }, body: "{" })).status).toBe(404)
      expect(JSON.parse((yield* call({ method: "PUT", path: "/api/projects/1/archive" })).text)).toMatchObject({ classification: "archive", status: "completed" })
      const imported = yield* post("/api/projects/import", { projects: [{ name: "b", remote_url: "u" }, { name: "c", remote_url: "u" }, 5] })
      expect([imported.status, JSON.parse(imported.text)]).toMatchObject([201, { imported: 1, skipped: 2 }])
      const batch = yield* post("/api/projects/batch", { items: [{ uid, delete: true }] }, { "idempotency-key": "k" })
      expect(JSON.parse(batch.text)).toEqual({ results: [{ status: 204 }] })
      const changes = JSON.parse((yield* get("/api/projects/changes")).text)
      expect(changes).toMatchObject({ more: false, changes: [{ type: "project", project: { name: "b" } }, { type: "deleted", uid }] })
    }).pipe(Effect.provide(layer("none")))
  )

  it.live("tells long lists in order, whole and in pages", () =>
    Effect.gen(function* () {
      const projects = Array.from({ length: 2500 }, (_, index) => ({ name: `project ${index}`, remote_url: `https://git.example.org/${index}` }))
      expect(JSON.parse((yield* post("/api/projects/import", { projects })).text).imported).toBe(2500)
      const list: ReadonlyArray<{ readonly id: number }> = JSON.parse((yield* get("/api/projects")).text)
      expect(list.map(({ id }) => id)).toEqual(projects.map((_, index) => index + 1))
      const paged: Array<{ readonly id: number }> = []
      let cursor: string | null = ""
      while (cursor !== null) {
        const page: { readonly projects: ReadonlyArray<{ readonly id: number }>; readonly next_cursor: string | null } = JSON.parse((yield* get(`/api/projects?cursor=${encodeURIComponent(cursor)}`)).text)
        paged.push(...page.projects)
        cursor = page.next_cursor
      }
      expect(paged).toEqual(list)
    }).pipe(Effect.provide(layer("none")))
  )

  it.live("lets in who has a key, and keeps accounts apart", () =>
    Effect.gen(function* () {
      const keys = yield* ApiKeys
      const key = (account: string, readOnly = false) =>
        Effect.map(keys.create({ account, label: "test", readOnly, expiresInDays: undefined }), ({ key, secret }) => ({ prefix: key.prefix, headers: { authorization: `Bearer ${Redacted.value(secret)}` } }))
      const [mine, reader, theirs] = [yield* key("me"), yield* key("me", true), yield* key("them")]
      expect((yield* get("/api/projects")).status).toBe(401)
      expect((yield* post("/api/projects", { name: "a", uid }, mine.headers)).status).toBe(201)
      expect((yield* get("/api/projects/1", reader.headers)).status).toBe(200)
      expect((yield* post("/api/projects", { name: "b" }, reader.headers)).status).toBe(403)
      expect((yield* get("/api/projects/1", theirs.headers)).status).toBe(404)
      expect((yield* get(`/api/projects?uid=${uid}`, theirs.headers)).text).toBe("[]\n")
      yield* keys.revoke(mine.prefix)
      expect((yield* get("/api/projects", mine.headers)).text).toBe('{"error":"The key was revoked"}\n')
    }).pipe(Effect.provide(layer("keys")))
  )
})
