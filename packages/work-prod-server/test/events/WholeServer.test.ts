import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
import { describe, expect, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { call, get, patch, post } from "../http/testServer.js"
import { eventsOf, listen } from "./eventClient.js"

const layer = (authentication: "keys" | "none") =>
  WorkProdServer.layer({ host: "127.0.0.1", port: 0, authentication, rateLimit: undefined }).pipe(
    Layer.provide(LibsqlDatabase.layerTemporary),
    Layer.provideMerge(Logger.replace(Logger.defaultLogger, Logger.none))
  )

const keyOf = (account: string) =>
  Effect.gen(function* () {
    const keys = yield* ApiKeys
    const { key, secret } = yield* keys.create({ account, label: "", readOnly: false, expiresInDays: undefined })
    return { prefix: key.prefix, headers: { authorization: `Bearer ${Redacted.value(secret)}` } }
  })

describe("events of a server", () => {
  it.live("are the changes that others make over HTTP, and go on where a lost connection was", () =>
    Effect.gen(function* () {
      const listener = yield* listen()
      const [ready] = yield* listener.events("ready")
      yield* post("/api/projects", { name: "api" })
      yield* patch("/api/projects/1", { status: "paused" })
      const told = yield* listener.events('"paused"')
      yield* Effect.sync(() => listener.socket.destroy())
      yield* call({ method: "DELETE", path: "/api/projects/1" })
      yield* post("/api/projects/import", { projects: [{ name: "web", remote_url: "u" }] })
      const again = yield* listen("", { "last-event-id": told.at(-1)?.id ?? "" })
      const later = yield* again.events("ready")
      expect(later.map(({ event, data }) => [event, data])).toMatchObject([["change", { type: "deleted", id: 1 }], ["change", { type: "project", project: { name: "web" } }], ["ready", {}]])
      const { changes } = JSON.parse((yield* get(`/api/projects/changes?since=${ready?.id}`)).text)
      expect(later.slice(0, 2).map(({ data }) => data)).toEqual(changes)
      for (const { id } of later.slice(1)) expect(JSON.parse((yield* get(`/api/projects/changes?since=${id}`)).text).changes).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(layer("none")))
  )

  it.live("are those of the key's account, as long as the key holds", () =>
    Effect.gen(function* () {
      const mine = yield* keyOf("acme")
      const yours = yield* keyOf("umbrella")
      const listener = yield* listen("", mine.headers)
      yield* listener.events("ready")
      yield* post("/api/projects", { name: "theirs" }, yours.headers)
      yield* post("/api/projects", { name: "ours" }, mine.headers)
      const told = yield* listener.events("ours")
      expect(told.map(({ data }) => data)).toMatchObject([{}, { project: { name: "ours" } }])
      const other = yield* keyOf("acme")
      yield* Effect.flatMap(ApiKeys, (keys) => keys.revoke(mine.prefix))
      // The key is looked at once a second at most, and whenever there is something to tell.
      const answer = yield* Effect.raceFirst(listener.until("\r\n0\r\n\r\n"), Effect.forever(post("/api/projects", { name: "more" }, other.headers)))
      expect(answer.endsWith("\r\n0\r\n\r\n")).toBe(true)
      expect((yield* get("/api/events", mine.headers)).status).toBe(401)
    }).pipe(Effect.scoped, Effect.provide(layer("keys")))
  )

  it.live("end whole when the server stops, which does not wait for who listens", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const server = yield* Scope.extend(Layer.build(layer("none")), scope)
      const listeners = yield* Effect.forEach([1, 2, 3], () => listen()).pipe(Effect.provideService(ListeningServer, Context.get(server, ListeningServer)))
      for (const { events } of listeners) yield* events("ready")
      yield* Scope.close(scope, Exit.void)
      for (const { closed } of listeners) {
        const answer = yield* closed
        expect(answer.endsWith("\r\n0\r\n\r\n")).toBe(true)
        expect(eventsOf(answer).map(({ event }) => event)).toEqual(["ready"])
      }
    }).pipe(Effect.scoped)
  )

  it.live("of a large account come in the order of the feed, to everybody who asks from the beginning", () =>
    Effect.gen(function* () {
      yield* post("/api/projects/import", { projects: Array.from({ length: 1000 }, (_, index) => ({ name: `p${index}`, remote_url: `u${index}` })) })
      const { changes } = JSON.parse((yield* get("/api/projects/changes")).text)
      const listeners = yield* Effect.forEach([1, 2], () => listen("?since="))
      for (const { events } of listeners) {
        const told = yield* events("event: ready")
        expect(told.slice(0, -1).map(({ data }) => data)).toEqual(changes)
      }
    }).pipe(Effect.scoped, Effect.provide(layer("none")))
  )
})
