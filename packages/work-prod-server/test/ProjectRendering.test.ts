import { ProjectImport } from "@dev-infra/work-prod-server/ProjectImport"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { callerOf, create, get, list, pieces, query, world } from "./projectWorld.js"
import * as Projects from "@dev-infra/work-prod-server/Projects"
import { rounds } from "./testDatabases.js"

const samples = rounds(10)

/** Texts that can be stored, with everything that is hard to write. */
const text = FastCheck.oneof(
  FastCheck.string({ unit: "binary" }).filter((value) => !value.includes("\0")),
  FastCheck.string({
    unit: FastCheck.constantFrom("\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", "\"", "\\", "/", "\n", "\r", "\t", "\b", "\f", "\u0001", "\u001f", "\u007f", "\u0080", "é", "\u2028", "\ufeff", "\uffff", "'", "%", "{\"id\":1}")
  })
)
const nullable = FastCheck.option(text.filter((value) => value !== ""))
const metadata = FastCheck.dictionary(text, FastCheck.oneof(text, FastCheck.double({ noNaN: true, noDefaultInfinity: true }), FastCheck.boolean(), FastCheck.constant(null), FastCheck.array(FastCheck.dictionary(text, text))))
const fields = FastCheck.record({ name: text.filter((value) => value !== ""), description: nullable, organization: nullable, remote_url: nullable, path: nullable, metadata })

describe("The JSON of projects", () => {
  it.effect.prop(
    "says what was stored, in ASCII",
    [FastCheck.uniqueArray(fields, { selector: ({ path }) => path, minLength: 1, maxLength: 5 })],
    ([several]) =>
      Effect.gen(function* () {
        const machineName = several[0]?.name ?? null
        const me = yield* callerOf("default", 901, machineName)
        const projects = yield* Projects.Projects
        for (const given of several) {
          const created = yield* create(me, given)
          // -0 is no number of JSON.
          assert.deepInclude(created, JSON.parse(JSON.stringify(given)))
          assert.deepStrictEqual(created["locations"], given.path === null ? [] : [{ machine: me.machine.uid, name: machineName, path: given.path }])
          assert.deepStrictEqual(yield* get(me, created.id), created)
        }
        const found = yield* list(me)
        assert.deepStrictEqual(found.map(({ id }) => id), several.map((_, index) => index + 1))
        const sent = (yield* pieces(me)).join(",")
        assert.match(sent, /^[\x20-\x7e]*$/)
        const page = yield* projects.page(me, query(), { cursor: "", limit: 1000 })
        assert.strictEqual(page.projects.join(","), sent)
        for (const { name } of several) assert.include((yield* list(me, { search: name })).map((project) => project["name"]), name)
      }).pipe(Effect.scoped, Effect.provide(world)),
    { fastCheck: { numRuns: samples } }
  )

  it.effect.prop(
    "is the same of a project that was imported",
    [fields],
    ([given]) =>
      Effect.gen(function* () {
        const me = yield* callerOf("default")
        const imports = yield* ProjectImport
        assert.deepInclude(yield* imports.run(me, [given]), { imported: 1 })
        assert.deepInclude(yield* get(me, 1), JSON.parse(JSON.stringify(given)))
      }).pipe(Effect.scoped, Effect.provide(world)),
    { fastCheck: { numRuns: samples } }
  )

  it.scoped("is compact, and writes what is beyond 16 bits as a pair", () =>
    Effect.gen(function* () {
      const me = yield* callerOf("default")
      yield* create(me, { name: "Größe \u{1f600}", metadata: { b: 1, a: "é" } })
      const [sent = ""] = yield* pieces(me)
      assert.include(sent, String.raw`"metadata":{"a":"\u00e9","b":1},"name":"Gr\u00f6\u00dfe \ud83d\ude00","organization":null`)
    }).pipe(Effect.provide(world)))
})
