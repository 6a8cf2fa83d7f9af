import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"

const decode = (text: string) => TemplateManifest.decode(text, "template.yml")
const right = (text: string) => Either.getOrThrowWith(decode(text), (problems) => new Error(JSON.stringify(problems)))
const problems = (text: string) => Either.getOrThrowWith(Either.flip(decode(text)), () => new Error("it was read")).map(({ line, problem }) => `${line}: ${problem}`)
const variable = (text: string) => right(`variables:\n  it: ${text}\n`).variables[0]

describe("template.yml", () => {
  it("may be empty, or hold comments only", () => {
    for (const text of ["", "# nothing\n", "---\n", "name:\nvariables:\nsync:\n"]) assert.deepStrictEqual(right(text), TemplateManifest.empty)
  })

  it("says all there is to say", () => {
    const text = `
name: api
description: |
  A service.
version: 1.10
variables:
  port: { type: number, prompt: Which port?, default: 8080 }
  owner: acme
sync: { always: [ci/**], ask: ["*.md"], never: [src/] }
exclude: ["*.bak"]
conditional:
  - { files: [docker/**], when: docker }
renamed:
  - { from: a.txt, to: "{{ name }}/b.txt", version: 1.0 }
messages: { created: "Hello {{ name }}", updated: Bye }
commands:
  - { run: [npm, install], after: create }
`
    assert.deepStrictEqual(right(text), {
      name: "api",
      description: "A service.\n",
      version: "1.10",
      variables: [{ name: "port", type: "number", prompt: "Which port?", default: 8080 }, { name: "owner", type: "text", default: "acme" }],
      sync: { always: ["ci/**"], ask: ["*.md"], never: ["src/"] },
      exclude: ["*.bak"],
      conditional: [{ files: ["docker/**"], when: "docker" }],
      renamed: [{ from: "a.txt", to: "{{ name }}/b.txt", version: "1.0" }],
      messages: { created: "Hello {{ name }}", updated: "Bye" },
      commands: [{ run: ["npm", "install"], after: "create" }]
    })
  })
})

describe("a variable", () => {
  it("has the type that its default or its choices suggest", () => {
    assert.deepStrictEqual(variable("true"), { name: "it", type: "boolean", default: true })
    assert.deepStrictEqual(variable("8080"), { name: "it", type: "number", default: 8080 })
    assert.deepStrictEqual(variable('"8080"'), { name: "it", type: "text", default: "8080" })
    assert.deepStrictEqual(variable(""), { name: "it", type: "text" })
    assert.deepStrictEqual(variable("{ choices: [MIT, none], default: none }"), { name: "it", type: "choice", default: "none", choices: ["MIT", "none"] })
    assert.deepStrictEqual(variable("{ choices: [a, b], default: [b] }"), { name: "it", type: "choices", default: ["b"], choices: ["a", "b"] })
  })

  it("keeps a text as it is written, whatever YAML would make of it", () => {
    assert.strictEqual(variable("{ type: text, default: 1.10 }")?.default, "1.10")
    assert.strictEqual(variable("{ type: text, default: no }")?.default, "no")
    assert.deepStrictEqual(variable("{ choices: [3.10, 3.9], default: 3.10 }")?.choices, ["3.10", "3.9"])
  })

  it("may have a default that is made of answers before it", () => {
    assert.strictEqual(variable('{ type: number, default: "{{ port | plus: 1 }}" }')?.default, "{{ port | plus: 1 }}")
  })

  it("is refused with its line if its parts do not fit", () => {
    const cases: ReadonlyArray<readonly [string, string]> = [
      ["{ type: number, default: many }", "default must be a number"],
      ["{ type: boolean, default: 1 }", "default must be true or false"],
      ["{ type: choice }", "choices must be 1 to 200 different texts"],
      ["{ choices: [a, a] }", "choices must be 1 to 200 different texts"],
      ["{ type: choices, choices: [a, 'b,c'] }", "choices must not hold commas where several can be taken, because commas divide answers"],
      ["{ choices: [a, b], default: c }", "default must be one of the choices"],
      ["{ type: text, choices: [a] }", "choices make no sense for a text"],
      ["{ type: number, pattern: a }", "pattern makes no sense for a number"],
      ["{ pattern: '(' }", "pattern is no regular expression"],
      ["{ type: date }", "type must be text, number, boolean, choice or choices"],
      ["{ promt: x }", 'a variable has no key "promt"; the keys are type, prompt, default, choices, pattern, when'],
      ["{ when: '' }", "when is empty"]
    ]
    for (const [text, problem] of cases) assert.deepStrictEqual(problems(`variables:\n  other: 1\n  it: ${text}\n`), [`3: ${problem}`], text)
  })

  it("cannot have a name that objects or Liquid know as something else", () => {
    for (const name of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "__defineGetter__", "1st", "a-b", "a b", "true", "empty", "forloop", "x".repeat(65)]) {
      const found = problems(`variables:\n  ${JSON.stringify(name)}: 1\n`)
      assert.match(found[0] ?? "", /^2: .*is not a name that a variable can have/, name)
    }
    for (const name of TemplateManifest.builtInVariables) assert.include(problems(`variables:\n  ${name}: 1\n`)[0], "answered by the program")
    assert.isFalse(Object.hasOwn(Object.prototype, "polluted"))
    assert.isTrue(Either.isLeft(decode("variables:\n  __proto__: { polluted: true }\n")))
    assert.strictEqual(Reflect.get({}, "polluted"), undefined)
  })
})

describe("what is refused", () => {
  it("keys that nobody knows, with the line", () => {
    assert.deepStrictEqual(problems("name: api\nversoin: 1.0.0\n"), ['2: there is no key "versoin"; the keys are name, description, version, variables, sync, exclude, conditional, renamed, messages, commands'])
    assert.match(problems("sync:\n  allways: [a]\n")[0] ?? "", /^2: there is no key "sync\.allways"/)
    assert.match(problems("__proto__: 1\n")[0] ?? "", /^1: there is no key "__proto__"/)
  })

  it("values of another kind, all of them with their lines", () => {
    assert.deepStrictEqual(problems("name: [a]\nexclude: x\nrenamed:\n  - from: a\n"), ["1: name must be a text", "2: exclude must be a list of file patterns", "4: renamed[1].to is missing"])
  })

  it("paths and patterns that lead out", () => {
    for (const path of ["../x", "/etc/passwd", "a/../../b", "C:/x", "a\\\\b", "./a", ""]) {
      assert.isTrue(Either.isLeft(decode(`exclude: [${JSON.stringify(path.replace("\\\\", "\\"))}]\n`)), path)
      assert.isTrue(Either.isLeft(decode(`renamed: [{ from: a, to: ${JSON.stringify(path.replace("\\\\", "\\"))} }]\n`)), path)
    }
  })

  it("patterns that could take time without end", () => {
    for (const pattern of ["+(a|aa)+(a|aa)b", "!(x)", "@(a)", "!secret", "a".repeat(501)]) assert.isTrue(Either.isLeft(decode(`exclude: [${JSON.stringify(pattern)}]\n`)), pattern)
  })

  it("YAML that is broken, in words and with its line", () => {
    assert.match(problems("name: api\n\tversion: 1\n")[0] ?? "", /^2: a tab is used to indent/)
    assert.match(problems("name: a\nname: b\n")[0] ?? "", /^2: the key "name" is there twice/)
    assert.match(problems("- a\n")[0] ?? "", /^1: the file must hold `key: value` lines/)
    assert.match(problems("name: a\n---\nname: b\n")[0] ?? "", /more than one YAML document/)
  })

  it("files that blow up when they are read", () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[..."bcdefghi"].map((letter, at) => `${letter}: &${letter} [${`*${"abcdefgh"[at]}, `.repeat(8)}x]\n`).join("")}`
    assert.match(problems(bomb)[0] ?? "", /aliases blow the file up/)
    assert.match(problems("a: &a [*a]\n")[0] ?? "", /^1: /)
    assert.match(problems(`name: ${"[".repeat(100_000)}\n`)[0] ?? "", /nested more than/)
    assert.match(problems(`name: "${"x".repeat(1024 * 1024)}"\n`)[0] ?? "", /larger than 1 MiB/)
    assert.match(problems("name: a\u0000b\n")[0] ?? "", /not plain UTF-8 text/)
    assert.isAtMost(problems(`variables:\n${Array.from({ length: 20_000 }, (_, at) => `  v-${at}: 1\n`).join("")}`).length, 100)
  })

  it("no pattern is tried when it is read: it could take for ever", () => {
    assert.strictEqual(variable(`{ pattern: "(a+)+", default: ${"a".repeat(60)}! }`)?.pattern, "(a+)+")
  })

  it("a command without a program, and names that are none", () => {
    assert.deepStrictEqual(problems("commands:\n  - run: []\n    after: create\n"), ["2: commands[1].run names no program"])
    assert.match(problems("commands:\n  - run: [a]\n    after: later\n")[0] ?? "", /^3: commands\[1\]\.after is wrong: commands must be a list of groups/)
    assert.deepStrictEqual(problems("sync:\n  always: x\n"), ["2: sync.always is wrong: sync must be a group of lists named always, ask and never"])
    assert.isTrue(Either.isLeft(decode("name: ../x\n")))
    assert.isTrue(Either.isLeft(decode("version: a b\n")))
  })
})
