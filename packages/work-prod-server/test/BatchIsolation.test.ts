import { Database } from "@dev-infra/work-prod-server/Database"
import { ProjectBatch } from "@dev-infra/work-prod-server/ProjectBatch"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { callerOf, changesSince, failingWrites, send, sendRaw, uid, world, worldOn } from "./feedWorld.js"

describe("ProjectBatch", () => {
  it.scoped("does the items that can be done, and leaves nothing of the others", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, { uid: uid(1), project: { name: "one", path: "/1" } })
      const results = yield* send(
        me,
        { uid: uid(2), project: { name: "two", path: "/2" } },
        { uid: uid(3), project: { name: "three", path: "/1", description: "d" } },
        { uid: uid(1), project: { name: "renamed", path: "/2" } },
        { uid: uid(4), project: { name: "four", path: "/3" } },
        { uid: "nonsense", project: { name: "five" } },
        { uid: uid(6), project: { name: "six" } }
      )
      assert.deepStrictEqual(results.map(({ status }) => status), [201, 409, 409, 201, 400, 201])
      const { changes } = yield* changesSince(me, "")
      assert.deepStrictEqual(
        changes.map(({ uid: of }) => of),
        [uid(1), uid(2), uid(4), uid(6)]
      )
      const [one] = yield* send(me, { uid: uid(1), project: {} })
      assert.deepInclude(one?.project, { name: "one", path: "/1", etag: "1" })
    }).pipe(Effect.provide(world)))

  it.scoped("runs the items one after another: each sees what those before it did", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const results = yield* send(
        me,
        { uid: uid(1), project: { name: "one", path: "/1" } },
        { merge: uid(2), into: uid(1) },
        { uid: uid(3), project: { name: "three", path: "/1" } },
        { merge: uid(4), into: uid(1) }
      )
      assert.deepStrictEqual(results.map(({ status }) => status), [201, 404, 409, 404])
      const next = yield* send(me, { uid: uid(2), project: { name: "two" } }, { merge: uid(1), into: uid(2) }, { uid: uid(3), project: { name: "three", path: "/1" } })
      assert.deepStrictEqual(next.map(({ status }) => status), [201, 200, 409])
      assert.deepInclude(next[2]?.project, { uid: uid(2), path: "/1" })
    }).pipe(Effect.provide(world)))

  it.scoped("shows each project as it is after its item, not after a later one", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, ...[1, 2, 5, 6, 7].map((number) => ({ uid: uid(number), project: { name: `p${number}` } })))
      const results = yield* send(
        me,
        { merge: uid(1), into: uid(2), project: { name: "joined" } },
        { uid: uid(2), project: { name: "changed" } },
        { uid: uid(3), project: { name: "three" } },
        { merge: uid(5), into: uid(3), project: { name: "both" } },
        { merge: uid(6), into: uid(7) },
        { uid: uid(7), delete: true }
      )
      assert.deepStrictEqual(
        results.map(({ status, project }) => [status, project?.["name"]]),
        [
          [200, "joined"],
          [200, "changed"],
          [201, "three"],
          [200, "both"],
          [200, "p7"],
          [204, undefined]
        ]
      )
    }).pipe(Effect.provide(world)))

  it.scoped("takes a thousand items and answers in their order", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const results = yield* send(me, ...Arr.makeBy(1000, (index) => ({ uid: uid(index), project: { name: `p${index}`, path: `/${index % 999}` } })))
      assert.deepStrictEqual(
        results.map(({ status, project }) => [status, project?.["uid"]]),
        Arr.makeBy(1000, (index) => (index === 999 ? [409, uid(0)] : [201, uid(index)]))
      )
    }).pipe(Effect.provide(world)))

  it.scoped("changes hundreds of projects, each as if it were the only one", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const all = Arr.makeBy(300, (index) => index)
      yield* send(me, ...all.map((index) => ({ uid: uid(index), project: { name: `p${index}`, path: `/${index}` } })))
      const { cursor } = yield* changesSince(me, "")
      const special: Readonly<Record<number, object>> = {
        10: { if_match: "9", project: { name: "other etag" } },
        20: { project: { name: "other's path", path: "/21" } },
        21: { project: { name: "other's path", path: "/20" } },
        30: { project: { name: "p30" } },
        40: { project: { path: null, description: '{NULL,"\\é' } },
        50: { project: { path: "/40", metadata: { "{": ["\\"] } } },
        60: { project: { status: "lost" } }
      }
      const results = yield* send(me, ...all.map((index) => ({ uid: uid(index), if_match: "1", project: { description: `d${index}` }, ...special[index] })))
      const refused = new Map([[10, 412], [20, 409], [21, 409], [60, 400]])
      assert.deepStrictEqual(results.map(({ status }) => status), all.map((index) => refused.get(index) ?? 200))
      const shown = (index: number) => results[index]?.project
      assert.deepInclude(shown(30), { name: "p30", etag: "1", path: "/30" })
      assert.deepInclude(shown(40), { description: '{NULL,"\\é', etag: "2", path: null, locations: [] })
      assert.deepInclude(shown(50), { etag: "2", path: "/40", metadata: { "{": ["\\"] } })
      assert.deepInclude(shown(299), { name: "p299", description: "d299", organization: null, etag: "2", path: "/299" })
      const { changes } = yield* changesSince(me, cursor)
      assert.deepStrictEqual(
        changes.map(({ uid: of }) => of),
        all.filter((index) => !refused.has(index) && index !== 30).map(uid)
      )
    }).pipe(Effect.provide(world)))

  it.scoped("does nothing without items", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      assert.deepStrictEqual(yield* sendRaw(me, []), [])
    }).pipe(Effect.provide(world)))

  it.scoped("sees only the projects of its account", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const other = yield* callerOf("other")
      yield* send(other, { uid: uid(1), project: { name: "theirs", path: "/1" } }, { uid: uid(2), project: { name: "gone" } })
      yield* send(other, { uid: uid(2), delete: true })
      const before = yield* changesSince(other, "")
      const results = yield* send(
        me,
        { uid: uid(1), delete: true },
        { uid: uid(2), project: { name: "mine", path: "/1" } },
        { merge: uid(5), into: uid(1) },
        { uid: uid(3), if_match: null, project: { name: "mine" } }
      )
      assert.deepStrictEqual(results.map(({ status }) => status), [404, 201, 404, 201])
      assert.isUndefined(results[0]?.["code"])
      assert.deepStrictEqual(yield* changesSince(other, ""), before)
    }).pipe(Effect.provide(world)))

  it.scoped("keeps what was committed before the database failed, and fails as a whole", () =>
    Effect.gen(function* () {
      const writes = yield* failingWrites
      yield* Effect.gen(function* () {
        const me = yield* callerOf("default")
        const items = Arr.makeBy(600, (index) => ({ uid: uid(index), project: { name: `p${index}` } }))
        yield* writes.failAfter(1)
        assert.deepInclude(yield* Effect.flip(sendRaw(me, items)), { _tag: "StorageFailure", reason: "Full" })
        yield* writes.failNever
        const { changes } = yield* changesSince(me, "")
        assert.deepStrictEqual(
          changes.map(({ uid: of }) => of),
          Arr.makeBy(250, uid)
        )
      }).pipe(Effect.provide(worldOn(writes.layer)))
    }))

  it.scoped("tells a failing statement as a failure of the database, not of the item", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { sql, write } = yield* Database
      yield* write(sql`DROP TABLE locations`)
      const batch = yield* ProjectBatch
      assert.isDefined(batch)
      assert.deepInclude(yield* Effect.flip(sendRaw(me, [{ uid: uid(1), project: { name: "one", path: "/1" } }])), { _tag: "StorageFailure" })
      assert.deepStrictEqual(yield* sql`SELECT * FROM projects`, [])
    }).pipe(Effect.provide(world)))
})
