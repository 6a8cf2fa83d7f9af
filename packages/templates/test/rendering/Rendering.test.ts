import * as Rendering from "@dev-infra/templates/Rendering"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { answers, snapshotOf } from "../snapshots.js"
import { executable, link, shown, textOf } from "../trees.js"

const rendered = (...given: Parameters<typeof snapshotOf>) => Effect.map(Rendering.render(snapshotOf(...given), { ...answers, tests: true, kind: "web", tags: ["a", "b"] }), shown)
const problems = (...given: Parameters<typeof snapshotOf>) =>
  Effect.map(Effect.flip(Rendering.render(snapshotOf(...given), { ...answers, tests: true, kind: "web" })), (error) => error.problems.map(({ line, path, problem }) => `${path}${line === undefined ? "" : `:${line}`}: ${problem}`))

describe("Rendering", () => {
  it.effect("renders files that end in .liquid, which lose the suffix, and nothing else", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* rendered({
          "README.md.liquid": "# {{ name }}\n{% if tests %}tested{% endif %}\n{% for tag in tags %}- {{ tag }}\n{% endfor %}",
          "ci.yml": "run: ${{ secrets.X }} {% raw %}",
          "run.sh.liquid": executable("#!/bin/sh\necho {{ name | upcase }}\n"),
          "liquid": "a file called so {{ name }}",
          ".liquid": "and so {{ name }}"
        }),
        {
          ".liquid": "and so {{ name }}",
          "README.md": "# api\ntested\n- a\n- b\n",
          "ci.yml": "run: ${{ secrets.X }} {% raw %}",
          liquid: "a file called so {{ name }}",
          "run.sh": "executable: #!/bin/sh\necho API\n"
        }
      )
    }))

  it.effect("copies bytes, modes and links as they are", () =>
    Effect.gen(function* () {
      const every = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join("")
      assert.deepStrictEqual(yield* rendered({ "logo.bin": every, "crlf.txt": "a\r\nb", tool: executable("x"), "docs/to": link("../logo.bin") }), {
        "crlf.txt": "a\r\nb",
        "docs/to": "symlink: ../logo.bin",
        "logo.bin": every,
        tool: "executable: x"
      })
    }))

  it.effect("keeps line ends, byte order marks and letters of what it renders", () =>
    Effect.gen(function* () {
      const utf8 = (text: string) => textOf(new TextEncoder().encode(text))
      const files = yield* rendered({ "a.txt.liquid": utf8("\ufeff\u00fc {{ name }}\r\n\r\nlast") })
      assert.strictEqual(files["a.txt"], utf8("\ufeff\u00fc api\r\n\r\nlast"))
    }))

  it.effect("renders names of files and folders", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(Object.keys(yield* rendered({ "src/{{ name }}/{{ kind | upcase }}.ts": "", "{{ name }}.md.liquid": "", "{{name}}/empty": "" })), ["api.md", "api/empty", "src/api/WEB.ts"])
    }))

  it.effect("a name stays the name of one file", () =>
    Effect.gen(function* () {
      for (const author of ["../../x", "a/b", "a\\b", "/etc/passwd"]) {
        const error = yield* Effect.flip(Rendering.render(snapshotOf({ "docs/{{ author }}.md": "" }), { ...answers, author }))
        assert.deepStrictEqual(error.problems, [{ path: "docs/{{ author }}.md", problem: `"{{ author }}.md" becomes "${author}.md", which is no name of one file or folder` }])
      }
      assert.deepStrictEqual(yield* problems({ "{{ kind | append: slash }}.md": "" }), ["{{ kind | append: slash }}.md: undefined variable: slash"])
      assert.deepStrictEqual(yield* problems({ "{{ '' }}/a": "", "{{ '' }}": "" }), ["{{ '' }}: a part of its name is empty with these answers", "{{ '' }}/a: a part of its name is empty with these answers"])
      assert.deepStrictEqual(Object.keys(yield* rendered({ "{{ '' }}/a": "", b: "" }, { conditional: [{ files: ["{{ '' }}/"], when: "false" }] })), ["b"])
      assert.deepStrictEqual(yield* problems({ "{{ name }}{% if tests %}x{% endif %}": "" }), ["{{ name }}{% if tests %}x{% endif %}: a name may hold {{ }}, but not {% %}"])
    }))

  it.effect("leaves out what is excluded, and what does not apply", () =>
    Effect.gen(function* () {
      const files = { "README.md": "", "notes/a.md": "", "notes/b.md.liquid": "", "test/{{ name }}.ts": "", "web/index.html.liquid": "", "cli/main.ts": "" }
      assert.deepStrictEqual(
        Object.keys(
          yield* rendered(files, {
            exclude: ["notes/", "test/api.ts"],
            conditional: [
              { files: ["web/**"], when: 'kind == "web"' },
              { files: ["cli/**"], when: 'kind == "cli" or tests == false' }
            ]
          })
        ),
        ["README.md", "web/index.html"]
      )
      assert.deepStrictEqual(Object.keys(yield* rendered(files, { exclude: ["notes/b.md", "web/index.html.liquid", "**/*.ts"] })), ["README.md", "notes/a.md"])
    }))

  it.effect("never gives template.yml, .git and .dev-infra.yml", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(Object.keys(yield* rendered({ "template.yml": "", ".git/config": "", ".git": "x", ".dev-infra.yml": "", ".dev-infra.yml.liquid": "", "{{ '.dev-infra.yml' }}": "", "a/template.yml": "" })), ["a/template.yml"])
    }))

  it.effect("gives the same each time: the clock says the day of creation, and nothing is by chance", () =>
    Effect.gen(function* () {
      const files = { "LICENSE.liquid": "{{ 'now' | date: '%Y' }} {{ 'today' | date: '%Y-%m-%d' }} {{ date | date: '%d %B %Y' }} {{ 'now' | date_to_string }} {{ year }}" }
      assert.strictEqual((yield* rendered(files))["LICENSE"], "2025 2025-12-19 19 December 2025 19 Dec 2025 2025")
      assert.deepStrictEqual(yield* problems({ "a.liquid": "x\n{{ tags | default: 'a,b' | split: ',' | sample }}" }), ["a.liquid:2: the filter sample is not available: a template gives the same each time"])
    }))

  it.effect("says in which line what is wrong, of every file", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        yield* problems({ "a.liquid": "1\n2\n{{ nmae }}\n", "b.liquid": "{% if tests %}\n", "c.liquid": "\n{{ name | shout }}", "d.liquid": "{% include 'a' %}", "e.liquid": "\xff", "f.liquid": "{{ name" }),
        [
          "a.liquid:3: undefined variable: nmae",
          "b.liquid:1: tag {% if tests %} not closed",
          "c.liquid:2: undefined filter: shout",
          "d.liquid:1: the tag include is not available: a template cannot read other files",
          "e.liquid: it ends in .liquid, but is no text in UTF-8",
          'f.liquid:1: output "{{ name" not closed'
        ]
      )
      assert.deepStrictEqual(yield* problems({ a: "" }, { conditional: [{ files: ["a"], when: "nothing == 1" }] }), ['template.yml: the condition "nothing == 1": undefined variable: nothing'])
    }))

  it.effect("what was answered is not rendered again", () =>
    Effect.gen(function* () {
      const files = yield* Rendering.render(snapshotOf({ "a.liquid": "{{ author }}", "{{ author }}.md": "" }), { ...answers, author: "{{ name }}" })
      assert.deepStrictEqual(shown(files), { a: "{{ name }}", "{{ name }}.md": "" })
    }))

  it.effect("renders messages and renamed files", () =>
    Effect.gen(function* () {
      const snapshot = snapshotOf({}, { renamed: [{ from: "{{ name }}.yml", to: "config/{{ name }}.yml", version: "2.0.0" }] })
      assert.strictEqual(yield* Rendering.text(snapshot, "{{ name }} is there", answers), "api is there")
      assert.deepStrictEqual(yield* Rendering.renamed(snapshot, answers), [{ from: "api.yml", to: "config/api.yml", version: "2.0.0" }])
    }))
})
