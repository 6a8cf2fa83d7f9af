import * as Announcements from "../../src/database/Announcements.js"
import { type Announcement, Database } from "@dev-infra/work-prod-server/Database"
import * as LibsqlDatabase from "@dev-infra/work-prod-server/LibsqlDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { callerOf, send, uid, worldOn } from "../feedWorld.js"

/** What a stream gives, as it comes. */
const heard = <A>(stream: Stream.Stream<A>) =>
  Effect.gen(function* () {
    const queue = yield* Queue.unbounded<A>()
    yield* Effect.forkScoped(Stream.runForEach(stream, (one) => Queue.offer(queue, one)))
    return queue
  })

const missed: Announcement = { _tag: "Missed" }
const changed = (account: number, position: number): Announcement => ({ _tag: "Changed", account, position })

describe("Announcements", () => {
  it.scoped("are heard by all who listen, after the word that there may have been some before", () =>
    Effect.gen(function* () {
      const { announce, stream } = Announcements.make()
      announce(changed(1, 1))
      const one = yield* heard(stream)
      const other = yield* heard(stream)
      assert.deepStrictEqual(yield* Queue.take(one), missed)
      assert.deepStrictEqual(yield* Queue.take(other), missed)
      announce(changed(1, 2))
      assert.deepStrictEqual(yield* Queue.take(one), changed(1, 2))
      assert.deepStrictEqual(yield* Queue.take(other), changed(1, 2))
    }))

  it.scoped("of one account are told to a slow listener as one, with the last position", () =>
    Effect.gen(function* () {
      const { announce, stream } = Announcements.make()
      const pull = yield* Stream.toPull(stream)
      yield* pull
      for (const position of [1, 3, 2]) announce(changed(1, position))
      announce(changed(2, 1))
      assert.deepStrictEqual([...(yield* pull)], [changed(1, 3), changed(2, 1)])
    }))

  it.scoped("that are too many for a slow listener become the word that it missed some", () =>
    Effect.gen(function* () {
      const { announce, stream } = Announcements.make()
      const pull = yield* Stream.toPull(stream)
      yield* pull
      for (let account = 1; account <= 5000; account++) announce(changed(account, 1))
      assert.deepStrictEqual([...(yield* pull)], [missed])
      announce(changed(7, 2))
      announce(missed)
      assert.deepStrictEqual([...(yield* pull)], [missed])
      announce(changed(7, 3))
      assert.deepStrictEqual([...(yield* pull)], [changed(7, 3)])
    }))

  it.scoped("of a database come with each commit, and not before", () =>
    Effect.gen(function* () {
      const { announce, announcements, sql, write } = yield* Database
      const me = yield* callerOf("default")
      const announced = yield* heard(announcements)
      assert.deepStrictEqual(yield* Queue.take(announced), missed)
      yield* send(me, { uid: uid(1), project: { name: "a" } }, { uid: uid(2), project: { name: "b" } })
      assert.deepStrictEqual(yield* Queue.take(announced), changed(me.account, 2))
      // One that fails is told with the next commit or not at all.
      yield* Effect.ignore(write(Effect.zipRight(announce(me.account, 3), Effect.fail("no"))))
      assert.deepStrictEqual(yield* Queue.poll(announced), Option.none())
      yield* write(sql`UPDATE accounts SET position = 5 WHERE id = ${me.account}`.pipe(Effect.zipRight(announce(me.account, 5))))
      assert.deepStrictEqual(yield* Queue.take(announced), changed(me.account, 5))
    }).pipe(Effect.provide(worldOn(LibsqlDatabase.layerTemporary))))
})
