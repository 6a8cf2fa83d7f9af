import * as EntryNames from "@dev-infra/sync/EntryNames"
import { assert, describe, it } from "@effect/vitest"

const namesOf = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const nameOf = EntryNames.make()
  return lines.map((line) => nameOf(line))
}

describe("EntryNames", () => {
  it("are eight digits, and more only where an earlier line has the same eight", () => {
    // Among so many some begin alike.
    const lines = Array.from({ length: 200_000 }, (_, index) => `line ${index}`)
    const names = namesOf(lines)
    assert.strictEqual(new Set(names).size, lines.length)
    const longer = names.filter((name) => name.length > 8)
    assert.isNotEmpty(longer)
    for (const name of longer) assert.isBelow(names.indexOf(name.slice(0, 8)), names.indexOf(name))
    for (const name of names) assert.isTrue(name.length >= 8 && name.length < 12)
  })

  it("stay the same when more lines follow", () => {
    const lines = Array.from({ length: 1000 }, (_, index) => `line ${index % 7}`)
    assert.deepStrictEqual(namesOf(lines).slice(0, 500), namesOf(lines.slice(0, 500)))
  })

  it("tell equal lines apart", () => {
    assert.strictEqual(new Set(namesOf(["same", "same", "same", "other"])).size, 4)
  })
})
