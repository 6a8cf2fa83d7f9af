import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { failure, fails, gives, rendered } from "./rendering.js"

const found = (expression: string, text: string): string => rendered(`{{ regexFindAll ${JSON.stringify(expression)} ${JSON.stringify(text)} -1 | toRawJson }}`)

describe("regular expressions", () => {
  it("are those of RE2", () => {
    const cases: ReadonlyArray<readonly [string, string, ReadonlyArray<string>]> = [
      ["a+?", "aaa", ["a", "a", "a"]],
      ["a|ab", "ab", ["a"]],
      ["(?i)straße|GRÜN", "Straße grün", ["Straße", "grün"]],
      ["(?i:A)b", "ab aB Ab", ["ab", "Ab"]],
      ["(?m)^.$", "a\nb\ncc", ["a", "b"]],
      ["(?s)a.b", "a\nb", ["a\nb"]],
      ["(?U)a+", "aa", ["a", "a"]],
      ["a{2}", "aaaaa", ["aa", "aa"]],
      ["a{2,}b?", "aaab", ["aaab"]],
      ["a{,2}", "a{,2}", ["a{,2}"]],
      ["[^a-c\\d]+", "abc1x-y2", ["x-y"]],
      ["[]a]+", "]a[", ["]a"]],
      ["[[:upper:][:digit:]]+", "abC1d", ["C1"]],
      ["\\bfoo\\b", "foo food foo", ["foo", "foo"]],
      ["\\p{Greek}+|\\pN", "αβ1x", ["αβ", "1"]],
      ["\\PL+", "ab12", ["12"]],
      ["\\Qa.b\\E+", "a.bb", ["a.bb"]],
      ["x\\Q\\Ey|\\Q+", "xy+", ["xy", "+"]],
      ["\\x41\\x{1F600}\\101", "A😀A", ["A😀A"]],
      ["^", "ab", [""]],
      ["x*", "axb", ["", "x", ""]],
      ["\\Aab\\z", "ab", ["ab"]],
      [".", "a\n😀", ["a", "😀"]],
      ["(a|b)*c|(a|ab)*c", "abc", ["abc"]]
    ]
    for (const [expression, text, matches] of cases) assert.strictEqual(found(expression, text), JSON.stringify(matches), expression)
  })

  it("replace, split and quote", () => {
    gives([
      ['{{ regexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }} {{ regexReplaceAll "a(x*)b" "-ab-axxb-" "$1W" }} {{ regexReplaceAll "a" "a" "$$-$" }}', "-W-xxW- --- $-$"],
      ['{{ regexReplaceAll "(?P<first>\\\\w)(?P<rest>\\\\w*)" "ab cd" "$rest$first" }} {{ regexReplaceAll "" "ab" "-" }} {{ regexReplaceAll "b*" "abc" "x" }}', "ba dc -a-b- xaxcx"],
      ['{{ regexSplit "z+" "pizzaz" -1 | toRawJson }} {{ regexSplit "" "ab" -1 }} {{ regexSplit "a" "" -1 | len }} {{ regexSplit "," "a,b" 0 | len }}', '["pi","a",""] [a b] 1 0'],
      ['{{ regexMatch "[" "x" }} {{ regexFind "(?i)x" "aXb" }} {{ regexFindAll "." "abc" 2 }}', "false X [a b]"]
    ])
  })

  it("say what is wrong with them as Go does", () => {
    fails([
      ['{{ mustRegexFind "a(?=b)" "" }}', "invalid or unsupported Perl syntax: `(?=`"],
      ['{{ mustRegexFind "(?<!a)b" "" }}', "invalid or unsupported Perl syntax: `(?<`"],
      ['{{ mustRegexFind "(a" "" }}', "missing closing ): `(a`"],
      ['{{ mustRegexFind "a)" "" }}', "unexpected ): `a)`"],
      ['{{ mustRegexFind "*" "" }}', "missing argument to repetition operator: `*`"],
      ['{{ mustRegexFind "a**" "" }}', "invalid nested repetition operator: `**`"],
      ['{{ mustRegexFind "(a)\\\\1" "" }}', "invalid escape sequence: `\\1`"],
      ['{{ mustRegexFind "[z-a]" "" }}', "invalid character class range: `z-a`"],
      ['{{ mustRegexFind "a{1001}" "" }}', "invalid repeat count: `{1001}`"],
      ['{{ mustRegexFind "a\\\\" "" }}', "trailing backslash"],
      ['{{ mustRegexFind "((a{1000}){1000}){1000}" "" }}', "too large"]
    ])
  })

  it("find what JavaScript finds, where both mean the same", () => {
    const letter = FastCheck.constantFrom("a", "b", "c", ".", "[ab]", "[^a]", "\\w", "\\b", "^", "$")
    const { expression } = FastCheck.letrec<{ expression: string; atom: string }>((tie) => ({
      atom: FastCheck.oneof({ weight: 4, arbitrary: letter }, { weight: 1, arbitrary: tie("expression").map((inner) => `(${inner})`) }),
      expression: FastCheck.oneof(
        { depthSize: "small" },
        tie("atom"),
        FastCheck.tuple(tie("atom"), FastCheck.constantFrom("*", "+", "?", "*?", "+?", "{1,2}")).map(([atom, mark]) => `(?:${atom})${mark}`),
        FastCheck.tuple(tie("expression"), tie("expression")).map(([left, right]) => left + right),
        FastCheck.tuple(tie("expression"), tie("expression")).map(([left, right]) => `(?:${left}|${right})`)
      )
    }))
    FastCheck.assert(
      FastCheck.property(expression, FastCheck.stringMatching(/^[abc ]{0,12}$/), (pattern, text) => {
        // JavaScript leaves a repetition of what is empty sooner, which can change what a group around it prefers
        FastCheck.pre(!/[*+?}]\)*[*+?{]/.test(pattern) && !/(?:\\b|\^|\$)\)*[*+?{]/.test(pattern) && !/\|\)|\(\|/.test(pattern))
        assert.strictEqual(rendered(`{{ regexFind ${JSON.stringify(pattern)} ${JSON.stringify(text)} }}`), new RegExp(pattern).exec(text)?.[0] ?? "", `${pattern} in ${text}`)
      }),
      { numRuns: 250, seed: 6 }
    )
  })

  it("take a time that grows with the text only", () => {
    const text = "a".repeat(1000)
    for (const expression of ["(a+)+$", "(a|aa)+$", "(.*)*b", "((a*)*)*c", "a?".repeat(30) + "a".repeat(30)]) rendered(`{{ regexMatch ${JSON.stringify(expression)} ${JSON.stringify(`${text}!`)} }}`)
    assert.strictEqual(failure(`{{ regexMatch "(x{0,1000}){9}y" (repeat 100000 "x") }}`).reason, "TooMuch")
  })
})
