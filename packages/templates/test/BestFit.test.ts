import { fromFiles } from "@dev-infra/git-repositories/FileTree"
import * as BestFit from "@dev-infra/templates/BestFit"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

type Texts = { readonly [path: string]: string }

const url = "https://git.example.invalid/acme/templates.git"
const commitOf = (index: number) => String(index).padStart(40, "0")

/** A repository with one tag for each content, v1.0.0 and on. */
const repository = (...contents: ReadonlyArray<Texts>): TemplateSources.MemoryRepository => ({
  head: "main",
  branches: { main: commitOf(contents.length) },
  tags: Object.fromEntries(contents.map((_, index) => [`v1.${index}.0`, commitOf(index + 1)])),
  commits: contents.map((files, index) => ({ commit: commitOf(index + 1), files }))
})

const root = "/code/engine"

const project = (files: Texts) =>
  ProjectFolder.layerMemory({ [root]: fromFiles(Object.entries(files).map(([path, text]) => ({ path, mode: "file" as const, content: new TextEncoder().encode(text) }))) })

const world = (options: TemplateSources.MemoryTemplatesOptions, files: Texts) => Layer.merge(TemplateSources.layerMemory(options), project(files))

const builtIn = { name: "engine", date: "2026-11-21", author: "Somebody" }

const search = (templates: ReadonlyArray<string>, more: Partial<BestFit.SearchOptions> = {}) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources.TemplateSources
    for (const text of templates) yield* Effect.flatMap(sources.parse(text), sources.fetchMissing)
    const named = yield* Effect.forEach(templates, (text) => Effect.map(sources.parse(text), (source) => ({ name: text, source })))
    return yield* BestFit.search({ path: root, templates: named, given: {}, builtIn, ...more })
  })

const lines = (...all: ReadonlyArray<string>) => `${all.join("\n")}\n`

const first: Texts = { "README.md.liquid": "# {{ name }}\n\nBy {{ author }}, {{ year }}.\n", "ci.yml": lines("on: push", "jobs:", "  test: one"), LICENSE: "MIT\n", "old.txt": "old\n" }
const second: Texts = { ...first, "ci.yml": lines("on: push", "jobs:", "  test: two"), "Taskfile.yml.liquid": "vars:\n  NAME: {{ name }}\n" }
const third: Texts = { ...second, "ci.yml": lines("on: push", "jobs:", "  test: three"), "new.txt": "new\n" }

const git = `git+${url}`
const ofRepository = { repositories: { [url]: repository(first, second, third) } }

const made = { "README.md": "# engine\n\nBy Ada, 2024.\n", "ci.yml": second["ci.yml"] ?? "", LICENSE: "MIT\n", "old.txt": "old\n", "Taskfile.yml": "vars:\n  NAME: engine\n" }

describe("BestFit", () => {
  it.effect("finds the version that a project was made from, and what was answered", () =>
    Effect.gen(function* () {
      const { asWell, best, certainty, others } = yield* search([git])
      assert.deepInclude(best, { version: "v1.1.0", commit: commitOf(2), score: 1, unanswered: [] })
      assert.deepStrictEqual(best.files, { same: 5, alike: 0, different: 0, missing: 0 })
      assert.deepStrictEqual(best.answers, { name: "engine", date: "2024-01-01", year: 2024, author: "Ada" })
      assert.deepStrictEqual(best.guessed, { name: "engine", year: "2024", author: "Ada" })
      assert.strictEqual(certainty, "sure")
      assert.deepStrictEqual([asWell, others], [[], []])
    }).pipe(Effect.provide(world(ofRepository, made))))

  it.effect("finds it although files were changed, deleted and added", () =>
    Effect.gen(function* () {
      const { best, certainty } = yield* search([git])
      assert.strictEqual(best.version, "v1.1.0")
      assert.deepStrictEqual(best.files, { same: 1, alike: 2, different: 1, missing: 1 })
      assert.strictEqual(certainty, "likely")
    }).pipe(
      Effect.provide(world(ofRepository, { "Taskfile.yml": made["Taskfile.yml"], "README.md": "# Our engine\n\nBy Ada, 2024.\n\nMore.\n", LICENSE: "All rights reserved\n", "ci.yml": `${second["ci.yml"]}  more: yes\n`, "own/file.txt": "own\n" }))
    ))

  it.effect("takes the newest of versions that fit as well, and names the others", () =>
    Effect.gen(function* () {
      const { asWell, best, certainty } = yield* search([git])
      assert.strictEqual(best.version, "v1.2.0")
      assert.deepStrictEqual(asWell.map(({ version }) => version), ["v1.1.0", "v1.0.0"])
      assert.strictEqual(certainty, "likely")
    }).pipe(
      Effect.provide(
        world({ repositories: { [url]: repository({ "a.txt": "a\n" }, { "a.txt": "a\n" }, { "a.txt": "a\n" }) } }, { "a.txt": "a\n" })
      )
    ))

  it.effect("prefers the template that gave more of the files, and names the others", () =>
    Effect.gen(function* () {
      const { best, certainty, others } = yield* search(["/templates/tiny", "/templates/full", "/templates/foreign"])
      assert.deepInclude(best, { template: "full" })
      assert.strictEqual(certainty, "sure")
      assert.deepStrictEqual(others.map(({ template }) => template), ["tiny", "foreign"])
    }).pipe(
      Effect.provide(
        world(
          { folders: { "/templates/tiny": { LICENSE: "MIT\n" }, "/templates/full": { LICENSE: "MIT\n", "a.txt": "a\n", "b.txt": "b\n" }, "/templates/foreign": { "z.txt": "z\n" } } },
          { LICENSE: "MIT\n", "a.txt": "a\n", "b.txt": "b\n" }
        )
      )
    ))

  it.effect("tries the answers that decide which files there are", () =>
    Effect.gen(function* () {
      const { best } = yield* search(["/templates/api"])
      assert.deepInclude(best.answers, { docs: false, licence: "ISC" })
      assert.strictEqual(best.score, 1)
    }).pipe(
      Effect.provide(
        world(
          {
            folders: {
              "/templates/api": {
                "template.yml": lines("variables:", "  docs: { type: boolean, default: true }", "  licence: { type: choice, choices: [MIT, ISC], default: MIT }", "conditional:", "  - { files: [docs/**], when: docs }"),
                "docs/index.md": "docs\n",
                "LICENSE.liquid": "{% if licence == \"MIT\" %}The MIT licence{% else %}The ISC licence{% endif %}\n",
                "a.txt": "a\n"
              }
            }
          },
          { "a.txt": "a\n", LICENSE: "The ISC licence\n" }
        )
      )
    ))

  it.effect("names variables that the files do not tell and that have no default; given ones are as given", () =>
    Effect.gen(function* () {
      const { best } = yield* search(["/templates/api"])
      assert.deepStrictEqual(best.unanswered, ["owner"])
      const { best: given } = yield* search(["/templates/api"], { given: { owner: "acme" } })
      assert.deepStrictEqual(given.unanswered, [])
      assert.deepInclude(given.answers, { owner: "acme" })
      assert.strictEqual((yield* Effect.flip(BestFit.answered(best, { given: {} })))._tag, "AnswersInvalid")
      const asked = yield* BestFit.answered(best, { given: {}, ask: ({ variable }) => Effect.succeed(`${variable.name} of engine`) })
      assert.deepInclude(asked.fit, { unanswered: [], answers: { ...best.answers, owner: "owner of engine" } })
    }).pipe(Effect.provide(world({ folders: { "/templates/api": { "template.yml": "variables:\n  owner: { type: text }\n", "a.txt": "a\n" } } }, { "a.txt": "a\n" }))))

  it.effect("skips what cannot be looked at, unless nothing else was asked for", () =>
    Effect.gen(function* () {
      const { best, skipped } = yield* search(["/templates/broken", "/templates/gone", "/templates/api"])
      assert.strictEqual(best.template, "api")
      assert.deepStrictEqual(skipped.map(({ reason, template }) => [template, reason._tag]), [["/templates/broken", "TemplateInvalid"], ["/templates/gone", "TemplateUnavailable"]])
      assert.strictEqual((yield* Effect.flip(search(["/templates/broken"])))._tag, "TemplateInvalid")
      assert.strictEqual((yield* Effect.flip(search(["/templates/gone"])))._tag, "TemplateUnavailable")
    }).pipe(Effect.provide(world({ folders: { "/templates/api": { "a.txt": "a\n" }, "/templates/broken": { "a.txt.liquid": "{% if %}" } } }, { "a.txt": "a\n" }))))

  it.effect("says that nothing fits where nothing does", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(search(["/templates/api", "/templates/other"]))
      assert.deepInclude(failure, { _tag: "NothingFits", path: root })
    }).pipe(Effect.provide(world({ folders: { "/templates/api": { "a.txt": "a\n" }, "/templates/other": { "b.txt": "b\n" } } }, { "c.txt": "c\n" }))))

  it.effect("looks at one version only where that is asked for", () =>
    Effect.gen(function* () {
      const { best } = yield* search([git], { version: "v1.0.0" })
      assert.strictEqual(best.version, "v1.0.0")
      assert.strictEqual((yield* Effect.flip(search([git], { version: "v9.0.0" })))._tag, "TemplateUnavailable")
    }).pipe(Effect.provide(world(ofRepository, made))))
})
