import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { DirectoryReader, layerMemory } from "../src/DirectoryReader.js"
import { symbolicHead } from "../src/Reftable.js"

type Value = { readonly symbolic: string } | "commit" | "tag" | "deleted"

const varint = (value: number): ReadonlyArray<number> => {
  const bytes = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) {
    rest -= 1
    bytes.unshift(0x80 | (rest & 0x7f))
  }
  return bytes
}

const bytesOf = (text: string): ReadonlyArray<number> => [...new TextEncoder().encode(text)]

/** One table with one block of references, as the format's documentation lays it out; one character a byte. */
const table = (references: ReadonlyArray<readonly [name: string, value: Value]>, hash: "sha1" | "s256" = "sha1"): string => {
  const header = hash === "sha1" ? 24 : 28
  const idLength = hash === "sha1" ? 20 : 32
  const records: Array<number> = []
  let previous = ""
  for (const [name, value] of references) {
    let prefix = 0
    while (prefix < name.length && name[prefix] === previous[prefix]) prefix += 1
    const suffix = bytesOf(name.slice(prefix))
    const kind = value === "deleted" ? 0 : value === "commit" ? 1 : value === "tag" ? 2 : 3
    records.push(...varint(prefix), ...varint((suffix.length << 3) | kind), ...suffix, ...varint(0))
    if (typeof value === "object") records.push(...varint(bytesOf(value.symbolic).length), ...bytesOf(value.symbolic))
    else records.push(...Array.from({ length: kind * idLength }, (_, index) => (index * 37 + 200) & 0xff))
    previous = name
  }
  const length = header + 4 + records.length + 3 + 2
  const start = [...bytesOf("REFT"), hash === "sha1" ? 1 : 2, 0, 16, 0, ...Array.from({ length: 16 }, () => 0), ...(hash === "sha1" ? [] : bytesOf("s256"))]
  const block = ["r".charCodeAt(0), (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff, ...records, 0, 0, header + 4, 0, 1]
  return String.fromCharCode(...start, ...block, ...Array.from({ length: 68 }, () => 0))
}

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
})
