import { assert, describe, it } from "@effect/vitest"
import { gives, rendered } from "./rendering.js"

/** Arguments of printf beside what it gives. */
const prints = (cases: ReadonlyArray<readonly [call: string, result: string]>): void => gives(cases.map(([call, result]) => [`{{ printf ${call} }}`, result]))

describe("printf", () => {
  it("fills columns", () => {
    prints([
      ['"%5d|%-5d|%05d|%+d|% d|%x|%X" 42 42 42 42 42 255 255', "   42|42   |00042|+42| 42|ff|FF"],
      ['"%5d|%-5d|%05d|%+05d|%x|%08b|%o|%#o|%O|%#x|%#b" -42 -42 -42 42 -255 5 8 8 8 255 5', "  -42|-42  |-0042|+0042|-ff|00000101|10|010|0o10|0xff|0b101"],
      ['"%.3d|%8.3d|%-8.3d|%.0d" 5 5 5 0', "005|     005|005     |"],
      ['"%s|%5s|%-5s|%.2s|%5.1s|%05s" "abc" "abc" "abc" "abc" "abc" "ab"', "abc|  abc|abc  |ab|    a|000ab"],
      ['"%*d|%-*d|%.*f" 5 42 5 42 2 3.14159', "   42|42   |3.14"],
      ['"%3c|%-3c|%q|%U|%#U" 65 65 65 8364 8364', "  A|A  |'A'|U+20AC|U+20AC '€'"]
    ])
  })

  it("writes floats to the digit", () => {
    prints([
      ['"%f %.2f %8.3f|%-8.1f|%08.3f|%+.1f" 3.14159 2.005 3.14159 3.14159 -3.14159 2.0', "3.141590 2.00    3.142|3.1     |-003.142|+2.0"],
      ['"%.0f %.0f %.0f %.1f" 0.5 1.5 2.5 0.25', "0 2 2 0.2"],
      ['"%e %E %.3e %g %G %.3g %g %g" 123456.789 0.00012 1.0 100000.0 0.0000001 1234.5678 1000000.0 123456789.0', "1.234568e+05 1.200000E-04 1.000e+00 100000 1E-07 1.23e+03 1e+06 1.23456789e+08"],
      ['"%v %v %v %6.2v" 1.0 0.1 1e100 3.14159', "1 0.1 1e+100    3.1"],
      ['"%x %b" 1.5 1.0', "0x1.8p+00 4503599627370496p-52"]
    ])
  })

  it("writes texts, lists and maps", () => {
    prints([
      ['"%q %x %X % x %#x %+q %#q" "a\\"b" "hi" "hi" "hi" "hi" "é" "a b"', '"a\\"b" 6869 6869 68 69 0x6869 "\\u00e9" `a b`'],
      ['"%v %d %s %q" (list 1 2) (list 1 2) (list "a" "b") (list "a" "b")', '[1 2] [1 2] [a b] ["a" "b"]'],
      ['"%v %d" (dict "b" 1 "a" 2) (dict "k" 1)', "map[a:2 b:1] map[%!d(string=k):1]"],
      ['"%#v %#v %#v %#v %#v" "a" 1 1.5 (list 1 nil "x") (dict "a" true)', '"a" 1 1.5 []interface {}{1, interface {}(nil), "x"} map[string]interface {}{"a":true}'],
      ['"%T %T %T %T %T %T" 1 1.5 "a" true (list) nil', "int float64 string bool []interface {} <nil>"],
      ['"%t %v %5t|%%|%v" true false true nil', "true false  true|%|<nil>"],
      ['"%v %s" (toDate "2006-01-02" "2026-01-31") (toDate "2006-01-02" "2026-01-31")', "2026-01-31 00:00:00 +0000 UTC 2026-01-31 00:00:00 +0000 UTC"]
    ])
  })

  it("says what does not fit as Go says it", () => {
    prints([
      ['"%d %s %t %c" "x" 5 1 "a"', "%!d(string=x) %!s(int=5) %!t(int=1) %!c(string=a)"],
      ['"%d" 1.5', "%!d(float64=1.5)"],
      ['"%s %d" nil nil', "%!s(<nil>) %!d(<nil>)"],
      ['"%d %d" 1', "1 %!d(MISSING)"],
      ['"%d" 1 2 "x"', "1%!(EXTRA int=2, string=x)"],
      ['"%z %!" 1', "%!z(int=1) %!!(MISSING)"],
      ['"100%"', "100%!(NOVERB)"],
      ['"%[3]d %[x]d %[1]d" 1 2', "%!d(BADINDEX) %!d(BADINDEX) 1"],
      ['"%*d" "w" 1', "%!(BADWIDTH)1"],
      ['"%.*d" -1 1', "%!(BADPREC)1"],
      ['"%d" (list 1 "a")', "[1 %!d(string=a)]"]
    ])
  })

  it("takes values out of order", () => {
    prints([['"%[2]d %[1]d" 1 2', "2 1"], ['"%[1]s %[1]q" "a"', 'a "a"'], ['"%[3]*.[2]*[1]f|" 12.0 2 6', " 12.00|"]])
  })
})

describe("print", () => {
  it("puts blanks between what are no texts", () => {
    gives([
      ['{{ print "a" "b" 1 2 true "c" }}', "ab1 2 truec"],
      ['{{ println "a" 1 }}', "a 1\n"],
      ["{{ print }}{{ print nil }}", "<nil>"],
      ["{{ list 1.0 nil (list) (dict) \"\" true }}", "[1 <nil> [] map[]  true]"]
    ])
  })

  it("quotes as Go does", () => {
    assert.strictEqual(rendered('{{ quote "a\\n\\x00\\u200b€\\\\" }}'), '"a\\n\\x00\\u200b€\\\\"')
  })
})
