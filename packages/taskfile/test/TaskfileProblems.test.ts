import * as TaskfileDecoder from "@dev-infra/taskfile/TaskfileDecoder"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"

const failureOf = (text: string) => Either.getOrThrow(Either.flip(TaskfileDecoder.decode(text, "/shop/Taskfile.yml")))

const problemOf = (text: string): string => {
  const failure = failureOf(text)
  if (failure._tag === "TaskfileInvalid") return `${failure.location.line}:${failure.location.column} ${failure.problem}${failure.suggestion === undefined ? "" : ` (${failure.suggestion})`}`
  if (failure._tag === "Unsupported") return `${failure.location.line}:${failure.location.column} unsupported: ${failure.feature}`
  return `${failure.location.line}:${failure.location.column} ${failure.reason} ${failure.version}`
}

describe("what is wrong in a Taskfile", () => {
  it.each([
    ["tasks: {}\n", "1:1 Missing "],
    ["version:\ntasks: {}\n", "1:1 Missing "],
    ["version: '2'\n", "1:10 TooOld 2"],
    ["version: '4'\n", "1:10 TooNew 4"],
    ["version: 3.999\n", "1:10 TooNew 3.999"],
    ["version: three\n", `1:10 version must be a version such as '3', here is "three"`],
    ["version: [3]\n", "1:10 version must be a text, here is a list"],
    ["", "1:1 it is empty (begin with `version: '3'` and `tasks:`)"],
    ["- a\n", "1:1 a Taskfile is a map with version and tasks, here is a list (begin with `version: '3'` and `tasks:`)"],
    ["version: 3\ntasks:\n  a:\n\tcmds: x\n", "4:1 it is not YAML: a tab is used to indent (indent with spaces)"],
    ["version: 3\ntasks:\n  a: 'x\n", "3:6 it is not YAML: a quote is opened here and never closed (close it)"],
    ["version: 3\ntasks: {}\n---\nversion: 3\n", "3:1 there is a second document in it (remove the line `---` between them)"],
    ["version: 3\ntasks:\n  a:\n    desc: {{.X}}\n", "4:11 desc must be a text, here is a map (a text that begins with {{ needs quotes)"],
    ["version: 3\nvars:\n  a: {{.X}}/b\n", "3:6 a value that begins with {{ is not in quotes, so YAML takes it for a map (put the whole value in quotes)"],
    ["version: 3\ntasks: [a]\n", "2:8 tasks must be a map, here is a list"],
    ["version: 3\ntasks:\n  a: {cmds: echo}\n", "3:13 cmds must be a list, here is a text (write it as a list: `cmds: [echo]`)"],
    ["version: 3\ntasks:\n  a: {cmds: [[x]]}\n", "3:14 a command must be a text or a map, here is a list (remove one level of `- `)"],
    ["version: 3\ntasks:\n  a: {cmds: [echo a: b]}\n", "3:14 a command has none of cmd, task and defer (a command with `: ` in it needs quotes)"],
    ["version: 3\ntasks:\n  a: {cmd: x, cmds: [y]}\n", "3:6 a task has both cmd and cmds (keep one of the two)"],
    ["version: 3\ntasks:\n  a: {silent: 'true'}\n", "3:15 silent must be true or false, here is a text (remove the quotes)"],
    ["version: 3\ntasks:\n  a: {run: twice}\n", '3:12 run must be one of always, once, when_changed, here is "twice"'],
    ["version: 3\ntasks:\n  a: {method: '{{.M}}'}\n", "3:15 unsupported: a template in method"],
    ["version: 3\ntasks:\n  a: {platforms: [linux/foo]}\n", '3:19 "linux/foo" is no platform (write an operating system, an architecture or both, such as linux, amd64 or linux/amd64)'],
    ["version: 3\ntasks:\n  a: {deps: [{vars: {A: 1}}]}\n", "3:14 a dependency names no task (write `- task: NAME`)"],
    ["version: 3\ntasks:\n  a: {cmds: [{for: {}, cmd: x}]}\n", "3:20 for says nothing to repeat over (write a list, sources, generates, `var:` or `matrix:`)"],
    ["version: 3\ntasks:\n  a: {cmds: [{cmd: x, timeout: 5}]}\n", '3:32 timeout must be a duration such as 30s, 1m30s or 500ms, here is "5" (5s)'],
    ["version: 3\nvars: {A: {b: 1}}\n", '2:12 "b" is no kind of a variable: there are sh, ref, map, value, secret (write a map as `map: {…}`)'],
    ["version: 3\nvars: {A: {sh: x, ref: .B}}\n", "2:19 the variable A has two values (keep one of sh, ref, map and value)"],
    ["version: 3\nincludes: {a: {optional: true}}\n", "2:15 the include a names no file (write `taskfile:` with a path)"],
    ["version: 3\nincludes: {a: {taskfile: x, checksum: abc}}\n", "2:39 checksum must be a SHA-256 of 64 hexadecimal digits"],
    ["version: 3\noutput: loud\n", '2:9 output must be one of interleaved, group, prefixed, here is "loud"'],
    ["version: 3\ntasks:\n  a: {dir: x, dir: y}\n", "3:15 the key dir stands twice, first in line 3 (keep one of the two)"],
    ["version: 3\ntasks:\n  a: *b\n", "3:6 there is no anchor &b before this alias (a text that begins with * needs quotes)"],
    ["version: 3\nx: &a [*a]\n", "2:8 the anchor &a contains itself"],
    ['version: 3\ntasks:\n  "a\\nb": x\n', '3:3 the name of a task has a line break or a control character in it: "a\\nb" (use letters, digits, - _ . and :)'],
    ['version: 3\ntasks:\n  "a\\e[31m": x\n', '3:3 the name of a task has a line break or a control character in it: "a\\u001b[31m" (use letters, digits, - _ . and :)'],
    ['version: 3\nvars:\n  "A\\0": x\n', '3:3 the name of a variable has a line break or a control character in it: "A\\u0000" (use letters, digits, - _ . and :)'],
    ["version: 3\ntasks:\n  a: \u0007\n", '3:6 there is a control character (U+0007) (write it in double quotes, for example "\\e")']
  ])("is said in a plain sentence: %j", (text, said) => {
    assert.strictEqual(problemOf(text), said)
  })

  it("is shown with the lines around it and a mark", () => {
    const failure = failureOf("version: 3\ntasks:\n  a:\n    desc: x\n    silent: perhaps\n    cmds: []\n  b: y\n  c: z\n")
    assert.strictEqual(
      failure._tag === "TaskfileInvalid" ? failure.snippet : "",
      ["  3 |   a:", "  4 |     desc: x", "> 5 |     silent: perhaps", "    |             ^", "  6 |     cmds: []", "  7 |   b: y"].join("\n")
    )
  })

  it("never carries escape sequences to a terminal", () => {
    const failure = failureOf("version: 3\ntasks:\n  a: {silent: \u0085x\u202e}\n")
    assert.strictEqual(failure._tag === "TaskfileInvalid" ? /[\u0085\u202e]/.test(failure.snippet) : true, false)
  })

  it("is told of what comes first", () => {
    assert.match(problemOf("version: 3\ntasks:\n  a: {cmds: x}\nvars: 1\n"), /^3:13/)
  })

  it("is an alias bomb, found before it goes off", () => {
    const levels = Array.from({ length: 12 }, (_, at) => `x${at}: &x${at} [${Array.from({ length: 10 }, () => (at === 0 ? "lol" : `*x${at - 1}`)).join(", ")}]\n`)
    assert.match(problemOf(`version: 3\n${levels.join("")}`), /aliases stand for more than 200000 values/)
  })

  it("is nesting without end, whatever it is made of", () => {
    for (const text of ["[".repeat(200_000), "{a: ".repeat(5000), `version: 3\ntasks:\n  a: ${"[ ".repeat(500)}`, `version: 3\n${Array.from({ length: 300 }, (_, at) => `${" ".repeat(at)}a:\n`).join("")}`]) {
      assert.match(problemOf(text), /it is nested more than 64 levels deep/)
    }
  })

  it("is a text that is too large", () => {
    assert.match(problemOf(`version: 3\n#${" ".repeat(TaskfileDecoder.sizeLimit)}`), /1:1 it is larger than 10 MiB/)
  })

  it("is found in any text without an exception, and with a place that is in the text", () => {
    const piece = FastCheck.constantFrom("version: 3\n", "tasks:\n", "  a:\n", "    cmds:\n", "      - ", "task: b", "{{.X}}", "&a ", "*a", "<<: ", "{", "}", "[", "]", "'", '"', "\n", ": ", "- ", "|\n", "#x\n", "\t", "~", "for: ", "vars: ", "sh: x", "é", "\u{1f600}")
    FastCheck.assert(
      FastCheck.property(FastCheck.array(piece, { maxLength: 25 }), (pieces) => {
        const text = pieces.join("")
        const read = TaskfileDecoder.decode(text, "/Taskfile.yml")
        if (Either.isLeft(read)) assert.isAtMost(read.left.location.line, text.split("\n").length)
      }),
      { numRuns: process.env["DEV_INFRA_SOAK"] === "1" ? 20_000 : 500, seed: 7 }
    )
  })
})
