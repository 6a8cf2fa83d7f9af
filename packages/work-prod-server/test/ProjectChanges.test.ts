import * as ChangeCursor from "../src/changes/ChangeCursor.js"
import * as ChangeQuery from "../src/changes/ChangeQuery.js"
import { Database } from "@dev-infra/work-prod-server/Database"
import { ProjectChanges } from "@dev-infra/work-prod-server/ProjectChanges"
import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import Libsql from "libsql"
import { callerOf, changesSince, firstMachine, plainRow, secondMachine, send, sendOne, uid, world } from "./feedWorld.js"
import { areFiles } from "./testDatabases.js"

const isOverFiles = areFiles()

const create = (number: number) => ({ uid: uid(number), project: { name: `p${number}` } })
const remove = (number: number) => ({ uid: uid(number), delete: true })

/** What a page says, in short. */
const said = (changes: ReadonlyArray<Readonly<Record<string, unknown>>>) => changes.map(({ type, uid: of }) => [type, of])

const prune = Effect.flatMap(ProjectChanges, ({ prune }) => prune)

describe("ProjectChanges", () => {
  it.scoped("tells everything from the beginning, then only what came after", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      assert.deepStrictEqual(yield* Effect.map(changesSince(me, ""), ({ changes, more }) => ({ changes, more })), { changes: [], more: false })
      yield* send(me, create(1), create(2), create(3))
      const all = yield* changesSince(me, "")
      assert.deepStrictEqual(said(all.changes), [["project", uid(1)], ["project", uid(2)], ["project", uid(3)]])
      assert.isFalse(all.more)
      assert.deepStrictEqual(yield* changesSince(me, all.cursor), { changes: [], cursor: all.cursor, more: false })
      yield* send(me, { uid: uid(2), project: { name: "new" } }, remove(1), create(4))
      yield* send(me, remove(4))
      const news = yield* changesSince(me, all.cursor)
      assert.deepStrictEqual(said(news.changes), [["project", uid(2)], ["deleted", uid(1)], ["deleted", uid(4)]])
    }).pipe(Effect.provide(world)))

  it.scoped("tells that a row is gone, also if its uid is in use again", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const before = yield* sendOne(me, create(1))
      const { cursor } = yield* changesSince(me, "")
      yield* send(me, remove(1))
      const after = yield* sendOne(me, { ...create(1), recreate: true })
      const { changes } = yield* changesSince(me, cursor)
      assert.deepStrictEqual(
        changes.map(({ type, id, uid: of }) => [type, id, of]),
        [
          ["deleted", before.project?.["id"], null],
          ["project", after.project?.["id"], uid(1)]
        ]
      )
      // A uid that goes over to a row that is older is deleted with that row.
      const id = yield* plainRow(me, { name: "plain" })
      yield* send(me, remove(1))
      yield* send(me, { id, uid: uid(1), recreate: true })
      yield* send(me, remove(1))
      assert.deepInclude(yield* sendOne(me, create(1)), { code: "deleted", status: 409 })
    }).pipe(Effect.provide(world)))

  it.scoped("shows a project as a request for it does, and a deletion with its time", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* TestClock.setTime(Date.UTC(2026, 10, 21, 7))
      const { project } = yield* sendOne(me, { uid: uid(1), project: { name: "é 😀", path: "/1" } })
      const feed = yield* ProjectChanges
      const [text = ""] = (yield* feed.since(me, "", 1)).changes
      assert.match(text, /^[\u0020-\u007e]*$/)
      assert.strictEqual(text, JSON.stringify(JSON.parse(text)).replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`))
      assert.deepStrictEqual(JSON.parse(text), { id: project?.["id"], project, type: "project", uid: uid(1) })
      const id = yield* plainRow(me, { name: "no uid" })
      const [, plain] = (yield* changesSince(me, "")).changes
      assert.deepInclude(plain, { id, uid: null })
      yield* send(me, create(2), { merge: uid(1), into: uid(2) })
      const { changes } = yield* changesSince(me, "")
      assert.deepStrictEqual(
        changes.find(({ type }) => type === "deleted"),
        { deleted_at: "2026-11-21T07:00:00", id: project?.["id"], merged_into: uid(2), type: "deleted", uid: uid(1) }
      )
    }).pipe(Effect.provide(world)))

  it.scoped("shows the path of the asking machine", () =>
    Effect.gen(function* () {
      const here = yield* callerOf("default", firstMachine)
      const there = yield* callerOf("default", secondMachine)
      yield* send(here, { uid: uid(1), project: { name: "one", path: "/here" } })
      const { cursor } = yield* changesSince(there, "")
      yield* send(there, { uid: uid(1), project: { path: "/there" } })
      const paths = (caller: typeof here, since: string) => Effect.map(changesSince(caller, since), ({ changes }) => changes.map(({ project }) => (project as { readonly path: unknown }).path))
      assert.deepStrictEqual(yield* paths(here, cursor), ["/here"])
      assert.deepStrictEqual(yield* paths(there, ""), ["/there"])
      assert.deepStrictEqual(yield* paths(yield* callerOf("default"), ""), [null])
    }).pipe(Effect.provide(world)))

  it.scoped("comes in pages, to which changes between them are added at the end", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* send(me, ...Arr.makeBy(5, (index) => create(index + 1)))
      const first = yield* changesSince(me, "", 2)
      assert.deepStrictEqual([said(first.changes), first.more], [[["project", uid(1)], ["project", uid(2)]], true])
      yield* send(me, remove(3), { uid: uid(1), project: { name: "new" } })
      const second = yield* changesSince(me, first.cursor, 2)
      assert.deepStrictEqual([said(second.changes), second.more], [[["project", uid(4)], ["project", uid(5)]], true])
      const third = yield* changesSince(me, second.cursor, 2)
      assert.deepStrictEqual([said(third.changes), third.more], [[["deleted", uid(3)], ["project", uid(1)]], false])
      assert.deepStrictEqual((yield* changesSince(me, third.cursor, 2)).changes, [])
    }).pipe(Effect.provide(world)))

  it.scoped("tells nothing of another account", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const other = yield* callerOf("other")
      const { cursor } = yield* changesSince(me, "")
      yield* send(other, create(1), create(2))
      yield* send(other, remove(1))
      assert.deepStrictEqual(yield* changesSince(me, cursor), { changes: [], cursor, more: false })
      assert.deepStrictEqual((yield* changesSince(me, "")).changes, [])
    }).pipe(Effect.provide(world)))

  it.scoped("refuses cursors that say nothing here", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const other = yield* callerOf("other")
      yield* send(me, create(1), create(2))
      yield* send(other, create(1), create(2))
      const good = ChangeCursor.read((yield* changesSince(me, "")).cursor)
      assert.isDefined(good)
      if (good === undefined) return
      const refused = (since: string) => Effect.flip(changesSince(me, since))
      const cases = [
        ["garbage", "Unknown"],
        ["%", "Unknown"],
        [ChangeCursor.write({ ...good, epoch: "another" }), "OtherEpoch"],
        [(yield* changesSince(other, "")).cursor, "OtherAccount"],
        [ChangeCursor.write({ ...good, position: good.position + 1 }), "Unknown"],
        [ChangeCursor.write({ ...good, from: good.position + 1 }), "Unknown"]
      ] as const
      for (const [since, reason] of cases) {
        const failure = yield* refused(since)
        assert.deepInclude(failure, { _tag: "CursorGone", reason })
      }
    }).pipe(Effect.provide(world)))

  describe("after 180 days", () => {
    it.scoped("forgets deletions, says so to those who need them, and remembers the uids", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const other = yield* callerOf("other")
        yield* send(other, create(1))
        yield* send(me, create(1), create(2), create(3))
        const { cursor: early } = yield* changesSince(me, "")
        yield* send(me, remove(1))
        const { cursor: late } = yield* changesSince(me, early)
        const { cursor: elsewhere } = yield* changesSince(other, "")
        yield* TestClock.adjust("179 days")
        yield* send(me, remove(2))
        assert.strictEqual(yield* prune, 0)
        assert.deepStrictEqual(said((yield* changesSince(me, early)).changes), [["deleted", uid(1)], ["deleted", uid(2)]])
        yield* TestClock.adjust("2 days")
        assert.strictEqual(yield* prune, 1)
        assert.strictEqual(yield* prune, 0)
        assert.deepInclude(yield* Effect.flip(changesSince(me, early)), { _tag: "CursorGone", reason: "Expired" })
        assert.deepStrictEqual(said((yield* changesSince(me, late)).changes), [["deleted", uid(2)]])
        assert.deepStrictEqual(said((yield* changesSince(me, "")).changes), [["project", uid(3)], ["deleted", uid(2)]])
        assert.deepStrictEqual((yield* changesSince(other, elsewhere)).changes, [])
        assert.deepInclude(yield* sendOne(me, create(1)), { code: "deleted", status: 409 })
        assert.deepInclude(yield* sendOne(me, { ...create(1), recreate: true }), { status: 201 })
      }).pipe(Effect.provide(world)))

    it.scoped("lets a follower that starts now read old positions to the end", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        yield* send(me, ...Arr.makeBy(6, (index) => create(index + 1)))
        yield* send(me, remove(6))
        yield* TestClock.adjust("181 days")
        assert.strictEqual(yield* prune, 1)
        // Positions 1 to 5 are older than the deletion that was forgotten.
        const first = yield* changesSince(me, "", 2)
        yield* send(me, remove(1))
        const second = yield* changesSince(me, first.cursor, 2)
        const third = yield* changesSince(me, second.cursor, 2)
        assert.deepStrictEqual(said([...first.changes, ...second.changes, ...third.changes]), [
          ...Arr.makeBy(5, (index) => ["project", uid(index + 1)]),
          ["deleted", uid(1)]
        ])
        // Once a deletion is forgotten that came after its start, it has to start again.
        yield* TestClock.adjust("181 days")
        assert.strictEqual(yield* prune, 1)
        assert.deepInclude(yield* Effect.flip(changesSince(me, second.cursor)), { reason: "Expired" })
        assert.deepStrictEqual((yield* changesSince(me, third.cursor)).changes, [])
      }).pipe(Effect.provide(world)))

    it.scoped("forgets many, some at a time", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { sql, write } = yield* Database
        // Made directly: what is told of is how many, not how they came to be.
        yield* write(
          Effect.gen(function* () {
            yield* sql`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
              INSERT INTO tombstones (account_id, project_id, uid, version, position, deleted_at) SELECT ${me.account}, i, NULL, 1, i, '1970-01-01T00:00:00' FROM n`
            yield* sql`UPDATE accounts SET position = 2500 WHERE id = ${me.account}`
          })
        )
        yield* TestClock.adjust("181 days")
        assert.strictEqual(yield* prune, 2500)
        assert.deepStrictEqual((yield* changesSince(me, "")).changes, [])
      }).pipe(Effect.provide(world)))
  })

  // Over another database it is another question.
  if (isOverFiles) {
    it.scoped("reads no more of the tables than it tells", () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const { sql } = yield* Database
        const [text, parameters] = ChangeQuery.statement(sql, me, 5, 11).compile()
        const [main] = yield* sql<{ readonly file: string }>`SELECT file FROM pragma_database_list WHERE name = 'main'`
        // On a connection of its own: libSQL counts a statement that explains as running until it is gone.
        const connection = new Libsql(main?.file ?? "")
        const details = connection
          .prepare(`EXPLAIN QUERY PLAN ${text}`)
          .all(parameters)
          .map((line) => String((line as { readonly detail: string }).detail)) // so SQLite writes plans
        connection.close()
        // What is scanned is what the queries inside gave: a page, and the locations of one project.
        assert.deepStrictEqual(details.filter((detail) => /SCAN (accounts|projects|tombstones|locations|machines|p|l|m)\b/.test(detail)), [], details.join("\n"))
        for (const index of ["projects_position", "tombstones_position"]) {
          assert.isTrue(
            details.some((detail) => detail.includes(`USING INDEX ${index} (account_id=? AND position>?)`)),
            details.join("\n")
          )
        }
      }).pipe(Effect.provide(world)))
  }
})
