import { ProjectEvents, TooManyFollowers } from "@dev-infra/work-prod-server/ProjectEvents"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { callerOf, changesSince, firstMachine, secondMachine, send } from "../feedWorld.js"
import * as TestDatabases from "../testDatabases.js"
import { changed, create, deleted, follow, ready, remove, rename, worldWith } from "./followers.js"

const world = worldWith(TestDatabases.layer)

describe("ProjectEvents", () => {
  it.scoped("tells what happens from now on, as soon as it is committed", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, create(1))
      const { next } = yield* follow(me)
      assert.deepStrictEqual(yield* next, [ready])
      const waiting = yield* Effect.fork(next)
      yield* send(me, create(2))
      assert.deepStrictEqual(yield* Fiber.join(waiting), [changed(2)])
      yield* send(me, remove(1))
      assert.deepStrictEqual(yield* next, [deleted(1)])
    }).pipe(Effect.provide(world)))

  it.scoped("tells everything that there is and then that it is ready, if it is asked from the beginning", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      assert.deepStrictEqual(yield* (yield* follow(me, "")).next, [ready])
      yield* send(me, create(1), create(2))
      yield* send(me, remove(2))
      assert.deepStrictEqual(yield* (yield* follow(me, "")).next, [changed(1), deleted(2), ready])
    }).pipe(Effect.provide(world)))

  it.scoped("tells the changes as the feed does", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default", firstMachine)
      yield* send(me, { ...create(1), project: { name: "é", path: "/home/me/api" } }, create(2))
      yield* send(me, remove(2))
      const { events, next } = yield* follow(me, "")
      yield* next
      const told = events.flatMap((event): ReadonlyArray<unknown> => (event._tag === "Change" ? [JSON.parse(event.json)] : []))
      assert.deepStrictEqual<ReadonlyArray<unknown>>(told, (yield* changesSince(me, "")).changes)
    }).pipe(Effect.provide(world)))

  it.scoped("goes on after any event, here or in the feed, with nothing missing and nothing twice", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* Effect.forEach(Arr.range(1, 5), (number) => send(me, create(number)))
      const first = yield* follow(me, "")
      yield* first.next
      yield* send(me, create(6))
      yield* first.next
      assert.lengthOf(first.events, 7)
      for (const [index, event] of first.events.entries()) {
        if (event._tag === "Reset") continue
        const after = first.events.slice(index + 1).filter(({ _tag }) => _tag === "Change").length
        const rest = Arr.range(7 - after, 6).slice(0, after).map(changed)
        assert.deepStrictEqual(yield* (yield* follow(me, event.cursor)).next, [...rest, ready])
        const { changes } = yield* changesSince(me, event.cursor)
        assert.deepStrictEqual(changes.map(({ uid: of }) => of), rest.map(([, of]) => of))
      }
    }).pipe(Effect.provide(world)))

  it.scoped("goes on after a cursor of the feed", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, create(1), create(2))
      const { cursor } = yield* changesSince(me, "", 1)
      assert.deepStrictEqual(yield* (yield* follow(me, cursor)).next, [changed(2), ready])
    }).pipe(Effect.provide(world)))

  it.scoped("tells of many changes of one project the last state", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { events, next } = yield* follow(me)
      yield* next
      yield* Effect.forEach(Arr.range(1, 20), (number) => send(me, number === 1 ? create(1) : rename(1, `n${number}`)))
      while (!events.some((event) => event._tag === "Change" && event.json.includes("n20"))) yield* next
      assert.isAtMost(events.length, 21)
    }).pipe(Effect.provide(world)))

  it.scoped("tells a large import in pieces", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, ...Arr.range(1, 250).map(create))
      const { events, next } = yield* follow(me, "")
      while (events.at(-1)?._tag !== "Ready") assert.isAtMost((yield* next)?.length ?? 0, 101)
      assert.lengthOf(events, 251)
    }).pipe(Effect.provide(world)))

  it.scoped("tells each machine its own paths", () =>
    Effect.gen(function* () {
      const laptop = yield* callerOf("default", firstMachine)
      const desktop = yield* callerOf("default", secondMachine)
      const at = { laptop: yield* follow(laptop), desktop: yield* follow(desktop) }
      yield* Effect.all([at.laptop.next, at.desktop.next])
      yield* send(laptop, { ...create(1), project: { name: "api", path: "/home/me/api" } })
      yield* Effect.all([at.laptop.next, at.desktop.next])
      const paths = [at.laptop, at.desktop].map(({ events }) => events.map((event): unknown => (event._tag === "Change" ? JSON.parse(event.json).project.path : event._tag)))
      assert.deepStrictEqual(paths, [["Ready", "/home/me/api"], ["Ready", null]])
    }).pipe(Effect.provide(world)))

  it.scoped("tells nobody of another account", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const you = yield* callerOf("acme")
      const mine = yield* follow(me)
      const yours = yield* follow(you)
      yield* Effect.all([mine.next, yours.next])
      yield* send(me, create(1))
      yield* send(you, create(2))
      assert.deepStrictEqual([yield* mine.next, yield* yours.next], [[changed(1)], [changed(2)]])
      assert.deepStrictEqual(yield* (yield* follow(you, mine.cursor())).next, [["reset", "OtherAccount"]])
    }).pipe(Effect.provide(world)))

  it.scoped("says that a cursor is gone, and ends", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { next } = yield* follow(me, "nonsense")
      assert.deepStrictEqual(yield* next, [["reset", "Unknown"]])
      assert.isUndefined(yield* next)
    }).pipe(Effect.provide(world)))

  it.scoped("lets only so many follow, of an account and in all, and others as soon as one leaves", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const you = yield* callerOf("acme")
      const { count } = yield* ProjectEvents
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* follow(me)
          yield* follow(me)
          assert.deepStrictEqual(yield* Effect.flip(follow(me)), new TooManyFollowers({ limit: 2 }))
          yield* follow(you)
          assert.deepStrictEqual(yield* Effect.flip(follow(you)), new TooManyFollowers({ limit: 3 }))
          assert.strictEqual(yield* count, 3)
        })
      )
      assert.strictEqual(yield* count, 0)
      yield* follow(me)
    }).pipe(Effect.provide(worldWith(TestDatabases.layer, { ofAccount: 2, ofServer: 3 }))))

  it.scoped("ends for all when the server stops", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { next } = yield* follow(me)
      yield* next
      const waiting = yield* Effect.fork(next)
      yield* Effect.yieldNow()
      yield* Effect.flatMap(ProjectEvents, ({ end }) => end)
      assert.isUndefined(yield* Fiber.join(waiting))
      assert.isUndefined(yield* (yield* follow(me)).next)
    }).pipe(Effect.provide(world)))
})
