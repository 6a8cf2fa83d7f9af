import * as Answers from "@dev-infra/templates/Answers"
import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"

const builtIn = { name: "order-api", date: "2025-12-19", author: "Ada" }

const manifest = (...variables: ReadonlyArray<TemplateManifest.Variable>): TemplateManifest.TemplateManifest => ({ ...TemplateManifest.empty, variables })

const resolve = (variables: ReadonlyArray<TemplateManifest.Variable>, given: TemplateManifest.Answers = {}) => Answers.resolve(manifest(...variables), { given, builtIn, unknown: "refuse" })

const problems = (variables: ReadonlyArray<TemplateManifest.Variable>, given: TemplateManifest.Answers = {}) =>
  Effect.map(Effect.flip(resolve(variables, given)), (error) => error.problems.map(({ name, problem }) => `${name}: ${problem}`))

const known = { name: "order-api", date: "2025-12-19", year: 2025, author: "Ada" }

describe("Answers", () => {
  it.effect("answers the built-in variables, and each variable by its default", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* resolve([]), known)
      assert.deepStrictEqual(
        yield* resolve([
          { name: "title", type: "text", default: "{{ name | replace: '-', ' ' | capitalize }}" },
          { name: "slug", type: "text", default: "{{ title | downcase }}-{{ year }}" },
          { name: "port", type: "number", default: "{{ year | plus: 6000 }}" },
          { name: "open", type: "boolean", default: "{{ author == 'Ada' }}" },
          { name: "kind", type: "choice", choices: ["web", "cli"], default: "cli" },
          { name: "parts", type: "choices", choices: ["a", "b", "c"], default: ["b"] }
        ]),
        { ...known, title: "Order api", slug: "order api-2025", port: 8025, open: true, kind: "cli", parts: ["b"] }
      )
    }))

  it.effect("takes what is given as the type wants it", () =>
    Effect.gen(function* () {
      const variables: ReadonlyArray<TemplateManifest.Variable> = [
        { name: "title", type: "text", default: "x" },
        { name: "port", type: "number", default: 1 },
        { name: "tested", type: "boolean", default: false },
        { name: "parts", type: "choices", choices: ["a", "b", "c"], default: [] }
      ]
      const expected = { ...known, author: "Grace", title: "8080", port: 80.5, tested: true, parts: ["a", "c"] }
      assert.deepStrictEqual(yield* resolve(variables, { title: "8080", port: "80.5", tested: "Yes", parts: "c, a", author: "Grace" }), expected)
      assert.deepStrictEqual(yield* resolve(variables, { title: 8080, port: 80.5, tested: true, parts: ["c", "a"], author: "Grace" }), expected)
      assert.deepStrictEqual(yield* resolve(variables, { title: "", port: "0", tested: "n", parts: "" }), { ...known, title: "", port: 0, tested: false, parts: [] })
    }))

  it.effect("says everything that is missing or not allowed, at once", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* problems(
          [
            { name: "title", type: "text" },
            { name: "port", type: "number", default: 1 },
            { name: "tested", type: "boolean", default: false },
            { name: "kind", type: "choice", choices: ["web", "cli"] },
            { name: "parts", type: "choices", choices: ["a", "b"] },
            { name: "slug", type: "text", pattern: "[a-z]+" }
          ],
          { port: "many", tested: "maybe", kind: "desktop", parts: "a,z", slug: "abc1" }
        ),
        [
          "title: it has no default, so it must be given",
          "port: it must be a number",
          "tested: it must be true or false",
          "kind: it must be one of web, cli",
          'parts: "z" is none of a, b',
          "slug: it must match [a-z]+"
        ]
      )
    }))

  it.effect("refuses values for variables that are not there, unless they are to be left out", () =>
    Effect.gen(function* () {
      const title: TemplateManifest.Variable = { name: "title", type: "text", default: "x" }
      assert.deepStrictEqual(yield* problems([title], { tilte: "y", year: "1999" }), ["tilte: the template has no such variable; it has title, author", "year: it cannot be given"])
      assert.deepStrictEqual(yield* Answers.resolve(manifest(title), { given: { tilte: "y", ...known }, builtIn }), { ...known, title: "x" })
    }))

  it.effect("does not ask for what does not apply", () =>
    Effect.gen(function* () {
      const asked = yield* Ref.make<ReadonlyArray<string>>([])
      const ask = ({ variable }: Answers.Question) => Effect.as(Ref.update(asked, (all) => [...all, variable.name]), variable.name === "kind" ? "cli" : "typed")
      const variables: ReadonlyArray<TemplateManifest.Variable> = [
        { name: "kind", type: "choice", choices: ["web", "cli"], default: "web" },
        { name: "host", type: "text", default: "{{ name }}.example", when: 'kind == "web"' },
        { name: "port", type: "number", when: 'kind == "web"' },
        { name: "tls", type: "boolean", when: 'kind == "web"' },
        { name: "engine", type: "choice", choices: ["x", "y"], when: 'kind == "web"' },
        { name: "parts", type: "choices", choices: ["x", "y"], when: 'kind == "web"' },
        { name: "command", type: "text", when: 'kind == "cli" and name contains "api"' },
        { name: "given", type: "text" }
      ]
      const answers = yield* Answers.resolve(manifest(...variables), { given: { given: "by flag" }, builtIn, ask })
      assert.deepStrictEqual(answers, { ...known, kind: "cli", host: "order-api.example", port: 0, tls: false, engine: "x", parts: [], command: "typed", given: "by flag" })
      assert.deepStrictEqual(yield* Ref.get(asked), ["kind", "command"])
    }))

  it.effect("asks again, with what is wrong, until the answer is allowed", () =>
    Effect.gen(function* () {
      const questions = yield* Ref.make<ReadonlyArray<unknown>>([])
      const typed = ["ninety", "", "8080"]
      const ask = ({ byDefault, problem, prompt }: Answers.Question) =>
        Ref.modify(questions, (all) => [typed[all.length] ?? "", [...all, { prompt, byDefault, problem }]] as const)
      const answers = yield* Answers.resolve(manifest({ name: "port", type: "number", prompt: "Which port?", default: 80 }), { given: {}, builtIn, ask })
      assert.strictEqual(answers["port"], 8080)
      assert.deepStrictEqual(yield* Ref.get(questions), [
        { prompt: "Which port?", byDefault: 80, problem: undefined },
        { prompt: "Which port?", byDefault: 80, problem: "it must be a number" },
        { prompt: "Which port?", byDefault: 80, problem: "it must be a number" }
      ])
    }))

  it.effect("a question that cannot be asked ends it", () =>
    Effect.gen(function* () {
      const failed = yield* Effect.flip(Answers.resolve(manifest({ name: "a", type: "text" }), { given: {}, builtIn, ask: () => Effect.fail("no terminal") }))
      assert.strictEqual(failed, "no terminal")
    }))

  it.effect("matches the whole text, and ends a pattern that would take for ever", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems([{ name: "a", type: "text", pattern: "a|b" }], { a: "ab" }), ["a: it must match a|b"])
      assert.deepStrictEqual(yield* problems([{ name: "a", type: "text", pattern: "(a+)+" }], { a: `${"a".repeat(60)}!` }), ["a: the template's pattern for it takes too long"])
      assert.deepStrictEqual(yield* problems([{ name: "a", type: "text", pattern: "(" }], { a: "x" }), ["a: the template's pattern for it is no regular expression"])
      assert.deepStrictEqual(yield* problems([{ name: "a", type: "text", pattern: "a".repeat(2000) }], { a: "x" }), ["a: the template's pattern for it is too long"])
    }))

  it.effect("a default or a condition that is hostile is only wrong", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* problems([
          { name: "a", type: "text", default: "{{ nothing }}" },
          { name: "b", type: "text", default: "{% for i in (1..1000000000) %}x{% endfor %}" },
          { name: "c", type: "text", default: "x", when: "nothing ==" },
          { name: "d", type: "text", default: "{% include '/etc/passwd' %}" }
        ]),
        [
          "a: its default cannot be used: undefined variable: nothing",
          "b: its default cannot be used: it needs more memory than is allowed",
          "c: its condition cannot be used: undefined variable: nothing",
          "d: its default cannot be used: the tag include is not available: a template cannot read other files"
        ]
      )
    }))

  it.effect("keeps secrets and characters that nobody sees out of what is written down", () =>
    Effect.gen(function* () {
      const url: TemplateManifest.Variable = { name: "url", type: "text", default: "x" }
      assert.deepStrictEqual(yield* problems([url], { url: "https://me:secret@host/r.git" }), ["url: it holds a password, and answers are kept in a file under version control"])
      assert.deepStrictEqual(yield* problems([url], { url: "a\u0000b" }), ["url: it holds control characters"])
      assert.deepStrictEqual(yield* problems([url], { url: "x".repeat(10_001) }), ["url: it is longer than 10000 characters"])
      assert.deepStrictEqual(yield* problems([{ name: "api_key", type: "text", default: "x" }]), ["api_key: it is called like a secret, and answers are kept in a file under version control"])
    }))
})
