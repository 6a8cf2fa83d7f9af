import { taskFunctions } from "@dev-infra/go-template/TaskFunctions"
import * as Template from "@dev-infra/go-template/Template"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import { data, failure, fails, gives, rendered, world } from "./rendering.js"

const read = (text: string): Template.Template => Either.getOrThrow(Template.parse(text, taskFunctions))
const value = (expression: string) => Template.evaluate(expression, taskFunctions, data, { world })

describe("the language of templates", () => {
  it("shows variables, fields and what calls give", () => {
    gives([
      ["plain } } { text", "plain } } { text"],
      ["{{ .NAME }}/{{.COUNT}}/{{ .LIST }}/{{ .MAP }}", "shop/3/[a b c]/map[a:map[b:deep] z:26]"],
      ["{{ .MAP.a.b }} {{ (index .LIST 1) }} {{ (index .MAP \"a\").b }} {{ $.NAME }}", "deep b deep shop"],
      ["{{ .NAME | upper | printf \"%s-%s\" \"x\" }}", "x-SHOP"],
      ["{{ printf \"%d\" (add .COUNT\n  1) }}", "4"],
      ["{{ default 1 nil }}", "1"]
    ])
  })

  it("shows nothing for what is not there, and says so to functions", () => {
    gives([
      ["[{{ .MISSING }}][{{ .MISSING.field.field }}][{{ .NOTHING }}]", "[<no value>][<no value>][<no value>]"],
      ["{{ print .MISSING }} {{ .LIST | len }} {{ list nil 1 }}", "<nil> 3 [<nil> 1]"]
    ])
    assert.strictEqual(rendered("[{{ .MISSING }}]", data, ""), "[]")
    fails([
      ["{{ .MISSING | upper }}", "argument 1 is nothing; it must be a text"],
      ["{{ .NOTHING.field }}", "nothing has no field field"],
      ["{{ .NAME.field }}", "only maps have fields"],
      ["{{ .NAME 1 }}", ".NAME is no function"],
      ["{{ nil }}", "nil is not a command"]
    ])
  })

  it("has literals as in Go", () => {
    gives([
      ["{{ 1 }} {{ -2 }} {{ +3 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }}", "1 -2 3 31 5 15 15 1000"],
      ["{{ 1.0 }} {{ .5 }} {{ 1e3 }} {{ 1.5e-7 }} {{ 1e21 }} {{ 0x1p4 }}", "1 0.5 1000 1.5e-07 1e+21 16"],
      ["{{ 'a' }} {{ '\\n' }} {{ '\\u00e9' }} {{ '\\'' }}", "97 10 233 39"],
      ["{{ \"a\\tb\\\"\\x41\\u00e9\\xc3\\xa9\\101\" }}", "a\tb\"AééA"],
      ["{{ `a\\n{{\"` }}{{ true }}{{ false }}", 'a\\n{{"truefalse']
    ])
    fails([
      ["{{ 9223372036854775808 }}", "is no number"],
      ["{{ 08 }}", "is no number"],
      ["{{ 'ab' }}", "' holds one character"],
      ['{{ "a }}', "does not end in its line"],
      ['{{ "\\z" }}', "escape sequence"],
      ["{{ 1a }}", "1a is no number"]
    ])
  })

  it("leaves blanks away where a hyphen asks for it, and comments altogether", () => {
    gives([
      ["a \n {{- 1 -}} \n b", "a1b"],
      ["a {{ -1 }} b", "a -1 b"],
      ["a{{/* c }} */}}b {{- /* d */ -}} c", "abc"],
      ["{{- 3 }} x", "3 x"]
    ])
    fails([["{{ /* c */ }}", "means nothing here"], ["{{/* c }}", "does not end with */"], ["{{/* c */ x}}", "a comment ends with"]])
  })

  it("chooses", () => {
    gives([
      ["{{ if .NAME }}a{{ else }}b{{ end }}{{ if .EMPTY }}a{{ else }}b{{ end }}", "ab"],
      ["{{ if false }}1{{ else if .MISSING }}2{{ else if 0 }}3{{ else if .LIST }}4{{ else }}5{{ end }}", "4"],
      ["{{ with .MAP.a }}{{ .b }}{{ $.NAME }}{{ else }}no{{ end }}", "deepshop"],
      ["{{ with .MISSING }}a{{ else with .NAME }}{{ . }}{{ else }}c{{ end }}", "shop"],
      ["{{ with $x := 5 }}{{ $x }}{{ . }}{{ end }}{{ if $y := .NAME }}{{ $y }}{{ end }}", "55shop"],
      ["{{ if 0.0 }}a{{ else if list }}b{{ else if dict }}c{{ else }}d{{ end }}", "d"]
    ])
  })

  it("repeats", () => {
    gives([
      ["{{ range .LIST }}{{ . }},{{ end }}", "a,b,c,"],
      ["{{ range $i, $e := .LIST }}{{ $i }}{{ $e }}{{ end }} {{ range $e := .LIST }}{{ $e }}{{ end }}", "0a1b2c abc"],
      ["{{ range $k, $v := .MAP }}{{ $k }}={{ $v }};{{ end }}", "a=map[b:deep];z=26;"],
      ["{{ range 3 }}{{ . }}{{ end }}{{ range $i := 2 }}{{ $i }}{{ end }}{{ range 0 }}x{{ else }}none{{ end }}", "01201none"],
      ["{{ range .MISSING }}x{{ else }}none{{ end }}{{ range list }}x{{ else }}none{{ end }}", "nonenone"],
      ["{{ range $i, $e := .LIST }}{{ if eq $i 1 }}{{ continue }}{{ end }}{{ $e }}{{ end }}", "ac"],
      ["{{ range .LIST }}{{ if eq . \"b\" }}{{ break }}{{ end }}{{ . }}{{ end }}", "a"],
      ["{{ $s := 0 }}{{ range 4 }}{{ $s = add $s . }}{{ end }}{{ $s }}", "6"],
      ["{{ $last := \"\" }}{{ range $last = .LIST }}{{ end }}{{ $last }}", "c"]
    ])
    fails([
      ["{{ range .NAME }}{{ end }}", "can't iterate over a text"],
      ["{{ break }}", "outside {{ range }}"],
      ["{{ range $i, $e := 3 }}{{ end }}", "one variable"]
    ])
  })

  it("has variables that live as long as what they stand in", () => {
    gives([["{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21"], ["{{ $x := 1 }}{{ with 5 }}{{ $x = 3 }}{{ end }}{{ $x }}", "3"], ["{{ $m := .MAP }}{{ $m.a.b }}", "deep"]])
    fails([["{{ $x }}", "no variable $x"], ["{{ $x = 1 }}", "no variable $x"], ["{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", "no variable $x"]])
  })

  it("has templates within templates", () => {
    gives([
      ["{{ define \"x\" }}[{{ . }}{{ $ }}]{{ end }}{{ template \"x\" .NAME }}{{ template \"x\" 1 }}", "[shopshop][11]"],
      ["{{ block \"y\" .NAME }}<{{ . }}>{{ end }}{{ template \"y\" 2 }}", "<shop><2>"],
      ["{{ template \"z\" }}{{ define \"z\" }}{{ . }}{{ end }}", "<no value>"],
      ["{{ define \"n\" }}{{ if gt . 0 }}{{ . }}{{ template \"n\" (sub . 1) }}{{ end }}{{ end }}{{ template \"n\" 3 }}", "321"]
    ])
    fails([
      ["{{ template \"none\" }}", 'no template "none"'],
      ["{{ if true }}{{ define \"x\" }}{{ end }}{{ end }}", "within another action"],
      ["{{ define \"x\" }}a{{ end }}{{ define \"x\" }}b{{ end }}", "defined twice"]
    ])
  })

  it("looks at the arguments of and, or only until one decides", () => {
    gives([["{{ and 0 (fail \"x\") }}{{ or 1 (fail \"x\") }}{{ and 1 2 }}{{ or 0 \"\" }}{{ true | and 5 }}", "012true"]])
    assert.strictEqual(failure("{{ and 1 (fail \"because\") }}").detail, "because")
  })

  it("compares as Go does", () => {
    gives([
      ["{{ eq 1 1 }} {{ eq \"a\" \"b\" \"a\" }} {{ ne 1 2 }} {{ lt \"a\" \"b\" }} {{ le 2 2 }} {{ gt 1.5 1.0 }} {{ ge 1 2 }}", "true true true true true true false"],
      ["{{ eq .MISSING \"x\" }} {{ eq .MISSING nil }} {{ ne .NAME nil }}", "false true true"]
    ])
    fails([
      ["{{ eq 1 1.0 }}", "incompatible types"],
      ["{{ eq 1 \"1\" }}", "incompatible types"],
      ["{{ lt true false }}", "invalid type for comparison"],
      ["{{ eq .LIST .LIST }}", "cannot be compared"],
      ["{{ eq 1 }}", "something to compare with is missing"]
    ])
  })

  it("takes names of JavaScript for names like any other", () => {
    gives([["{{ .__proto__ }}{{ .constructor }}{{ .MAP.hasOwnProperty }}{{ (dict \"__proto__\" 1 \"constructor\" 2) }}", "<no value><no value><no value>map[__proto__:1 constructor:2]"]])
    fails([["{{ toString.constructor }}", ""], ["{{ constructor }}", "no function constructor"], ["{{ __proto__ }}", "no function __proto__"]])
  })
})

describe("errors", () => {
  it("name the place", () => {
    const { reason, line, column } = failure("a\nb {{ upper .COUNT }}")
    assert.deepStrictEqual([reason, line, column], ["Failed", 2, 6])
    const unknown = failure("{{ .NAME | uper }}")
    assert.deepStrictEqual([unknown.reason, unknown.detail, unknown.line, unknown.column], ["UnknownFunction", "uper", 1, 12])
    assert.strictEqual(failure("{{ if true }}\n{{ getHostByName \"x\" }}{{ end }}").line, 2)
  })

  it("say what is wrong with the text", () => {
    for (const text of ["{{", "{{ .NAME", "{{ }}", "{{ if }}x{{ end }}", "{{ if true }}", "{{ end }}", "{{ else }}", "{{ .NAME | }}", "{{ | upper }}", "{{ (upper .NAME }}", "{{ upper .NAME) }}", "{{ 1 | 2 }}", "{{ .NAME \"a\"\"b\" }}", "{{ range $a, $b }}{{ end }}", "{{ template x }}", "{{ if true }}a{{ else }}b{{ else }}c{{ end }}", "{{ .A = 1 }}", "{{ $x, $y := 1 }}", "{{ @ }}", "{{ .a@ }}", "{{ \"a\".b }}"]) {
      assert.strictEqual(failure(text).reason, "Syntax", text)
    }
  })
})

describe("what a template speaks of", () => {
  const fields = (text: string) => [[...read(text).fields].sort(), read(text).usesAll]

  it("is known before it is rendered", () => {
    assert.deepStrictEqual(fields("plain"), [[], false])
    assert.deepStrictEqual(fields("{{ .A.b }}{{ $.C }}{{ if .D }}{{ with .E }}{{ .f }}{{ . }}{{ end }}{{ end }}"), [["A", "C", "D", "E", "f"], false])
    assert.deepStrictEqual(fields("{{ range .A }}{{ . }}{{ else }}{{ .B }}{{ end }}"), [["A", "B"], false])
    for (const text of ["{{ . }}", "{{ index . \"A\" }}", "{{ $ }}", "{{ range .A }}{{ index $ \"x\" }}{{ end }}", "{{ template \"x\" . }}", "{{ with .A }}{{ else }}{{ toJson . }}{{ end }}"]) assert.isTrue(read(text).usesAll, text)
    assert.deepStrictEqual([...read("{{ .A | default (upper \"x\") | printf \"%s\" }}").functions].sort(), ["default", "printf", "upper"])
  })
})

describe("an expression", () => {
  it("keeps the type of its value", () => {
    assert.deepStrictEqual(value(".LIST"), Either.right(["a", "b", "c"]))
    assert.deepStrictEqual(value("index .MAP \"a\""), Either.right(new Map([["b", "deep"]])))
    assert.deepStrictEqual(value(" add .COUNT 1 "), Either.right(4n))
    assert.deepStrictEqual(value(".MISSING"), Either.right(null))
    assert.deepStrictEqual(value("."), Either.right(data))
    assert.deepStrictEqual(value("dict \"a\" (list 1.5 true)"), Either.right(new Map([["a", [1.5, true]]])))
  })

  it("is one expression, and its errors name the place in it", () => {
    for (const text of ["", ".A }} x {{ .B", "if .A", "$x := 1", "/* c */"]) assert.isTrue(Either.isLeft(value(text)), text)
    const error = Either.getOrThrow(Either.flip(value(".COUNT | upper")))
    assert.deepStrictEqual([error.reason, error.line, error.column], ["Failed", 1, 10])
  })

  it("changes no data: set gives a changed copy of what it did not make", () => {
    assert.strictEqual(rendered("{{ $_ := set .MAP \"new\" 1 }}{{ hasKey .MAP \"new\" }} {{ (set .MAP \"new\" 1).new }} {{ $d := dict }}{{ $_ := set $d \"k\" 1 }}{{ $d.k }}"), "false 1 1")
  })
})
