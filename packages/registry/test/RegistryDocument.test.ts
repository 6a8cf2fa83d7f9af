import type { JsonValue } from "@dev-infra/metadata/Project"
import { isJsonObject } from "@dev-infra/registry/JsonSource"
import * as RegistryDocument from "@dev-infra/registry/RegistryDocument"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Option from "effect/Option"

const read = (text: string) => Either.getOrThrow(RegistryDocument.parse({ path: "registry.json", text }))

/** The text after a change of its entries. */
const changed = (text: string, change: (projects: ReadonlyArray<JsonValue>) => ReadonlyArray<JsonValue>) => {
  const parsed = read(text)
  return RegistryDocument.print({ ...parsed.document, projects: change(parsed.document.projects) }, Option.some(parsed))
}

const set = (index: number, key: string, value: JsonValue) => (projects: ReadonlyArray<JsonValue>): ReadonlyArray<JsonValue> =>
  projects.map((entry, place) => place === index && isJsonObject(entry) ? { ...entry, [key]: value } : entry)

/** As text, keys in one order: that of the file may stay while values change. */
const sorted = (value: JsonValue): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => a < b ? -1 : 1)) : each)

const problem = (text: string, bytes?: Uint8Array) => {
  const result = RegistryDocument.parse({ path: "registry.json", text, ...(bytes === undefined ? {} : { bytes }) })
  if (Either.isRight(result)) throw new Error("was read without a problem")
  const { detail, position, reason } = result.left
  return `${reason} ${position === undefined ? "" : `${position.line}:${position.column} `}${detail}`
}

const two = `{
  "version": "1.0",
  "projects": [
    {
      "name": "one",
      "serial": 12345678901234567890,
      "status": "active"
    },
    { "name": "two",   "tags": ["a", "b"], "price": 1.50 }
  ]
}
`

describe("RegistryDocument", () => {
  describe("says what is wrong and where", () => {
    const cases: ReadonlyArray<readonly [string, string, string]> = [
      ["an empty file", "", "Empty the file is empty"],
      ["a blank file", " \n\n", "Empty the file is empty"],
      ["a file that ends early", "{\n  \"version\": \"1.0\",\n  \"projects\": [\n    {\"name\": \"on", "Truncated 4:17 the file ends inside a text"],
      ["a file that ends between values", "{\n  \"projects\": [\n    {\"name\": \"one\"},\n", "Truncated 4:1 the file ends too early"],
      ["a file that ends inside a number", "{\"a\": 12.", "Truncated 1:10 the file ends inside a number"],
      ["a file that ends inside a word", "{\"a\": tr", "Truncated 1:9 the file ends inside a value"],
      ["a comma too much", "{\"projects\": [1,\n]}", "InvalidJson 1:16 there is a comma too much before \"]\""],
      ["a missing comma", "{\"projects\": [\n  {\"a\": 1}\n  {\"b\": 2}\n]}", "InvalidJson 3:3 a comma or \"]\" is missing before \"{\""],
      ["a missing value", "{\"projects\": }", "InvalidJson 1:14 a value is missing"],
      ["a text that is not closed", "{\n  \"name: 1,\n}", "InvalidJson 2:3 this text is not closed on its line"],
      ["a wrong escape", "{\"a\": \"\\x\"}", "InvalidJson 1:8 a backslash is followed by a character that it cannot escape"],
      ["single quotes", "{\"a\": 'b'}", "InvalidJson 1:7 a text stands in double quotes, not in single ones"],
      ["a comment", "{\n  \"a\": 1, // one\n}", "InvalidJson 2:11 a key in double quotes is missing before \"/\""],
      ["a word", "{\"a\": yes}", "InvalidJson 1:7 \"yes\" is no value"],
      ["two documents", "{\"projects\": []}\n{}", "InvalidJson 2:1 \"{\" stands after the end"],
      ["NUL characters", "{\"projects\": [\0\0\0", "Binary 1:15 this is no text: it holds a NUL character"],
      ["an unfinished merge", "{\n<<<<<<< HEAD\n  \"version\": \"1.0\",\n=======\n  \"version\": \"1.0\"\n>>>>>>> theirs\n}", "MergeConflict 2:1 a merge was left unfinished here"],
      ["a list", "[]", "WrongShape 1:1 the file holds no object { … }"],
      ["an object without projects", "{\"version\": \"1.0\"}", "WrongShape 1:1 the list \"projects\" is missing"],
      ["projects that are no list", "{\n  \"version\": \"1.0\",\n  \"projects\": 7\n}", "WrongShape 3:15 \"projects\" is no list"],
      ["projects of a newer file that are no list", "{\"version\": 2, \"projects\": {}}", "WrongShape 1:28 \"projects\" is no list (the file has format version 2.0, newer than 1.0)"],
      ["a version that is none", "{\"version\": \"new\", \"projects\": []}", "WrongShape 1:13 \"version\" is no version such as \"1.0\""],
      ["an unknown old version", "{\"version\": \"0.1\", \"projects\": []}", "WrongShape 1:13 the format version 0.1 is not known"]
    ]
    for (const [name, text, expected] of cases) it(name, () => assert.strictEqual(problem(text), expected))

    it("bytes that are no UTF-8, also inside a text", () => {
      const bytes = Buffer.from([...Buffer.from(`{"projects": ["`), 0xff, ...Buffer.from(`"]}`)])
      assert.strictEqual(problem(bytes.toString("utf8"), bytes), "Binary 1:16 this is no UTF-8 text")
    })

    it("finds something wrong in every text that JSON.parse refuses, and nothing in others", () => {
      const noise = FastCheck.tuple(FastCheck.json(), FastCheck.nat(), FastCheck.constantFrom("", "\"", "{", "}", "[", "]", ",", ":", "\\", "1", "-", ".", "e", "\n", "t", " "), FastCheck.boolean())
      FastCheck.assert(FastCheck.property(noise, ([json, place, inserted, cut]) => {
        const at = place % (json.length + 1)
        const text = `{"projects": [${json.slice(0, at)}${inserted}${cut ? "" : json.slice(at)}${cut ? "" : "]}"}`
        const isJson = Either.isRight(Either.try(() => JSON.parse(text)))
        const result = RegistryDocument.parse({ path: "p", text })
        assert.strictEqual(Either.isRight(result), isJson)
        if (Either.isLeft(result)) assert.notStrictEqual(result.left.detail, "this is not JSON that can be read")
      }), { numRuns: 500 })
    })
  })

  describe("reads", () => {
    it("a byte order mark, CRLF and keys that stand twice", () => {
      const text = "\uFEFF{\r\n  \"projects\": [1],\r\n  \"projects\": [2]\r\n}\r\n"
      assert.deepStrictEqual(read(text).document, { version: "1.0", projects: [2], rest: {} })
      assert.strictEqual(changed(text, (projects) => [...projects, 3]), "\uFEFF{\r\n  \"projects\": [1],\r\n  \"projects\": [2,3],\r\n  \"version\": \"1.0\"\r\n}\r\n")
    })

    it("a file without a version as 1.0, and numbers as people mean them", () => {
      assert.strictEqual(read("{\"projects\": []}").document.version, "1.0")
      assert.strictEqual(read("{\"version\": 1, \"projects\": []}").document.version, "1.0")
      assert.strictEqual(read("{\"version\": \"1.0.3\", \"projects\": []}").document.version, "1.0")
      assert.isTrue(RegistryDocument.isNewer(read("{\"version\": 2, \"projects\": []}").document))
      assert.isTrue(RegistryDocument.isNewer(read("{\"version\": \"1.1\", \"projects\": []}").document))
      assert.isTrue(RegistryDocument.isNewer(read("{\"version\": \"1.10\", \"projects\": []}").document))
    })
  })

  describe("writes", () => {
    it("a new file with two spaces and a last line that ends", () => {
      assert.strictEqual(
        RegistryDocument.print({ version: "1.0", projects: [{ name: "a" }], rest: { owner: "me" } }, Option.none()),
        "{\n  \"version\": \"1.0\",\n  \"projects\": [\n    {\n      \"name\": \"a\"\n    }\n  ],\n  \"owner\": \"me\"\n}\n"
      )
    })

    it("only the value that changed", () => {
      assert.strictEqual(changed(two, set(0, "status", "archived")), two.replace("\"active\"", "\"archived\""))
      assert.strictEqual(changed(two, set(1, "price", 2)), two.replace("1.50", "2"))
    })

    it("an entry that is nested deeper than anything can print, next to one that changed", () => {
      const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`
      const text = two.replace("12345678901234567890", deep)
      assert.strictEqual(changed(text, set(0, "status", "archived")), text.replace("\"active\"", "\"archived\""))
    })

    it("numbers that no double can hold as they were, also in an entry that changed", () => {
      assert.include(changed(two, set(0, "name", "uno")), "\"serial\": 12345678901234567890,")
    })

    it("new keys at the end of their entry, and in front where they are put there", () => {
      assert.strictEqual(changed(two, set(0, "template", "t")), two.replace("\"active\"", "\"active\",\n      \"template\": \"t\""))
      assert.strictEqual(
        changed(two, ([first, ...rest]) => [isJsonObject(first) ? { id: "x", ...first } : null, ...rest]),
        two.replace("\"name\": \"one\"", "\"id\": \"x\",\n      \"name\": \"one\"")
      )
    })

    it("an entry without a key that was taken away", () => {
      const without = (projects: ReadonlyArray<JsonValue>) =>
        projects.map((entry) => isJsonObject(entry) ? Object.fromEntries(Object.entries(entry).filter(([key]) => key !== "serial" && key !== "name")) : entry)
      assert.strictEqual(changed(two, without), two.replace(/\n {6}"name": "one",\n {6}"serial": \d+,/, "").replace("\"name\": \"two\",   ", ""))
    })

    it("new entries at the end, in the layout of the file", () => {
      const expected = two.replace("1.50 }\n", "1.50 },\n    {\n      \"name\": \"three\"\n    }\n")
      assert.strictEqual(changed(two, (projects) => [...projects, { name: "three" }]), expected)
      assert.strictEqual(changed("{\"projects\":[{\"a\":1},{\"b\":2}]}", (projects) => [...projects, { c: [3] }]), "{\"version\":\"1.0\",\"projects\":[{\"a\":1},{\"b\":2},{\"c\":[3]}]}\n")
      assert.strictEqual(changed("{\n  \"version\": \"1.0\",\n  \"projects\": []\n}\n", () => ["a"]), "{\n  \"version\": \"1.0\",\n  \"projects\": [\n    \"a\"\n  ]\n}\n")
    })

    it("the rest when entries are taken out", () => {
      assert.strictEqual(changed(two, ([first]) => [first ?? null]), two.replace(/,\n {4}\{ "name": "two".*\}/, ""))
      assert.strictEqual(changed(two, () => []), "{\n  \"version\": \"1.0\",\n  \"projects\": []\n}\n")
    })

    it("what the document says, whatever was read and whatever changed", () => {
      const value: FastCheck.Arbitrary<JsonValue> = FastCheck.jsonValue().map((json) => JSON.parse(JSON.stringify(json)) as JsonValue)
      const entry = FastCheck.oneof(value, FastCheck.dictionary(FastCheck.constantFrom("id", "path", "name", "1", "__proto__", "a\"b"), value))
      const space = FastCheck.constantFrom(0, 2, 4, "\t")
      FastCheck.assert(
        FastCheck.property(FastCheck.array(entry), FastCheck.array(FastCheck.tuple(FastCheck.nat(), FastCheck.constantFrom("keep", "copy", "edit", "new"), entry)), space, FastCheck.boolean(), (before, picks, layout, windows) => {
          const text = JSON.stringify({ version: "1.0", projects: before, more: { x: [1] } }, null, layout)
          const parsed = read(windows ? text.replaceAll("\n", "\r\n") : text)
          const old = parsed.document.projects
          const after = picks.map(([place, what, fresh]): JsonValue => {
            const picked = old[place % Math.max(1, old.length)]
            if (what === "new" || picked === undefined) return fresh
            if (what === "keep") return picked
            if (what === "copy" || !isJsonObject(picked)) return JSON.parse(JSON.stringify(picked)) as JsonValue
            return { ...picked, name: fresh }
          })
          const printed = RegistryDocument.print({ ...parsed.document, projects: after }, Option.some(parsed))
          assert.strictEqual(sorted(read(printed).document.projects), sorted(after))
          assert.deepStrictEqual(read(printed).document.rest, { more: { x: [1] } })
        }),
        { numRuns: 300 }
      )
    })
  })

  it("knows where its entries begin, of two lists the one that counts", () => {
    const text = '{\n  "projects": [1],\n  "projects": [ {"a": "]"},\n    7, [\n  8]\n  ]\n}\n'
    assert.deepStrictEqual([...RegistryDocument.entryPositions(text, [0, 2, 5])], [[0, { line: 3, column: 17 }], [2, { line: 4, column: 8 }]])
    assert.deepStrictEqual([...RegistryDocument.entryPositions("{}", [0])], [])
  })
})
