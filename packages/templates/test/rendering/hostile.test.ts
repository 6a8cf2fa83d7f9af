import * as Rendering from "@dev-infra/templates/Rendering"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { answers, snapshotOf } from "../snapshots.js"
import { executable, link, type Written } from "../trees.js"

/** For what would never end by itself. */
const brief: Rendering.Limits = { ...Rendering.usualLimits, milliseconds: 300 }

/** For what ends by another limit than that of time, however busy the computer is. */
const patient: Rendering.Limits = { ...Rendering.usualLimits, milliseconds: 600_000 }

const refusal = (files: { readonly [path: string]: Written }, limits: Rendering.Limits = patient) =>
  Effect.map(Effect.flip(Rendering.render(snapshotOf(files), answers, limits)), ({ problems }) => problems.map(({ path, problem }) => `${path}: ${problem}`))

const repeated = (text: string, times: number): string => text.repeat(times)

describe("Rendering a hostile template", () => {
  const paths: ReadonlyArray<readonly [path: string, problem: string]> = [
    ["../outside", "it leads out of the project"],
    ["a/../../outside", "it leads out of the project"],
    ["a/./b", "it leads out of the project"],
    ["/etc/cron.d/x", "it is absolute"],
    ["C:/Windows/x", "it is absolute"],
    ["c:x", "it is absolute"],
    ["a\\..\\b", 'Windows allows no "\\\\" in a name'],
    ["a//b", "a name in it is empty"],
    ["sub/.git/config", "what is in .git belongs to git"],
    [".GIT/config", "what is in .git belongs to git"],
    [".git./config", "what is in .git belongs to git"],
    [".git /config", "what is in .git belongs to git"],
    ["GIT~1/config", "what is in .git belongs to git"],
    [".g\u200dit/config", "it holds a character that cannot be seen"],
    [".git::$INDEX_ALLOCATION/config", 'Windows allows no ":" in a name'],
    ["aux", "the name is reserved on Windows"],
    ["src/NUL.txt", "the name is reserved on Windows"],
    ["com1.log", "the name is reserved on Windows"],
    ["LPT\u00b9", "the name is reserved on Windows"],
    ["con .md", "the name is reserved on Windows"],
    ["a.", "Windows allows no name that ends with a dot or a space"],
    ["a /b", "Windows allows no name that ends with a dot or a space"],
    ["a?b", 'Windows allows no "?" in a name'],
    ["a\nb", "it holds a character that cannot be seen"],
    ["photo\u202egpj.exe", "it holds a character that cannot be seen"],
    [".DEV-INFRA.yml", "that file is written by dev-infra"],
    [repeated("a", 256), "a name in it is too long"],
    [repeated("abc/", 300), "it is too long"]
  ]
  for (const [path, problem] of paths) {
    it.effect(`cannot give ${JSON.stringify(path.slice(0, 40))}`, () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* refusal({ [path]: "x" }))[0], `${path}: ${problem}`)
      }))
  }

  it.effect("cannot give anything in .git: it is left out", () =>
    Effect.gen(function* () {
      const files = yield* Rendering.render(snapshotOf({ ".git/hooks/pre-commit": executable("#!/bin/sh\n"), a: "" }), answers)
      assert.deepStrictEqual([...files.keys()], ["a"])
    }))

  const links: ReadonlyArray<readonly [target: string, problem: string]> = [
    ["/etc/passwd", 'it is a link to "/etc/passwd", which is absolute'],
    ["../../outside", 'it is a link to "../../outside", which leads out of the project'],
    ["../x/../../y", 'it is a link to "../x/../../y", which leads out of the project'],
    ["C:/Windows", 'it is a link to "C:/Windows", which is absolute'],
    ["..\\..\\x", 'it is a link to "..\\\\..\\\\x", which is absolute'],
    ["../.git/config", "it is a link into .git"],
    ["", "it is a link without a usable target"],
    ["me", "it is a link that leads back to itself"]
  ]
  for (const [target, problem] of links) {
    it.effect(`cannot give a link to ${JSON.stringify(target)}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* refusal({ "docs/me": link(target) }), [`docs/me: ${problem}`])
      }))
  }

  it.effect("cannot lead out by a link over a link", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ "a/b/root": link("../.."), out: link("a/b/root/../x") }), ['out: it is a link to "a/b/root/../x", which leads out of the project'])
      assert.deepStrictEqual(yield* refusal({ one: link("two"), two: link("one") }), ["one: it is a link that leads back to itself", "two: it is a link that leads back to itself"])
      assert.deepStrictEqual(yield* refusal({ up: link("."), "up/x": "y" }), ["up/x: up would be a file and a folder"])
    }))

  it.effect("cannot give two files that are one where case or accents do not count", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ "README.md": "", "readme.md": "" }), ["readme.md: where case does not count it is the same as README.md"])
      assert.deepStrictEqual(yield* refusal({ "Docs/a": "", "docs/b": "" }), ["docs/b: where case does not count it is the same as Docs"])
      assert.deepStrictEqual(yield* refusal({ "caf\u00e9": "", "cafe\u0301": "" }), ["caf\u00e9: where case does not count it is the same as cafe\u0301"])
      assert.deepStrictEqual(yield* refusal({ "stra\u00dfe": "", STRASSE: "" }), ["stra\u00dfe: where case does not count it is the same as STRASSE"])
      assert.deepStrictEqual(yield* refusal({ "a.md": "", "a.md.liquid": "" }), ["a.md: two files of the template get this name"])
      assert.deepStrictEqual(yield* refusal({ "{{ name }}": "", api: "" }), ["api: two files of the template get this name"])
      assert.deepStrictEqual(yield* refusal({ api: "", "{{ name }}/x": "" }), ["api/x: api would be a file and a folder"])
    }))

  it.effect("cannot count to a thousand million", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ "a.liquid": "{% for i in (1..1000000000) %}x{% endfor %}" }), ["a.liquid: it needs more memory than is allowed"])
    }))

  it.effect("cannot count for ever by loops in loops", () =>
    Effect.gen(function* () {
      const loops = `${repeated("{% for i in (1..1000) %}", 6)}${repeated("{% endfor %}", 6)}`
      assert.deepStrictEqual(yield* refusal({ "a.liquid": loops }, brief), [": rendering it takes longer than 0.3 seconds"])
    }))

  it.effect("cannot keep the processor by patterns of files", () =>
    Effect.gen(function* () {
      const pattern = `${repeated("*a", 60)}b`
      const snapshot = snapshotOf({ [repeated("a", 200)]: "", [repeated("a", 199)]: "" }, { exclude: [pattern] })
      const error = yield* Effect.flip(Rendering.render(snapshot, answers, brief))
      assert.deepStrictEqual(error.problems, [{ path: "", problem: "rendering it takes longer than 0.3 seconds" }])
    }))

  it.effect("cannot write 50 MB, in one file or in many, straight or by way of a variable", () =>
    Effect.gen(function* () {
      const kilobyte = repeated("x", 1000)
      const megabyte = `{% for i in (1..1000) %}${kilobyte}{% endfor %}`
      const tooMuch = "it makes more text than is allowed"
      assert.deepStrictEqual(yield* refusal({ "a.liquid": repeated(megabyte, 50) }), [`a.liquid: ${tooMuch}`])
      assert.deepStrictEqual(yield* refusal({ "a.liquid": `{% capture big %}${repeated(megabyte, 50)}{% endcapture %}` }), [`a.liquid: ${tooMuch}`])
      const doubled = `{% assign x = "${kilobyte}" %}${repeated("{% assign x = x | append: x %}", 20)}{{ x }}`
      assert.deepStrictEqual(yield* refusal({ "a.liquid": doubled }), ["a.liquid: it needs more memory than is allowed"])
      const captured = `{% capture x %}${kilobyte}{% endcapture %}${repeated("{% capture x %}{{ x }}{{ x }}{% endcapture %}", 40)}`
      assert.deepStrictEqual(yield* refusal({ "a.liquid": captured }), [`a.liquid: ${tooMuch}`])
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${10 + at}.liquid`, megabyte]))
      assert.deepStrictEqual((yield* refusal(many, { ...patient, outputLength: 3_500_000 }))[0], `f13.liquid: ${tooMuch}`)
    }))

  it.effect("cannot nest without end, in any way", () =>
    Effect.gen(function* () {
      const deep = ["a.liquid: it is nested too deeply"]
      for (const times of [101, 3_000, 30_000]) {
        assert.deepStrictEqual(yield* refusal({ "a.liquid": `${repeated("{% if true %}", times)}${repeated("{% endif %}", times)}` }), deep)
        assert.deepStrictEqual(yield* refusal({ "a.liquid": `{%- liquid\n${repeated("if true\n", times)}${repeated("endif\n", times)}%}` }), deep)
        assert.deepStrictEqual(yield* refusal({ "a.liquid": `{{ name${repeated("[name", times)}${repeated("]", times)} }}` }), deep)
        assert.deepStrictEqual(yield* refusal({ "a.liquid": `{% for i in ${repeated("(1..", times)}2${repeated(")", times)} %}{% endfor %}` }), deep)
      }
      assert.deepStrictEqual(yield* refusal({ "a.liquid": repeated("{% if true %}", 30_000) }), deep)
      const condition = `${repeated("(", 5_000)}true${repeated(")", 5_000)}`
      const error = yield* Effect.flip(Rendering.render(snapshotOf({ a: "" }, { conditional: [{ files: ["a"], when: condition }] }), answers, patient))
      assert.include(error.problems[0]?.problem, "it is nested too deeply")
    }))

  it.effect("may nest as deeply as people do, and show what looks like it", () =>
    Effect.gen(function* () {
      const nested = `${repeated("{% if true %}", 90)}x${repeated("{% endif %}", 90)}`
      const text = `${repeated(`{% if true %}{{ name }}{% endif %}[`, 2_000)}${repeated("(", 2_000)}`
      const files = yield* Rendering.render(snapshotOf({ "a.liquid": nested, "b.liquid": text, "c.liquid": `{% raw %}${repeated("{% if %}", 500)}{% endraw %}` }), answers, patient)
      assert.deepStrictEqual([...files.values()].map(({ content }) => content.length), [1, 2_000 * 4 + 2_000, 500 * 8])
    }))

  it.effect("cannot be longer than any text", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ "a.liquid": repeated("x", 1024 * 1024 + 1) }), ["a.liquid: it is longer than is allowed"])
    }))

  it.effect("cannot make lists that stand for more text than is allowed", () =>
    Effect.gen(function* () {
      const big = `{% capture big %}${repeated("x", 500_000)}{% endcapture %}{% assign list = big | split: "," %}`
      const doubled = repeated("{% assign list = list | concat: list %}", 20)
      for (const use of ["{{ list }}", "{{ list | join }}", "{{ '' | append: list }}", "{{ list | json }}"]) {
        assert.deepStrictEqual(yield* refusal({ "a.liquid": `${big}${doubled}${use}` }), ["a.liquid: it needs more memory than is allowed"])
      }
      assert.deepStrictEqual(yield* refusal({ "a.liquid": `${big}{{ big | replace: "x", big }}` }), ["a.liquid: it needs more memory than is allowed"])
      for (const filter of ["push", "unshift", "group_by", "where_exp", "find"]) {
        const [problem] = yield* refusal({ "a.liquid": `{% assign list = "a,b" | split: "," | ${filter}: "x" %}` })
        assert.strictEqual(problem, `a.liquid: the filter ${filter} is not available: answers are texts, numbers and lists of texts`)
      }
    }))

  it.effect("cannot include files, deeply or at all", () =>
    Effect.gen(function* () {
      for (const tag of ["include", "render", "layout"]) {
        for (const file of ["a", "a.liquid", "/etc/passwd", "../../../etc/passwd"]) {
          assert.deepStrictEqual(yield* refusal({ "a.liquid": `{% ${tag} '${file}' %}` }), [`a.liquid: the tag ${tag} is not available: a template cannot read other files`])
        }
      }
    }))

  it.effect("cannot reach what runs it", () =>
    Effect.gen(function* () {
      for (const expression of ["name.constructor", "process", "globalThis", "author.__proto__", "this", "require"]) {
        const [problem] = yield* refusal({ "a.liquid": `{{ ${expression} }}` })
        assert.match(problem ?? "", /^a\.liquid: undefined variable: /)
      }
    }))

  it.effect("cannot have more files, or larger ones, than a project can hold", () =>
    Effect.gen(function* () {
      const many = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, ""]))
      assert.deepStrictEqual(yield* refusal(many, { ...patient, files: 19 }), [": the template has 20 files, which is more than 19"])
      assert.deepStrictEqual(yield* refusal({ a: "123456", b: "123456" }, { ...patient, bytes: 10 }), ["b: the template gives more than 10 bytes"])
    }))

  it.effect("is told of everything at once, but not without end", () =>
    Effect.gen(function* () {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`../f${at}`, executable("")]))
      assert.lengthOf(yield* refusal(many), 20)
    }))
})
