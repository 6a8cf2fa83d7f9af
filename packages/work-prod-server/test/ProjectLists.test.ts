import type { ProjectQuery } from "@dev-infra/work-prod-server/Projects"
import * as Projects from "@dev-infra/work-prod-server/Projects"
import { assert, describe, it } from "@effect/vitest"
import type { CallerShape } from "@dev-infra/work-prod-api/Authentication"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { callerOf, create, importAll, list, names, pieces, query, remove, type Told, uid, update, world } from "./projectWorld.js"

const sorts = (["id", "name", "created_at", "updated_at"] as const).flatMap((by) => [
  { by, descending: false },
  { by, descending: true }
])

/** All pages one after another, and how many there were. */
const pages = (caller: CallerShape, filters: Partial<ProjectQuery>, limit: number) =>
  Effect.gen(function* () {
    const projects = yield* Projects.Projects
    const found: Array<Told> = []
    let cursor: string | null = ""
    let count = 0
    while (cursor !== null) {
      const page: Projects.ProjectPage = yield* projects.page(caller, query(filters), { cursor, limit })
      assert.isAtMost(page.projects.length, limit)
      found.push(...page.projects.map((project): Told => JSON.parse(project)))
      cursor = page.next
      count += 1
    }
    return { found, count }
  })

const page = (caller: CallerShape, sort: ProjectQuery["sort"], cursor: string, limit = 1) =>
  Effect.flatMap(Projects.Projects, (projects) => projects.page(caller, { sort }, { cursor, limit }))

describe("Lists of projects", () => {
  it.scoped("are empty without a piece if there is nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pieces(yield* callerOf("default")), [])
    }).pipe(Effect.provide(world)))

  it.scoped("hold everything in order of id, in pieces", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      for (const count of [200, 1, 199, 600]) {
        yield* importAll(me, Array.from({ length: count }, (_, index) => ({ name: `${count}/${index}` })))
        const found = yield* list(me)
        assert.deepStrictEqual(found.map(({ id }) => id), found.map((_, index) => index + 1))
      }
      const found = yield* pieces(me)
      assert.isAtLeast(found.length, 2)
      for (const piece of found) assert.isAtMost(JSON.parse(`[${piece}]`).length, 500)
    }).pipe(Effect.provide(world)))

  it.scoped("are restricted by all filters together", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* TestClock.setTime(0)
      yield* create(me, { name: "a", status: "paused", organization: "Acme", classification: "primary", project_type: "Work" })
      yield* TestClock.adjust("10 seconds")
      yield* create(me, { name: "b", status: "paused", organization: "acme", remote_url: "u", path: "/b", uid: uid(2) })
      assert.deepStrictEqual(yield* names(me, { status: "paused" }), ["a", "b"])
      assert.deepStrictEqual(yield* names(me, { status: "paused", organization: "acme" }), ["b"])
      assert.deepStrictEqual(yield* names(me, { classification: "primary", organization: "acme" }), [])
      assert.deepStrictEqual(yield* names(me, { projectType: "Work" }), ["a"])
      assert.deepStrictEqual(yield* names(me, { remoteUrl: "u" }), ["b"])
      assert.deepStrictEqual(yield* names(me, { path: "/b" }), ["b"])
      assert.deepStrictEqual(yield* names(yield* callerOf("default", 901), { path: "/b" }), [])
      assert.deepStrictEqual(yield* names(me, { uid: uid(2) }), ["b"])
      assert.deepStrictEqual(yield* names(me, { updatedSince: "1970-01-01T00:00:10" }), ["b"])
      assert.deepStrictEqual(yield* names(me, { updatedSince: "1970-01-01T00:00:11" }), [])
      yield* TestClock.adjust("1 second")
      yield* update(me, 1, { description: "changed" })
      assert.deepStrictEqual(yield* names(me, { updatedSince: "1970-01-01T00:00:11" }), ["a"])
    }).pipe(Effect.provide(world)))

  it.scoped("are searched in name and description, literally but for upper and lower case of A to Z", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const texts = ["100% sure", "snake_case", "back\\slash", "Größe", "GRÖSSE", "plain", "quote's"]
      for (const name of texts) yield* create(me, { name })
      yield* create(me, { name: "other", description: "A Plain description", organization: "plain" })
      const searches: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["%", ["100% sure"]],
        ["_", ["snake_case"]],
        ["\\", ["back\\slash"]],
        ["PLAIN", ["plain", "other"]],
        ["größe", ["Größe"]],
        ["gr", ["Größe", "GRÖSSE"]],
        ["Ö", ["GRÖSSE"]],
        ["'s", ["quote's"]],
        ["p%n", []],
        ["plain\0nothing", ["plain", "other"]],
        ["\0", [...texts, "other"]],
        ["nowhere", []]
      ]
      for (const [search, expected] of searches) assert.deepStrictEqual(yield* names(me, { search }), [...expected], JSON.stringify(search))
    }).pipe(Effect.provide(world)))

  for (const sort of sorts) {
    it.scoped(`are the same as pages, by ${sort.descending ? "-" : ""}${sort.by}, also with equal values`, () =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const someNames = ["b", "a", "B", "ä", "", "a", "é\u{1f600}", "'", "b", "a"]
        for (const [index, name] of someNames.entries()) {
          const { id } = yield* create(me, { name: "first" })
          if (index % 3 === 0) yield* TestClock.adjust("1 second")
          yield* update(me, id, { name, description: index % 2 === 0 ? "even" : "odd" })
        }
        for (const id of [2, 5, 9]) yield* update(me, id, { status: "paused" })
        yield* create(yield* callerOf("other"), { name: "a" })

        const values = (found: ReadonlyArray<Told>) => found.map((project) => [project[sort.by], project.id] as const)
        const all = yield* list(me, { sort })
        assert.lengthOf(all, someNames.length)
        const direction = sort.descending ? -1 : 1
        const compare = (one: unknown, other: unknown) =>
          typeof one === "number" && typeof other === "number" ? one - other : Buffer.compare(Buffer.from(String(one)), Buffer.from(String(other)))
        const expected = [...values(all)].sort(([value, id], [otherValue, otherId]) => direction * (compare(value, otherValue) || id - otherId))
        assert.deepStrictEqual(values(all), expected)
        for (const limit of [1, 3, 10, 1000]) {
          const { count, found } = yield* pages(me, { sort }, limit)
          assert.deepStrictEqual(found, all)
          assert.strictEqual(count, Math.ceil(all.length / limit))
        }
        const even = { sort, search: "even" }
        assert.deepStrictEqual((yield* pages(me, even, 2)).found, yield* list(me, even))
      }).pipe(Effect.provide(world)))
  }

  it.scoped("of more projects than a piece has are complete in every order", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* importAll(me, Array.from({ length: 1100 }, (_, index) => ({ name: `p${index % 7}` })))
      for (const sort of sorts) assert.strictEqual(new Set((yield* list(me, { sort })).map(({ id }) => id)).size, 1100)
    }).pipe(Effect.provide(world)))

  it.scoped("go on in pages where projects are deleted and added in between", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      for (const name of ["a", "b", "c", "d"]) yield* create(me, { name })
      const sort = { by: "name", descending: false } as const
      const first = yield* page(me, sort, "", 2)
      yield* remove(me, 2)
      yield* create(me, { name: "bb" })
      const second = yield* page(me, sort, first.next ?? "", 10)
      assert.deepStrictEqual(second.projects.map((project) => JSON.parse(project).name), ["bb", "c", "d"])
      assert.isNull(second.next)
    }).pipe(Effect.provide(world)))

  it.scoped("refuse a cursor of another account or order, and what is no cursor", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      const they = yield* callerOf("other")
      for (const caller of [me, they]) for (const name of ["a", "b"]) yield* create(caller, { name })
      const byId = { by: "id", descending: false } as const
      const byName = { by: "name", descending: false } as const
      const { next } = yield* page(me, byId, "")
      const cursor = next ?? assert.fail("no next page")
      assert.lengthOf((yield* page(me, byId, cursor)).projects, 1)
      const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url")
      const attempts = [
        page(they, byId, cursor),
        page(me, byName, cursor),
        page(me, { by: "id", descending: true }, cursor),
        page(me, byId, `${cursor}x`),
        page(me, byId, "%%%"),
        page(me, byId, "null"),
        page(me, byId, text(null)),
        page(me, byId, text({})),
        page(me, byId, text(["a", 1, 2]))
      ]
      for (const attempt of attempts) assert.deepInclude(yield* Effect.flip(attempt), { _tag: "InvalidInput", text: "Invalid cursor" })
    }).pipe(Effect.provide(world)))
})
