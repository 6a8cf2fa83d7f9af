/**
 * What every way to merge texts promises; run on each of them.
 *
 * @module
 */
import * as TextMerge from "@dev-infra/templates/TextMerge"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import type * as Layer from "effect/Layer"
import { gitMerge } from "./gitMerge.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
const labels = { ours: "here", base: "v1", theirs: "v2" }
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1")
const textOf = (content: Uint8Array): string => Buffer.from(content).toString("latin1")

/** Three texts, as they are written in tests. */
export interface Texts {
  readonly base: string
  readonly ours: string
  readonly theirs: string
}

const inputOf = ({ base, ours, theirs }: Texts): TextMerge.MergeInput => ({ base: bytes(base), ours: bytes(ours), theirs: bytes(theirs) })

const mergeAll = (all: ReadonlyArray<Texts>) => Effect.flatMap(TextMerge.TextMerge, (merge) => merge.mergeAll(all.map(inputOf), labels))

const shown = (merged: TextMerge.Merged | undefined) => (merged === undefined || merged._tag === "Binary" ? merged : { ...merged, content: textOf(merged.content) })

const merge = (texts: Texts) => Effect.map(mergeAll([texts]), ([merged]) => shown(merged))

const lines = (...all: ReadonlyArray<string | number>): string => all.map((line) => `${line}\n`).join("")

/** Few different lines, so that there are many ways to pair them. */
const repetitive = FastCheck.array(FastCheck.constantFrom("a\n", "b\n", "\n", "}\n", "c\r\n"), { maxLength: 10 })

interface Edit {
  readonly at: number
  readonly drop: number
  readonly add: ReadonlyArray<string>
}

const edits = FastCheck.array(
  FastCheck.record({ at: FastCheck.nat(40), drop: FastCheck.nat(3), add: FastCheck.array(FastCheck.constantFrom("\n", "}\n", "x\n", "y\n", "z\r\n"), { maxLength: 3 }) }),
  { maxLength: 4 }
)

const edited = (base: ReadonlyArray<string>, changes: ReadonlyArray<Edit>): ReadonlyArray<string> =>
  changes.reduce<ReadonlyArray<string>>((all, { add, at, drop }) => all.toSpliced(at % (all.length + 1), drop, ...add), base)

/** A file as files are, and two sides that changed a few places of it. */
const realistic = FastCheck.record({ length: FastCheck.nat(40), ours: edits, theirs: edits, open: FastCheck.boolean() }).map(({ length, open, ours, theirs }): Texts => {
  const base = Array.from({ length }, (_, at) => (at % 7 === 3 ? "\n" : at % 11 === 5 ? "}\n" : `line ${at}\n`))
  const [baseText, oursText, theirsText] = [base, edited(base, ours), edited(base, theirs)].map((all) => all.join(""))
  return { base: baseText ?? "", ours: oursText ?? "", theirs: open ? (theirsText ?? "").replace(/\n$/, "") : (theirsText ?? "") }
})

const anyTexts: FastCheck.Arbitrary<Texts> = FastCheck.oneof(
  realistic,
  FastCheck.tuple(repetitive, repetitive, repetitive).map(([base, ours, theirs]) => ({ base: base.join(""), ours: ours.join(""), theirs: theirs.join("") }))
)

/** Run the suite. */
export const testTextMerge = (name: string, layer: Layer.Layer<TextMerge.TextMerge>): void => {
  describe(`TextMerge, ${name}`, () => {
    const test = (title: string, body: () => Effect.Effect<void, TextMerge.MergeFailed, TextMerge.TextMerge>) =>
      it.effect(title, () => Effect.provide(body(), layer), isSoak ? 1_800_000 : 240_000)

    test("takes the side that changed", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* merge({ base: "a\n", ours: "b\n", theirs: "a\n" }), { _tag: "Clean", content: "b\n" })
        assert.deepStrictEqual(yield* merge({ base: "a\n", ours: "a\n", theirs: "" }), { _tag: "Clean", content: "" })
        assert.deepStrictEqual(yield* merge({ base: "a\n", ours: "b\n", theirs: "b\n" }), { _tag: "Clean", content: "b\n" })
      }))

    test("puts changes of both sides together", () =>
      Effect.gen(function* () {
        const base = lines(1, 2, 3, 4, 5, 6, 7, 8)
        const merged = yield* merge({ base, ours: lines(1, "two", 3, 4, 5, 6, 7, 8, 9), theirs: lines(0, 1, 2, 3, 4, "five", 6, 7, 8) })
        assert.deepStrictEqual(merged, { _tag: "Clean", content: lines(0, 1, "two", 3, 4, "five", 6, 7, 8, 9) })
      }))

    test("marks what does not fit together, and says whose it is", () =>
      Effect.gen(function* () {
        const merged = yield* merge({ base: lines(1, 2, 3), ours: lines(1, "ours", 3), theirs: lines(1, "theirs", 3) })
        assert.deepStrictEqual(merged, { _tag: "Conflict", conflicts: 1, content: lines(1, "<<<<<<< here", "ours", "=======", "theirs", ">>>>>>> v2", 3) })
      }))

    test("keeps CRLF, in markers too", () =>
      Effect.gen(function* () {
        const clean = yield* merge({ base: "1\r\n2\r\n3\r\n4\r\n", ours: "one\r\n2\r\n3\r\n4\r\n", theirs: "1\r\n2\r\n3\r\nfour\r\n" })
        assert.deepStrictEqual(clean, { _tag: "Clean", content: "one\r\n2\r\n3\r\nfour\r\n" })
        const marked = yield* merge({ base: "1\r\n2\r\n3\r\n", ours: "1\r\nA\r\n3\r\n", theirs: "1\r\nB\r\n3\r\n" })
        assert.deepStrictEqual(marked, { _tag: "Conflict", conflicts: 1, content: "1\r\n<<<<<<< here\r\nA\r\n=======\r\nB\r\n>>>>>>> v2\r\n3\r\n" })
      }))

    test("keeps a last line without an end", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* merge({ base: "1\n2\n3\n4", ours: "one\n2\n3\n4", theirs: "1\n2\n3\nfour" }), { _tag: "Clean", content: "one\n2\n3\nfour" })
        const marked = yield* merge({ base: "1\n2", ours: "1\nA", theirs: "1\nB" })
        assert.deepStrictEqual(marked, { _tag: "Conflict", conflicts: 1, content: "1\n<<<<<<< here\nA\n=======\nB\n>>>>>>> v2\n" })
      }))

    test("keeps bytes that are no UTF-8", () =>
      Effect.gen(function* () {
        const merged = yield* merge({ base: "\x80\n2\n3\n4\n", ours: "\xff\n2\n3\n4\n", theirs: "\x80\n2\n3\n\xfe\n" })
        assert.deepStrictEqual(merged, { _tag: "Clean", content: "\xff\n2\n3\n\xfe\n" })
      }))

    test("writes labels in UTF-8 whatever the texts are in", () =>
      Effect.gen(function* () {
        const input = inputOf({ base: "1\n", ours: "\x80\n", theirs: "\xff\n" })
        const [merged] = yield* Effect.flatMap(TextMerge.TextMerge, (merge) => merge.mergeAll([input], { ours: "hier Ċ", base: "v1", theirs: "größer" }))
        const content = merged?._tag === "Conflict" ? Buffer.from(merged.content) : Buffer.alloc(0)
        assert.deepStrictEqual(content, Buffer.concat([Buffer.from("<<<<<<< hier Ċ\n"), bytes("\x80\n=======\n\xff\n"), Buffer.from(">>>>>>> größer\n")]))
      }))

    test("merges no file with a NUL in its first 8000 bytes", () =>
      Effect.gen(function* () {
        const late = `${"x".repeat(8000)}\0\n`
        assert.deepStrictEqual(yield* merge({ base: "a\n", ours: "b\0\n", theirs: "c\n" }), { _tag: "Binary" })
        assert.deepStrictEqual(yield* merge({ base: `${late}1\n2\n3\n`, ours: `${late}A\n2\n3\n`, theirs: `${late}1\n2\nC\n` }), { _tag: "Clean", content: `${late}A\n2\nC\n` })
      }))

    test("gives results in the order of what it was given", () =>
      Effect.gen(function* () {
        const all = Array.from({ length: 40 }, (_, at): Texts =>
          at % 3 === 0
            ? { base: "a\n", ours: "a\n", theirs: `${at}\n` }
            : { base: lines(1, 2, 3, 4, 5), ours: lines(1, 2, at, 4, 5), theirs: lines(at % 3 === 1 ? 0 : 1, 2, at % 3 === 1 ? 3 : `${at} there`, 4, "five") })
        const merged = yield* mergeAll(all)
        for (const [at, texts] of all.entries()) assert.deepStrictEqual(shown(merged[at]), shown((yield* mergeAll([texts]))[0]))
      }))

    test("what is clean is what git merge-file makes", () =>
      Effect.gen(function* () {
        const all = FastCheck.sample(anyTexts, { numRuns: isSoak ? 10_000 : 250, ...(isSoak ? {} : { seed: 6 }) })
        const merged = yield* mergeAll(all)
        const expected = gitMerge(all, labels)
        for (const [at, texts] of all.entries()) {
          const one = shown(merged[at])
          if (one?._tag === "Clean") assert.deepStrictEqual({ ...one, conflicts: 0 }, { _tag: "Clean", content: expected[at]?.text ?? "", conflicts: expected[at]?.conflicts ?? 0 }, JSON.stringify(texts))
        }
      }))
  })
}
