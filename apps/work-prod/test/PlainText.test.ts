import { assert, describe, it } from "@effect/vitest"
import { printable, withoutKeys } from "../src/PlainText.js"

describe("PlainText", () => {
  it("shows what would move the cursor or turn the text around", () => {
    assert.strictEqual(printable("a\u001b[31mb\nc\u202ed"), "a\\u001b[31mb\\u000ac\\u202ed")
    assert.strictEqual(printable("büro 🖥 /tmp/x"), "büro 🖥 /tmp/x")
  })

  it("leaves the secret part of a key out, wherever it stands", () => {
    assert.strictEqual(withoutKeys('unexpected word "wp_a1B2c3_Zm9vYmFy-_MTIzNDU2Nzg5"'), 'unexpected word "wp_a1B2c3_…"')
    assert.strictEqual(withoutKeys("wp_a1B2c3 is a prefix, wp_x_y is nothing"), "wp_a1B2c3 is a prefix, wp_x_y is nothing")
  })
})
