import { limits } from "@dev-infra/git-repositories/TreeLimits"
import * as TemplateLint from "@dev-infra/templates/TemplateLint"
import * as TemplateManifest from "@dev-infra/templates/TemplateManifest"
import * as TemplateSource from "@dev-infra/templates/TemplateSource"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { readFileSync } from "node:fs"

const page = readFileSync(new URL("../../../../docs/templates-format.md", import.meta.url), "utf8")

describe("the page on writing templates", () => {
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = ""]) => text)

  it.effect("has examples that are read, and that lint finds no fault with", () =>
    Effect.gen(function* () {
      assert.isAtLeast(examples.length, 1)
      for (const text of examples) {
        const files = { "template.yml": text, "README.md.liquid": "{{ name }} {{ port }} {{ schema }} {{ owner }}", "src/a": "", "ci/a": "", "scripts/release": "", "Taskfile.yml": "", Dockerfile: "", ".dockerignore": "", "migrations/1.sql": "", "a.orig": "", "notes/a": "" }
        const findings = yield* Effect.flatMap(TemplateSources.TemplateSources, (sources) => Effect.flatMap(sources.open({ _tag: "Folder", path: "/it" }), TemplateLint.lint)).pipe(
          Effect.provide(TemplateSources.layerMemory({ folders: { "/it": files } }))
        )
        assert.deepStrictEqual(findings.filter(({ problem }) => !problem.includes("--trust")), [])
      }
    }))

  it("names every key, every built-in variable and the limits", () => {
    const [example = ""] = examples
    const manifest = Either.getOrThrow(Either.mapLeft(TemplateManifest.decode(example, "template.yml"), (problems) => new Error(JSON.stringify(problems))))
    for (const key of Object.keys(TemplateManifest.empty)) assert.notDeepEqual(Reflect.get(manifest, key), Reflect.get(TemplateManifest.empty, key), key)
    for (const name of TemplateManifest.builtInVariables) assert.include(page, `\`${name}\``)
    assert.include(page, `${limits.files / 1000} 000 files, ${limits.fileBytes / 1024 / 1024} MiB in one file or ${limits.totalBytes / 1024 / 1024} MiB in all, folders within each other more than ${limits.depth} times`)
  })

  it("names sources as they are read", () => {
    const options = { workingDirectory: "/work", homeDirectory: "/home/me", named: { company: "gh:acme/templates" } }
    const rows = (page.split("## Files that are rendered")[0] ?? "").split("\n").filter((line) => line.startsWith("| `"))
    const texts = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text))
    assert.isAtLeast(texts.length, 10)
    for (const text of texts) assert.isTrue(Either.isRight(TemplateSource.parse(text, options)), text)
  })
})
