import * as Envelope from "@dev-infra/sync-work-prod/Envelope"
import { describe, expect, it } from "vitest"
import * as RowExtras from "../src/row/RowExtras.js"
import { uuid } from "./indexWorld.js"

const extras: RowExtras.RowExtras = { ...RowExtras.none, uid: uuid(1), fields: { tags: ["a", "ü 🎉"], note: "half \ud83d" }, writes: { [uuid(2)]: 3 } }
const other: RowExtras.RowExtras = { ...extras, uid: uuid(5) }
const read = { _tag: "Read", extras }
const comment = Envelope.seal(null, extras)

describe("an envelope", () => {
  it.each([
    ["a text", "What it is for."],
    ["a text with line breaks at its end", "Two lines\n\n\n"],
    ["a text with the line breaks of another system", "One\r\n\r\n"],
    ["an empty text", ""],
    ["no text", null],
    ["a long text", "é🎉x".repeat(2000)],
    ["a text that holds an envelope", `See ${Envelope.seal("copied", other)} there`],
    ["a text that ends with an envelope", Envelope.seal("copied", other)],
    ["a text that ends with a damaged one", "text\n\n<!-- dev-infra:1 00000000 zzz -->"]
  ])("leaves %s as it is", (_, text) => {
    const description = Envelope.seal(text, extras)
    expect(description.startsWith(text ?? "")).toBe(true)
    expect(Envelope.open(description)).toEqual({ text, reading: read })
  })

  it("is one comment of plain characters", () => {
    expect(comment).toMatch(/^<!-- dev-infra:1 [0-9a-f]{8} [\w-]+ -->$/)
  })

  it.each([
    ["white space behind it", `text\n\n${comment}\n  `, "text"],
    ["other line breaks", `text\r\n\r\n${comment}`, "text"],
    ["the empty line removed", `text\n${comment}`, "text"],
    ["all line breaks removed", `text ${comment}`, "text "],
    ["more text behind it", `text\n\n${comment}\n\nAnd more.`, "text\n\nAnd more."],
    ["only text behind it", `${comment}\nMore`, "More"],
    ["another comment behind it", `text\n\n${comment}\n<!-- dev-infra:1 broken -->`, "text\n<!-- dev-infra:1 broken -->"]
  ])("is still read with %s", (_, description, text) => {
    expect(Envelope.open(description)).toEqual({ text, reading: read })
  })

  it.each([
    ["a letter changed", comment.replace(/.(?= -->)/, (last) => (last === "A" ? "B" : "A"))],
    ["its end cut off", comment.slice(0, -12)],
    ["its middle cut out", `${comment.slice(0, 40)}${comment.slice(50)}`],
    ["a sum that fits something else than JSON", Envelope.seal(null, extras).replace(/[0-9a-f]{8}/, "811c9dc5").replace(/ [\w-]+ -->$/, "  -->")]
  ])("Y16: says nothing with %s, and is no text of anybody", (_, damaged) => {
    expect(Envelope.open(`Human text.\n\n${damaged}`)).toEqual({ text: "Human text.", reading: { _tag: "Damaged" } })
    expect(Envelope.open(damaged)).toEqual({ text: null, reading: { _tag: "Damaged" } })
  })

  it("is not seen in texts that only speak of it", () => {
    for (const text of ["Put <!-- dev-infra:1 xyz --> there", "<!-- dev-infra:1 xyz --> is how it begins", "x <!-- dev-infra", "<!-- other -->", "", null]) {
      expect(Envelope.open(text)).toEqual({ text, reading: { _tag: "Absent" } })
    }
  })

  it("Y16: of a later version is known as such", () => {
    const later = ["<!-- dev-infra:2 0123abcd AAAA -->", "<!-- dev-infra:17 {\"any\": \"thing\"}\n on two lines -->"]
    for (const one of later) expect(Envelope.open(`text\n\n${one}`).reading._tag).toBe("Newer")
  })

  it("is read as it was written first", () => {
    const description = "What it is for.\n\n<!-- dev-infra:1 fa3fd960 eyJ2IjoxLCJ1aWQiOiIwMDAwMDAwMS0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEifQ -->"
    expect(Envelope.open(description)).toEqual({ text: "What it is for.", reading: { _tag: "Read", extras: { ...RowExtras.none, uid: uuid(1) } } })
    expect(Envelope.seal("What it is for.", { ...RowExtras.none, uid: uuid(1) })).toBe(description)
  })
})

describe("what stands in an envelope", () => {
  it.each([
    ["no object", [1]],
    ["no version", {}],
    ["an id that is none", { v: 1, uid: "me" }],
    ["a counter that is none", { v: 1, writes: { a: -1 } }],
    ["places without a path", { v: 1, places: [{ machine: null, name: null }] }],
    ["fields that are none", { v: 1, fields: ["a"] }]
  ])("Y16: is unknown with %s", (_, value) => {
    expect(RowExtras.read(value)._tag).toBe("Damaged")
  })

  it("Y16: is left alone if a later version wrote it", () => {
    expect(RowExtras.read({ v: 2, uid: 7 })).toEqual({ _tag: "Newer", version: 2 })
  })
})
