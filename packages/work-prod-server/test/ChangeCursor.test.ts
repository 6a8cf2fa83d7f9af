import * as ChangeCursor from "../src/changes/ChangeCursor.js"
import { assert, describe, it } from "@effect/vitest"
import * as Schema from "effect/Schema"

const position = Schema.NonNegativeInt

describe("ChangeCursor", () => {
  it.prop("is read as it was written, and is safe in a URL", { epoch: Schema.String, account: Schema.String, position, from: position }, (cursor) => {
    const text = ChangeCursor.write(cursor)
    assert.deepStrictEqual(ChangeCursor.read(text), cursor)
    assert.match(text, /^[A-Za-z0-9_-]+$/)
  })

  it.prop("is nothing if it is no text that was written", [Schema.String], ([text]) => {
    const cursor = ChangeCursor.read(text)
    assert.isTrue(cursor === undefined || ChangeCursor.write(cursor) === text)
  })

  for (const [what, value] of [
    ["a negative position", ["e", "a", -1, 0]],
    ["a broken position", ["e", "a", 1.5, 0]],
    ["a huge position", ["e", "a", 1e300, 0]],
    ["too little", ["e", "a", 1]],
    ["too much", ["e", "a", 1, 1, 1]],
    ["no list", { epoch: "e" }]
  ] as const) {
    it(`is nothing with ${what}`, () => {
      assert.isUndefined(ChangeCursor.read(Buffer.from(JSON.stringify(value)).toString("base64url")))
    })
  }
})
