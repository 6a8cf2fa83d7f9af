import * as Outdated from "@dev-infra/templates/Outdated"
import * as RecordedTemplates from "@dev-infra/templates/RecordedTemplates"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { projects } from "./fleetProjects.js"

const [first, second] = ["1".repeat(40), "2".repeat(40)]

const template = (version: string) => ({ "README.md": `# ${version}\n` })

const sources = TemplateSources.layerMemory({
  folders: { "/templates/api": { "template.yml": "version: 2.0.0\n", "README.md": "# API\n" } },
  repositories: {
    "https://git.example/templates.git": {
      head: "main",
      branches: { main: second ?? "" },
      tags: { "v1.0.0": first ?? "", "v1.10.0": second ?? "" },
      commits: [{ commit: first ?? "", files: template("v1.0.0") }, { commit: second ?? "", files: template("v1.10.0") }]
    }
  }
})

const text = "git+https://git.example/templates.git"

const recorded = (version: string, source: string | undefined, commit?: string): RecordedTemplates.RecordedTemplate => ({
  template: "standard",
  version,
  ...(source === undefined ? {} : { source }),
  ...(commit === undefined ? {} : { commit }),
  autoUpdate: false
})

describe("isNewer", () => {
  const newest = { version: "v1.10.0", commit: second ?? "" }
  for (const [name, before, after, expected] of [
    ["a higher number, not a later letter", { version: "v1.9.0" }, newest, true],
    ["the same version without its v", { version: "1.10.0" }, newest, false],
    ["an older one than is recorded", { version: "v2.0.0", commit: first }, newest, false],
    ["a final version after its candidate", { version: "v1.10.0-rc.1" }, newest, true],
    ["a tag that was moved", { version: "v1.10.0", commit: first }, newest, true],
    ["a branch that went on", { version: "abc1234", commit: first }, { version: "def5678", commit: second ?? "" }, true],
    ["a folder whose files changed under the same version", { version: "1.0.0", commit: "sha256:1" }, { version: "1.0.0", commit: "sha256:2" }, true],
    ["the same content", { version: "unknown", commit: "sha256:1" }, { version: "unknown", commit: "sha256:1" }, false]
  ] as const) {
    it(name, () => {
      const { version } = before
      const commit = "commit" in before ? before.commit : undefined
      assert.strictEqual(Outdated.isNewer(commit === undefined ? { version } : { version, commit }, after), expected)
    })
  }
})

describe("Outdated", () => {
  it.effect("knows for which projects there is a newer version, without the network", () =>
    Effect.gen(function* () {
      const templates = yield* TemplateSources.TemplateSources
      yield* Effect.flatMap(templates.parse(text), templates.fetchMissing)
      const report = yield* Outdated.examine(projects(7)).pipe(
        Effect.provide(
          RecordedTemplates.layerMemory({
            "/code/1": recorded("v1.0.0", text, first),
            "/code/2": recorded("v1.10.0", text, second),
            "/code/3": recorded("1.9.0", "/templates/api"),
            "/code/4": recorded("v1.0.0", "gh:acme/never-fetched"),
            "/code/5": recorded("v1.0.0", "gh:acme/never-fetched"),
            "/code/6": recorded("0.3.0", undefined)
          })
        )
      )
      assert.deepStrictEqual(report.outdated.map(({ newest, project }) => [project.name, newest.version]), [["project-1", "v1.10.0"], ["project-3", "2.0.0"]])
      assert.strictEqual(report.current, 1)
      assert.deepStrictEqual(report.unknown.map(({ failure, projects: those, source }) => [source, failure._tag, those.map(({ name }): string => name)]), [
        ["gh:acme/never-fetched", "TemplateUnavailable", ["project-4", "project-5"]],
        ["standard", "SourceInvalid", ["project-6"]]
      ])
    }).pipe(Effect.provide(sources))
  )

  it.effect("asks each source once, and opens no version", () =>
    Effect.gen(function* () {
      const real = yield* TemplateSources.TemplateSources
      yield* Effect.flatMap(real.parse(text), real.fetchMissing)
      const asked: Array<string> = []
      const watched = Layer.succeed(TemplateSources.TemplateSources, {
        ...real,
        newest: (source) => Effect.zipRight(Effect.sync(() => void asked.push("newest")), real.newest(source)),
        open: (source, version) => Effect.zipRight(Effect.sync(() => void asked.push("open")), real.open(source, version))
      })
      const many = projects(50)
      const records = RecordedTemplates.layerMemory(Object.fromEntries(many.map(({ path }) => [path, recorded("v1.0.0", text, first)])))
      const report = yield* Effect.provide(Outdated.examine(many), [watched, records])
      assert.strictEqual(report.outdated.length, 50)
      assert.deepStrictEqual(asked, ["newest"])
    }).pipe(Effect.provide(sources))
  )
})
