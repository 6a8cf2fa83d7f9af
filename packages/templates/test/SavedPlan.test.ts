import * as SavedPlan from "@dev-infra/templates/SavedPlan"
import type { PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { bytes } from "./trees.js"

const plan = (...files: ReadonlyArray<PlannedFile>): UpdatePlan => ({
  project: { name: "api", path: "/home/me/api" },
  template: "web",
  source: "git+https://example.org/web.git",
  from: { version: "v1.0.0", commit: "a".repeat(40) },
  to: { version: "v1.1.0", commit: "b".repeat(40) },
  answers: { name: "api", port: 80, parts: ["a", "b"], quick: true },
  files,
  warnings: ["something"]
})

const file = (content: Uint8Array, more: Partial<PlannedFile> = {}): PlannedFile => ({
  path: "a.txt",
  class: "update",
  isBinary: false,
  before: "sha256:0",
  modeBefore: "file",
  after: { mode: "file", content },
  ...more
})

const decode = (text: string) => SavedPlan.decode(text, "plan.json")

const problemOf = (text: string) => Either.match(decode(text), { onLeft: ({ problem, reason }) => ({ problem, reason }), onRight: () => undefined })

/** The plan as it was written, changed by hand. */
const changed = (from: string, to: string, text = SavedPlan.encode(plan(file(bytes("1\n"))))): string => {
  assert.include(text, from)
  return text.replaceAll(from, to)
}

describe("a saved plan", () => {
  it("comes back as it was, contents byte for byte", () => {
    const all = plan(
      file(bytes("\xef\xbb\xbftext\r\nno end")),
      file(new TextEncoder().encode("ümläut ☃\n"), { path: "b", class: "rename", from: "old", after: { mode: "executable", content: new TextEncoder().encode("ümläut ☃\n") } }),
      file(bytes("\0\x80\xff"), { path: "c", class: "conflict", isBinary: true, sides: { ours: undefined, theirs: { mode: "file", content: bytes("\xfe") } } }),
      { path: "d", class: "kept-deleted", isBinary: false, before: undefined, after: undefined },
      file(bytes("a.txt"), { path: "e", class: "ask", proposed: "update", reason: "ask: e (project)", after: { mode: "symlink", content: bytes("a.txt") } })
    )
    assert.deepStrictEqual(decode(SavedPlan.encode(all)), Either.right(all))
  })

  it("can be read by a person", () => {
    assert.include(SavedPlan.encode(plan(file(bytes("hello\n")))), '"text": "hello\\n"')
  })

  it("is refused where it is none, or newer, or damaged", () => {
    const none = { problem: "it is no plan", reason: "NotAPlan" }
    assert.deepStrictEqual(problemOf("# readme\n"), none)
    assert.deepStrictEqual(problemOf("{}"), none)
    assert.deepStrictEqual(problemOf("null"), none)
    assert.deepStrictEqual(problemOf(changed('"version": 1,', '"version": 2,'))?.reason, "Newer")
    assert.deepStrictEqual(problemOf(changed('"update"', '"explode"'))?.reason, "Wrong")
    assert.deepStrictEqual(problemOf(changed('"text": "1\\n"', '"base64": "%"'))?.reason, "Wrong")
    assert.deepStrictEqual(problemOf(SavedPlan.encode(plan(file(bytes("1\n")))).slice(0, -20)), none)
  })

  it("cannot lead out of the project", () => {
    for (const path of ["../a.txt", "/etc/passwd", ".git/hooks/pre-commit", ".dev-infra.yml", "a/../../b"]) {
      assert.strictEqual(problemOf(changed('"a.txt"', JSON.stringify(path)))?.reason, "Wrong", path)
    }
    assert.strictEqual(problemOf(changed('"/home/me/api"', '"api"'))?.reason, "Wrong")
    const link = file(bytes("../../etc"), { after: { mode: "symlink", content: bytes("../../etc") } })
    assert.strictEqual(problemOf(SavedPlan.encode(plan(link)))?.reason, "Wrong")
  })
})
