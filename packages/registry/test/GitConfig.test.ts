import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as GitConfig from "../src/GitConfig.js"
import { testFile, testFolder, testGit } from "./gitRepositories.js"

const url = (text: string) => GitConfig.remoteUrl(GitConfig.parse(text))

describe("GitConfig", () => {
  it("takes origin, else the only remote, else the first", () => {
    expect(url(`[remote "a"]\nurl = one\n[remote "origin"]\nurl = two\n`)).toBe("two")
    expect(url(`[remote "a"]\nurl = one\n`)).toBe("one")
    expect(url(`[remote "b"]\nurl = one\n[remote "a"]\nurl = two\n`)).toBe("one")
    expect(url(`[remote "a"]\nfetch = x\n`)).toBeUndefined()
    expect(url("")).toBeUndefined()
  })

  it("reads quotes, escapes, comments, continued lines and odd sections as git does", () => {
    const text = [
      "\uFEFF; comment",
      `[Remote "ori\\"gin\\\\"] URL = "a # b"  c ; comment`,
      "[core] bare",
      "\tworktree = x\\",
      "y   z   # comment",
      "[a.B] k = \\t\"q\\n\"",
      "[broken",
      "good = 1",
      "[last]\r\n\tk = v\r\n\tempty =\r\n"
    ].join("\n")
    expect(GitConfig.parse(text)).toEqual([
      { section: "remote", subsection: `ori"gin\\`, name: "url", value: "a # b  c" },
      { section: "core", name: "bare", value: "true" },
      { section: "core", name: "worktree", value: "xy   z" },
      { section: "a", subsection: "b", name: "k", value: "\tq\n" },
      { section: "a", subsection: "b", name: "good", value: "1" },
      { section: "last", name: "k", value: "v" },
      { section: "last", name: "empty", value: "" }
    ])
  })

  it.scoped("gives back every value and subsection that git itself wrote", () =>
    Effect.gen(function*() {
      const folder = yield* testFolder
      const text = FastCheck.string({ unit: FastCheck.constantFrom("a", "Z", " ", "\t", "\"", "\\", "#", ";", "=", "[", "]", "\n", "é", "😀"), maxLength: 12 })
      const name = text.filter((value) => !value.includes("\n") && value !== "")
      let round = 0
      FastCheck.assert(
        FastCheck.property(name, text, (subsection, value) => {
          const file = testFile(join(folder, `config-${round++}`))
          testGit(folder, "config", "--file", file, `remote.${subsection}.url`, value)
          const written = testGit(folder, "config", "--file", file, "--list", "-z")
          expect(GitConfig.parse(readFileSync(file, "utf8")).map((each) => `remote.${each.subsection}.url\n${each.value}\0`).join("")).toBe(written)
        }),
        { numRuns: 60 }
      )
    }))
})
