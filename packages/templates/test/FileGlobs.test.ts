import * as FileGlobs from "@dev-infra/templates/FileGlobs"
import { describe, expect, it } from "vitest"

describe("FileGlobs", () => {
  it.each([
    ["docs/**", ["docs/a.md", "docs/a/b.md", "docs/.hidden"], ["docs", "old/docs/a.md"]],
    ["docs/", ["docs/a.md", "docs/a/b.md"], ["docs"]],
    ["docs", ["docs", "docs/a/b.md"], ["docs.md"]],
    ["*.md", ["README.md", ".md"], ["docs/README.md"]],
    ["**/*.md", ["README.md", "docs/a/b.md"], ["README.txt"]],
    ["./src/*.ts", ["src/a.ts"], ["src/a/b.ts"]]
  ])("%s matches what it says", (pattern, inside, outside) => {
    const rule = FileGlobs.matching([pattern])
    expect(inside.filter((path) => rule(path) === undefined)).toEqual([])
    expect(outside.filter((path) => rule(path) !== undefined)).toEqual([])
  })
})
