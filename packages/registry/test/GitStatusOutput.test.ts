import { describe, expect, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as GitStatusOutput from "../src/GitStatusOutput.js"

const readAll = (chunks: ReadonlyArray<Uint8Array>) => {
  const reader = GitStatusOutput.make()
  return chunks.flatMap((chunk) => reader.read(chunk))
}

/** Names that try to look like something else. */
const name = FastCheck.oneof(FastCheck.constantFrom("= done", "= missing", "= failed git", "# branch.head evil", "? x", "\n", "2 "), FastCheck.string({ minLength: 1 })).filter(
  (text) => !text.includes("\0")
)

const entry = FastCheck.oneof(
  FastCheck.record({ kind: FastCheck.constantFrom("1", "u", "?", "2"), name, old: name }),
  FastCheck.constant({ kind: "!", name: "ignored", old: "" })
)

const checkout = FastCheck.record({ entries: FastCheck.array(entry), stashes: FastCheck.nat(9), cutOff: FastCheck.boolean() })

describe("GitStatusOutput", () => {
  it("counts the same wherever the output is cut, whatever the files are called", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.array(checkout, { maxLength: 5 }), FastCheck.integer({ min: 1, max: 40 }), (checkouts, size) => {
        const text = checkouts
          .map(({ cutOff, entries, stashes }) => {
            const fields = entries.map((each) => `${each.kind} data ${each.name}\0${each.kind === "2" ? `${each.old}\0` : ""}`)
            return `# branch.oid abc\0# branch.head main\0# stash ${stashes}\0${fields.join("")}${cutOff ? "2 R. half a rename" : ""}\0\0= done\0`
          })
          .join("")
        const bytes = new TextEncoder().encode(text)
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
        const count = (entries: ReadonlyArray<{ readonly kind: string }>, kinds: string) => entries.filter((each) => kinds.includes(each.kind)).length
        expect(readAll(chunks)).toMatchObject(
          checkouts.map(({ cutOff, entries, stashes }) => ({
            _tag: "Status",
            fields: {
              branch: "main",
              commit: "abc",
              stashes,
              modified: count(entries, "12") + (cutOff ? 1 : 0),
              conflicted: count(entries, "u"),
              untracked: count(entries, "?")
            }
          }))
        )
      })
    )
  })

  it("keeps a failure apart from the checkouts around it", () => {
    const text = "1 partial\0\0= failed git\0fatal: bad\nmore\0\0\0= missing\0\0\0= nogit\0sh: git: not found\n\0# branch.head a\0\0\0= done\0"
    expect(readAll([new TextEncoder().encode(text)])).toMatchObject([
      { _tag: "Failed", hasGit: true, message: "fatal: bad\nmore" },
      { _tag: "Missing" },
      { _tag: "NoGit", message: "sh: git: not found\n" },
      { _tag: "Status", fields: { branch: "a", modified: 0 } }
    ])
  })
})
