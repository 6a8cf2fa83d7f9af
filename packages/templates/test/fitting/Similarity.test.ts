import type { FileMode } from "@dev-infra/git-repositories/FileTree"
import { describe, expect, it } from "vitest"
import { similarity } from "../../src/fitting/Similarity.js"

const file = (content: string | Uint8Array, mode: FileMode = "file") => ({ path: "a", mode, content: typeof content === "string" ? new TextEncoder().encode(content) : content })

describe("the similarity of two files", () => {
  it("is 1 for the same content only", () => {
    expect(similarity(file("one\n"), file("one\n", "executable"))).toBe(1)
    expect(similarity(file("one\n"), file("one"))).toBe(0.99)
    expect(similarity(file("one\r\n"), file("one\n"))).toBe(0.99)
  })

  it("is the share of common lines", () => {
    expect(similarity(file("a\nb\nc\nd\n"), file("a\nx\nc\ny\n"))).toBe(0.5)
    expect(similarity(file("a\na\na\n"), file("a\nb\nc\n"))).toBeCloseTo(1 / 3)
    expect(similarity(file("a\n"), file("b\n"))).toBe(0)
  })

  it("is all or nothing for what is no text", () => {
    const image = Uint8Array.of(1, 0, 2)
    expect(similarity(file(image), file(Uint8Array.of(1, 0, 2)))).toBe(1)
    expect(similarity(file(image), file(Uint8Array.of(1, 0, 3)))).toBe(0)
    expect(similarity(file("a"), file("a", "symlink"))).toBe(0)
    expect(similarity(file("a", "symlink"), file("a", "symlink"))).toBe(1)
  })
})
