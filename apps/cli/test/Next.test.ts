import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as Next from "../src/Next.js"
import { render } from "../src/SafeText.js"
import { closest, didYouMean } from "../src/Suggestion.js"
import { layerMemory } from "../src/Surroundings.js"

describe("a next line", () => {
  const line = (...words: ReadonlyArray<string>) => Effect.runSync(Effect.provide(Effect.map(Next.line(...words), (text) => render(text, false)), layerMemory()))

  it("is a command that works as it is typed", () => {
    expect(line("list")).toBe("next: dev-infra list")
    expect(line("show", "my api")).toBe("next: dev-infra show 'my api'")
    expect(line("status", "--git")).toBe("next: dev-infra status --git")
  })

  it("is read back by a shell as the words that it was made of, and holds nothing that a terminal acts upon", () => {
    for (const word of ["my api", "it's", "$HOME", "`x`", "a\nb", "a\u001b[31m", "日本", "a\\b", "*", "", "-", "\u202e"]) {
      const shown = line("show", word).slice("next: dev-infra show ".length)
      // eslint-disable-next-line no-control-regex -- control characters are what is looked for
      expect(shown).not.toMatch(/[\u0000-\u001f\u202e]/)
      expect(execFileSync("bash", ["--norc", "-c", `printf %s ${shown}`], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], env: { LC_ALL: "C.UTF-8" } })).toBe(word)
    }
  })
})

describe("did you mean", () => {
  it("finds slips, swapped letters, beginnings and wrong case, the closest first", () => {
    const words = ["list", "scan", "status", "show", "completions", "config"]
    expect(closest("lsit", words)).toEqual(["list"])
    expect(closest("LIST", words)).toEqual(["list"])
    expect(closest("stat", words)).toEqual(["status"])
    expect(closest("confg", words)).toEqual(["config"])
    expect(closest("ls", words)).toEqual([])
    expect(closest("nonsense", words)).toEqual([])
    expect(closest("", words)).toEqual([])
    expect(didYouMean("lists", words)).toBe("did you mean list?")
    expect(didYouMean("zzz", words)).toBeUndefined()
    expect(closest("x".repeat(100_000), words)).toEqual([])
  })
})
