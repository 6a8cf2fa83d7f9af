/**
 * What every remote index promises, whatever kind of server it speaks to; run on each of them.
 *
 * @module
 */
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { RemoteContent, RemoteEntry } from "@dev-infra/sync/RemoteEntry"
import type { Fetched, Known, OperationResult, RemoteIndexShape, RemoteOperation } from "@dev-infra/sync/RemoteIndex"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

type Fields = { readonly [field: string]: JsonValue }

/** An empty server. */
export interface Server {
  /** what one machine speaks with */
  readonly at: (machine: { readonly uid: string; readonly name: string }) => Effect.Effect<RemoteIndexShape, never, Scope.Scope>
  /** make a row as a person does */
  readonly add: (fields: Fields, path?: string) => Effect.Effect<void>
  /** change the name of a row as a person does */
  readonly rename: (key: string, name: string) => Effect.Effect<void>
  /** let the server's clock go on, where it is coarse */
  readonly passSecond: Effect.Effect<void>
}

const uuid = (number: number, group = 1): string => `${String(group).padStart(8, "0")}-0000-4000-8000-${String(number).padStart(12, "0")}`

const desk = { uid: uuid(1, 90), name: "desk" }
const laptop = { uid: uuid(2, 90), name: "laptop" }

const content = (fields: Fields, more: Partial<RemoteContent> = {}): RemoteContent => ({ fields: { name: "api", status: "active", ...fields }, writes: { [desk.uid]: 1 }, path: null, ...more })

const knownOf = ({ cursor, instance, note }: Fetched): Known => ({ cursor, instance, note })

const create = (number: number, made = content({}), recreate = false): RemoteOperation => ({ _tag: "Create", uid: uuid(number), content: made, recreate })

const fetched = (index: RemoteIndexShape) => Effect.orDie(index.fetch(undefined))

const send = (index: RemoteIndexShape, operations: ReadonlyArray<RemoteOperation>) =>
  Effect.flatMap(fetched(index), (before) => Effect.map(index.send(operations, { known: knownOf(before) }), ({ results }) => results))

const entryOf = (result: OperationResult | undefined): RemoteEntry => {
  if (result?._tag !== "Done" || result.entry === null) throw new Error(`not done: ${JSON.stringify(result)}`)
  return result.entry
}

/** Sends one change, and gives the row that it made. */
const make = (index: RemoteIndexShape, operation: RemoteOperation) => Effect.map(send(index, [operation]), ([result]) => entryOf(result))

const living = ({ entries }: Fetched) => entries.filter(({ deletedAt }) => deletedAt === null)

/** What does not depend on who asks. */
const gist = ({ createdAt, deletedAt, fields, key, locations, uid, updatedAt, writes }: RemoteEntry) => ({ createdAt, deletedAt, fields, key, locations, uid, updatedAt, writes })

const tags = (results: ReadonlyArray<OperationResult>) => results.map(({ _tag }) => _tag)

/**
 * @param name of the server, for the report
 * @param open a new, empty server each time it is run
 */
export const testRemoteIndex = (name: string, open: Effect.Effect<Server, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (server: Server) => Effect.Effect<void, unknown, Scope.Scope>) => it.scoped(sentence, () => Effect.flatMap(open, effect))

  describe(`RemoteIndex (${name})`, () => {
    test("has nothing at first, and tells all of it", ({ at }) =>
      Effect.gen(function* () {
        const first = yield* fetched(yield* at(desk))
        assert.deepInclude(first, { isWhole: true, entries: [], deletions: [], unreadable: [] })
        assert.strictEqual(first.cursor === null, !first.tellsDeletions)
      }))

    test("shows every machine what one created, with where it is there", ({ at }) =>
      Effect.gen(function* () {
        const fields = { description: "What it is for 🎉", repository: "git@example.org:acme/api.git", tags: ["a", "b"], template: "standard", own: { deep: [null, 1] } }
        const made = yield* make(yield* at(desk), create(1, content(fields, { path: "/home/me/api" })))
        assert.deepInclude(made, {
          uid: uuid(1),
          fields: { name: "api", status: "active", ...fields },
          writes: { [desk.uid]: 1 },
          locations: [{ machine: desk.uid, name: "desk", path: "/home/me/api" }],
          deletedAt: null
        })
        const seen = (yield* fetched(yield* at(laptop))).entries
        assert.deepStrictEqual(seen.map(gist), [gist(made)])
      }))

    test("Y3: keeps the counters of all machines that wrote a row", ({ at }) =>
      Effect.gen(function* () {
        const one = yield* make(yield* at(desk), create(1))
        const writes = { ...one.writes, [laptop.uid]: 7 }
        yield* make(yield* at(laptop), { _tag: "Update", uid: uuid(1), entry: one, content: content({ description: "new" }, { writes }) })
        assert.deepStrictEqual((yield* fetched(yield* at(desk))).entries[0]?.writes, { [desk.uid]: 1, [laptop.uid]: 7 })
      }))

    test("replaces all fields, and knows the places of other machines", ({ at }) =>
      Effect.gen(function* () {
        const [here, there] = [yield* at(desk), yield* at(laptop)]
        const one = yield* make(here, create(1, content({ description: "old", tags: ["a"] }, { path: "/desk/api" })))
        const two = yield* make(there, { _tag: "Update", uid: uuid(1), entry: one, content: content({ organization: "acme" }, { path: "/laptop/api" }) })
        assert.deepStrictEqual(two.fields, { name: "api", status: "active", organization: "acme" })
        const three = yield* make(here, { _tag: "Update", uid: uuid(1), entry: two, content: content({}, { path: null }) })
        assert.deepStrictEqual(three.locations.map(({ machine, path }) => [machine, path]), [[laptop.uid, "/laptop/api"]])
      }))

    test("changes nothing of a row that is no longer as it was last seen, and shows it", ({ at, passSecond, rename }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        const one = yield* make(index, create(1, content({ description: "ours" })))
        yield* passSecond
        yield* rename(one.key, "by hand")
        const operations: ReadonlyArray<RemoteOperation> = [
          { _tag: "Update", uid: uuid(1), entry: one, content: content({ description: "new" }) },
          { _tag: "Delete", uid: uuid(1), entry: one, purge: false }
        ]
        for (const operation of operations) {
          const [result] = yield* send(index, [operation])
          assert.propertyVal(result, "_tag", "Stale")
          if (result?._tag === "Stale") assert.strictEqual(result.entry?.fields["name"], "by hand")
        }
        assert.strictEqual(living(yield* fetched(index))[0]?.fields["name"], "by hand")
      }))

    test("adopts a row that somebody made by hand", ({ add, at }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        yield* add({ name: "by hand", description: "mine" }, "/srv/x")
        const [row] = (yield* fetched(index)).entries
        if (row === undefined) throw new Error("no row")
        assert.deepInclude(row, { uid: null, fields: { name: "by hand", description: "mine", status: "active" }, writes: {} })
        assert.deepStrictEqual(row.locations, [{ machine: null, name: null, path: "/srv/x" }])
        const adopted = yield* make(index, { _tag: "Adopt", uid: uuid(2), entry: row, content: content({ ...row.fields, tags: ["t"] }, { path: "/srv/x" }) })
        assert.deepInclude(adopted, { key: row.key, uid: uuid(2), fields: { name: "by hand", description: "mine", status: "active", tags: ["t"] } })
        assert.deepInclude(adopted.locations, { machine: desk.uid, name: "desk", path: "/srv/x" })
      }))

    test("Y14: remembers what was deleted, and makes it again only on purpose", ({ at }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        const one = yield* make(index, create(1))
        const [result] = yield* send(index, [{ _tag: "Delete", uid: uuid(1), entry: one, purge: false }])
        assert.propertyVal(result, "_tag", "Done")
        const after = yield* fetched(index)
        assert.deepStrictEqual(living(after), [])
        const told = after.tellsDeletions ? after.deletions.map(({ uid }) => uid) : after.entries.map(({ uid }) => uid)
        assert.deepStrictEqual(told, [uuid(1)])
        assert.deepStrictEqual(tags(yield* send(index, [create(1)])), ["Deleted"])
        assert.deepStrictEqual(living(yield* fetched(index)), [])
        const again = yield* make(index, create(1, content({ description: "again" }), true))
        assert.deepInclude(again, { uid: uuid(1), deletedAt: null, fields: { name: "api", status: "active", description: "again" } })
        assert.lengthOf(living(yield* fetched(index)), 1)
      }))

    test("Y14: with purge nothing is left of a row", ({ at }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        const one = yield* make(index, create(1))
        const [result] = yield* send(index, [{ _tag: "Delete", uid: uuid(1), entry: one, purge: true }])
        assert.deepInclude<object>(result ?? {}, { _tag: "Done", entry: null })
        assert.deepStrictEqual((yield* fetched(index)).entries, [])
      }))

    test("Y10: joins two rows of one project", ({ at }) =>
      Effect.gen(function* () {
        const [here, there] = [yield* at(desk), yield* at(laptop)]
        const into = yield* make(here, create(1, content({ description: "stays" }, { path: "/desk/api" })))
        const entry = yield* make(there, create(2, content({ description: "goes" }, { path: "/laptop/api", writes: { [laptop.uid]: 1 } })))
        const joined = yield* make(here, { _tag: "Join", uid: uuid(2), entry, into, content: content({ description: "stays", aliases: [uuid(2)] }, { path: "/desk/api", writes: { [desk.uid]: 2, [laptop.uid]: 1 } }) })
        assert.deepInclude(joined, { key: into.key, uid: uuid(1), fields: { name: "api", status: "active", description: "stays", aliases: [uuid(2)] } })
        const after = yield* fetched(there)
        assert.deepStrictEqual(living(after).map(({ uid }) => uid), [uuid(1)])
        if (after.tellsDeletions) assert.deepStrictEqual(after.deletions.map(({ mergedInto, uid }) => [uid, mergedInto]), [[uuid(2), uuid(1)]])
      }))

    test("tells a second project of one id from the first", ({ at }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        yield* make(index, create(1))
        const [result] = yield* send(yield* at(laptop), [create(1, content({ name: "another" }))])
        assert.propertyVal(result, "_tag", "Taken")
        if (result?._tag === "Taken") assert.strictEqual(result.entry?.uid, uuid(1))
        assert.lengthOf((yield* fetched(index)).entries, 1)
      }))

    test("gives an answer to each change in its place, whatever becomes of the others, and tells how many are done", ({ at, passSecond, rename }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        const one = yield* make(index, create(1))
        yield* passSecond
        yield* rename(one.key, "by hand")
        const reports: Array<number> = []
        const operations: ReadonlyArray<RemoteOperation> = [
          create(2, content({ name: "two" })),
          { _tag: "Update", uid: uuid(1), entry: one, content: content({}) },
          create(1),
          create(3, content({ name: "three" }))
        ]
        const known = knownOf(yield* fetched(index))
        const sent = yield* index.send(operations, { known, report: (done) => Effect.sync(() => void reports.push(done)) })
        assert.deepStrictEqual(tags(sent.results), ["Done", "Stale", "Taken", "Done"])
        assert.deepStrictEqual(sent.results.map((result) => (result._tag === "Done" ? result.entry?.uid : null)), [uuid(2), null, null, uuid(3)])
        assert.notProperty(sent, "stopped")
        assert.strictEqual(reports.at(-1), 4)
        assert.deepStrictEqual(reports, reports.toSorted((left, right) => left - right))
      }))

    test("after a first look tells what changed since, or everything", ({ at, passSecond, rename }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        const [one, two] = [yield* make(index, create(1)), yield* make(index, create(2, content({ name: "two" })))]
        const first = yield* fetched(index)
        const again = yield* Effect.orDie(index.fetch(knownOf(first)))
        assert.strictEqual(again.isWhole, !first.tellsDeletions)
        assert.lengthOf(again.entries, first.tellsDeletions ? 0 : 2)
        yield* passSecond
        yield* rename(one.key, "by hand")
        yield* send(index, [{ _tag: "Delete", uid: uuid(2), entry: two, purge: true }])
        const since = yield* Effect.orDie(index.fetch(knownOf(again)))
        assert.deepStrictEqual(living(since).map(({ fields, uid }) => [uid, fields["name"]]), [[uuid(1), "by hand"]])
        if (since.tellsDeletions) assert.deepStrictEqual(since.deletions.map(({ uid }) => uid), [uuid(2)])
      }))

    test("tells everything to who knows another server, or asks from a place that it does not know", ({ at }) =>
      Effect.gen(function* () {
        const index = yield* at(desk)
        yield* make(index, create(1))
        const known = knownOf(yield* fetched(index))
        for (const other of [{ ...known, instance: "another" }, { ...known, cursor: null }, { ...known, cursor: "nonsense" }]) {
          const all = yield* Effect.orDie(index.fetch(other))
          assert.isTrue(all.isWhole)
          assert.lengthOf(all.entries, 1)
        }
      }))

    test("gives a place to go on from only if nobody else wrote meanwhile", ({ at }) =>
      Effect.gen(function* () {
        const [here, there] = [yield* at(desk), yield* at(laptop)]
        const known = knownOf(yield* fetched(here))
        const alone = yield* here.send([create(1)], { known })
        if (alone.cursor !== undefined) {
          assert.deepInclude(yield* Effect.orDie(here.fetch({ ...known, cursor: alone.cursor })), { isWhole: false, entries: [] })
        }
        const before = knownOf(yield* fetched(here))
        yield* make(there, create(2, content({ name: "two" })))
        const beside = yield* here.send([create(3, content({ name: "three" }))], { known: before })
        const next = beside.cursor === undefined ? before : { ...before, cursor: beside.cursor }
        const missing = (yield* Effect.orDie(here.fetch(next))).entries.map(({ uid }) => uid)
        assert.include(missing, uuid(2))
      }))
  })
}
