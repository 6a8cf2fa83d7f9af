/** What holds for every template, and that none of them takes time or memory without end. */
import type { GoValue } from "@dev-infra/go-template/GoValue"
import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { answer, failure, rendered, world } from "./rendering.js"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"
const numRuns = isSoak ? 20_000 : 100

const words = [
  "{{", "}}", "{{-", "-}}", " ", "\n", ".NAME", ".MAP.a", ".LIST", ".", "$", "$x", ":=", "=", ",", "|", "(", ")", "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue",
  "nil", "true", "1", "-1", "1.5", "\"a\"", "`b`", "'c'", "/*", "*/", "text", "eq", "index", "printf", "len", "dict", "set", "list", "until", "repeat", "toJson", "slice", "and", "or", "not", "default", "\\", "@"
]

const soup = FastCheck.array(FastCheck.constantFrom(...words), { maxLength: 25 }).map((parts) => parts.join(" "))

const value: FastCheck.Arbitrary<GoValue> = FastCheck.letrec<{ value: GoValue }>((tie) => ({
  value: FastCheck.oneof(
    { depthSize: "small", withCrossShrink: true },
    FastCheck.string(),
    FastCheck.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    FastCheck.double(),
    FastCheck.boolean(),
    FastCheck.constant(null),
    FastCheck.record({ _tag: FastCheck.constant("Time" as const), epoch: FastCheck.integer(), zone: FastCheck.constantFrom("UTC", "Europe/Berlin", "Nowhere") }),
    FastCheck.array(tie("value"), { maxLength: 4 }),
    FastCheck.array(FastCheck.tuple(FastCheck.oneof(FastCheck.string(), FastCheck.constantFrom("__proto__", "constructor")), tie("value")), { maxLength: 4 }).map((entries) => new Map(entries))
  )
})).value

describe("every template", () => {
  it("without actions gives itself", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary" }), (text) => {
        FastCheck.pre(!text.includes("{{"))
        assert.strictEqual(rendered(text), text)
      }),
      { numRuns }
    )
  })

  it("is rendered or refused, and nothing throws", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.oneof(soup, soup.map((text) => `{{ ${text} }}`), FastCheck.string().map((text) => `{{${text}}}`)), (text) => {
        const result = answer(text)
        if (Either.isRight(result)) return
        const { line, column, detail } = result.left
        const lines = text.split("\n")
        assert.isTrue(line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1 && detail !== "", `${line}:${column} ${detail}`)
      }),
      { numRuns: numRuns * 2 }
    )
  })

  it("shows a value that went through quotes and JSON unchanged", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "grapheme" }), (text) => {
        const data = new Map([["X", text]])
        const quoted = rendered("{{ quote .X }}", data)
        assert.strictEqual(rendered(`{{ ${quoted} }}`), text)
        assert.strictEqual(rendered("{{ toJson .X | fromJson }}", data), text)
        assert.strictEqual(rendered("{{ toYaml .X | fromYaml }}", data), text)
        assert.strictEqual(rendered("{{ b64enc .X | b64dec }}{{ b32enc .X | b32dec }}", data), text + text)
        if (!text.includes("\0")) assert.strictEqual(rendered("{{ splitArgs (shellQuote .X) | first }}", new Map([["X", text.replace(/[^ -~]/g, "")]])), text.replace(/[^ -~]/g, ""))
      }),
      { numRuns, examples: [["\u2000"], [" a"], ["a\u00a0"], ["'!"]] }
    )
  })
})

describe("every function", () => {
  it("answers whatever it is given, within its limits", () => {
    const names = [...taskFunctions.keys()]
    FastCheck.assert(
      FastCheck.property(FastCheck.constantFrom(...names), FastCheck.array(value, { maxLength: 4 }), (name, given) => {
        const result = taskFunctions.get(name)?.(given, world)
        if (result !== undefined && Either.isLeft(result)) assert.isTrue(typeof result.left !== "string" || result.left !== "" || name === "fail", name)
      }),
      { numRuns: numRuns * 4 }
    )
  })

  it("and printing, JSON and YAML show every value", () => {
    FastCheck.assert(
      FastCheck.property(value, (one) => {
        const values = new Map<string, GoValue>([["X", one]])
        for (const text of ["{{ .X }}", "{{ print .X }}", '{{ printf "%#v %d %s %q %x %T %8.2f" .X .X .X .X .X .X .X }}', "{{ toJson .X }}", "{{ toYaml .X }}", "{{ spew .X }}", "{{ deepEqual .X .X }}"]) rendered(text, values)
      }),
      { numRuns }
    )
  })
})

describe("limits", () => {
  it("end what takes too much", () => {
    const tooMuch = [
      '{{ repeat 1000000000 "x" }}',
      "{{ range 100000000 }}{{ end }}",
      "{{ until 100000000 }}",
      "{{ seq 1 100000000 }}",
      '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
      '{{ $x := "aaaaaaaaaa" }}{{ range 60 }}{{ $x = print $x $x }}{{ end }}',
      "{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ $x }}",
      "{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ toJson $x }}",
      "{{ $x := list 1 }}{{ range 60 }}{{ $x = list $x $x }}{{ end }}{{ deepEqual $x $x }}",
      "{{ $x := list 1 }}{{ range 60 }}{{ $x = concat $x $x }}{{ end }}",
      '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ $d }}',
      '{{ $d := dict }}{{ $_ := set $d "self" $d }}{{ toYaml $d }}',
      `{{ printf "${"%9999d".repeat(3000)}" ${"1 ".repeat(3000)} }}`,
      `${"{{ if true }}".repeat(5000)}${"{{ end }}".repeat(5000)}`,
      `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`,
      '{{ indent 100000000 "x" }}',
      '{{ replace "" (repeat 10000 "x") (repeat 10000 "y") }}',
      '{{ mustFromJson (print (repeat 5000 "[") (repeat 5000 "]")) }}'
    ]
    for (const text of tooMuch) assert.strictEqual(failure(text).reason, "TooMuch", text.slice(0, 80))
  })

  it("let large things through that are sensible", () => {
    assert.strictEqual(rendered('{{ range until 10000 }}{{ . }},{{ end }}').length, 48_890)
    assert.strictEqual(rendered('{{ until 100000 | join "," | len }}'), "588889")
    assert.strictEqual(rendered('{{ define "n" }}{{ if gt . 0 }}{{ template "n" (sub . 1) }}{{ end }}{{ end }}{{ template "n" 300 }}'), "")
  })

  it("are for time too: no text takes a time that grows with its square", () => {
    const long: ReadonlyArray<readonly [string, string]> = [
      [`a${" ".repeat(500_000)}b {{- 1 }}`, ""],
      ["{{ base .X | len }}", `${"/".repeat(500_000)}x`],
      ["{{ b32dec .X | len }}", `${"=".repeat(500_000)}A`],
      ["{{ (urlParse .X).host | len }}", `http://${":".repeat(500_000)}`],
      ["{{ expandenv .X | len }}", "${".repeat(250_000)],
      ["{{ shellQuote .X | len }}", "a'".repeat(250_000)]
    ]
    // With such a time this would not end within that of a test.
    for (const [text, value] of long) assert.isTrue(Either.isEither(answer(text, new Map([["X", value]]))))
  })
})
