import type { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import * as RemoteIndex from "@dev-infra/sync/RemoteIndex"
import type { WatchEvent, WatchOptions } from "@dev-infra/sync/Sync"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { makeMachine, makeRemote, type TestMachine, twoMachines } from "./world.js"

/** What of an event a person sees. */
const shown = (event: WatchEvent): string => {
  switch (event._tag) {
    case "Watching":
      return event.polling === undefined ? "watching" : `watching, asking after ${event.polling.shortest} to ${event.polling.longest} seconds`
    case "Waiting":
      return `waiting ${event.seconds}: ${event.failure._tag === "SyncBusy" ? "busy" : event.failure.reason}`
    case "Changed":
      return [
        ...event.differences.map(
          ({ by, fields, isOwn, kind, name }) =>
            `${kind} ${name}${fields.map(({ before, field, now }) => ` ${field}: ${JSON.stringify(before)} to ${JSON.stringify(now)}`).join("")}${by.length === 0 ? "" : ` by ${by.join(", ")}`}${isOwn ? " (own)" : ""}`
        ),
        ...event.report.items.map(({ action, name }) => `${action} ${name}`)
      ].join("; ")
  }
}

/** Watches in the background; `told` is what came since it was last asked, once the clock has moved on; `next` moves it until something came. */
const watchOn = ({ sync }: TestMachine, options: WatchOptions = {}) =>
  Effect.gen(function* () {
    const events = yield* Queue.unbounded<string>()
    const fiber = yield* Effect.forkScoped(Stream.runForEach(sync.watch(options), (event) => Queue.offer(events, shown(event))))
    const toldAfter = (seconds: number) => Effect.zipRight(TestClock.adjust(`${seconds} seconds`), Effect.map(Queue.takeAll(events), (all) => [...all]))
    const next = Effect.repeat(toldAfter(0.5), { until: (all) => all.length > 0 })
    return { fiber, next, told: toldAfter(1), toldAfter }
  })

const failed = (reason: RemoteFailed["reason"]) => new RemoteIndex.RemoteFailed({ reason, address: "memory.example", detail: reason })

describe("watching", () => {
  it.scoped("tells what other machines change, while they do, and remembers it as a fetch does", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      yield* one.add("api", { repository: "https://git.example.org/api.git" })
      yield* one.sync.push()
      const { told } = yield* watchOn(two)
      expect(yield* told).toEqual(["watching"])
      yield* one.edit("api", { description: "The interface", tags: ["go"] })
      expect(yield* told).toEqual([])
      yield* one.sync.push()
      expect(yield* told).toEqual(["changed api description: null to \"The interface\" tags: null to [\"go\"] by machine 1"])
      expect((yield* two.sync.notLocal).map(({ fields }) => fields["description"])).toEqual(["The interface"])
      yield* one.add("web")
      yield* one.sync.push()
      expect(yield* told).toEqual(["added web by machine 1"])
      const web = yield* one.get("web")
      yield* one.sync.removeEverywhere([web.id])
      yield* one.remove(web)
      yield* one.sync.push()
      expect(yield* told).toEqual(["deleted web"])
    })
  )

  it.scoped("begins with what changed since the last fetch, and says what this machine itself did", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines()
      yield* one.add("api")
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* one.edit("api", { status: "paused" })
      yield* one.sync.push()
      const { told } = yield* watchOn(two)
      expect(yield* told).toEqual(["changed api status: \"active\" to \"paused\" by machine 1", "watching"])
      yield* two.add("mine")
      yield* two.sync.push()
      expect(yield* told).toEqual(["added mine by machine 2 (own)"])
      yield* remote.add({ name: "by hand", status: "active" })
      expect(yield* told).toEqual(["added by hand"])
    })
  )

  it.scoped("takes what changed, if that is asked for", () =>
    Effect.gen(function* () {
      const { one, two } = yield* twoMachines()
      const repository = "https://git.example.org/api.git"
      yield* one.add("api", { repository })
      yield* one.sync.push()
      yield* two.sync.fetch()
      yield* two.add("api", { repository })
      const { told } = yield* watchOn(two, { pull: true })
      yield* told
      yield* one.edit("api", { description: "The interface" })
      yield* one.sync.push()
      expect(yield* told).toEqual(["changed api description: null to \"The interface\" by machine 1; taken api"])
      expect((yield* two.get("api"))["description"]).toBe("The interface")
    })
  )

  it.scoped("asks at most twice for many changes: at once for the first, together for the others", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines()
      const { told } = yield* watchOn(two)
      yield* told
      yield* Effect.forEach(Array.from({ length: 100 }, (_, index) => `p${index}`), (name) => one.add(name))
      const before = (yield* remote.requests).fetches
      yield* one.sync.push()
      const pushed = (yield* remote.requests).fetches
      expect((yield* told).flatMap((event) => event.split("; "))).toHaveLength(100)
      expect((yield* remote.requests).fetches - pushed).toBeLessThanOrEqual(2)
      expect(pushed - before).toBe(1)
    })
  )

  it.scoped("says that the connection was lost, and tells what happened meanwhile when it is back", () =>
    Effect.gen(function* () {
      const { one, remote, two } = yield* twoMachines()
      yield* one.add("api")
      yield* one.sync.push()
      const { told } = yield* watchOn(two)
      yield* told
      yield* remote.tellWatchers({ _tag: "Disconnected", failure: failed("Unreachable"), seconds: 4 })
      expect(yield* told).toEqual(["waiting 4: Unreachable"])
      const rows = yield* remote.backup
      yield* remote.restore(rows)
      const [row] = yield* remote.rows
      yield* remote.edit(row?.key ?? "", { status: "paused" })
      yield* remote.tellWatchers({ _tag: "Ready" })
      expect(yield* told).toEqual(["changed api status: \"active\" to \"paused\"", "watching"])
    })
  )

  it.scoped("asks again, less and less often, when the remote hears but does not answer", () =>
    Effect.gen(function* () {
      const { remote, two } = yield* twoMachines()
      const { toldAfter } = yield* watchOn(two)
      yield* toldAfter(1)
      yield* remote.failNext("Faulty", 3)
      yield* remote.add({ name: "late", status: "active" })
      expect(yield* toldAfter(0.5)).toEqual(["waiting 1: Faulty"])
      expect(yield* toldAfter(1)).toEqual(["waiting 2: Faulty"])
      expect(yield* toldAfter(1)).toEqual([])
      expect(yield* toldAfter(1)).toEqual(["waiting 4: Faulty"])
      expect(yield* toldAfter(4)).toEqual(["added late"])
    })
  )

  it.scoped("asks by the clock where nobody is told: soon after a change, less and less often while there is none", () =>
    Effect.gen(function* () {
      const remote = yield* makeRemote({ tellsDeletions: false })
      const machine = yield* makeMachine(remote, 3)
      const key = yield* remote.add({ name: "api", status: "active" })
      const { next, toldAfter } = yield* watchOn(machine)
      expect(yield* toldAfter(1)).toEqual(["watching, asking after 5 to 60 seconds"])
      // A fifth more or less.
      yield* remote.edit(key, { status: "paused" })
      expect(yield* toldAfter(2)).toEqual([])
      expect(yield* toldAfter(4)).toEqual(["changed api status: \"active\" to \"paused\""])
      yield* remote.add({ name: "web", status: "active" })
      expect(yield* toldAfter(7)).toEqual(["added web"])
      const fetchesIn = (seconds: number) =>
        Effect.gen(function* () {
          const before = (yield* remote.requests).fetches
          expect(yield* toldAfter(seconds)).toEqual([])
          return (yield* remote.requests).fetches - before
        })
      expect(yield* fetchesIn(300)).toBeLessThanOrEqual(13)
      // Not more than 72 seconds lie between two, and not less than 48.
      const inAnHour = yield* fetchesIn(3600)
      expect(inAnHour).toBeGreaterThanOrEqual(50)
      expect(inAnHour).toBeLessThanOrEqual(75)
      yield* remote.edit(key, { status: "active" })
      expect(yield* next).toEqual(["changed api status: \"paused\" to \"active\""])
      yield* remote.edit(key, { status: "archived" })
      expect(yield* toldAfter(7)).toEqual(["changed api status: \"active\" to \"archived\""])
    })
  )

  it.scoped("asks by the clock from when a remote that told what happens no longer does, through failures that pass", () =>
    Effect.gen(function* () {
      const { remote, two } = yield* twoMachines()
      const { fiber, next, told } = yield* watchOn(two)
      expect(yield* told).toEqual(["watching"])
      yield* remote.tellWatchers({ _tag: "Silent" })
      expect(yield* told).toEqual(["watching, asking after 5 to 60 seconds"])
      yield* remote.failNext("Unreachable", 2)
      expect(yield* next).toEqual(["waiting 1: Unreachable"])
      expect(yield* next).toEqual(["waiting 2: Unreachable"])
      expect(yield* next).toEqual(["watching, asking after 5 to 60 seconds"])
      yield* remote.failNext("Unauthorized")
      yield* TestClock.adjust("20 seconds")
      expect(yield* Effect.flip(Fiber.join(fiber))).toMatchObject({ reason: "Unauthorized" })
    })
  )

  it.scoped("fails at the beginning if the remote cannot be asked, and later where waiting does not help", () =>
    Effect.gen(function* () {
      const { remote, two } = yield* twoMachines()
      yield* remote.failNext("Unreachable")
      expect(yield* Effect.flip(Stream.runDrain(two.sync.watch()))).toMatchObject({ _tag: "RemoteFailed", reason: "Unreachable" })
      const { fiber, told } = yield* watchOn(two)
      yield* told
      yield* remote.failNext("Unauthorized")
      yield* remote.add({ name: "a", status: "active" })
      yield* told
      expect(yield* Effect.flip(Fiber.join(fiber))).toMatchObject({ reason: "Unauthorized" })
      const old = yield* makeRemote({ tellsDeletions: false })
      const machine = yield* makeMachine(old, 3)
      yield* old.failNext("Unreachable")
      expect(yield* Effect.flip(Stream.runDrain(machine.sync.watch()))).toMatchObject({ reason: "Unreachable" })
    })
  )
})
