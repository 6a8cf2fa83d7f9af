import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as Discovery from "@dev-infra/registry/Discovery"
import type { Found } from "@dev-infra/registry/DiscoveryEvent"
import * as Machine from "@dev-infra/registry/Machine"
import * as ProjectStatement from "@dev-infra/registry/ProjectStatement"
import * as Registration from "@dev-infra/registry/Registration"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"

const found = (path: string, more: Partial<Found> = {}): Found => ({
  _tag: "Found",
  path: AbsolutePath.make(path),
  kind: "repository",
  hasMetadata: false,
  ...more
})

const id = "3f2b6c1e-0d7a-4a59-9c1e-6a2f0b9d4e11"

/** Projects whose own files hold these texts, by folder. */
const files = (texts: { readonly [folder: string]: string }) => MetadataFile.layerMemoryWith(Object.entries(texts))

const prepare = (all: ReadonlyArray<Found>) => Registration.prepare(all, ProjectStatement.readAll)

const git = { HEAD: "ref: refs/heads/main\n", config: "" }

describe("Registration", () => {
  describe("prepare", () => {
    it.effect("makes a candidate of what a search knows: the folder gives the name", () =>
      Effect.gen(function* () {
        const { candidates, problems } = yield* prepare([found("/code/api", { repository: "git@github.com:acme/api.git" })])
        assert.deepStrictEqual(problems, [])
        assert.deepStrictEqual(candidates, [
          { path: AbsolutePath.make("/code/api"), kind: "repository", repository: "git@github.com:acme/api.git", fields: {}, derived: { name: "api" } }
        ])
      }).pipe(Effect.provide(files({}))))

    it.effect("takes over what the project's own file states, and only the fields that the registry has", () =>
      Effect.gen(function* () {
        const { candidates } = yield* prepare([found("/code/api", { hasMetadata: true })])
        assert.strictEqual(candidates[0]?.id, id)
        assert.deepStrictEqual(candidates[0]?.fields, { template: "standard", version: "0.8.0", name: "The API", tags: ["go"] })
      }).pipe(
        Effect.provide(
          files({ "/code/api": `template: standard\nversion: 0.8.0\nid: ${id.toUpperCase()}\nname: The API\ndescription: null\ntags: [go]\nlast_sync: yesterday\nmanaged_by: me\nsecret: x\n` })
        )
      ))

    it.effect("never reads a file where the search found none", () =>
      Effect.gen(function* () {
        const asked = yield* Ref.make(0)
        const read: Registration.ReadStatements<never> = () => Effect.as(Ref.update(asked, (count) => count + 1), { statements: new Map(), problems: [] })
        yield* Registration.prepare([found("/code/a"), found("/code/b.git", { kind: "bare", hasMetadata: true })], read)
        assert.strictEqual(yield* Ref.get(asked), 0)
      }))

    it.effect("strips credentials from the remote URL", () =>
      Effect.gen(function* () {
        const { candidates } = yield* prepare([
          found("/code/a", { repository: "https://me:hunter2@example.com/a.git" }),
          found("/code/b", { repository: "https://ghp_secret@example.com/b.git" })
        ])
        assert.deepStrictEqual(candidates.map((candidate) => candidate.repository), ["https://example.com/a.git", "https://example.com/b.git"])
      }).pipe(Effect.provide(files({}))))

    it.effect("shows submodules and registers none of them", () =>
      Effect.gen(function* () {
        const library = found("/code/app/lib", { kind: "submodule", mainPath: AbsolutePath.make("/code/app"), hasMetadata: true })
        const { candidates, submodules } = yield* prepare([found("/code/app"), library])
        assert.deepStrictEqual(candidates.map(({ path }) => path), [AbsolutePath.make("/code/app")])
        assert.deepStrictEqual(submodules, [library])
      }).pipe(Effect.provide(files({}))))

    it.effect("names a bare repository without its .git", () =>
      Effect.gen(function* () {
        const { candidates } = yield* prepare([
          found("/srv/api.git", { kind: "bare" }),
          found("/code/site/.bare", { kind: "bare" }),
          found("/code/odd/.git", { kind: "bare" })
        ])
        assert.deepStrictEqual(candidates.map(({ derived }) => derived?.["name"]), ["api", "site", "odd"])
      }).pipe(Effect.provide(files({}))))

    it.effect("reports a file that cannot be read with line and column, registers its folder all the same, and the others as ever", () =>
      Effect.gen(function* () {
        const { candidates, problems } = yield* prepare([
          found("/code/broken", { hasMetadata: true, repository: "git@example.com:broken.git" }),
          found("/code/fine", { hasMetadata: true })
        ])
        assert.strictEqual(problems.length, 1)
        const [problem] = problems
        assert.strictEqual(problem?.path, "/code/broken/.dev-infra.yml")
        assert.strictEqual(problem?.line, 7)
        assert.isAtLeast(problem?.column ?? 0, 1)
        assert.deepStrictEqual(
          candidates.map(({ fields, repository }) => ({ fields, repository })),
          [{ fields: {}, repository: "git@example.com:broken.git" }, { fields: { template: "standard" }, repository: undefined }]
        )
      }).pipe(
        Effect.provide(
          files({
            "/code/broken": "template: standard\nversion: 1\nname: x\ndescription: y\norganization: z\nstatus: active\ntags: a: b\n",
            "/code/fine": "template: standard\n"
          })
        )
      ))

    it.effect("takes __proto__ in a file for a key like any other", () =>
      Effect.gen(function* () {
        const { candidates, problems } = yield* prepare([found("/code/api", { hasMetadata: true })])
        assert.deepStrictEqual(problems, [])
        assert.deepStrictEqual(Object.keys(candidates[0]?.fields ?? {}), ["template"])
        assert.strictEqual(Reflect.get({}, "polluted"), undefined)
      }).pipe(Effect.provide(files({ "/code/api": "template: standard\n__proto__:\n  polluted: yes\n" }))))
  })

  describe("in the registry", () => {
    const world = (tree: Parameters<typeof Discovery.layerMemory>[0], texts: { readonly [folder: string]: string } = {}) =>
      Registry.layer.pipe(
        Layer.provideMerge(
          Layer.mergeAll(
            RegistryStore.layerMemory({ version: "1.0", projects: [], rest: {} }),
            Machine.layerMemory,
            IdGenerator.layerMemory,
            LocalFiles.layerMemory({}),
            Discovery.layerMemory(tree),
            files(texts)
          )
        )
      )

    const registerAll = (roots: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const discovery = yield* Discovery.Discovery
        const registry = yield* Registry.Registry
        const events = yield* Stream.runCollect(discovery.discover(roots))
        const { candidates } = yield* prepare([...events].filter((event) => event._tag === "Found"))
        return yield* registry.add(candidates)
      })

    it.effect("registers many folders, and knows them all the next time", () =>
      Effect.gen(function* () {
        const states = (outcomes: ReadonlyArray<Registry.AddOutcome>) => [...new Set(outcomes.map(Registration.stateOf))]
        const first = yield* registerAll(["/code"])
        assert.strictEqual(first.length, 200)
        assert.deepStrictEqual(states(first), ["new"])
        assert.deepStrictEqual(states(yield* registerAll(["/code"])), ["registered"])
        const registry = yield* Registry.Registry
        assert.strictEqual((yield* registry.list()).projects.length, 200)
      }).pipe(Effect.provide(world({ code: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, { ".git": git }])) }))))

    it.effect("two clones of one repository are one project with a further checkout", () =>
      Effect.gen(function* () {
        const outcomes = yield* registerAll(["/code"])
        assert.deepStrictEqual(outcomes.map(Registration.stateOf), ["new", "checkout"])
      }).pipe(
        Effect.provide(
          world({
            code: {
              a: { ".git": { ...git, config: "[remote \"origin\"]\n\turl = git@github.com:acme/api.git\n" } },
              b: { ".git": { ...git, config: "[remote \"origin\"]\n\turl = https://github.com/acme/api\n" } }
            }
          })
        )
      ))
  })

  describe("inspectAll", () => {
    const tree = { code: { api: { ".git": git }, notes: {}, broken: { ".git": { HEAD: "" } }, "file.txt": "text" } }
    const on = Layer.merge(
      Discovery.layerMemory(tree),
      LocalFiles.layerMemory({ "/code/api/.git/HEAD": "", "/code/notes/a.md": "", "/code/broken/.git/HEAD": "", "/code/file.txt": "text" })
    )

    it.effect("a folder that somebody names is a project, also without git and without a file of its own", () =>
      Effect.gen(function* () {
        const all = yield* Registration.inspectAll(["/code/api", "/code/notes"])
        assert.deepStrictEqual(all.map(({ kind, path }) => ({ kind, path: String(path) })), [
          { kind: "repository", path: "/code/api" },
          { kind: "folder", path: "/code/notes" }
        ])
      }).pipe(Effect.provide(on)))

    for (const [path, reason] of [["/code/none", "NotFound"], ["/code/file.txt", "NotAFolder"], ["/code/broken", "Broken"]] as const) {
      it.effect(`one path that cannot be used fails for all: ${reason}`, () =>
        Effect.gen(function* () {
          const failure = yield* Effect.flip(Registration.inspectAll(["/code/api", path]))
          assert.strictEqual(failure._tag, "FolderUnusable")
          assert.deepInclude<object>(failure, { path, reason })
        }).pipe(Effect.provide(on)))
    }
  })
})
