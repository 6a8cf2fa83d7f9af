import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe, expect, it } from "@effect/vitest"
import { gunzipSync } from "node:zlib"
import { Fake, failure } from "./fakeServices.js"
import { call, get, layer, Log, open, post } from "./testServer.js"

const server = Effect.provide(layer())

/** Pieces as a database gives them. */
const pieces = (count: number) => Stream.range(1, count).pipe(Stream.map((number) => `{"id":${number},"text":"${"x".repeat(2000)}"}`), Stream.rechunk(1))

const serve = (stream: Stream.Stream<string, ReturnType<typeof failure>>) =>
  Effect.map(Fake, (fake) => {
    fake.pieces = stream
  })

const lastQuery = Effect.map(Fake, ({ queries }) => queries.at(-1))

describe("lists", () => {
  it.live("are bare arrays, empty, short or long", () =>
    Effect.gen(function* () {
      const empty = yield* get("/api/projects")
      expect([empty.status, empty.text, empty.headers["content-type"], empty.headers.vary]).toEqual([200, "[]\n", "application/json", "Accept-Encoding, X-Dev-Infra-Machine"])
      for (const count of [1, 2, 3, 300]) {
        yield* serve(Stream.concat(pieces(count), Stream.make("", "")))
        const list = yield* get("/api/projects")
        expect(JSON.parse(list.text).map(({ id }: { id: number }) => id)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
        expect(list.text.endsWith("]\n")).toBe(true)
      }
    }).pipe(server)
  )

  it.live("are compressed if the client asks, and only then", () =>
    Effect.gen(function* () {
      for (const count of [1, 100]) {
        yield* serve(pieces(count))
        const plain = yield* get("/api/projects")
        expect(plain.headers["content-encoding"]).toBeUndefined()
        for (const accepted of ["gzip", "br, gzip;q=0.5", "*", "GZIP ; q=1", "identity;q=0.5, gzip"]) {
          const packed = yield* get("/api/projects", { "accept-encoding": accepted })
          expect([accepted, packed.headers["content-encoding"], packed.headers.vary]).toEqual([accepted, "gzip", "Accept-Encoding, X-Dev-Infra-Machine"])
          expect(gunzipSync(packed.bytes).toString()).toBe(plain.text)
        }
        for (const refused of ["gzip;q=0", "identity", "br", "*;q=0", "gzip;q=0, *", "gzip;q=0.2, identity"]) {
          expect([refused, (yield* get("/api/projects", { "accept-encoding": refused })).headers["content-encoding"]]).toEqual([refused, undefined])
        }
      }
      yield* serve(Stream.make("1"))
      expect((yield* get("/api/projects", { "accept-encoding": "gzip" })).headers["content-encoding"]).toBeUndefined()
    }).pipe(server)
  )

  it.live("that cannot be read at all are an error like others", () =>
    Effect.gen(function* () {
      yield* serve(Stream.fail(failure("Busy")))
      const answer = yield* get("/api/projects")
      expect([answer.status, answer.text]).toEqual([503, '{"error":"The database cannot be used at the moment"}\n'])
    }).pipe(server)
  )

  it.live("that cannot be read to the end are cut, so that nobody takes them for whole", () =>
    Effect.gen(function* () {
      yield* serve(Stream.concat(pieces(50), Stream.fail(failure("Gone"))))
      for (const headers of [{}, { "accept-encoding": "gzip" }]) {
        const outcome = yield* Effect.either(get("/api/projects", headers))
        expect(outcome._tag).toBe("Left")
      }
      const log = yield* Log
      yield* Effect.repeat(get("/healthz"), { until: () => log.filter(({ level }) => level === "ERROR").length === 2 })
    }).pipe(server)
  )

  it.live("are not read on when the client has gone", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const stopped = yield* Deferred.make<void>()
        yield* serve(Stream.forever(pieces(100)).pipe(Stream.ensuring(Deferred.succeed(stopped, undefined))))
        const connection = yield* open
        yield* connection.write("GET /api/projects HTTP/1.1\r\nHost: x\r\n\r\n")
        yield* connection.until("[{")
        yield* Effect.sync(() => connection.socket.destroy())
        yield* Deferred.await(stopped)
      })
    ).pipe(server)
  )

  it.live("take of a repeated filter the first, and ignore what is empty or unknown", () =>
    Effect.gen(function* () {
      const nothing = { sort: { by: "id", descending: false } }
      for (const [query, meaning] of [
        ["", {}],
        ["status=active&status=paused", { status: "active" }],
        ["status=&classification=&organization=&project_type=&search=&path=&remote_url=&uid=&updated_since=&sort=&limit=5", {}],
        ["status=Active&classification=x&status=active", {}],
        ["status=active,paused&page=2&name=x&limit=nonsense", {}],
        ["classification=primary&organization=Acme+%26+Co&project_type=Work", { classification: "primary", organization: "Acme & Co", projectType: "Work" }],
        ["search=a%20b%C3%A9", { search: "a bé" }],
        ["search=50%25_", { search: "50%_" }],
        ["search=%00", {}],
        ["search=%ff%zz", { search: "\ufffd%zz" }],
        ["path=/a&remote_url=u&uid=3F2B6C1E-0D7A-4A59-9C1E-6A2F0B9D4E11", { path: "/a", remoteUrl: "u", uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11" }],
        ["updated_since=2026-11-21T07:00:00Z&sort=-updated_at", { updatedSince: "2026-11-21T07:00:00", sort: { by: "updated_at", descending: true } }],
        ["updated_since=2026-11-21T07:00:00", { updatedSince: "2026-11-21T07:00:00" }]
      ] as const) {
        expect([query, (yield* get(`/api/projects?${query}`)).status]).toEqual([query, 200])
        expect(yield* lastQuery).toEqual({ ...nothing, ...meaning })
      }
    }).pipe(server)
  )

  it.live("refuse filters that cannot be", () =>
    Effect.gen(function* () {
      for (const [query, error] of [
        ["project_type=work", "Invalid project_type. Must be one of: ['Work', 'Personal', 'Learning', 'Inactive']"],
        ["uid=x", "Invalid uid. Must be a UUID"],
        ["path=%00", "Invalid path. It must not contain the character NUL"],
        ["remote_url=a%00", "Invalid remote_url. It must not contain the character NUL"],
        ["updated_since=yesterday", "Invalid updated_since. Must be a time in UTC, written YYYY-MM-DDTHH:MM:SS"],
        ["updated_since=2026-02-30T00:00:00", "Invalid updated_since. Must be a time in UTC, written YYYY-MM-DDTHH:MM:SS"],
        ["sort=size", "Invalid sort. Must be one of: id, name, created_at, updated_at, or one of them with - in front"],
        ["cursor=&limit=0", "Invalid limit. Must be a number from 1 to 1000"],
        ["cursor=&limit=1001", "Invalid limit. Must be a number from 1 to 1000"],
        ["cursor=&limit=ten", "Invalid limit. Must be a number from 1 to 1000"]
      ] as const) {
        const answer = yield* get(`/api/projects?${query}`)
        expect([query, answer.status, JSON.parse(answer.text).error]).toEqual([query, 400, error])
      }
    }).pipe(server)
  )

  it.live("come in pages if a cursor is given", () =>
    Effect.gen(function* () {
      for (const name of ["a", "b", "c"]) yield* post("/api/projects", { name })
      const first = yield* get("/api/projects?cursor=&limit=2")
      expect(first.text).toMatch(/^\{"next_cursor":"2","projects":\[\{.*\},\{.*\}\]\}\n$/)
      expect(JSON.parse((yield* get("/api/projects?limit=2&cursor=2")).text)).toMatchObject({ next_cursor: null, projects: [{ name: "c" }] })
      expect(JSON.parse((yield* get("/api/projects?cursor=")).text).projects).toHaveLength(3)
      expect(JSON.parse((yield* get("/api/projects?limit=2")).text)).toHaveLength(3)
    }).pipe(server)
  )

  it.live("are not read for HEAD", () =>
    Effect.gen(function* () {
      for (const path of ["/api/projects", "/api/projects?cursor="]) expect((yield* call({ method: "HEAD", path })).status).toBe(200)
      expect((yield* call({ method: "HEAD", path: "/api/projects?project_type=x" })).status).toBe(400)
      expect((yield* Fake).operations).toBe(0)
    }).pipe(server)
  )
})

describe("changes and batches", () => {
  it.live("of the feed come with where to go on", () =>
    Effect.gen(function* () {
      expect((yield* get("/api/projects/changes")).text).toBe('{"changes":[{"limit":1000}],"cursor":"c","more":false}\n')
      expect((yield* get("/api/projects/changes?since=&limit=5&limit=6")).text).toContain('"limit":5')
      expect((yield* get("/api/projects/changes?limit=0")).status).toBe(400)
      const gone = yield* get("/api/projects/changes?since=old")
      expect([gone.status, JSON.parse(gone.text).code]).toEqual([410, "cursor_gone"])
    }).pipe(server)
  )

  it.live("of a batch have a result each; the key goes with the hash of the body", () =>
    Effect.gen(function* () {
      const body = { items: [{ uid: "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11", delete: true }, { uid: "bad" }] }
      expect((yield* post("/api/projects/batch", body)).text).toBe('{"results":[{"idempotency":null,"status":200},{"idempotency":null,"status":200}]}\n')
      const keyed = JSON.parse((yield* post("/api/projects/batch", body, { "idempotency-key": "one" })).text)
      expect(keyed.results[0].idempotency).toEqual({ key: "one", bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/) })
      for (const key of ["", "x".repeat(256), "ü"]) expect([key, (yield* post("/api/projects/batch", body, { "idempotency-key": key })).status]).toEqual([key, 400])
      expect((yield* post("/api/projects/batch", [])).text).toBe('{"error":"Request body must be a JSON object"}\n')
    }).pipe(server)
  )
})
