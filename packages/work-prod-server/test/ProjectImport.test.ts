import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { callerOf, create, importAll, list, names, positionOf, remove, uid, update, world } from "./projectWorld.js"

describe("ProjectImport", () => {
  it.scoped("creates projects in the order in which they come, with everything that is said of them", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const outcome = yield* importAll(me, [
        { name: "first", remote_url: "u1", path: "/1", status: "paused", classification: "primary", organization: "o", description: "d", project_type: "Work", languages: ["x"] },
        { name: 5, uid: uid(5), metadata: { a: 1 } },
        { name: "third" }
      ])
      assert.deepStrictEqual(outcome, { errors: [], imported: 3, skipped: 0 })
      const [first, second, third] = yield* list(me)
      assert.deepInclude(first, { id: 1, name: "first", remote_url: "u1", path: "/1", status: "paused", classification: "primary", organization: "o", description: "d", project_type: "Work" })
      assert.deepInclude(second, { id: 2, name: "5", uid: uid(5), metadata: { a: 1 } })
      assert.deepInclude(third, { id: 3, name: "third", status: "active", etag: "1" })
      assert.strictEqual(yield* positionOf(me), 3)
    }).pipe(Effect.provide(world)))

  it.scoped("does nothing with nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* importAll(yield* callerOf("default"), []), { errors: [], imported: 0, skipped: 0 })
    }).pipe(Effect.provide(world)))

  it.scoped("skips a known remote_url without a word, before it looks at anything else, and changes nothing", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const known = yield* create(me, { name: "old", remote_url: "u1" })
      const outcome = yield* importAll(me, [{ remote_url: "u1" }, { name: "x", remote_url: "u1", status: "lost" }, { name: "new", remote_url: "u2" }, { name: "again", remote_url: "u2" }])
      assert.deepStrictEqual(outcome, { errors: [], imported: 1, skipped: 3 })
      assert.deepStrictEqual((yield* list(me))[0], known)
      assert.deepStrictEqual(yield* names(me), ["old", "new"])
    }).pipe(Effect.provide(world)))

  it.scoped("takes only equal texts for one remote_url, and none for known if it is empty or absent", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const elements = ["u", "u.git", "U", "", "", null, undefined].map((remote_url) => ({ name: "p", remote_url }))
      assert.deepInclude(yield* importAll(me, elements), { imported: 7, skipped: 0 })
      assert.deepInclude(yield* importAll(me, elements), { imported: 4, skipped: 3 })
    }).pipe(Effect.provide(world)))

  it.scoped("says what is wrong, quotes the name as it was given, and goes on", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* create(me, { name: "there", path: "/there", uid: uid(1) })
      const { id } = yield* create(me, { name: "gone", uid: uid(2) })
      yield* remove(me, id)
      const outcome = yield* importAll(me, [
        "text",
        null,
        17,
        [],
        {},
        { name: 0 },
        { name: ["l"] },
        { name: { a: 1 } },
        { name: "a", status: null },
        { name: "b", classification: "zzz" },
        { name: "c", path: "/there" },
        { name: "d", path: "/new" },
        { name: "e", path: "/new" },
        { name: "f", uid: uid(1) },
        { name: "g", uid: uid(2) },
        { name: "h", uid: uid(2), recreate: true },
        { name: "i", remote_url: ["u"] },
        { name: "j\0" }
      ])
      const noObject = { error: "Project must be a JSON object", project: null }
      const noName = (project: unknown) => ({ error: "Name is required", project })
      assert.deepStrictEqual(outcome, {
        errors: [
          noObject,
          noObject,
          noObject,
          noObject,
          noName(null),
          noName(0),
          { error: "Invalid name. Must be text", project: ["l"] },
          { error: "Invalid name. Must be text", project: { a: 1 } },
          { error: "Invalid status 'None'. Must be one of: active, paused, completed, cancelled", project: "a" },
          { error: "Invalid classification 'zzz'. Must be one of: primary, secondary, archive, maintenance", project: "b" },
          { error: "Project with this path already exists", project: "c" },
          { error: "Project with this path already exists", project: "e" },
          { error: "Project with this uid already exists", project: "f" },
          { error: "Project with this uid was deleted; send recreate: true to create it again", project: "g" },
          { error: "Invalid remote_url. Must be text", project: "i" },
          { error: "Invalid name. It must not contain the character NUL", project: "j\0" }
        ],
        imported: 2,
        skipped: 16
      })
      assert.deepStrictEqual(yield* names(me), ["there", "d", "h"])
    }).pipe(Effect.provide(world)))

  it.scoped("takes a path of another machine for free", () =>
    Effect.gen(function* () {
      const laptop = yield* callerOf("default", 901)
      const server = yield* callerOf("default", 902)
      const elements = [{ name: "api", path: "/a" }]
      assert.deepInclude(yield* importAll(laptop, elements), { imported: 1 })
      assert.deepInclude(yield* importAll(server, elements), { imported: 1 })
      assert.deepInclude(yield* importAll(server, elements), { imported: 0, skipped: 1 })
    }).pipe(Effect.provide(world)))

  it.scoped("knows nothing of other accounts", () =>
    Effect.gen(function* () {
      const mine = yield* callerOf("mine")
      const theirs = yield* callerOf("theirs")
      const elements = [{ name: "api", path: "/a", remote_url: "u", uid: uid(1) }]
      assert.deepInclude(yield* importAll(mine, elements), { imported: 1 })
      assert.deepInclude(yield* importAll(theirs, elements), { imported: 1 })
      assert.lengthOf(yield* list(theirs), 1)
    }).pipe(Effect.provide(world)))

  it.scoped("gives each project a position of its own, over many parts", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const elements = Array.from({ length: 1203 }, (_, index) => ({ name: `p${index}`, remote_url: `u${index % 1100}`, path: index % 3 === 0 ? `/p/${index}` : null }))
      assert.deepStrictEqual(yield* importAll(me, elements), { errors: [], imported: 1100, skipped: 103 })
      assert.deepStrictEqual(yield* names(me), elements.slice(0, 1100).map(({ name }) => name))
      assert.deepStrictEqual((yield* list(me)).map((project) => project["path"]), elements.slice(0, 1100).map(({ path }) => path))
      assert.strictEqual(yield* positionOf(me), 1100)
    }).pipe(Effect.provide(world)))

  it.scoped("creates each remote_url once, however many import it at once", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const outcomes = yield* Effect.forEach(Array.from({ length: 12 }), () => importAll(me, [{ name: "api", remote_url: "u" }]), { concurrency: "unbounded" })
      assert.strictEqual(outcomes.reduce((sum, { imported }) => sum + imported, 0), 1)
      assert.lengthOf(yield* list(me), 1)
    }).pipe(Effect.provide(world)))

  it.scoped("lets others have their turn between its parts", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const { id } = yield* create(me, { name: "api" })
      const elements = Array.from({ length: 2000 }, (_, index) => ({ name: `p${index}` }))
      const seen = yield* Effect.raceFirst(
        Effect.as(importAll(me, elements), "import"),
        Effect.as(update(me, id, { name: "changed" }), "update")
      )
      assert.strictEqual(seen, "update")
    }).pipe(Effect.provide(world)))
})
