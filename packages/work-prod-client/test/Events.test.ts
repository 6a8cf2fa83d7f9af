/** What becomes of the events of a server when connections break, one after another. */
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import type { ServerFeatures } from "@dev-infra/work-prod-client/ServerFeatures"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { connectionError, html, json, key, newHealth, oldHealth, project, scriptedServer, type Scripted, type Seen } from "./scriptedServer.js"

const health = { ...newHealth, capabilities: [...newHealth.capabilities, "events"] }
const own = { "x-dev-infra-server": ServerHeader.write({ api: 1, ...health }) }
const headers = { ...own, "content-type": "text/event-stream; charset=utf-8" }

const encoder = new TextEncoder()

const change = (id: number, name = `p${id}`) => `id: c${id}\nevent: change\ndata: ${JSON.stringify({ type: "project", id, uid: null, project: project(id, { name }) })}\n\n`
const ready = (cursor: string) => `id: ${cursor}\nevent: ready\ndata: {}\n\n`
const gone = "id\nevent: reset\ndata: {\"reason\":\"other_epoch\"}\n\n"

/** An answer with events; its connection breaks after them, or stays open. `onCancel`: nobody reads it any more. */
const events = (text: string, end: "break" | "close" | "stay", onCancel?: () => void): Response =>
  new Response(
    new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(encoder.encode(text))
        if (end === "close") controller.close()
      },
      pull: (controller) => (end === "break" ? controller.error(connectionError("ECONNRESET")) : undefined),
      cancel: () => onCancel?.()
    }),
    { status: 200, headers }
  )

/** A server that answers each request for events with the next of these, the last again and again. */
const serverOf = (...answers: ReadonlyArray<(seen: Seen) => Scripted>) =>
  scriptedServer(health, (seen, count) => (answers[Math.min(count, answers.length - 1)] ?? (() => html(500, "no answer")))(seen), { key })

const shown = (event: WorkProd.ProjectEvent): string => {
  switch (event.type) {
    case "ready":
      return `ready ${event.cursor}`
    case "disconnected":
      return `disconnected ${event.failure._tag}`
    case "change":
      return event.change.type === "project" ? event.change.project.name : event.change.type
  }
}

/** Follows in the background. */
const follow = (server: ReturnType<typeof serverOf>, options?: WorkProd.EventOptions) =>
  Effect.gen(function* () {
    const told = yield* Queue.unbounded<WorkProd.ProjectEvent>()
    const following = Effect.flatMap(WorkProd.WorkProd, (workProd) => Stream.runForEach(workProd.events(options), (event) => Queue.offer(told, event)))
    const fiber = yield* Effect.forkScoped(Effect.provide(following, server.layer))
    const next = (count: number) => Effect.map(Queue.takeN(told, count), (chunk) => [...chunk])
    return { fiber, next, names: (count: number) => Effect.map(next(count), (all) => all.map(shown)) }
  })

const failureOf = (server: ReturnType<typeof scriptedServer>, options?: WorkProd.EventOptions) =>
  Effect.provide(
    Effect.flatMap(WorkProd.WorkProd, (workProd) => Effect.flip(Stream.runDrain(workProd.events(options)))),
    server.layer
  )

const cursors = (server: ReturnType<typeof serverOf>) => server.requests().map(({ query }) => query["since"])

describe("following events", () => {
  it.scoped("asks for what comes from now on, or after a cursor, with the key and for events only", () =>
    Effect.gen(function* () {
      const server = serverOf(() => events(ready("c0"), "stay"))
      const { names } = yield* follow(server)
      expect(yield* names(1)).toEqual(["ready c0"])
      expect(server.requests()[0]).toMatchObject({ method: "GET", path: "/api/events", query: {}, headers: { accept: "text/event-stream", authorization: `Bearer ${key}` } })
      const later = serverOf(() => events(ready("c&?✓"), "stay"))
      yield* Effect.flatMap(follow(later, { since: "c&?✓" }), (followed) => followed.names(1))
      expect(cursors(later)).toEqual(["c&?✓"])
    })
  )

  it.scoped("goes on after the last event when the connection breaks or the server stops", () =>
    Effect.gen(function* () {
      const server = serverOf(
        () => events(ready("c0") + change(1), "break"),
        () => events(`: alive\n\n${change(2)}id: c9\nevent: cha`, "close"),
        () => events(change(3) + ready("c3"), "stay")
      )
      const { names, next } = yield* follow(server)
      expect(yield* names(2)).toEqual(["ready c0", "p1"])
      const [lost] = yield* next(1)
      expect(lost).toMatchObject({ type: "disconnected", failure: { _tag: "Unreachable", reason: "Closed", path: "/api/events" } })
      yield* TestClock.adjust("1 second")
      expect(yield* names(2)).toEqual(["p2", "disconnected Unreachable"])
      yield* TestClock.adjust("2 seconds")
      expect(yield* names(2)).toEqual(["p3", "ready c3"])
      expect(cursors(server)).toEqual([undefined, "c1", "c2"])
    })
  )

  it.scoped("goes on from now if nothing was told before the connection broke but that it is ready", () =>
    Effect.gen(function* () {
      const server = serverOf(() => events(ready("c7"), "break"), () => events(ready("c7"), "stay"))
      const { names } = yield* follow(server)
      expect(yield* names(2)).toEqual(["ready c7", "disconnected Unreachable"])
      yield* TestClock.adjust("1 second")
      yield* names(1)
      expect(cursors(server)).toEqual([undefined, "c7"])
    })
  )

  it.scoped("tries again less and less often, at last every half minute or so, and anew after a connection that lasted", () =>
    Effect.gen(function* () {
      const refused = Effect.fail(connectionError("ECONNREFUSED"))
      const server = serverOf(
        () => events(ready("c0"), "break"),
        ...Array.from({ length: 12 }, () => () => refused),
        () => events(ready("c0"), "stay"),
        () => events(ready("c0"), "stay")
      )
      const { next } = yield* follow(server)
      yield* next(1)
      const waits: Array<number> = []
      for (let index = 0; index < 13; index++) {
        const [event] = yield* next(1)
        if (event?.type !== "disconnected") return expect.unreachable()
        waits.push(event.seconds)
        yield* TestClock.adjust(event.seconds * 1000)
      }
      waits.forEach((wait, index) => {
        const meant = Math.min(30, 0.5 * 2 ** index)
        expect(wait).toBeGreaterThanOrEqual(meant / 2)
        expect(wait).toBeLessThanOrEqual(meant * 1.5)
      })
      yield* next(1)
      // Silent for too long, after it was there for long enough.
      yield* TestClock.adjust("45 seconds")
      const [silent] = yield* next(1)
      expect(silent).toMatchObject({ type: "disconnected", failure: { _tag: "TimedOut", seconds: 45 } })
      expect(silent?.type === "disconnected" && silent.seconds <= 0.75).toBe(true)
    })
  )

  it.scoped("takes comments for a sign of life", () =>
    Effect.gen(function* () {
      let say: (text: string) => void = () => undefined
      const open = new ReadableStream<Uint8Array>({
        start: (controller) => {
          say = (text) => controller.enqueue(encoder.encode(text))
        }
      })
      const server = serverOf(() => new Response(open, { status: 200, headers }), () => events("", "stay"))
      const { names } = yield* follow(server)
      say(ready("c0"))
      yield* names(1)
      for (let index = 0; index < 10; index++) {
        yield* TestClock.adjust("40 seconds")
        say(": alive\n\n")
        yield* Effect.promise(() => new Promise<void>((done) => setImmediate(done)))
      }
      say(change(1))
      expect(yield* names(1)).toEqual(["p1"])
      expect(server.requests()).toHaveLength(1)
    })
  )

  it.scoped("waits as long as the server asks, within reason", () =>
    Effect.gen(function* () {
      const busy = (seconds: string) => json(429, { error: "Too many event streams" }, { ...own, "retry-after": seconds })
      const server = serverOf(() => events(ready("c0"), "break"), () => busy("20"), () => busy("86400"), () => events(ready("c0"), "stay"))
      const { next } = yield* follow(server)
      yield* next(2)
      yield* TestClock.adjust("1 second")
      expect(yield* next(1)).toMatchObject([{ type: "disconnected", seconds: 20, failure: { _tag: "TooManyRequests" } }])
      yield* TestClock.adjust("20 seconds")
      expect(yield* next(1)).toMatchObject([{ type: "disconnected", seconds: 300 }])
    })
  )

  it.scoped("ends with what waiting does not mend: the key, the cursor, a server without events, another kind of server", () =>
    Effect.gen(function* () {
      const ends = [
        ["Unauthorized", () => json(401, { error: "The key is not known" }, own)],
        ["Forbidden", () => json(403, { error: "no" }, own)],
        ["Rejected", () => json(400, { error: "no" }, own)],
        ["NotFound", () => json(404, { error: "There is nothing at this path" }, own)],
        ["ServerFault", () => json(501, { error: "Events are turned off" }, own)],
        ["CursorGone", () => events(gone, "close")],
        ["CursorGone", () => json(410, { error: "gone", code: "cursor_gone" }, own)]
      ] as const
      for (const [tag, answer] of ends) {
        const { fiber, next } = yield* follow(serverOf(() => events(ready("c0"), "break"), answer))
        yield* next(2)
        yield* TestClock.adjust("1 second")
        expect(yield* Effect.flip(Fiber.join(fiber))).toMatchObject({ _tag: tag })
      }
      expect((yield* failureOf(serverOf(() => events(gone, "close")), { since: "x" })).message).toContain("its content was put back since: read everything again from the beginning")
    })
  )

  it.effect("fails at once if the first connection does", () =>
    Effect.gen(function* () {
      expect(yield* failureOf(serverOf(() => Effect.fail(connectionError("ECONNREFUSED"))))).toMatchObject({ _tag: "Unreachable", reason: "Refused" })
      expect(yield* failureOf(serverOf(() => json(401, { error: "no" }, own)))).toMatchObject({ _tag: "Unauthorized", keySent: true })
      expect(yield* failureOf(serverOf(() => json(429, { error: "no" }, { ...own, "retry-after": "20" })))).toMatchObject({ _tag: "TooManyRequests", retryAfter: 20 })
      for (const answer of [html(200, "Welcome to the hotel"), json(200, { changes: [] }, own), new Response(null, { status: 204, headers: own })]) {
        expect(yield* failureOf(serverOf(() => answer))).toMatchObject({ _tag: "NotWorkProd" })
      }
      expect(yield* failureOf(serverOf(() => events("event: ready\ndata: {}\n\n", "stay")))).toMatchObject({ _tag: "NotWorkProd", detail: "an event without an id" })
    })
  )

  it.effect("is refused by a server that does not have it, before anything is asked", () =>
    Effect.gen(function* () {
      const server = scriptedServer(oldHealth, () => html(500, "asked"))
      expect(yield* failureOf(server)).toMatchObject({ _tag: "Unsupported", capability: "events", version: null })
      expect(server.requests()).toEqual([])
      const earlier = scriptedServer(newHealth, () => html(500, "asked"))
      expect(yield* failureOf(earlier)).toMatchObject({ _tag: "Unsupported", version: "0.1.0" })
    })
  )

  it.scoped("reaches a server that has learnt it since it was last asked", () =>
    Effect.gen(function* () {
      const known: ServerFeatures = { instance: newHealth.instance, version: newHealth.version, capabilities: new Set(newHealth.capabilities) }
      const server = scriptedServer(health, () => events(ready("c0"), "stay"), { known })
      expect(yield* Effect.flatMap(follow(server), ({ names }) => names(1))).toEqual(["ready c0"])
    })
  )

  it.scoped("tells a change that cannot be read as such, and passes over events that it does not know", () =>
    Effect.gen(function* () {
      const text = `id: c1\nevent: change\ndata: {"type":"project","id":1\n\nid: c2\nevent: change\ndata: {"type":"renamed","id":7}\n\nid: c3\nevent: party\ndata: now\n\n${change(4)}`
      const { names } = yield* follow(serverOf(() => events(text, "stay")))
      expect(yield* names(3)).toEqual(["unreadable", "unreadable", "p4"])
    })
  )

  it.scoped("closes the connection when nobody listens any more", () =>
    Effect.gen(function* () {
      const closed = yield* Queue.unbounded<string>()
      const server = serverOf(() => events(ready("c0") + change(1), "stay", () => void closed.unsafeOffer("closed")))
      const { fiber, names } = yield* follow(server)
      yield* names(2)
      yield* Fiber.interrupt(fiber)
      expect(yield* Queue.take(closed)).toBe("closed")
    })
  )

  it.effect("never shows the key, not even if the server repeats it", () =>
    Effect.gen(function* () {
      const failure = yield* failureOf(serverOf(() => json(401, { error: `bad key ${key}` }, own)))
      expect(JSON.stringify(failure) + failure.message).not.toContain(key)
    })
  )
})
