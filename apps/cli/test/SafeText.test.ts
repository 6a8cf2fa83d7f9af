import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { escape, join, render, styled, text } from "../src/SafeText.js"

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const acted = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/

/** What `escape` says, read back. */
const unescaped = (shown: string): string =>
  shown.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\}|(.))/gs, (_, two?: string, four?: string, many?: string, letter?: string) => {
    const code = two ?? four ?? many
    if (code !== undefined) return String.fromCodePoint(parseInt(code, 16))
    return { n: "\n", r: "\r", t: "\t", "\\": "\\" }[letter ?? ""] ?? ""
  })

describe("text for terminals", () => {
  it("shows escape sequences, newlines and turned writing instead of acting on them", () => {
    expect(escape("a\u001b[31mb")).toBe("a\\x1b[31mb")
    expect(escape("a\nb\tc\r")).toBe("a\\nb\\tc\\r")
    expect(escape("\u202egpj.exe")).toBe("\\u202egpj.exe")
    expect(escape("\u009b31m")).toBe("\\x9b31m")
    expect(escape("C:\\x")).toBe("C:\\\\x")
    expect(escape("日本 🎉 👨‍👩‍👧 é")).toBe("日本 🎉 👨‍👩‍👧 é")
    expect(escape("\ud800")).toBe("\\ud800")
  })

  it("loses nothing: what is shown can be read back", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (any) => {
        const shown = escape(any)
        expect(shown).not.toMatch(acted)
        expect(unescaped(shown)).toBe(any)
      })
    )
  })

  it("escapes what is put into a sentence, and nothing twice", () => {
    const name = "a\u001b]0;title\u0007"
    expect(render(text`added ${name}`, true)).toBe("added a\\x1b]0;title\\x07")
    expect(render(text`${text`added ${name}`}`, true)).toBe("added a\\x1b]0;title\\x07")
    expect(render(text`${styled("bold", name)} ${3}`, true)).toBe("\u001b[1ma\\x1b]0;title\\x07\u001b[0m 3")
    expect(render(join([text`a`, styled("red", "b")], "\n"), false)).toBe("a\nb")
  })

  it("cannot be fooled by an object that looks like safe text", () => {
    const forged: unknown = { value: "\u001b[31m" }
    // The type forbids it; a value read from JSON could still come in by a mistake.
    expect(render(text`${forged as string}`, true)).not.toContain("\u001b")
  })
})
