import type { PlannedContent } from "@dev-infra/templates/UpdatePlan"
import * as UnifiedDiff from "@dev-infra/templates/UnifiedDiff"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

const file = (text: string, mode: PlannedContent["mode"] = "file"): PlannedContent => ({ mode, content: new TextEncoder().encode(text) })

const many = (word: string): string => Array.from({ length: 3000 }, (_, at) => `${word} ${at}\n`).join("")

/** What `git apply` makes of the difference; nothing if the file is gone. */
const appliedByGit = (changed: UnifiedDiff.Changed) =>
  Effect.map(temporaryFolder, (folder): PlannedContent | undefined => {
    const place = path.join(folder, changed.from ?? changed.path)
    fs.mkdirSync(path.dirname(place), { recursive: true })
    if (changed.before?.mode === "symlink") fs.symlinkSync(Buffer.from(changed.before.content), place)
    else if (changed.before !== undefined) fs.writeFileSync(place, changed.before.content, { mode: changed.before.mode === "executable" ? 0o755 : 0o644 })
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: UnifiedDiff.of(changed),
      env: { PATH: process.env["PATH"], GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CEILING_DIRECTORIES: path.dirname(folder) }
    })
    if (changed.from !== undefined) assert.isFalse(fs.existsSync(place))
    const after = path.join(folder, changed.path)
    const stats = fs.lstatSync(after, { throwIfNoEntry: false })
    if (stats === undefined) return undefined
    if (stats.isSymbolicLink()) return file(fs.readlinkSync(after), "symlink")
    return file(fs.readFileSync(after, "utf8"), (stats.mode & 0o100) === 0 ? "file" : "executable")
  })

describe("a difference", () => {
  it("is what people know from git", () => {
    assert.strictEqual(
      UnifiedDiff.of({ path: "a b.txt", before: file("1\n2\n"), after: file("1\nzwei") }),
      "diff --git a/a b.txt b/a b.txt\n--- a/a b.txt\n+++ b/a b.txt\n@@ -1,2 +1,2 @@\n 1\n-2\n+zwei\n\\ No newline at end of file\n"
    )
  })

  it("is empty where nothing differs", () => {
    assert.strictEqual(UnifiedDiff.of({ path: "a", before: file("1\n"), after: file("1\n") }), "")
    assert.strictEqual(UnifiedDiff.of({ path: "a", before: undefined, after: undefined }), "")
  })

  it("only names binary files", () => {
    assert.strictEqual(UnifiedDiff.of({ path: "a", before: file("\0"), after: file("\0\0") }), "diff --git a/a b/a\nBinary files differ\n")
  })

  const cases: { readonly [title: string]: UnifiedDiff.Changed } = {
    "a change": { path: "deep/a.txt", before: file("1\n2\n3\n"), after: file("1\n3\n4\n") },
    "a new file": { path: "deep/new", before: undefined, after: file("#!\n", "executable") },
    "a file that goes": { path: "gone", before: file("1\n"), after: undefined },
    "a new name": { path: "new/name", from: "old", before: file("1\n2\n"), after: file("1\n2\n") },
    "a new name and a change": { path: "new", from: "old", before: file("1\n2\n3\n4\n5\n"), after: file("1\n2\n3\n4\nfive\n") },
    "another mode": { path: "run", before: file("1\n"), after: file("1\n", "executable") },
    "line ends and a missing end": { path: "crlf", before: file("1\r\n2\r\n3"), after: file("1\r\nzwei\r\n3\r\n") },
    "a name that needs quotes": { path: 'ümläut "x"\ttab', before: file("1\n"), after: file("2\n") },
    "a file that becomes a link": { path: "link", before: file("1\n"), after: file("target", "symlink") },
    "a text that is another one": { path: "large", before: file(many("before")), after: file(many("after").slice(0, -1)) }
  }
  for (const [title, changed] of Object.entries(cases)) {
    it.scoped(`is understood by git: ${title}`, () => Effect.map(appliedByGit(changed), (after) => assert.deepStrictEqual(after, changed.after)))
  }
})
