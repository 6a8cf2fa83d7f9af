import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataDocument from "@dev-infra/metadata/MetadataDocument"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import * as Directories from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import * as Creation from "@dev-infra/templates/Creation"
import * as GitHub from "@dev-infra/templates/GitHub"
import * as GitSetup from "@dev-infra/templates/GitSetup"
import * as StagedFolders from "@dev-infra/templates/StagedFolders"
import type { TemplateSnapshot } from "@dev-infra/templates/TemplateSnapshot"
import * as UsedTemplates from "@dev-infra/templates/UsedTemplates"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as fs from "node:fs"
import { join } from "node:path"
import { snapshotOf } from "../snapshots.js"
import { temporaryFolder } from "../temporaryFolder.js"
import { executable } from "../trees.js"

const ada = { name: "Ada", email: "ada@example.org" }

interface World {
  readonly git?: Layer.Layer<GitSetup.GitSetup>
  readonly github?: Layer.Layer<GitHub.GitHub>
  readonly registry?: Layer.Layer<Registry.Registry>
}

const memoryRegistry = Registry.layer.pipe(Layer.provide([RegistryStore.layerMemory({ version: "1.0", projects: [], rest: {} }), Machine.layerMemory, IdGenerator.layerMemory, LocalFiles.layer]))

/** Folders on disk, for that is what is being made; everything else in memory. */
const world = ({ git, github, registry }: World = {}) =>
  Layer.mergeAll(
    StagedFolders.layer,
    Layer.provide(MetadataFile.layer, DurableFile.layer),
    LocalFiles.layer,
    UsedTemplates.layerMemory,
    Layer.provide(Discovery.layer, Directories.layer),
    git ?? GitSetup.layerMemory({ identity: ada }),
    github ?? GitHub.layerMemory(),
    registry ?? memoryRegistry
  )

const template = snapshotOf({ "README.md.liquid": "# {{ title }}\n", "scripts/test": executable("#!/bin/sh\n"), "src/{{ name }}.ts": "" }, { variables: [{ name: "title", type: "text", default: "The {{ name }}" }], messages: { created: "Well done, {{ author }}." } })

const plan = (root: string, more: Partial<Creation.CreationOptions<never, never>> = {}) =>
  Creation.plan({ name: "api", target: join(root, "api"), snapshot: template, given: {}, author: "Ada", date: "2025-12-19", ...more })

/** For comparing with plain texts: the types of its values are forgotten. */
const plain = (value: object | undefined): { readonly [key: string]: unknown } => ({ ...value })

const registered = Effect.flatMap(Registry.Registry, (registry) => Effect.map(registry.list(), ({ projects }) => projects))

/** Everything below a folder, hidden things too. */
const listed = (root: string): ReadonlyArray<string> => fs.readdirSync(root, { recursive: true, encoding: "utf8" }).toSorted()

describe("Creation", () => {
  it.scoped("makes the files, what records them, a commit, and a project that is registered", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const planned = yield* plan(root)
        assert.deepStrictEqual(listed(root), [])
        assert.strictEqual(planned.message, "Well done, Ada.")
        const created = yield* Creation.create(planned)
        assert.deepStrictEqual(listed(root), ["api", "api/.dev-infra.yml", "api/README.md", "api/scripts", "api/scripts/test", "api/src", "api/src/api.ts"])
        assert.strictEqual(fs.readFileSync(join(root, "api/README.md"), "utf8"), "# The api\n")
        const path = join(root, "api/.dev-infra.yml")
        const { metadata } = Either.getOrThrow(MetadataDocument.parse(fs.readFileSync(path, "utf8"), { path }))
        assert.deepStrictEqual<object>(metadata, {
          template: "service",
          version: "1.0.0",
          source: "/templates/service",
          commit: template.commit,
          created: "2025-12-19",
          id: created.outcome.project.id,
          answers: { name: "api", date: "2025-12-19", year: 2025, author: "Ada", title: "The api" }
        })
        const [project, ...others] = yield* registered
        assert.lengthOf(others, 0)
        assert.deepInclude(plain(project), { id: created.outcome.project.id, name: "api", path: join(root, "api"), template: "service", version: "1.0.0", created: "2025-12-19" })
        assert.strictEqual(created.git?._tag, "Committed")
        assert.isUndefined(created.github)
      }).pipe(Effect.provide(world()))
    }))

  it.scoped("keeps the name where the folder is called otherwise", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(plan(root, { target: join(root, "deep/down") }), (planned) => Creation.create(planned, { git: false }))
        assert.deepInclude(plain((yield* registered)[0]), { name: "api", path: join(root, "deep/down") })
        assert.include(fs.readFileSync(join(root, "deep/down/.dev-infra.yml"), "utf8"), "\nname: api\n")
      }).pipe(Effect.provide(world()))
    }))

  it.scoped("refuses names that cannot be folders everywhere, and a place where something is", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* Effect.gen(function* () {
        for (const name of ["", ".", "..", "-x", ".git", "a/b", "a b", "con", "x\u0000", "a.", "x".repeat(101), "a\nb", "$(x)"]) {
          const refused = yield* Effect.flip(plan(root, { name }))
          assert.deepInclude(refused, { _tag: "CreationRefused", reason: "NameInvalid" }, name)
        }
        for (const name of ["api", "order-api", "x_1.2", "\u00fcber", "7zip"]) assert.isUndefined(Creation.nameProblem(name))
        fs.mkdirSync(join(root, "api"))
        assert.strictEqual((yield* plan(root)).target, join(root, "api"))
        fs.writeFileSync(join(root, "api/mine"), "")
        assert.deepInclude(yield* Effect.flip(plan(root)), { _tag: "CreationRefused", reason: "Taken" })
      }).pipe(Effect.provide(world()))
    }))

  it.scoped("does without git, and without a name for commits", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const make = (name: string, git: Layer.Layer<GitSetup.GitSetup>) =>
        Effect.flatMap(plan(root, { name, target: join(root, name) }), (planned) => Creation.create(planned)).pipe(Effect.provide(world({ git })))
      assert.strictEqual((yield* make("a", GitSetup.layerMemory({ isMissing: true }))).git?._tag, "NoGit")
      assert.deepInclude((yield* make("b", GitSetup.layerMemory())).git, { _tag: "NotCommitted", reason: "NoIdentity" })
      assert.deepStrictEqual(fs.readdirSync(root).toSorted(), ["a", "b"])
    }))

  it.scoped("makes a repository on GitHub from what is staged", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const made = yield* Ref.make<ReadonlyArray<GitHub.NewRepository>>([])
      const created = yield* Effect.flatMap(plan(root), (planned) => Creation.create(planned, { github: { isPrivate: true } })).pipe(Effect.provide(world({ github: GitHub.layerMemory({ made }) })))
      assert.strictEqual(created.github, "https://github.com/me/api")
      const [repository] = yield* Ref.get(made)
      assert.deepInclude(repository, { name: "api", isPrivate: true, hasCommit: true })
    }))

  it.scoped("begins nothing without GitHub where GitHub is wanted", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const begun = yield* Ref.make<ReadonlyArray<string>>([])
      for (const [name, unavailable] of [["api", new GitHub.GitHubUnavailable({ reason: "LoggedOut" })], ["\u00fcber", undefined]] as const) {
        const failed = yield* Effect.flatMap(plan(root, { name, target: join(root, "api") }), (planned) => Creation.create(planned, { github: { isPrivate: false } })).pipe(
          Effect.flip,
          Effect.provide(world({ git: GitSetup.layerMemory({ identity: ada, begun }), github: GitHub.layerMemory(unavailable === undefined ? {} : { unavailable }) }))
        )
        assert.strictEqual(failed._tag, unavailable === undefined ? "CreationRefused" : "GitHubUnavailable")
      }
      assert.deepStrictEqual(yield* Ref.get(begun), [])
      assert.deepStrictEqual(listed(root), [])
    }))

  it.scoped("leaves nothing if GitHub refuses", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const failed = yield* Effect.flip(Effect.flatMap(plan(root), (planned) => Creation.create(planned, { github: { isPrivate: false } })))
        assert.strictEqual(failed._tag, "GitHubUnavailable")
        assert.deepStrictEqual(listed(root), [])
        assert.deepStrictEqual(yield* registered, [])
      }).pipe(Effect.provide(world({ github: GitHub.layerMemory({ taken: ["api"] }) })))
    }))

  it.scoped("leaves nothing if the project cannot be registered in the end", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const failing = Layer.effect(
        Registry.Registry,
        Effect.map(Registry.Registry, (registry) =>
          Registry.Registry.of({
            ...registry,
            add: (candidates, options) => (options?.dryRun === true ? registry.add(candidates, options) : Effect.dieMessage("the disk is gone"))
          })
        )
      ).pipe(Layer.provide(memoryRegistry))
      const exit = yield* Effect.flatMap(plan(root), (planned) => Creation.create(planned)).pipe(Effect.exit, Effect.provide(world({ registry: failing })))
      assert.strictEqual(exit._tag, "Failure")
      assert.deepStrictEqual(listed(root), [])
    }))

  it.scoped("leaves nothing if it is interrupted", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const reached = yield* Deferred.make<void>()
      const git = Layer.succeed(GitSetup.GitSetup, {
        identity: () => Effect.succeedNone,
        begin: () => Effect.zipRight(Deferred.succeed(reached, undefined), Effect.never)
      })
      yield* Effect.gen(function* () {
        const fiber = yield* Effect.fork(Effect.flatMap(plan(root), (planned) => Creation.create(planned)))
        yield* Deferred.await(reached)
        assert.isAbove(listed(root).length, 3)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(listed(root), [])
        assert.deepStrictEqual(yield* registered, [])
      }).pipe(Effect.provide(world({ git })))
    }))

  it.scoped("replaces nothing that came meanwhile", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const git = Layer.succeed(GitSetup.GitSetup, {
        identity: () => Effect.succeedNone,
        begin: () => Effect.sync(() => { fs.mkdirSync(join(root, "api/mine"), { recursive: true }); return { _tag: "NoGit", detail: "" } as const })
      })
      const failed = yield* Effect.flatMap(plan(root), (planned) => Creation.create(planned)).pipe(Effect.flip, Effect.provide(world({ git })))
      assert.deepInclude(failed, { _tag: "CreationRefused", reason: "Taken" })
      assert.deepStrictEqual(listed(root), ["api", "api/mine"])
    }))

  it.scoped("keeps the version for later", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const kept = yield* Ref.make<ReadonlyArray<TemplateSnapshot>>([])
      const used = Layer.succeed(UsedTemplates.UsedTemplates, { keep: (snapshot) => Ref.update(kept, (all) => [...all, snapshot]), find: () => Effect.succeedNone })
      yield* Effect.flatMap(plan(root), (planned) => Creation.create(planned)).pipe(Effect.provide(Layer.merge(world(), used)))
      assert.deepStrictEqual(yield* Ref.get(kept), [template])
    }))

  it.scoped("a project that is made where one was registered before is that project", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const first = yield* Effect.flatMap(plan(root), (planned) => Creation.create(planned))
        fs.rmSync(join(root, "api"), { recursive: true })
        const second = yield* Effect.flatMap(plan(root, { snapshot: { ...template, version: "2.0.0" } }), (planned) => Creation.create(planned))
        assert.strictEqual(second.outcome.project.id, first.outcome.project.id)
        assert.deepStrictEqual((yield* registered).map(({ version }) => version), ["2.0.0"])
      }).pipe(Effect.provide(world()))
    }))
})

