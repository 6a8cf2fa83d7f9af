import * as LockFile from "@dev-infra/inheritance/LockFile"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"

const hex = (length: number) => FastCheck.string({ unit: FastCheck.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length })
const line = FastCheck.string({ unit: "grapheme", minLength: 1, maxLength: 30 }).filter((text) => /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(text) && text !== "__proto__")
const approved = FastCheck.option(FastCheck.record({ by: line, at: FastCheck.constantFrom("2026-01-31T10:00:00.000Z", "2026-12-31T23:59:59Z") }), { nil: undefined })
const url = FastCheck.constantFrom("https://github.com/acme/infra.git", "ssh://git@host/o/r.git", "file:///srv/a%20b.git")
const library = FastCheck.record({
  name: FastCheck.oneof(FastCheck.constantFrom("infra", "true", "null", "1.0", "a.b", "0x1"), FastCheck.stringMatching(/^[a-z0-9_][a-z0-9_.-]{0,20}$/)).filter((name) => !name.endsWith(".tree")),
  url, folder: FastCheck.oneof(FastCheck.constant(""), line.filter((text) => !/[/]|^\.\.?$|^\.git$/i.test(text))), ref: FastCheck.oneof(line, FastCheck.constantFrom("1.0", "null", "true", "0x10", "1e3", "~")),
  commit: FastCheck.oneof(hex(40), hex(64), FastCheck.constant("1".repeat(40))), tree: hex(40), floating: FastCheck.boolean(), approved
})
const remote = FastCheck.oneof(
  FastCheck.record({ _tag: FastCheck.constant("File" as const), key: line, sha256: hex(64), approved }),
  FastCheck.record({ _tag: FastCheck.constant("Repository" as const), key: line, url, ref: line, commit: hex(40), tree: hex(40), approved })
)
const locks = FastCheck.tuple(FastCheck.array(library, { maxLength: 5 }), FastCheck.array(remote, { maxLength: 5 })).map(([libraries, remotes]) =>
  remotes.reduce((lock, each) => LockFile.withRemote(lock, each), libraries.reduce((lock, each) => LockFile.withLibrary(lock, each), LockFile.empty)))

const example: LockFile.LockedLibrary = {
  name: "infra", url: "https://github.com/acme/infra.git", folder: "", ref: "v1", commit: "a".repeat(40), tree: "b".repeat(40), floating: false, approved: undefined
}

describe("dev-infra.lock", () => {
  it("reads what it wrote, whatever is locked, and over any other lock", () => {
    FastCheck.assert(FastCheck.property(locks, locks, (before, lock) => {
      assert.deepStrictEqual(Either.getOrThrow(LockFile.parse(LockFile.print(lock))), lock)
      const text = LockFile.print(lock, LockFile.print(before))
      assert.deepStrictEqual(Either.getOrThrow(LockFile.parse(text)), lock)
      assert.strictEqual(LockFile.print(lock, text), text)
    }), { numRuns: process.env["DEV_INFRA_SOAK"] === "1" ? 1000 : 40 })
  })

  it("keeps comments, and sorts its entries", () => {
    const two = LockFile.withLibrary(LockFile.withLibrary(LockFile.empty, example), { ...example, name: "a" })
    const text = LockFile.print(two).replace("  infra:", "  # ours\n  infra: # pinned since May")
    assert.isTrue(text.indexOf("  a:") < text.indexOf("  infra:"))
    const moved = LockFile.print(LockFile.withLibrary(two, { ...example, ref: "v2" }), text)
    assert.include(moved, "# ours\n")
    assert.include(moved, "# pinned since May")
    assert.include(moved, "ref: v2")
  })

  it("says where it is no lock any more, and is never taken for an empty one", () => {
    const good = LockFile.print(LockFile.withLibrary(LockFile.empty, example))
    const broken = [
      ["<<<<<<< ours\n", "merge conflict"],
      [good.replace("version: 1", "version: 2"), "a newer dev-infra wrote"],
      [good.replace(/commit: .*/, "commit: main"), "no lock any more"],
      [good.replace(/tree: .*\n/, ""), "no lock any more"],
      ["- a\n", "no lock any more"],
      [good.replace("  infra:", "  ../../x:"), "no lock any more"],
      [good.replace(/url: .*/, "url: ext::sh -c x"), "no lock any more"],
      [good.replace(/url: .*/, "url: --upload-pack=x"), "no lock any more"],
      [good.replace(/url: .*/, "url: https://u:p@host/x.git"), "no lock any more"],
      [good.replace("    ref:", "    folder: ../x\n    ref:"), "no lock any more"],
      ["version: 1\nlibraries: [\n", "no YAML"],
      ["version: 1\nlibraries: &a\n  x: *a\n", ""],
      ["a: &a [1,1]\nb: &b [*a,*a]\nc: &c [*b,*b]\nversion: 1\n", ""]
    ] as const
    for (const [text, problem] of broken) {
      const read = LockFile.parse(text)
      assert.isTrue(Either.isLeft(read), text)
      if (Either.isLeft(read)) assert.include(read.left.problem, problem)
    }
  })
})
