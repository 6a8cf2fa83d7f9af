/** What the table of the documentation leaves out: odd arguments, and what functions refuse. */
import { assert, describe, it } from "@effect/vitest"
import { failure, fails, gives, rendered } from "./rendering.js"

describe("functions of texts", () => {
  it("do the odd cases as Go does", () => {
    gives([
      ['{{ trunc 10 "abc" }}{{ trunc -10 "abc" }}{{ trunc 1 "éa" }}', "abcabcé"],
      ['{{ substr -1 2 "abc" }}|{{ substr 5 9 "abc" }}', "ab|"],
      ['{{ title "o\'neil 1st über_x" }}', "O'Neil 1st Über_x"],
      ['{{ splitList "" "añb" }} {{ splitList "," "" | len }} {{ splitList "x" "a" }}', "[a ñ b] 1 [a]"],
      ['{{ replace "" "-" "ab" }} {{ trimSuffix "" "ab" }} {{ trimAll "" "ab" }}', "-a-b- ab ab"],
      ['{{ quote nil 1 nil "a" }} {{ squote nil }}{{ cat nil "a" nil 2 }}', '"1" "a" a 2'],
      ['{{ join "-" "a" }} {{ join "-" nil }}{{ join "-" (list nil 1 nil) }}', "a 1"],
      ['{{ plural "one" "many" 1 }}{{ nindent 2 "a\\n\\nb" }}', "one\n  a\n  \n  b"],
      ['{{ trim "\\u00a0 a\\n" }}|', "a|"]
    ])
    fails([
      ["{{ repeat -1 \"a\" }}", "less than 0 times"],
      ["{{ upper 1 }}", "upper: argument 1 is an integer; it must be a text"],
      ["{{ upper }}", "it takes one argument, not 0"],
      ['{{ replace "a" "b" }}', "it takes 3 arguments, not 2"],
      ['{{ trunc "1" "a" }}', "it must be an integer"]
    ])
  })
})

describe("functions of numbers", () => {
  it("count in 64 bits", () => {
    gives([
      ["{{ add 9223372036854775807 1 }} {{ mul 4611686018427387904 2 }} {{ div -7 2 }} {{ mod -7 2 }}", "-9223372036854775808 -9223372036854775808 -3 -1"],
      ['{{ int "010" }} {{ int "-0x10" }} {{ int "1.5" }} {{ int true }} {{ int nil }} {{ int64 1e18 }}', "8 -16 0 1 0 1000000000000000000"],
      ['{{ atoi "9223372036854775808" }} {{ atoi "-99999999999999999999" }} {{ float64 "1e999" }}', "9223372036854775807 -9223372036854775808 0"],
      ['{{ float64 "x" }} {{ float64 3 }} {{ add 1.9 "2" }} {{ max 1.9 1 }}', "0 3 3 1"],
      ["{{ round 2.5 0 }} {{ round -1.25 1 }} {{ ceil -1.5 }} {{ floor -1.5 }}", "3 -1.3 -1 -2"],
      ["{{ seq }}{{ seq 0 }} {{ seq 2 -1 }} {{ seq 5 1 1 }}|{{ seq 5 -2 1 }} {{ until -3 }} {{ untilStep 3 0 1 }}", "1 0 2 1 0 -1 |5 3 1 [0 -1 -2] []"]
    ])
    fails([
      ["{{ div 1 0 }}", "divided by zero"],
      ["{{ mod 1 0 }}", "divided by zero"],
      ["{{ randInt 3 3 }}", "greater than the first"],
      ["{{ randIntN 0 }}", "greater than the first"]
    ])
  })
})

describe("functions of lists and maps", () => {
  it("take them first or last, and leave them as they are", () => {
    gives([
      ["{{ $l := list 1 }}{{ append $l 2 }}{{ $l | append 2 }}{{ prepend $l 0 }}{{ $l }}", "[1 2][1 2][0 1][1]"],
      ['{{ dict "a" 1 | get "a" }} {{ dict | set "k" 2 }} {{ dict "a" 1 | hasKey "a" }} {{ dict "a" 1 | unset "a" }} {{ dict "a" 1 "b" 2 | pick "a" "b" | omit "b" }}', "1 map[k:2] true map[] map[a:1]"],
      ["{{ append (list 1) (list 2) }} {{ list 1 2 2 | without 2 }} {{ list 1 2 3 | slice 1 }}", "[1 [2]] [1] [2 3]"],
      ["{{ first list }}|{{ rest list }}|{{ last list }}|{{ slice list 0 }}", "<no value>|<no value>|<no value>|<no value>"],
      ['{{ dict "a" }} {{ dict 1 2 }} {{ get (dict) "x" }}| {{ has 1 nil }} {{ has (list 1) (list (list 1)) }}', "map[a:] map[1:2] | false true"],
      ['{{ uniq (list 1 "1" 1.0 1 (list 1) (list 1)) }} {{ sortAlpha (list 10 9 "a" "B") }}', "[1 1 1 [1]] [10 9 B a]"],
      ['{{ dig "a" "b" 5 (dict "a" (dict)) }} {{ merge (dict "a" (dict "x" 1)) (dict "a" (dict "y" 2)) }}', "5 map[a:map[y:2]]"],
      ['{{ range $k, $v := merge (dict) (dict "b" 1 "a" 2) }}{{ $k }}{{ $v }}{{ end }}', "a2b1"]
    ])
    fails([
      ["{{ first \"abc\" }}", "it must be a list"],
      ["{{ append 1 2 }}", "where a list must be"],
      ["{{ slice (list 1) 2 }}", "out of range"],
      ["{{ index (list 1) 1 }}", "out of range: 1 (there are 1)"],
      ["{{ index (list 1) -1 }}", "out of range"],
      ["{{ chunk 0 (list 1) }}", "one entry or more"],
      ['{{ dig "a" "b" 1 (dict "a" 2) }}', 'an integer has no key "b"'],
      ["{{ merge (dict) 1 }}", "it must be a map"],
      ["{{ get (dict) 1 }}", "a key is a text"]
    ])
  })
})

describe("choices", () => {
  it("know what is empty", () => {
    gives([
      ['{{ default "d" .MISSING }}{{ default "d" false }}{{ default "d" list }}{{ default "d" dict }}{{ default "d" 0.0 }}{{ default "d" }}{{ default "d" "x" }}', "ddddddx"],
      ["{{ coalesce nil 0 list }}|{{ empty now }}|{{ all }}|{{ any }}", "<no value>|false|true|false"],
      ['{{ ternary 1 2 false }} {{ true | ternary "a" "b" }}', "2 a"]
    ])
    fails([["{{ ternary 1 2 \"x\" }}", "it must be true or false"]])
    const { reason, detail } = failure('{{ fail "set NAME" }}')
    assert.deepStrictEqual([reason, detail], ["Failed", "set NAME"])
  })
})

describe("JSON and YAML", () => {
  it("are written as Go writes them", () => {
    gives([
      ['{{ toJson (list 1 1.0 1e21 1e-7 "\\u2028<" nil true (dict "b" 1 "a" 2)) }}', '[1,1,1e+21,1e-7,"\\u2028\\u003c",null,true,{"a":2,"b":1}]'],
      ['{{ (fromJson "{\\"n\\": 5, \\"__proto__\\": 1}").n | printf "%T" }} {{ fromJson "{\\"__proto__\\": 1}" }} {{ fromJson "1000000" }}', "float64 map[__proto__:1] 1e+06"],
      ['{{ fromYaml "a: 1\\nb: [x, 1.5, yes, ~]\\nc: &c {d: 2}\\ne: *c" }}', "map[a:1 b:[x 1.5 yes <nil>] c:map[d:2] e:map[d:2]]"],
      ['{{ toYaml (dict "list" (list (dict "a" 1 "b" (list)) (list 1)) "text" "a: b" "number" "5" "many" "x\\ny\\n" "empty" "") }}', 'empty: ""\nlist:\n    - a: 1\n      b: []\n    - - 1\nmany: |\n    x\n    y\nnumber: "5"\ntext: \'a: b\'\n']
    ])
    fails([
      ['{{ mustFromJson "{a}" }}', "is no JSON"],
      ['{{ mustFromYaml "a: [" }}', "it is no YAML"],
      ['{{ mustFromYaml (print "a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]") }}', "YAML"]
    ])
    assert.strictEqual(rendered('{{ fromJson "{" | toJson }}{{ b64dec "%" }}'), "nullillegal base64 data")
  })
})

describe("paths, URLs and the shell", () => {
  it("are texts, and nothing looks at files", () => {
    gives([
      ['{{ clean "a/../../b" }} {{ clean "/.." }} {{ base "" }} {{ base "///" }} {{ dir "" }} {{ dir "/" }} {{ dir "a/b/" }} {{ ext "a.b/c" }}|', "../b / . / . / a/b |"],
      ['{{ relPath "a" "a" }} {{ relPath "a/b" "c" }} {{ relPath "." "x/y" }} {{ joinPath "" "" }}|{{ joinPath "/" "../a" }} {{ absPath "" }}', ". ../../c x/y |/a /work/shop"],
      ['{{ joinUrl "http://h" }} {{ joinUrl "http://h/" "a" "/b/" }} {{ joinUrl "http://h/x?q=1" "y" }}', "http://h http://h/a/b/ http://h/x/y?q=1"],
      ['{{ (urlParse "mailto:me@host").opaque }} {{ (urlParse "/a?b#c").path }} {{ (urlParse "https://[::1]:80/").hostname }} {{ urlJoin (urlParse "https://u:p@h:1/a?b=c#d") }}', "me@host /a ::1 https://u:p@h:1/a?b=c#d"],
      ['{{ shellQuote "" }} {{ q "a$b" }} {{ q "it\'s $x" }} {{ q "if" }} {{ q "a\\nb" }} {{ q "~" }} {{ q "a-b_c./:@%+," }}', "'' 'a$b' \"it's \\$x\" 'if' $'a\\nb' '~' a-b_c./:@%+,"],
      ['{{ splitArgs "a\\\\ b \'c d\'e \\"f $HOME\\" \\"\\" #x" | toRawJson }} {{ splitArgs "" }}', '["a b","c de","f /home/me",""] []'],
      ['{{ env "NONE" }}|{{ env "__proto__" }}|{{ expandenv "${HOME}x$$HOME" }}', "||/home/mexHOME"]
    ])
    fails([
      ['{{ relPath "/a" "b" }}', "no way from"],
      ['{{ relPath "../a" "b" }}', "no way from"],
      ["{{ splitArgs \"a 'b\" }}", "does not end"],
      ['{{ splitArgs "a | b" }}', "no part of a word"],
      ['{{ splitArgs "$(rm x)" }}', "only $NAME and ${NAME}"],
      ['{{ urlParse "http://a b" }}', "is no URL"],
      ["{{ call 1 }}", "no value of a Taskfile is a function"]
    ])
  })
})
