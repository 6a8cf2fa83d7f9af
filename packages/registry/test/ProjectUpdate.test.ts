import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import * as Machine from "@dev-infra/registry/Machine"
import * as ProjectUpdate from "@dev-infra/registry/ProjectUpdate"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

const at = (path: string) => AbsolutePath.make(path)

const id = (number: number) => `11111111-1111-4111-8111-${String(number).padStart(12, "0")}`

const entry = (number: number, more: { readonly [key: string]: JsonValue } = {}): JsonValue => ({
  id: id(number),
  name: `project-${number}`,
  path: `/code/project-${number}`,
  template: "unknown",
  version: "unknown",
  status: "active",
  ...more
})

const world = (
  projects: ReadonlyArray<JsonValue>,
  texts: { readonly [folder: string]: string } = {},
  store: Layer.Layer<RegistryStore.RegistryStore> = RegistryStore.layerMemory({ version: "1.0", projects, rest: {} })
) =>
  Registry.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        store,
        Machine.layerMemory,
        IdGenerator.layerMemory,
        LocalFiles.layerMemory({ "/code/project-1/README.md": "", "/code/project-2/README.md": "", "/code/new/README.md": "" }),
        MetadataFile.layerMemoryWith(Object.entries(texts))
      )
    )
  )

const all = Effect.flatMap(Registry.Registry, (registry) => Effect.map(registry.list(), ({ projects }) => projects))

/** Change every project of the world in the same way. */
const change = (changes: ProjectUpdate.ProjectChanges, options?: Registry.ChangeOptions) =>
  Effect.flatMap(all, (projects) => ProjectUpdate.update(projects.map((project) => ({ project, changes })), options))

const textAt = (folder: string) =>
  Effect.flatMap(MetadataFile.MetadataFile, (files) => Effect.map(files.read(folder), Option.map((document) => document.text)))

describe("ProjectUpdate", () => {
  it.effect("changes a field in the file that states it, and in the registry", () =>
    Effect.gen(function* () {
      const [outcome] = yield* change({ description: "new", organization: "acme" })
      assert.deepStrictEqual(outcome?.changes, [
        { field: "description", before: "from the file", after: "new", inFile: true },
        { field: "organization", before: null, after: "acme", inFile: false }
      ])
      assert.deepStrictEqual(yield* textAt("/code/project-1"), Option.some("# ours\ndescription: new # what it is\ntemplate: none\n"))
      assert.deepInclude((yield* all)[0], { description: "new", organization: "acme" })
    }).pipe(Effect.provide(world([entry(1, { description: "old" })], { "/code/project-1": "# ours\ndescription: from the file # what it is\ntemplate: none\n" }))))

  it.effect("says so if everything was so already", () =>
    Effect.gen(function* () {
      const [outcome] = yield* change({ description: "same", addTags: ["go"], removeTags: ["rust"], clear: ["organization"] })
      assert.deepStrictEqual(outcome?.changes, [])
    }).pipe(Effect.provide(world([entry(1, { description: "same", tags: ["go"] })]))))

  it.effect("brings the registry in line where only the file had the value already", () =>
    Effect.gen(function* () {
      const [outcome] = yield* change({ description: "new" })
      assert.deepStrictEqual(outcome?.changes, [{ field: "description", before: "old", after: "new", inFile: false }])
      assert.strictEqual((yield* all)[0]?.description, "new")
    }).pipe(Effect.provide(world([entry(1, { description: "old" })], { "/code/project-1": "description: new\n" }))))

  it.effect("a cleared field is null in the file, so that other machines learn of it, and gone from the registry", () =>
    Effect.gen(function* () {
      yield* change({ clear: ["description"] })
      const stated = yield* Effect.flatMap(MetadataFile.MetadataFile, (files) => files.read("/code/project-1"))
      assert.isTrue(Option.isSome(stated) && stated.value.metadata.description === null)
      assert.isFalse(Object.hasOwn((yield* all)[0] ?? {}, "description"))
    }).pipe(Effect.provide(world([entry(1, { description: "old" })], { "/code/project-1": "description: old\n" }))))

  it.effect("only looks with dryRun", () =>
    Effect.gen(function* () {
      const [outcome] = yield* change({ name: "other", description: "new" }, { dryRun: true })
      assert.strictEqual(outcome?.changes.length, 2)
      assert.deepStrictEqual(yield* textAt("/code/project-1"), Option.some("description: old\n"))
      assert.strictEqual((yield* all)[0]?.name, "project-1")
    }).pipe(Effect.provide(world([entry(1)], { "/code/project-1": "description: old\n" }))))

  it.effect("changes nothing if one file cannot be read, and says where", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(change({ addTags: ["x"] }))
      assert.strictEqual(error._tag, "MetadataInvalid")
      if (error._tag === "MetadataInvalid") assert.deepInclude({ ...error }, { path: "/code/project-2/.dev-infra.yml", line: 2 })
      assert.deepStrictEqual((yield* all).map((project) => project.tags), [undefined, undefined])
    }).pipe(Effect.provide(world([entry(1), entry(2)], { "/code/project-2": "template: none\n: :\n" }))))

  it.effect("changes nothing if one value is not allowed", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(change({ name: " ", description: "new" }))
      assert.strictEqual(error._tag, "ProjectInvalid")
      assert.deepStrictEqual(yield* textAt("/code/project-1"), Option.some("description: old\n"))
    }).pipe(Effect.provide(world([entry(1)], { "/code/project-1": "description: old\n" }))))

  it.effect("gives the files their values back if the registry cannot be written", () => {
    const document = { version: "1.0", projects: [entry(1)], rest: {} }
    const full = new FileFailure({ path: "/registry.json", operation: "write", reason: "NoSpace", code: "ENOSPC" })
    // A disk that is full for every change that would really be stored.
    const store = Layer.succeed(RegistryStore.RegistryStore, {
      location: "memory",
      read: Effect.succeed(document),
      modify: (decide) => Effect.flatMap(decide(document), ([result, next]) => (next === document ? Effect.succeed(result) : Effect.fail(full))),
      changes: Stream.empty
    })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(change({ description: "new" }))
      assert.strictEqual(error._tag, "FileFailure")
      assert.deepStrictEqual(yield* textAt("/code/project-1"), Option.some("description: old # kept\n"))
    }).pipe(Effect.provide(world([], { "/code/project-1": "description: old # kept\n" }, store)))
  })

  it.effect("two changes of tags at once lose neither", () =>
    Effect.gen(function* () {
      const projects = yield* all
      const add = (tag: string) => ProjectUpdate.update(projects.map((project) => ({ project, changes: { addTags: [tag] } })))
      yield* Effect.all([add("a"), add("b"), add("c")], { concurrency: "unbounded" })
      assert.sameMembers([...((yield* all)[0]?.tags ?? [])], ["a", "b", "c"])
    }).pipe(Effect.provide(world([entry(1)]))))

  it.effect("tags are added to what is left after clearing", () =>
    Effect.gen(function* () {
      yield* change({ clear: ["tags"], addTags: ["new"] })
      assert.deepStrictEqual((yield* all)[0]?.tags, ["new"])
    }).pipe(Effect.provide(world([entry(1, { tags: ["a", "b"] })]))))

  it.effect("remembers the repository that is given up", () =>
    Effect.gen(function* () {
      yield* change({ repository: "https://git.example.invalid/acme/new" })
      assert.deepStrictEqual((yield* all)[0]?.["former_repositories"], ["https://git.example.invalid/acme/old"])
    }).pipe(Effect.provide(world([entry(1, { repository: "git@git.example.invalid:acme/old.git" })]))))

  it.effect("never stores a password", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(change({ repository: "https://me:secret@git.example.invalid/acme/new" }))
      assert.strictEqual(error._tag, "ProjectInvalid")
      assert.notInclude(error.message, "secret")
    }).pipe(Effect.provide(world([entry(1)]))))

  describe("path", () => {
    it.effect("a new folder takes the place of the old one", () =>
      Effect.gen(function* () {
        yield* change({ path: at("/code/new") })
        assert.deepInclude((yield* all)[0], { path: at("/code/new"), checkouts: [at("/code/project-2")] })
      }).pipe(Effect.provide(world([entry(1, { checkouts: ["/code/project-2"] })]))))

    it.effect("a checkout changes places with the first one", () =>
      Effect.gen(function* () {
        yield* change({ path: at("/code/project-2") })
        assert.deepInclude((yield* all)[0], { path: at("/code/project-2"), checkouts: [at("/code/project-1")] })
      }).pipe(Effect.provide(world([entry(1, { checkouts: ["/code/project-2"] })]))))

    it.effect("of another project's checkout is refused", () =>
      Effect.gen(function* () {
        const [first] = yield* all
        if (first === undefined) return assert.fail()
        const error = yield* Effect.flip(ProjectUpdate.update([{ project: first, changes: { path: at("/code/new") } }]))
        assert.strictEqual(error._tag, "ProjectInvalid")
      }).pipe(Effect.provide(world([entry(1), entry(2, { checkouts: ["/code/new"] })]))))

    it.effect("that is not there is refused", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(change({ path: at("/code/nowhere") }))
        assert.strictEqual(error._tag, "FileFailure")
      }).pipe(Effect.provide(world([entry(1)]))))
  })

  describe("status", () => {
    it.effect("an archived project gets back what it had, also if its file states the status", () =>
      Effect.gen(function* () {
        yield* change({ status: "archived" })
        assert.deepStrictEqual((yield* all).map((project) => project.status), ["archived", "archived"])
        assert.deepStrictEqual(yield* textAt("/code/project-2"), Option.some("status: archived # now\n"))
        yield* change({ status: "restored" })
        assert.deepStrictEqual((yield* all).map((project) => project.status), ["paused", "active"])
        assert.deepStrictEqual(yield* textAt("/code/project-2"), Option.some("status: active # now\n"))
        assert.isTrue((yield* all).every((project) => !Object.hasOwn(project, "local")))
      }).pipe(Effect.provide(world([entry(1, { status: "paused" }), entry(2)], { "/code/project-2": "status: active # now\n" }))))

    it.effect("a project that is not archived is not restored", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* change({ status: "restored" }))[0]?.changes, [])
      }).pipe(Effect.provide(world([entry(1, { status: "paused" })]))))
  })
})
