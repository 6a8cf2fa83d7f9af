import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Buffer } from "node:buffer"
import * as Masking from "../../src/output/Masking.js"

const masked = (values: ReadonlyArray<string>, pieces: ReadonlyArray<string | Uint8Array>): string => {
  const masking = Masking.make()
  masking.add(values)
  const stream = masking.stream()
  return Buffer.concat([...pieces.map((piece) => Buffer.from(stream.push(Buffer.from(piece)))), stream.end()]).toString("latin1")
}

describe("Masking", () => {
  it("hides a value, however the writes divide it", () => {
    for (let at = 0; at <= 15; at++) {
      const text = "a hunter2 b hunt"
      assert.strictEqual(masked(["hunter2"], [text.slice(0, at), text.slice(at)]), "a ***** b hunt")
    }
    assert.strictEqual(masked(["hunter2"], [..."is hunter2!"]), "is *****!")
  })

  it("holds back only what may be the beginning of a value", () => {
    const masking = Masking.make()
    masking.add(["hunter2"])
    const stream = masking.stream()
    assert.strictEqual(Buffer.from(stream.push(Buffer.from("continue? "))).toString(), "continue? ")
    assert.strictEqual(Buffer.from(stream.push(Buffer.from("yes hunt"))).toString(), "yes ")
    assert.strictEqual(Buffer.from(stream.push(Buffer.from("ing"))).toString(), "hunting")
  })

  it("hides values that overlap, and the longer of two that begin alike", () => {
    assert.strictEqual(masked(["abcd", "cdef"], ["xabcdefx"]), "x*****x")
    assert.strictEqual(masked(["abc", "abcdef"], ["xabc", "defx abcx"]), "x*****x *****x")
    assert.strictEqual(masked(["bcd", "abcde"], ["abcde abcd"]), "***** a*****")
  })

  it("hides base64 of a value, alone and within something larger, and percent-encoded forms", () => {
    const secret = "s3cr3t/pass word+ä!"
    const base64 = (text: string) => Buffer.from(text).toString("base64")
    for (const around of ["", "user:", "a:", "ab:", "\n"]) {
      const encoded = base64(`${around}${secret}\n`)
      const shown = masked([secret], [encoded])
      assert.include(shown, "*****")
      assert.isBelow(shown.length, "*****".length + around.length * 2 + 6)
    }
    assert.strictEqual(masked([secret], [Buffer.from(secret).toString("base64url")]), "*****")
    assert.strictEqual(masked([secret], [`?p=${encodeURIComponent(secret)}&x`]), "?p=*****&x")
    assert.strictEqual(masked([secret], [`?${new URLSearchParams({ p: secret })}&x`]), "?p=*****&x")
    assert.strictEqual(masked([secret], [`?p=${encodeURIComponent(secret).toLowerCase()}`]), "?p=*****")
    assert.strictEqual(masked(["two\n\"lines\""], [JSON.stringify({ a: "two\n\"lines\"" })]), "{\"a\":\"*****\"}")
  })

  it("hides the lines of a value that has several", () => {
    const key = "-----BEGIN KEY-----\nMIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgw\nggSkAgEAAoIBAQC7\n-----END KEY-----\n"
    assert.strictEqual(masked([key], [key]), "*****\n".slice(0, 5))
    assert.strictEqual(masked([key], ["  MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgw\n"]), "  *****\n")
    for (const line of Buffer.from(key).toString("base64").match(/.{1,76}/g) ?? []) assert.notInclude(masked([key], [`${line}\n`]), line)
  })

  it("leaves short values and bytes that are no text alone", () => {
    assert.strictEqual(masked(["ab", ""], ["ab cab"]), "ab cab")
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
    assert.strictEqual(masked(["hunter2"], [bytes]), Buffer.from(bytes).toString("latin1"))
  })

  it("hides a value that is told while a stream is open, also one that just began", () => {
    const masking = Masking.make()
    masking.add(["first"])
    const stream = masking.stream()
    const shown = [stream.push(Buffer.from("a fir"))]
    masking.add(["first", "firm one"])
    shown.push(stream.push(Buffer.from("m one b")), stream.end())
    assert.strictEqual(Buffer.concat(shown).toString(), "a ***** b")
  })

  it("shows the same for every division, and never a value", () => {
    const letters = FastCheck.string({ unit: FastCheck.constantFrom("a", "b", "c"), minLength: 0, maxLength: 40 })
    const secret = FastCheck.string({ unit: FastCheck.constantFrom("a", "b", "c"), minLength: 3, maxLength: 6 })
    FastCheck.assert(
      FastCheck.property(FastCheck.array(secret, { minLength: 1, maxLength: 3 }), letters, FastCheck.array(FastCheck.nat(40), { maxLength: 4 }), (secrets, text, cuts) => {
        const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((one, other) => one - other), text.length]
        const pieces = places.slice(1).map((place, at) => text.slice(places[at], place))
        const whole = masked(secrets, [text])
        assert.strictEqual(masked(secrets, pieces), whole)
        for (const one of secrets) assert.notInclude(whole, one)
        if (!secrets.some((one) => text.includes(one))) assert.strictEqual(whole, text)
      })
    )
  })
})
