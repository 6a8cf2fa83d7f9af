import { ApiKeys } from "@dev-infra/work-prod-server/ApiKeys"
import { type Announcement, Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import { StorageFailure } from "@dev-infra/work-prod-server/StorageFailure"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import { callerOf, send, uid } from "../feedWorld.js"
import { changed, create, follow, ready, worldWith } from "./followers.js"

interface Controls {
  failure: StorageFailure | undefined
  isDeaf: boolean
  epoch: string | undefined
  gate: Effect.Latch | undefined
  readonly reads: Array<string>
  readonly announce: (announcement: Announcement) => Effect.Effect<void>
}

class Faults extends Context.Tag("test/Faults")<Faults, Controls>() {}

/** A database that can be made to fail, to be slow, and to keep its announcements to itself. */
const faulty = Layer.unwrapEffect(
  Effect.gen(function* () {
    const said = yield* PubSub.unbounded<Announcement>()
    const controls: Controls = { failure: undefined, isDeaf: false, epoch: undefined, gate: undefined, reads: [], announce: (announcement) => Effect.asVoid(PubSub.publish(said, announcement)) }
    const database = Layer.effect(
      Database,
      Effect.map(Database, (real): Database["Type"] => ({
        ...real,
        get epoch() {
          return controls.epoch ?? real.epoch
        },
        announcements: Stream.merge(
          Stream.filter(real.announcements, () => !controls.isDeaf),
          Stream.fromPubSub(said)
        ),
        read: (reads) =>
          Effect.suspend(() => {
            controls.reads.push("read")
            const read = controls.failure === undefined ? real.read(reads) : Effect.fail(controls.failure)
            return controls.gate === undefined ? read : Effect.zipRight(controls.gate.await, read)
          })
      }))
    ).pipe(Layer.provide(LibsqlDatabase.layerTemporary))
    return Layer.merge(worldWith(database), Layer.succeed(Faults, controls))
  })
)

describe("followers of the feed", () => {
  it.scoped("reads once for all who have come as far", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const all = yield* Effect.forEach(Arr.range(1, 100), () => follow(me))
      yield* Effect.forEach(all, ({ next }) => next)
      const waiting = yield* Effect.forEach(all, ({ next }) => Effect.fork(next))
      yield* Effect.yieldNow()
      const { reads } = yield* Faults
      reads.length = 0
      yield* send(me, create(1))
      for (const told of yield* Effect.forEach(waiting, Fiber.join)) assert.deepStrictEqual(told, [changed(1)])
      assert.lengthOf(reads, 1)
    }).pipe(Effect.provide(faulty)))

  it.scoped("lets many rest between changes that follow each other closely", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const all = yield* Effect.forEach(Arr.range(1, 40), () => follow(me))
      yield* Effect.forEach(all, ({ next }) => next)
      const { reads } = yield* Faults
      yield* send(me, create(1))
      for (const { next } of all) assert.deepStrictEqual(yield* next, [changed(1)])
      reads.length = 0
      const waiting = yield* Effect.forEach(all, ({ next }) => Effect.fork(next))
      yield* Effect.forEach(Arr.range(2, 20), (number) => send(me, create(number)))
      assert.isNull(waiting[0]?.unsafePoll())
      yield* TestClock.adjust("100 millis")
      for (const told of yield* Effect.forEach(waiting, Fiber.join)) assert.deepStrictEqual(told, Arr.range(2, 20).map(changed))
      assert.lengthOf(reads, 1)
    }).pipe(Effect.provide(faulty)))

  it.scoped("finds what was not announced", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const faults = yield* Faults
      faults.isDeaf = true
      const { next } = yield* follow(me)
      yield* next
      const waiting = yield* Effect.fork(next)
      yield* send(me, create(1))
      yield* TestClock.adjust("14 seconds")
      assert.isNull(waiting.unsafePoll())
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Fiber.join(waiting), [changed(1)])
    }).pipe(Effect.provide(faulty)))

  it.scoped("looks for what it has missed, as soon as the database can be read again", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const faults = yield* Faults
      const { next } = yield* follow(me)
      yield* next
      faults.isDeaf = true
      yield* send(me, create(1))
      faults.failure = new StorageFailure({ reason: "Busy", cause: undefined })
      const waiting = yield* Effect.fork(next)
      yield* faults.announce({ _tag: "Missed" })
      yield* TestClock.adjust("1 second")
      assert.isNull(waiting.unsafePoll())
      faults.failure = undefined
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* Fiber.join(waiting), [changed(1)])
    }).pipe(Effect.provide(faulty)))

  it.scoped("says that a cursor is gone when the database begins another life", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const faults = yield* Faults
      const { next } = yield* follow(me)
      yield* next
      const waiting = yield* Effect.fork(next)
      yield* Effect.yieldNow()
      faults.epoch = uid(999)
      yield* faults.announce({ _tag: "Missed" })
      assert.deepStrictEqual(yield* Fiber.join(waiting), [["reset", "OtherEpoch"]])
    }).pipe(Effect.provide(faulty)))

  it.scoped("is not misled by announcements of what did not come to be", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { reads, announce } = yield* Faults
      const { next } = yield* follow(me)
      yield* next
      const waiting = yield* Effect.fork(next)
      yield* Effect.yieldNow()
      reads.length = 0
      yield* announce({ _tag: "Changed", account: me.account, position: 1 })
      yield* announce({ _tag: "Changed", account: me.account + 1, position: 1 })
      assert.isNull(waiting.unsafePoll())
      assert.isAtMost(reads.length, 1)
      // What comes to be takes the same position.
      yield* send(me, create(1))
      assert.deepStrictEqual(yield* Fiber.join(waiting), [changed(1)])
    }).pipe(Effect.provide(faulty)))

  it.scoped("tells a follower that the database cannot be read, and it may ask again", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const faults = yield* Faults
      const { next } = yield* follow(me)
      yield* next
      yield* send(me, create(1))
      faults.failure = new StorageFailure({ reason: "Busy", cause: undefined })
      assert.strictEqual(yield* Effect.flip(next), faults.failure)
      faults.failure = undefined
      assert.deepStrictEqual(yield* next, [changed(1)])
    }).pipe(Effect.provide(faulty)))

  it.scoped("tells nothing more under a key that was revoked or has expired", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("acme")
      const keys = yield* ApiKeys
      const make = (expiresInDays: number | undefined) =>
        Effect.map(keys.create({ account: "acme", label: "", readOnly: true, expiresInDays }), ({ key }) => ({ ...me, keyId: key.prefix }))
      const [revoked, expiring, kept] = yield* Effect.all([make(undefined), make(1 / 1440), make(undefined)])
      const followers = yield* Effect.forEach([revoked, expiring, kept], (caller) => follow(caller))
      for (const { next } of followers) assert.deepStrictEqual(yield* next, [ready])
      const waiting = yield* Effect.forEach(followers, ({ next }) => Effect.fork(next))
      yield* keys.revoke(revoked.keyId)
      yield* TestClock.adjust("75 seconds")
      assert.deepStrictEqual(yield* Effect.forEach(waiting.slice(0, 2), Fiber.join), [undefined, undefined])
      yield* send(me, create(1))
      assert.deepStrictEqual(yield* Effect.forEach(waiting.slice(2), Fiber.join), [[changed(1)]])
      // One who does not wait at the time is told nothing either.
      yield* keys.revoke(kept.keyId)
      yield* send(me, create(2))
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* Effect.forEach(followers, ({ next }) => next), [undefined, undefined, undefined])
    }).pipe(Effect.provide(worldWith(LibsqlDatabase.layerTemporary))))

  it.scoped("goes on with the others when one that reads for them leaves", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const faults = yield* Faults
      const all = yield* Effect.forEach(Arr.range(1, 3), () => follow(me))
      yield* Effect.forEach(all, ({ next }) => next)
      yield* send(me, create(1))
      faults.gate = yield* Effect.makeLatch()
      const waiting = yield* Effect.forEach(all, ({ next }) => Effect.fork(next))
      yield* Effect.yieldNow()
      const [first, ...others] = waiting
      yield* Effect.forEach(Arr.fromNullable(first), Fiber.interrupt)
      yield* faults.gate.open
      for (const told of yield* Effect.forEach(others, Fiber.join)) assert.deepStrictEqual(told, [changed(1)])
    }).pipe(Effect.provide(faulty)))
})
