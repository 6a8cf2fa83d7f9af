import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
import type { RemoteIndexShape, RemoteOperation, Sent } from "@dev-infra/sync/RemoteIndex"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { testRemoteIndex } from "./RemoteIndex.contract.js"

const inMemory = (tellsDeletions: boolean) =>
  Effect.map(MemoryRemoteIndex.make({ tellsDeletions }), (remote) => ({
    at: ({ name, uid }: { readonly uid: string; readonly name: string }) => Effect.succeed(remote.client(uid, name)),
    add: (fields: Parameters<typeof remote.add>[0], path?: string) => Effect.asVoid(remote.add({ status: "active", ...fields }, path)),
    rename: (key: string, name: string) => remote.edit(key, { name }),
    passSecond: TestClock.adjust("1 second")
  }))

testRemoteIndex("memory, as ours", inMemory(true))
testRemoteIndex("memory, as 0.3.0", inMemory(false))

const create = (uid: string): RemoteOperation => ({ _tag: "Create", uid, content: { fields: { name: uid, status: "active", tags: ["a"] }, writes: { m: 1 }, path: `/code/${uid}` }, recreate: false })

const send = (client: RemoteIndexShape, ...operations: ReadonlyArray<RemoteOperation>): Effect.Effect<Sent> =>
  Effect.flatMap(Effect.orDie(client.fetch(undefined)), (known) => client.send(operations, { known }))

const fetched = (client: RemoteIndexShape) => Effect.orDie(client.fetch(undefined))

const tags = ({ results }: Sent) => results.map(({ _tag }) => _tag)

/** A server with rows `one` and `two`, and a client. */
const withTwoRows = (options: MemoryRemoteIndex.ServerOptions = {}) =>
  Effect.gen(function* () {
    const remote = yield* MemoryRemoteIndex.make(options)
    const client = remote.client("m", "desk")
    yield* send(client, create("one"), create("two"))
    return { remote, client }
  })

describe("a remote in memory", () => {
  it.effect("fails as often as it is told to, before anything is done", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const known = yield* fetched(client)
      yield* remote.failNext("Unreachable", 2)
      assert.propertyVal(yield* Effect.flip(client.fetch(undefined)), "reason", "Unreachable")
      const sent = yield* client.send([create("three")], { known })
      assert.deepStrictEqual(tags(sent), ["Skipped"])
      assert.strictEqual(sent.stopped?.reason, "Unreachable")
      assert.lengthOf(yield* remote.rows, 2)
      assert.lengthOf((yield* fetched(client)).entries, 2)
    }))

  it.effect("loses answers to what it did", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      yield* remote.loseNextAnswer
      const sent = yield* send(client, create("three"), create("four"))
      assert.deepStrictEqual(tags(sent), ["Unknown", "Unknown"])
      assert.strictEqual(sent.stopped?.reason, "Lost")
      assert.notProperty(sent, "cursor")
      assert.lengthOf(yield* remote.rows, 4)
    }))

  it.effect("breaks off after so many changes, the answer to the last of which is lost", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      yield* remote.breakAfter(2)
      assert.deepStrictEqual(tags(yield* send(client, create("three"), create("four"), create("five"))), ["Done", "Unknown", "Skipped"])
      assert.lengthOf(yield* remote.rows, 4)
      yield* remote.breakAfter(0)
      assert.deepStrictEqual(tags(yield* send(client, create("five"))), ["Skipped"])
    }))

  it.effect("lets somebody else be quicker", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const known = yield* fetched(client)
      const [one] = known.entries
      if (one === undefined) return
      yield* remote.beforeNextSend(remote.edit(one.key, { name: "quicker" }))
      const update: RemoteOperation = { _tag: "Update", uid: "one", entry: one, content: { fields: { name: "ours" }, writes: {}, path: null } }
      assert.deepStrictEqual(tags(yield* client.send([update], { known })), ["Stale"])
      assert.deepStrictEqual(tags(yield* send(client, create("three"))), ["Done"])
    }))

  it.effect("refuses a project until it is told otherwise", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      yield* remote.refuse("three", "the name is too long")
      assert.deepStrictEqual((yield* send(client, create("three"), create("four"))).results.map(({ _tag }) => _tag), ["Refused", "Done"])
      yield* remote.refuse("three", undefined)
      assert.deepStrictEqual(tags(yield* send(client, create("three"))), ["Done"])
    }))

  it.effect("counts what it is asked", () =>
    Effect.gen(function* () {
      const { remote } = yield* withTwoRows()
      assert.deepStrictEqual(yield* remote.requests, { fetches: 1, sends: 1, operations: 2 })
    }))

  it.effect("Y16: a damaged envelope leaves what has a column", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const [one] = yield* remote.rows
      yield* remote.loseEnvelope(one?.key ?? "")
      const [entry] = (yield* fetched(client)).entries
      assert.deepInclude(entry, { uid: null, fields: { name: "one", status: "active" }, writes: {}, locations: [{ machine: null, name: null, path: "/code/one" }] })
    }))

  it.effect("Y16: a copied row has the same identity under another key", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const [one] = yield* remote.rows
      const key = yield* remote.copy(one?.key ?? "")
      assert.deepStrictEqual((yield* fetched(client)).entries.map((entry) => [entry.key, entry.uid]), [["1", "one"], ["2", "two"], [key, "one"]])
    }))

  it.effect("a damaged row is told as unreadable, not as gone", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const known = yield* fetched(client)
      yield* remote.damage("1")
      const since = yield* Effect.orDie(client.fetch(known))
      assert.deepStrictEqual(since.entries, [])
      assert.deepStrictEqual(since.unreadable.map(({ key, uid }) => [key, uid]), [["1", "one"]])
      yield* remote.damage("1", false)
      assert.lengthOf((yield* Effect.orDie(client.fetch(known))).entries, 1)
    }))

  it.effect("Y15: goes back to a backup as the same server, of which no cursor is known any more", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const backup = yield* remote.backup
      yield* send(client, create("three"))
      const known = yield* fetched(client)
      yield* remote.restore(backup)
      const after = yield* Effect.orDie(client.fetch(known))
      assert.deepInclude(after, { isWhole: true, instance: known.instance, deletions: [] })
      assert.deepStrictEqual(after.entries.map(({ uid }) => uid), ["one", "two"])
      const three = known.entries.find(({ uid }) => uid === "three")
      if (three === undefined) return
      yield* send(client, create("four"))
      assert.deepStrictEqual(tags(yield* send(client, { _tag: "Update", uid: "three", entry: three, content: { fields: {}, writes: {}, path: null } })), ["Stale"])
    }))

  it.effect("Y15: loses everything, as the same server or as another one", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows()
      const known = yield* fetched(client)
      yield* remote.empty()
      assert.deepInclude(yield* Effect.orDie(client.fetch(known)), { instance: known.instance, isWhole: true, entries: [], deletions: [] })
      yield* remote.empty("another")
      assert.deepInclude(yield* Effect.orDie(client.fetch(known)), { instance: "another", isWhole: true })
    }))

  it.effect("gives keys again, as 0.3.0 does, or never, as ours", () =>
    Effect.gen(function* () {
      for (const tellsDeletions of [true, false]) {
        const { client, remote } = yield* withTwoRows({ tellsDeletions })
        yield* remote.remove("2")
        yield* send(client, create("three"))
        assert.strictEqual((yield* remote.rows).find(({ uid }) => uid === "three")?.key, tellsDeletions ? "3" : "2")
      }
    }))

  it.effect("a careless client puts back what it read before", () =>
    Effect.gen(function* () {
      const { client, remote } = yield* withTwoRows({ tellsDeletions: false })
      const [before] = yield* remote.rows
      if (before === undefined) return
      yield* send(client, { _tag: "Update", uid: "one", entry: before, content: { fields: { name: "new" }, writes: { m: 2 }, path: null } })
      yield* remote.overwrite(before)
      assert.deepInclude((yield* fetched(client)).entries[0], { writes: { m: 1 }, fields: before.fields })
    }))
})
