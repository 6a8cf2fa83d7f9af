import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Adoption from "@dev-infra/registry/Adoption"
import type { Found } from "@dev-infra/registry/DiscoveryEvent"
import type { Candidate } from "@dev-infra/registry/Identity"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"

const folder = AbsolutePath.make("/code/api")

const found = (more: Partial<Found> = {}): Found => ({ _tag: "Found", path: folder, kind: "repository", hasMetadata: false, ...more })

const id = "11111111-1111-4111-8111-111111111111"
const entry = { id, name: "Our API", path: folder, template: "standard", version: "0.8.0", status: "active", organization: "acme", tags: ["go"] }

const base = Layer.mergeAll(Machine.layerMemory, IdGenerator.layerMemory, LocalFiles.layerMemory({ "/code/api/README.md": "" }))

const worldWith = (files: Layer.Layer<MetadataFile.MetadataFile>, projects: ReadonlyArray<JsonValue> = []) =>
  Registry.layer.pipe(Layer.provideMerge(Layer.mergeAll(base, files, RegistryStore.layerMemory({ version: "1.0", projects, rest: {} }))))

const world = (text?: string, projects?: ReadonlyArray<JsonValue>) =>
  worldWith(text === undefined ? MetadataFile.layerMemory : MetadataFile.layerMemoryWith([[folder, text]]), projects)

/** For comparing with plain texts: the types of its values are forgotten. */
const plain = (value: object | undefined): { readonly [key: string]: unknown } => ({ ...value })

const registered = Effect.flatMap(Registry.Registry, (registry) => Effect.map(registry.list(), ({ projects }) => projects))

const file = Effect.flatMap(MetadataFile.MetadataFile, (files) => files.read(folder))

describe("Adoption", () => {
  it.effect("writes a file with the id under which the project is registered", () =>
    Effect.gen(function* () {
      const { document, isWritten, outcome } = yield* Adoption.adopt(found())
      const [project] = yield* registered
      assert.isTrue(isWritten)
      assert.strictEqual(outcome._tag, "Added")
      assert.strictEqual(document.metadata.id, project?.id)
      assert.deepStrictEqual(Option.map(yield* file, ({ text }) => text), Option.some(document.text))
    }).pipe(Effect.provide(world())))

  it.effect("each project gets an id of its own, in its file and in the registry", () =>
    Effect.gen(function* () {
      const [one, two] = [AbsolutePath.make("/code/one"), AbsolutePath.make("/code/two")]
      for (const path of [one, two]) yield* Adoption.adopt(found({ path }))
      const files = yield* MetadataFile.MetadataFile
      const stated = yield* Effect.forEach([one, two], (path) => Effect.map(files.read(path), Option.map(({ metadata }) => metadata.id)))
      assert.deepStrictEqual((yield* registered).map((project) => Option.some(project.id)), stated)
      assert.strictEqual(new Set((yield* registered).map((project) => project.id)).size, 2)
    }).pipe(Effect.provide(world())))

  it.effect("the second time nothing is written and nothing is registered", () =>
    Effect.gen(function* () {
      const first = yield* Adoption.adopt(found())
      const second = yield* Adoption.adopt(found({ hasMetadata: true }))
      assert.isFalse(second.isWritten)
      assert.strictEqual(second.outcome._tag, "AlreadyRegistered")
      assert.strictEqual(second.document.text, first.document.text)
      assert.lengthOf(yield* registered, 1)
    }).pipe(Effect.provide(world())))

  it.effect("Y1: a project that is known elsewhere gets that id and what is known of it, in its file and in the registry", () =>
    Effect.gen(function* () {
      const recognise = (candidate: Candidate) => Effect.succeed({ ...candidate, id: ProjectId.make(id), derived: { ...candidate.derived, name: "Our API", description: "An API" } })
      const foreseen = yield* Adoption.adopt(found(), { dryRun: true, recognise })
      const { document, outcome } = yield* Adoption.adopt(found(), { recognise })
      assert.strictEqual(outcome._tag, "Added")
      assert.deepInclude(plain(document.metadata), { id, name: "Our API", description: "An API" })
      assert.strictEqual(foreseen.document.text, document.text)
      assert.deepInclude(plain((yield* registered)[0]), { id, name: "Our API", description: "An API" })
    }).pipe(Effect.provide(world())))

  it.effect("a registered project keeps its id, and the file states what is known of it", () =>
    Effect.gen(function* () {
      const { document } = yield* Adoption.adopt(found())
      assert.deepInclude(plain(document.metadata), { id, name: "Our API", template: "standard", version: "0.8.0", organization: "acme", tags: ["go"] })
    }).pipe(Effect.provide(world(undefined, [entry]))))

  it.effect("what is given stands in the file and in the registry, also of a registered project", () =>
    Effect.gen(function* () {
      const { document } = yield* Adoption.adopt(found(), { fields: { description: "it's: #1", tags: ["web"] } })
      assert.deepInclude(plain(document.metadata), { description: "it's: #1", tags: ["web"], organization: "acme" })
      assert.deepInclude(plain((yield* registered)[0]), { id, description: "it's: #1", tags: ["web"], organization: "acme" })
    }).pipe(Effect.provide(world(undefined, [entry]))))

  it.effect("a file that is there is left as it is, and what it states is taken over", () =>
    Effect.gen(function* () {
      const { document, isWritten } = yield* Adoption.adopt(found({ hasMetadata: true }))
      assert.isFalse(isWritten)
      assert.strictEqual(document.text, "# ours\ntemplate: none # yet\n")
      assert.strictEqual((yield* registered)[0]?.template, "none")
    }).pipe(Effect.provide(world("# ours\ntemplate: none # yet\n"))))

  it.effect("fields for a file that is there are refused, and nothing is registered", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Adoption.adopt(found({ hasMetadata: true }), { fields: { name: "other" } }))
      assert.deepInclude(plain(error), { _tag: "MetadataUnavailable", reason: "AlreadyExists" })
      assert.lengthOf(yield* registered, 0)
    }).pipe(Effect.provide(world("template: none\n"))))

  it.effect("a file that cannot be read is an error with its line, and nothing is registered", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Adoption.adopt(found({ hasMetadata: true })))
      assert.deepInclude(plain(error), { _tag: "MetadataInvalid", line: 7 })
      assert.lengthOf(yield* registered, 0)
    }).pipe(Effect.provide(world(`template: none\n${"#\n".repeat(5)}status: gone\n`))))

  it.effect("only looks with dryRun", () =>
    Effect.gen(function* () {
      const { document, outcome } = yield* Adoption.adopt(found(), { dryRun: true })
      assert.strictEqual(outcome._tag, "Added")
      assert.include(document.text, "template: unknown")
      assert.isTrue(Option.isNone(yield* file))
      assert.lengthOf(yield* registered, 0)
    }).pipe(Effect.provide(world())))

  it.effect("where the file cannot be written nothing is registered", () => {
    const refused = new FileFailure({ path: `${folder}/.dev-infra.yml`, operation: "write", reason: "PermissionDenied", code: "EACCES" })
    const readOnly = Layer.succeed(MetadataFile.MetadataFile, { read: () => Effect.succeedNone, update: () => Effect.fail(refused), create: () => Effect.fail(refused) })
    return Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flip(Adoption.adopt(found())), refused)
      assert.lengthOf(yield* registered, 0)
    }).pipe(Effect.provide(worldWith(readOnly)))
  })

  it.effect("a bare repository has no place for a file", () =>
    Effect.gen(function* () {
      assert.deepInclude(plain(yield* Effect.flip(Adoption.adopt(found({ kind: "bare" })))), { _tag: "FolderUnusable", reason: "Bare" })
      assert.lengthOf(yield* registered, 0)
    }).pipe(Effect.provide(world())))

  describe("withOwnIds", () => {
    const copy: Candidate = { path: folder, kind: "repository", repository: "https://example.org/me/fork.git", id: ProjectId.make(id), fields: {} }
    const original = { ...entry, path: "/code/original", repository: "https://example.org/acme/api.git" }
    const text = `id: ${id} # ours\ntemplate: standard\n`

    it.effect("gives a copy an id of its own, in its file before it is registered", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const { candidates, renumbered } = yield* Adoption.withOwnIds([copy])
        assert.lengthOf(yield* registered, 1)
        assert.deepStrictEqual(renumbered, candidates)
        const [outcome] = yield* registry.add(candidates, { onConflict: "new-id" })
        assert.strictEqual(outcome?._tag, "Added")
        const stated = Option.getOrThrow(yield* file)
        assert.notStrictEqual(String(stated.metadata.id), id)
        assert.deepStrictEqual((yield* registered).map((project) => String(project.id)), [id, String(stated.metadata.id)])
        assert.strictEqual(stated.text, `id: ${stated.metadata.id} # ours\ntemplate: standard\n`)
      }).pipe(Effect.provide(world(text, [original]))))

    it.effect("leaves those alone that are new, or another checkout", () =>
      Effect.gen(function* () {
        const clone = { ...copy, repository: "git@example.org:acme/api" }
        const fresh: Candidate = { path: AbsolutePath.make("/code/new"), kind: "folder", fields: {} }
        const { candidates, renumbered } = yield* Adoption.withOwnIds([clone, fresh])
        assert.deepStrictEqual(candidates, [clone, fresh])
        assert.deepStrictEqual(renumbered, [])
        assert.strictEqual(Option.getOrThrow(yield* file).text, text)
      }).pipe(Effect.provide(world(text, [original]))))
  })

  const origin = { template: "standard", version: "v1.2.0", source: "git+https://git.example.invalid/acme/templates.git", commit: "0123456789abcdef0123456789abcdef01234567", migrated: "2026-11-21" }

  it.effect("states what it shall in a new file, and of that in the registry what the registry knows", () =>
    Effect.gen(function* () {
      const foreseen = yield* Adoption.adopt(found(), { stated: { ...origin, answers: { name: "api" } }, dryRun: true })
      assert.isEmpty(yield* registered)
      const { document, isWritten, outcome } = yield* Adoption.adopt(found(), { stated: { ...origin, answers: { name: "api" } } })
      assert.isTrue(isWritten)
      assert.strictEqual(outcome._tag, "Added")
      assert.deepInclude(plain(document.metadata), { ...origin, answers: { name: "api" } })
      assert.strictEqual(foreseen.document.text.replace(/^id: .*$/m, ""), document.text.replace(/^id: .*$/m, ""))
      assert.deepInclude(plain((yield* registered)[0]), { template: "standard", version: "v1.2.0" })
      assert.notProperty((yield* registered)[0], "source")
    }).pipe(Effect.provide(world())))

  it.effect("states it in a file that is there, without touching other lines", () =>
    Effect.gen(function* () {
      const before = `id: ${id}\ntemplate: unknown # not from one\nours: kept\n`
      yield* Adoption.adopt(found({ hasMetadata: true }))
      const foreseen = yield* Adoption.adopt(found({ hasMetadata: true }), { stated: origin, dryRun: true })
      assert.deepStrictEqual(Option.map(yield* file, ({ text }) => text), Option.some(before))
      const { document, isWritten, outcome } = yield* Adoption.adopt(found({ hasMetadata: true }), { stated: origin })
      assert.isTrue(isWritten)
      assert.strictEqual(outcome._tag, "AlreadyRegistered")
      assert.strictEqual(document.text, foreseen.document.text)
      assert.include(document.text, "template: standard # not from one\n")
      assert.include(document.text, "ours: kept\n")
      assert.deepInclude(plain((yield* registered)[0]), { id, template: "standard", version: "v1.2.0" })
      assert.isFalse((yield* Adoption.adopt(found({ hasMetadata: true }), { stated: origin })).isWritten)
    }).pipe(Effect.provide(world(`id: ${id}\ntemplate: unknown # not from one\nours: kept\n`))))
})
