import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as Planning from "@dev-infra/templates/Planning"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import type { PlannedFile, UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { textOf, tree } from "./trees.js"

const url = "https://example.org/web.git"
const commitOf = (version: number): string => String(version).repeat(40)
const project = { name: "api", path: "/home/me/api" }

type Files = TemplateSources.MemoryRepository["commits"][number]["files"]

/** A repository with one tag for each version. */
const repository = (...versions: ReadonlyArray<Files>): TemplateSources.MemoryRepository => ({
  head: "main",
  branches: { main: commitOf(versions.length) },
  tags: Object.fromEntries(versions.map((_, at) => [`v1.${at}.0`, commitOf(at + 1)])),
  commits: versions.map((files, at) => ({ commit: commitOf(at + 1), files }))
})

const record = (more = ""): string =>
  `template: web\nversion: v1.0.0\nsource: git+${url}\ncommit: "${commitOf(1)}"\nanswers:\n  name: api\n  date: "2025-12-19"\n  year: 2025\n  author: me\n${more}`

interface Situation {
  readonly versions: ReadonlyArray<Files>
  readonly metadata?: string
  readonly ours: FileTree
}

const inSituation = <A, E>(
  { metadata = record(), ours, versions }: Situation,
  effect: Effect.Effect<A, E, MetadataFile.MetadataFile | ProjectFolder.ProjectFolder | TemplateSources.TemplateSources | TextMerge.TextMerge>
): Effect.Effect<A, E | unknown> =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources.TemplateSources
    yield* sources.fetchMissing(yield* sources.parse(`git+${url}`))
    return yield* effect
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        TemplateSources.layerMemory({ repositories: { [url]: repository(...versions) } }),
        MetadataFile.layerMemoryWith([[project.path, metadata]]),
        ProjectFolder.layerMemory({ [project.path]: ours }),
        TextMerge.layerMemory
      )
    )
  )

const plan = (situation: Situation, to?: string): Effect.Effect<UpdatePlan, unknown> => inSituation(situation, Planning.plan(project, to === undefined ? {} : { to }))

const classes = ({ files }: UpdatePlan) => Object.fromEntries(files.map((file) => [file.path, file.class]))
const after = (file: PlannedFile | undefined) => (file?.after === undefined ? undefined : textOf(file.after.content))

describe("Planning.plan", () => {
  const versions: ReadonlyArray<Files> = [
    { "README.md.liquid": "# {{ name }}\n", ".editorconfig": "one\n", old: "1\n" },
    { "README.md.liquid": "# {{ name }} ({{ year }})\n", ".editorconfig": "two\n", LICENSE: "MIT\n" },
    { "README.md.liquid": "# {{ name }} ({{ year }})\n", ".editorconfig": "three\n", LICENSE: "MIT\n" }
  ]
  const ours = tree({ "README.md": "# api\n", ".editorconfig": "one\n", old: "1\n" })

  it.effect("goes from the recorded version to the newest, with the recorded answers", () =>
    Effect.gen(function* () {
      const made = yield* plan({ versions, ours })
      assert.deepStrictEqual(
        { ...made, files: classes(made) },
        {
          project,
          template: "web",
          source: `git+${url}`,
          from: { version: "v1.0.0", commit: commitOf(1) },
          to: { version: "v1.2.0", commit: commitOf(3) },
          answers: { name: "api", date: "2025-12-19", year: 2025, author: "me" },
          files: { ".editorconfig": "update", LICENSE: "new", "README.md": "update", old: "delete" },
          warnings: []
        }
      )
      assert.deepStrictEqual(made.files.map(after), ["three\n", "MIT\n", "# api (2025)\n", undefined])
    }))

  it.effect("goes to another version if told so", () =>
    Effect.gen(function* () {
      const made = yield* plan({ versions, ours }, "1.1.0")
      assert.deepStrictEqual([made.to.version, after(made.files[0])], ["v1.1.0", "two\n"])
      assert.deepStrictEqual(classes(yield* plan({ versions, ours }, "v1.0.0")), {})
    }))

  it.effect("goes by the recorded commit, also where the tag was moved", () =>
    Effect.gen(function* () {
      const made = yield* plan({ versions, ours: tree({ "README.md": "# api (2025)\n", ".editorconfig": "two\n", LICENSE: "MIT\n" }), metadata: record().replaceAll(commitOf(1), commitOf(2)) })
      assert.deepStrictEqual(classes(made), { ".editorconfig": "update" })
    }))

  it.effect("uses the defaults of new variables, and asks for them where somebody can answer", () =>
    Effect.gen(function* () {
      const asking: ReadonlyArray<Files> = [{ port: "80\n" }, { "template.yml": "variables:\n  port: { type: number, default: 8080 }\n", "port.liquid": "{{ port }}\n" }]
      const situation = { versions: asking, ours: tree({ port: "80\n" }) }
      const [byDefault] = (yield* plan(situation)).files
      assert.strictEqual(after(byDefault), "8080\n")
      const asked = yield* inSituation(situation, Planning.plan(project, { ask: ({ variable }) => Effect.succeed(variable.name === "port" ? 9090 : "") }))
      assert.deepStrictEqual([after(asked.files[0]), asked.answers["port"]], ["9090\n", 9090])
      const recorded = yield* plan({ ...situation, metadata: record("  port: 7070\n") })
      assert.strictEqual(after(recorded.files[0]), "7070\n")
    }))

  it.effect("follows the rules of project and template", () =>
    Effect.gen(function* () {
      const rules: ReadonlyArray<Files> = [{ a: "1\n", b: "1\n", c: "1\n" }, { "template.yml": "sync:\n  always: [a, b]\n", a: "2\n", b: "2\n", c: "2\n" }]
      const metadata = record("sync:\n  never: [b]\ncustomizations:\n  - file: c\n    reason: ours\n    date: 2026-01-01\n")
      const made = yield* plan({ versions: rules, metadata, ours: tree({ a: "mine\n", b: "mine\n", c: "mine\n" }) })
      assert.deepStrictEqual(classes(made), { a: "update", b: "never", c: "customised" })
    }))

  it.effect("follows declared renames of the versions between", () =>
    Effect.gen(function* () {
      const renaming: ReadonlyArray<Files> = [
        { "docs/{{ name }}.md": "one\ntwo\nthree\nfour\n" },
        { "template.yml": "renamed:\n  - { from: \"docs/{{ name }}.md\", to: \"guide/{{ name }}.md\", version: 1.1.0 }\n", "guide/{{ name }}.md": "one\ntwo\nthree\n4\n" }
      ]
      const made = yield* plan({ versions: renaming, ours: tree({ "docs/api.md": "1\ntwo\nthree\nfour\n" }) })
      assert.deepStrictEqual(made.files.map(({ class: kind, from, path }) => [kind, from, path]), [["rename", "docs/api.md", "guide/api.md"]])
      assert.strictEqual(after(made.files[0]), "1\ntwo\nthree\n4\n")
    }))

  it.effect("undoes declared renames on the way to an older version", () =>
    Effect.gen(function* () {
      const first = '{ from: "docs/{{ name }}.md", to: "guide/{{ name }}.md", version: 1.1.0 }'
      const second = "{ from: \"guide/{{ name }}.md\", to: manual.md, version: 1.2.0 }"
      const renaming: ReadonlyArray<Files> = [
        { "docs/{{ name }}.md": "one\ntwo\nthree\nfour\n" },
        { "template.yml": `renamed:\n  - ${first}\n`, "guide/{{ name }}.md": "one\ntwo\nthree\n4\n" },
        { "template.yml": `renamed:\n  - ${first}\n  - ${second}\n`, "manual.md": "one\ntwo\nthree\nfive\n" }
      ]
      const metadata = record().replace("v1.0.0", "v1.2.0").replace(commitOf(1), commitOf(3))
      const back = (to: string) => plan({ versions: renaming, metadata, ours: tree({ "manual.md": "1\ntwo\nthree\nfive\n" }) }, to)
      for (const [to, path, text] of [["v1.0.0", "docs/api.md", "1\ntwo\nthree\nfour\n"], ["v1.1.0", "guide/api.md", "1\ntwo\nthree\n4\n"]] as const) {
        const made = yield* back(to)
        assert.deepStrictEqual(made.files.map(({ class: kind, from, path: now }) => [kind, from, now]), [["rename", "manual.md", path]])
        assert.strictEqual(after(made.files[0]), text)
      }
    }))

  it.effect("undoes declared renames where versions are no numbers", () =>
    Effect.gen(function* () {
      const renaming: ReadonlyArray<Files> = [
        { "template.yml": "renamed:\n  - { from: a, to: b }\n", b: "one\ntwo\nthree\nfour\n" },
        { "template.yml": "renamed:\n  - { from: a, to: b }\n  - { from: b, to: c }\n", c: "one\ntwo\nthree\nfive\n" }
      ]
      const metadata = record().replace("v1.0.0", "main").replace(commitOf(1), commitOf(2))
      const made = yield* plan({ versions: renaming, metadata, ours: tree({ c: "1\ntwo\nthree\nfive\n" }) }, "v1.0.0")
      assert.deepStrictEqual(made.files.map(({ class: kind, from, path }) => [kind, from, path]), [["rename", "c", "b"]])
    }))

  it.effect("does what it can where the recorded version is not to be had", () =>
    Effect.gen(function* () {
      const made = yield* plan({ versions, ours: tree({ ".editorconfig": "mine\n", LICENSE: "MIT\n" }), metadata: `template: web\nversion: v0.1.0\nsource: git+${url}\n` })
      assert.deepStrictEqual(classes(made), { ".editorconfig": "conflict", "README.md": "new" })
      assert.match(made.warnings.join("\n"), /version v0\.1\.0 of web, from which the project was made, cannot be found any more/)
    }))

  it.effect("warns of what it has to leave alone", () =>
    Effect.gen(function* () {
      const made = yield* plan({ versions, ours: tree({ "README.md/mine": "x", ".editorconfig": "one\n", old: "1\n" }) })
      assert.deepStrictEqual(made.warnings, ["README.md is left alone, though the template changed it: a folder lies there"])
    }))

  it.effect("says so where a project has no template, or one that is not cached", () =>
    Effect.gen(function* () {
      for (const metadata of ["", "template: unknown\n", "name: api\n"]) {
        assert.deepInclude(yield* Effect.flip(plan({ versions, ours, metadata })), { _tag: "NoTemplate", path: project.path })
      }
      const elsewhere = record().replaceAll(url, "https://example.org/other.git")
      assert.deepInclude(yield* Effect.flip(plan({ versions, ours, metadata: elsewhere })), { _tag: "TemplateUnavailable", reason: "NotCached" })
      assert.deepInclude(yield* Effect.flip(plan({ versions, ours }, "v9")), { _tag: "TemplateUnavailable", reason: "NoSuchVersion" })
    }))
})
