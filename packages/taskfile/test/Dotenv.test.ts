import * as Dotenv from "@dev-infra/taskfile/Dotenv"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"

const valuesOf = (text: string, environment: { readonly [name: string]: string } = {}) => Object.fromEntries(Either.getOrThrow(Dotenv.parse(text, environment)))

describe("a dotenv file", () => {
  it.each([
    ["A=1\nB = two \n", { A: "1", B: "two" }],
    ["export A=1\nexport\tB=2", { A: "1", B: "2" }],
    ["# c\nA=1 # c\nB=a#b\n\n#\nC=#x\n", { A: "1", B: "a#b", C: "#x" }],
    ["A='x $B # y'\nB=\"x\\ny\\t\\\"q\\\"\" # c\n", { A: "x $B # y", B: 'x\nyt"q"' }],
    ["A=\"one\ntwo\"\nB='three\nfour'\n", { A: "one\ntwo", B: "three\nfour" }],
    ["A=1\nB=$A-${A}-$NONE-\\$A\nC=\"$A\"\nD='$A'\n", { A: "1", B: "1-1--$A", C: "1", D: "$A" }],
    ["A: yaml\nB:x\n", { A: "yaml", B: "x" }],
    ["A=\nB=\"\"\n", { A: "", B: "" }],
    ["A=1\r\nB=2\r\n", { A: "1", B: "2" }],
    ["A=1\nA=2\n", { A: "2" }],
    ["\uFEFFA=$(date) $lower\n", { A: "$(date) $lower" }]
  ])("%j", (text, expected) => {
    assert.deepStrictEqual(valuesOf(text), expected)
  })

  it("may use the environment, behind its own lines", () => {
    assert.deepStrictEqual(valuesOf("A=$HOST\nB=$constructor${TOSTRING}\n", { HOST: "h" }), { A: "h", B: "$constructor" })
  })

  it("says where it is wrong", () => {
    assert.deepStrictEqual(Either.flip(Dotenv.parse("A=1\n\nfoo bar\n")).pipe(Either.getOrThrow), { line: 3, problem: "a line must be NAME=value" })
    assert.deepStrictEqual(Either.flip(Dotenv.parse("A='1\nB=2\n")).pipe(Either.getOrThrow), { line: 1, problem: "the value of A has no closing quote" })
  })

  it("keeps every value that stands in single quotes, in order", () => {
    const name = FastCheck.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,6}$/)
    const value = FastCheck.string().map((text) => text.replace(/['\\\r]/g, ""))
    FastCheck.assert(
      FastCheck.property(FastCheck.uniqueArray(FastCheck.tuple(name, value), { selector: ([one]) => one, maxLength: 8 }), (pairs) => {
        const read = Either.getOrThrow(Dotenv.parse(pairs.map(([one, text]) => `${one}='${text}'\n`).join("")))
        assert.deepStrictEqual([...read], pairs)
      }),
      { numRuns: 200, seed: 5 }
    )
  })
})
