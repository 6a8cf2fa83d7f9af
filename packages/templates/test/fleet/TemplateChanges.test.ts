import * as NodeContext from "@effect/platform-node/NodeContext"
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Configuration from "@dev-infra/registry/Configuration"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"

interface Step {
  readonly subject: string
  readonly files: { readonly [path: string]: string }
  readonly tag?: string
}

/** What a template's authors did. */
const history: ReadonlyArray<Step> = [
  { subject: "Begin", files: { "api/README.md": "one\n", "web/README.md": "one\n" }, tag: "v1.0.0" },
  { subject: "Say more in the readme", files: { "api/README.md": "two\n", "web/README.md": "one\n" } },
  { subject: "Change only the other template", files: { "api/README.md": "two\n", "web/README.md": "two\n" }, tag: "v1.1.0" },
  { subject: "Add a Taskfile", files: { "api/README.md": "two\n", "api/Taskfile.yml": "version: 3\n", "web/README.md": "two\n" } },
  { subject: "Name tests", files: { "api/README.md": "two\n", "api/Taskfile.yml": "version: 3\ntasks: {}\n", "web/README.md": "two\n" }, tag: "v1.2.0" }
]

const changelog = "# Changelog\n\n## 1.2.0\n\n- A Taskfile\n\n## 1.1.0\n\n- A better readme\n"

const url = "https://git.example/templates.git"

/** Sources with the history, and the text that names the template in it. */
interface World {
  readonly text: string
  readonly layer: Layer.Layer<TemplateSources.TemplateSources>
}

const idOf = (at: number): string => String(at + 1).repeat(40).slice(0, 40)

const inMemory = (steps: ReadonlyArray<Step>): Effect.Effect<World> =>
  Effect.succeed({
    text: `git+${url}//api`,
    layer: TemplateSources.layerMemory({
      repositories: {
        [url]: {
          head: "main",
          branches: { main: idOf(steps.length - 1) },
          tags: Object.fromEntries(steps.flatMap(({ tag }, at) => (tag === undefined ? [] : [[tag, idOf(at)]]))),
          commits: steps.map(({ files, subject }, at) => ({ commit: idOf(at), files, subject }))
        }
      }
    })
  })

const onDisk = (steps: ReadonlyArray<Step>) =>
  Effect.map(temporaryFolder, (folder): World => {
    const repository = join(folder, "templates")
    fs.mkdirSync(repository)
    const git = (...words: ReadonlyArray<string>) =>
      execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.invalid", ...words], {
        cwd: repository,
        env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
        stdio: ["ignore", "pipe", "pipe"]
      })
    git("init", "-q", "-b", "main")
    for (const { files, subject, tag } of steps) {
      git("rm", "-rq", "--ignore-unmatch", ".")
      for (const [path, content] of Object.entries(files)) {
        fs.mkdirSync(dirname(join(repository, path)), { recursive: true })
        fs.writeFileSync(join(repository, path), content)
      }
      git("add", "-A")
      git("commit", "-q", "--allow-empty", "-m", subject)
      if (tag !== undefined) git("tag", tag)
    }
    const places = { homeDirectory: folder, workingDirectory: folder }
    const environment = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" }
    return {
      text: `git+file://${repository}//api`,
      layer: TemplateSources.layer({ ...places, environment, builtInFolder: join(folder, "none") }).pipe(
        Layer.provide(UsedTemplates.layer),
        Layer.provide(Configuration.layer({ environment: {}, ...places })),
        Layer.provide([DevInfraHome.layerFolder(join(folder, "home")), DurableFile.layer, NodeContext.layer])
      )
    }
  })

/** What changed between two tags. */
const between = (text: string, from: string, to: string) =>
  Effect.gen(function* () {
    const sources = yield* TemplateSources.TemplateSources
    const source = yield* sources.parse(text)
    yield* sources.fetchMissing(source)
    const versions = new Map((yield* sources.versions(source)).map((each) => [each.version, each]))
    const at = (version: string) => versions.get(version) ?? { version, commit: "f".repeat(40) }
    return yield* sources.changes(source, { from: at(from), to: at(to) })
  })

for (const [name, world] of [["memory", inMemory], ["git", onDisk]] as const) {
  describe(`what changed in a template (${name})`, () => {
    it.scopedLive("is told by the commits of each version that touched it", () =>
      Effect.gen(function* () {
        const { layer, text } = yield* world(history)
        assert.deepStrictEqual(yield* Effect.provide(between(text, "v1.0.0", "v1.2.0"), layer), [
          { version: "v1.2.0", subjects: ["Name tests", "Add a Taskfile"] },
          { version: "v1.1.0", subjects: ["Say more in the readme"] }
        ])
        assert.deepStrictEqual(yield* Effect.provide(between(text, "v1.1.0", "v1.1.0"), layer), [])
      })
    )

    it.scopedLive("is told by its file of changes, where that knows the version", () =>
      Effect.gen(function* () {
        const steps = history.map((step, at) => (at < 3 ? step : { ...step, files: { ...step.files, "CHANGELOG.md": changelog.replace(/## 1\.1\.0[^]*/, "") } }))
        const { layer, text } = yield* world(steps)
        assert.deepStrictEqual(yield* Effect.provide(between(text, "v1.0.0", "v1.2.0"), layer), [
          { version: "v1.2.0", notes: "- A Taskfile" },
          { version: "v1.1.0", subjects: ["Say more in the readme"] }
        ])
      })
    )

    it.scopedLive("is not told where the old version is unknown", () =>
      Effect.gen(function* () {
        const { layer, text } = yield* world(history)
        assert.deepStrictEqual(yield* Effect.provide(between(text, "abc1234", "v1.2.0"), layer), [])
      })
    )
  })
}

describe("what changed in a folder", () => {
  it.effect("is told by its file of changes", () =>
    Effect.gen(function* () {
      const sources = yield* TemplateSources.TemplateSources
      const source = yield* sources.parse("/templates/api")
      const found = yield* sources.changes(source, { from: { version: "1.0.0", commit: "sha256:1" }, to: { version: "1.1.0", commit: "sha256:2" } })
      assert.deepStrictEqual(found, [{ version: "1.1.0", notes: "- A better readme" }])
    }).pipe(Effect.provide(TemplateSources.layerMemory({ folders: { "/templates/api": { "CHANGELOG.md": changelog } } })))
  )
})
