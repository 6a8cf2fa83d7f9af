import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DirectoryReader, layerMemory } from "../src/DirectoryReader.js"
import { references, symbolicHead } from "../src/Reftable.js"
import { table, tableOfBlocks } from "./reftables.js"

const head = (files: Readonly<Record<string, string>>) =>
  Effect.map(DirectoryReader, (reader) => symbolicHead(reader, "/r")).pipe(Effect.provide(layerMemory({ r: files })))

describe("Reftable", () => {
  it.effect("finds the branch, in the newest table that names HEAD", () =>
    Effect.gen(function*() {
      const long = `refs/heads/${"x".repeat(300)}/é`
      const old = table([["AUTO_MERGE", "commit"], ["FETCH", "tag"], ["HEAD", { symbolic: "refs/heads/main" }], ["refs/heads/main", "commit"]])
      expect(yield* head({ "tables.list": "a\n", a: old })).toBe("refs/heads/main")
      expect(yield* head({ "tables.list": "a\nb\n", a: old, b: table([["HEAD", { symbolic: long }]]) })).toBe(long)
      expect(yield* head({ "tables.list": "a\nb\n", a: old, b: table([["refs/heads/main", "commit"]]) })).toBe("refs/heads/main")
      expect(yield* head({ "tables.list": "a\nb\n", a: old, b: table([["HEAD", "commit"]]) })).toBeUndefined()
      expect(yield* head({ "tables.list": "a\n", a: table([["CHERRY_PICK_HEAD", "tag"], ["HEAD", { symbolic: "refs/heads/s" }]], "s256") })).toBe("refs/heads/s")
    }))

  it.effect("makes nothing of files that are missing, cut off or something else", () =>
    Effect.gen(function*() {
      const whole = table([["AUTO_MERGE", "commit"], ["HEAD", { symbolic: "refs/heads/main" }]])
      expect(yield* head({})).toBeUndefined()
      expect(yield* head({ "tables.list": "gone\n" })).toBeUndefined()
      expect(yield* head({ "tables.list": "../../etc/passwd\n" })).toBeUndefined()
      expect(yield* head({ "tables.list": "a\n", a: "rubbish".repeat(20) })).toBeUndefined()
      for (let length = 0; length < whole.length; length++) {
        const found = yield* head({ "tables.list": "a\n", a: whole.slice(0, length) })
        expect(found === undefined || "refs/heads/main".startsWith(found)).toBe(true)
      }
    }))

  it.effect("finds references in every block, those that were deleted left out", () =>
    Effect.gen(function*() {
      const all = tableOfBlocks(
        4096,
        [["HEAD", { symbolic: "refs/heads/main" }], ["refs/heads/gone", "commit"]],
        [["refs/heads/main", "commit"], ["refs/remotes/origin/HEAD", { symbolic: "refs/remotes/origin/main" }]],
        [["refs/tags/v1", "tag"]]
      )
      const newer = table([["refs/heads/gone", "deleted"]])
      const found = yield* Effect.map(DirectoryReader, (reader) => references(reader, "/r")).pipe(Effect.provide(layerMemory({ r: { "tables.list": "a\nb\n", a: all, b: newer } })))
      expect([...found.keys()]).toEqual(["HEAD", "refs/heads/main", "refs/remotes/origin/HEAD", "refs/tags/v1"])
      expect(found.get("refs/remotes/origin/HEAD")).toEqual({ symbolic: "refs/remotes/origin/main" })
      expect(found.get("refs/heads/main")).toMatchObject({ commit: expect.stringMatching(/^[0-9a-f]{40}$/) })
    }))
})
