import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { memory, server } from "./contract/worlds.js"

const uid = (number: number) => `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`
const upserts = (from: number, count: number) => Array.from({ length: count }, (_, index) => ({ uid: uid(from + index), project: { name: `p${from + index}` } }))

describe.each([memory, server])("a follower of the feed on $name", ({ open }) => {
  it.scoped("is not told its own changes when it was alone, in any number of requests", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const client = yield* connect()
      const { cursor: since } = yield* client.changes("")
      const { cursor, results } = yield* client.follow(upserts(0, 1100), { since, idempotencyKey: "first" })
      assert.strictEqual(results.length, 1100)
      assert.isNotNull(cursor)
      assert.deepStrictEqual((yield* client.changes(cursor ?? "")).changes, [])
      yield* client.follow([{ uid: uid(3), project: { name: "renamed" } }], { since: cursor ?? "" })
      assert.strictEqual((yield* client.changes(cursor ?? "")).changes.length, 1)
    }))

  it.scoped("goes on from where it was when somebody else changed something, was before it, or it says nonsense", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const [client, other] = [yield* connect(), yield* connect()]
      const { cursor: since } = yield* client.changes("")
      yield* other.create({ name: "theirs" })
      assert.isNull((yield* client.follow(upserts(0, 2), { since })).cursor)
      assert.isNull((yield* client.follow(upserts(5, 2), { since: "nonsense" })).cursor)
      assert.isNull((yield* client.follow(upserts(9, 2), {})).cursor)
      assert.strictEqual((yield* client.changes(since)).changes.length, 7)
    }))

  it.scoped("gets no cursor from a repeated batch, whose changes lie somewhere in the past", () =>
    Effect.gen(function* () {
      const { connect } = yield* open
      const client = yield* connect()
      const { cursor: since } = yield* client.changes("")
      const first = yield* client.follow(upserts(0, 3), { since, idempotencyKey: "once" })
      const again = yield* client.follow(upserts(0, 3), { since, idempotencyKey: "once" })
      assert.isNull(again.cursor)
      assert.deepStrictEqual(again.results, first.results)
    }))
})
