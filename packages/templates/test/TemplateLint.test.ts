import * as TemplateLint from "@dev-infra/templates/TemplateLint"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"

const source = { _tag: "Folder", path: "/templates/it" } as const

/** What is found in a template of these files, as people would read it. */
const lint = (files: { readonly [path: string]: TemplateSources.MemoryFile }) =>
  Effect.flatMap(TemplateSources.TemplateSources, (sources) => Effect.flatMap(sources.open(source), TemplateLint.lint)).pipe(
    Effect.map((findings) => findings.map(({ line, path, problem, severity }) => `${severity} ${path}${line === undefined ? "" : `:${line}`} ${problem}`)),
    Effect.provide(TemplateSources.layerMemory({ folders: { [source.path]: files } }))
  )

const link = (target: string): TemplateSources.MemoryFile => ({ mode: "symlink", content: new TextEncoder().encode(target) })

describe("lint", () => {
  it.effect("finds nothing in a sound template", () =>
    Effect.gen(function* () {
      const files = {
        "template.yml": "version: 1.0.0\nvariables:\n  ci: true\n  owner:\n  licence: { choices: [MIT, none], default: MIT }\nsync: { always: [ci/**], never: [README.md] }\nconditional: [{ files: [ci/], when: ci }, { files: [LICENCE], when: licence == 'MIT' }]\n",
        "README.md.liquid": "# {{ name }} of {{ owner }}\n",
        "ci/build.yml": "on: push\n",
        LICENCE: "MIT",
        latest: link("README.md")
      }
      assert.deepStrictEqual(yield* lint(files), [])
    }))

  it.effect("finds Liquid that is wrong, with its line", () =>
    Effect.gen(function* () {
      const [first = "", second = ""] = yield* lint({ "a.md.liquid": "one\n{% if name %}\n", "b.md.liquid": "{{ name }}\n{{ nobody }}\n" })
      assert.match(first, /^error a\.md\.liquid:2 .*if/)
      assert.match(second, /^error b\.md\.liquid:2 .*nobody/)
    }))

  it.effect("finds what only some answers bring", () =>
    Effect.gen(function* () {
      const found = yield* lint({ "template.yml": "variables:\n  kind: { choices: [a, b], default: a }\n", "x.liquid": "{% if kind == 'b' %}{{ missing }}{% endif %}" })
      assert.match(found.join("\n"), /^error x\.liquid:1 .*missing/)
    }))

  it.effect("finds what no project may have: paths that lead out, reserved names, clashes, .dev-infra.yml", () =>
    Effect.gen(function* () {
      assert.match((yield* lint({ "{{ name | prepend: '../' }}/a": "" })).join("\n"), /^error \{\{/)
      assert.match((yield* lint({ out: link("../../etc/passwd") })).join("\n"), /^error out .*leads out of the project/)
      assert.match((yield* lint({ "aux.txt": "" })).join("\n"), /^error aux\.txt .*reserved on Windows/)
      assert.match((yield* lint({ "README.md": "", "readme.md": "" })).join("\n"), /^error \S+ .*case/i)
      assert.match((yield* lint({ a: "", "a.liquid": "" })).join("\n"), /^error a/)
      assert.match((yield* lint({ ".dev-infra.yml": "" })).join("\n"), /^error \.dev-infra\.yml the program itself writes this file/)
    }))

  it.effect("finds defaults that their own pattern does not allow, and a pattern that takes for ever", () =>
    Effect.gen(function* () {
      assert.match((yield* lint({ "a.liquid": "{{ port }}", "template.yml": "variables:\n  port: { pattern: '[0-9]+', default: x }\n" })).join("\n"), /error template\.yml variables\.port: it must match/)
      const slow = yield* lint({ "a.liquid": "{{ x }}", "template.yml": `variables:\n  x: { pattern: "(a+)+", default: ${"a".repeat(60)}! }\n` })
      assert.match(slow.join("\n"), /takes too long/)
    }))

  it.effect("warns of what is likely not meant so", () =>
    Effect.gen(function* () {
      const manifest = "version: one\nvariables: { used: 1, unused: 2 }\nsync: { always: [nothing/**, README.md], never: ['*.md'] }\nrenamed: [{ from: README.md, to: NEW.md }]\ncommands: [{ run: [npm, install], after: create }]\n"
      const found = yield* lint({ "template.yml": manifest, "README.md.liquid": "{{ used }}", "big.bin": "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n" })
      assert.isTrue(found.every((line) => line.startsWith("warning ")), found.join("\n"))
      for (const words of ["version: one is no semantic version", "variables.unused is used nowhere", "sync.always: nothing/** matches no file", "two rules are for README.md", "there is no file NEW.md", "README.md is still there", "npm install runs only", "big.bin it is a pointer of Git LFS"]) {
        assert.include(found.join("\n"), words)
      }
      assert.strictEqual(found.length, 8)
    }))
})
