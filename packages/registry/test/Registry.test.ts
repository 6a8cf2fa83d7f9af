import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import type { JsonValue } from "@dev-infra/metadata/Project"
import { ProjectId } from "@dev-infra/metadata/ProjectId"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { Candidate } from "../src/Identity.js"

/** A world in memory in which the named folders exist. */
const world = (folders: ReadonlyArray<string>, projects: ReadonlyArray<JsonValue> = []) =>
  Registry.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        RegistryStore.layerMemory({ version: "1.0", projects, rest: {} }),
        Machine.layerMemory,
        IdGenerator.layerMemory,
        LocalFiles.layerMemory(Object.fromEntries(folders.map((folder) => [`${folder}/README.md`, ""])))
      )
    )
  )

const at = (path: string, more: Partial<Candidate> = {}): Candidate => ({
  path: AbsolutePath.make(path),
  kind: "repository",
  fields: {},
  ...more
})

const id = (number: number) => ProjectId.make(`11111111-1111-4111-8111-${String(number).padStart(12, "0")}`)

const entry = (number: number, more: { readonly [key: string]: JsonValue } = {}): JsonValue => ({
  id: id(number),
  name: `project-${number}`,
  path: `/code/project-${number}`,
  template: "unknown",
  version: "unknown",
  created: "2025-12-19",
  status: "active",
  ...more
})

describe("Registry", () => {
  describe("add", () => {
    it.effect("registers a folder under its name, with what was made up filled in", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.add([at("/code/api", { repository: "git@github.com:acme/api.git" })])
        assert.strictEqual(outcome?._tag, "Added")
        const { projects } = yield* registry.list()
        assert.strictEqual(projects.length, 1)
        const project = projects[0]
        assert.deepInclude<object | undefined>(project, {
          name: "api",
          path: "/code/api",
          template: "unknown",
          version: "unknown",
          status: "active",
          repository: "git@github.com:acme/api.git"
        })
        assert.match(project?.created ?? "", /^\d{4}-\d\d-\d\d$/)
      }).pipe(Effect.provide(world(["/code/api"]))))

    it.effect("adding twice is a no-op that says so", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        yield* registry.add([at("/code/api")])
        const before = yield* registry.export
        const [outcome] = yield* registry.add([at("/code/api")])
        assert.strictEqual(outcome?._tag, "AlreadyRegistered")
        assert.deepStrictEqual(yield* registry.export, before)
      }).pipe(Effect.provide(world(["/code/api"]))))

    it.effect("takes what the project's own file states over what was made up", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        yield* registry.add([at("/code/api", { derived: { name: "api" }, fields: { name: "The API", template: "standard", version: "0.8.0" } })])
        const { projects } = yield* registry.list()
        assert.deepInclude<object | undefined>(projects[0], { name: "The API", template: "standard", version: "0.8.0" })
      }).pipe(Effect.provide(world(["/code/api"]))))

    it.effect("recognises a moved project by its repository and reports the old place", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.add([at("/code/new/api", { repository: "https://GitHub.com/acme/api" })])
        assert.strictEqual(outcome?._tag, "Moved")
        assert.deepInclude<object | undefined>(outcome, { from: "/code/project-1", path: "/code/new/api" })
        const { projects } = yield* registry.list()
        assert.deepStrictEqual(projects.map((project) => [project.id, project.path]), [[id(1), "/code/new/api"]])
      }).pipe(Effect.provide(world(["/code/new/api"], [entry(1, { repository: "git@github.com:acme/api.git" })]))))

    it.effect("recognises a moved project by the id in its file", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.add([at("/code/elsewhere", { id: id(1) })])
        assert.strictEqual(outcome?._tag, "Moved")
      }).pipe(Effect.provide(world(["/code/elsewhere"], [entry(1)]))))

    it.effect("an unmounted disk is no move: the new folder is one more checkout", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.add([at("/code/api", { id: id(1) })])
        assert.strictEqual(outcome?._tag, "CheckoutAdded")
      }).pipe(Effect.provide(world(["/code/api"], [entry(1, { path: "/mnt/disk/api" })]))))

    it.effect("a second clone is a checkout of the same project", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const repository = "https://example.org/acme/api.git"
        const outcomes = yield* registry.add([at("/code/b/api", { repository }), at("/code/api", { repository }), at("/code/c", { kind: "worktree", mainPath: AbsolutePath.make("/code/api") })])
        assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag), ["CheckoutAdded", "Added", "CheckoutAdded"])
        const { projects } = yield* registry.list()
        assert.strictEqual(projects.length, 1)
        assert.strictEqual(projects[0]?.path, "/code/api")
        assert.deepStrictEqual(projects[0]?.checkouts?.map(String), ["/code/b/api", "/code/c"])
      }).pipe(Effect.provide(world(["/code/api", "/code/b/api", "/code/c"]))))

    it.effect("two projects inside one repository stay two", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const repository = "https://example.org/acme/mono.git"
        const outcomes = yield* registry.add([at("/code/mono", { repository }), at("/code/mono/packages/a", { repository, inner: "packages/a", kind: "folder" })])
        assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag), ["Added", "Added"])
      }).pipe(Effect.provide(world(["/code/mono", "/code/mono/packages/a"]))))

    it.effect("refuses a copied folder that has become another repository, unless told what it is", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const copy = at("/code/fork", { id: id(1), repository: "https://example.org/me/fork.git" })
        const [refused] = yield* registry.add([copy])
        assert.strictEqual(refused?._tag, "Refused")
        assert.strictEqual((yield* registry.list()).projects.length, 1)
        const [renamed] = yield* registry.add([copy], { onConflict: "new-id" })
        assert.strictEqual(renamed?._tag, "Added")
        const { projects } = yield* registry.list()
        assert.strictEqual(new Set(projects.map((project) => project.id)).size, 2)
      }).pipe(Effect.provide(world(["/code/fork", "/code/project-1"], [entry(1, { repository: "https://example.org/acme/api.git" })]))))

    it.effect("a copied folder without a repository is a checkout, or with a new id a project of its own", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const copy = at("/code/copy", { id: id(1), kind: "folder" })
        const [checkout] = yield* registry.add([copy], { dryRun: true })
        assert.strictEqual(checkout?._tag, "CheckoutAdded")
        const [own] = yield* registry.add([copy], { onConflict: "new-id" })
        assert.strictEqual(own?._tag, "Added")
        assert.deepStrictEqual((yield* registry.list()).projects.map((project) => String(project.path)), ["/code/project-1", "/code/copy"])
      }).pipe(Effect.provide(world(["/code/project-1", "/code/copy"], [entry(1)]))))

    it.effect("a second clone is a checkout, whatever is said of new ids", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const repository = "https://example.org/acme/api.git"
        const [outcome] = yield* registry.add([at("/code/clone", { id: id(1), repository })], { onConflict: "new-id" })
        assert.strictEqual(outcome?._tag, "CheckoutAdded")
      }).pipe(Effect.provide(world(["/code/project-1", "/code/clone"], [entry(1, { repository: "git@example.org:acme/api" })]))))

    it.effect("remembers the other id of a project that got ids on two machines", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        yield* registry.add([at("/code/again", { id: id(2), repository: "https://example.org/acme/api" })])
        const project = yield* registry.get(id(1))
        assert.deepStrictEqual(project["aliases"], [id(2)])
      }).pipe(Effect.provide(world(["/code/project-1", "/code/again"], [entry(1, { repository: "https://example.org/acme/api.git" })]))))

    it.effect("a dry run changes nothing", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.add([at("/code/api")], { dryRun: true })
        assert.strictEqual(outcome?._tag, "Added")
        assert.strictEqual((yield* registry.list()).projects.length, 0)
      }).pipe(Effect.provide(world(["/code/api"]))))

    it.effect("a dry run makes ids up, and says which; those to be kept are real ones", () =>
      Effect.gen(function*() {
        const registry = yield* Registry.Registry
        const candidates = [at("/code/api"), at("/code/site", { id: id(7) })]
        const isMadeUp = (outcomes: ReadonlyArray<Registry.AddOutcome>) =>
          outcomes.map((outcome) => outcome._tag === "Added" && Registry.isProvisional(outcome.project.id))
        assert.deepStrictEqual(isMadeUp(yield* registry.add(candidates, { dryRun: true })), [true, false])
        assert.deepStrictEqual(isMadeUp(yield* registry.add(candidates, { dryRun: true, keepIds: true })), [false, false])
        assert.deepStrictEqual(isMadeUp(yield* registry.add(candidates)), [false, false])
      }).pipe(Effect.provide(world(["/code/api", "/code/site"]))))

    it.effect("a dry run only reads, so that it works where nothing may be written", () => {
      const readOnly = Layer.succeed(RegistryStore.RegistryStore, {
        location: "/mnt/cdrom/registry.json",
        read: Effect.succeed({ version: "1.0", projects: [entry(1)], rest: {} }),
        modify: () => Effect.fail(new FileFailure({ path: "/mnt/cdrom/registry.json", operation: "write", reason: "ReadOnly" })),
        changes: Stream.empty
      })
      return Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const outcomes = yield* registry.add([at("/code/api"), at("/code/project-1")], { dryRun: true })
        assert.deepStrictEqual(outcomes.map((outcome) => outcome._tag), ["Added", "AlreadyRegistered"])
        assert.strictEqual((yield* Effect.flip(registry.add([at("/code/api")])))._tag, "FileFailure")
      }).pipe(
        Effect.provide(Registry.layer),
        Effect.provide(Layer.mergeAll(readOnly, Machine.layerMemory, IdGenerator.layerMemory, LocalFiles.layerMemory({})))
      )
    })
  })

  describe("find", () => {
    const find = (reference: string, folder = "/code") => Effect.flatMap(Registry.Registry, (registry) => registry.find(reference, { folder }))
    const five = [1, 2, 3, 4, 5].map((number) => entry(number))

    for (const [reference, folder] of [
      ["11111111-1111-4111-8111-000000000003", "/"],
      ["11111111-1111-4111-8111-000000000003".toUpperCase(), "/"],
      ["project-3", "/"],
      ["/code/project-3", "/"],
      ["/code/project-3/", "/"],
      ["./project-3", "/code"],
      ["../project-3", "/code/project-1"],
      [".", "/code/project-3"],
      [".", "/code/project-3/src/deep"]
    ] as const) {
      it.effect(`finds a project by ${JSON.stringify(reference)} in ${folder}`, () =>
        Effect.gen(function* () {
          assert.strictEqual((yield* find(reference, folder)).id, id(3))
        }).pipe(Effect.provide(world([], five))))
    }

    it.effect("lists the candidates of an ambiguous name or id prefix", () =>
      Effect.gen(function* () {
        const byName = yield* Effect.flip(find("twin"))
        assert.strictEqual(byName._tag, "AmbiguousProject")
        const byPrefix = yield* Effect.flip(find("1111"))
        assert.strictEqual(byPrefix._tag, "AmbiguousProject")
        if (byPrefix._tag === "AmbiguousProject") assert.strictEqual(byPrefix.candidates.length, 2)
      }).pipe(Effect.provide(world([], [entry(1, { name: "twin" }), entry(2, { name: "twin" })]))))

    it.effect("suggests names that are close", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(find("porject-3"))
        assert.strictEqual(error._tag, "ProjectNotFound")
        if (error._tag === "ProjectNotFound") assert.include(error.suggestions, "project-3")
      }).pipe(Effect.provide(world([], five))))

    it.effect("an empty reference means nothing", () =>
      Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(find("")))._tag, "ProjectNotFound")
      }).pipe(Effect.provide(world([], five))))
  })

  describe("list", () => {
    it.effect("reports entries that are no projects and lists the others", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const { problems, projects } = yield* registry.list()
        assert.strictEqual(projects.length, 2)
        assert.deepStrictEqual(problems.map((problem) => problem.index), [1, 2])
        assert.strictEqual(problems[1]?.problems[0]?.field, "status")
      }).pipe(Effect.provide(world([], [entry(1), "a text", entry(2, { status: "retired" }), entry(3)]))))

    it.effect("filters and sorts", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const names = (options: Parameters<typeof registry.list>[0]) =>
          Effect.map(registry.list(options), ({ projects }) => projects.map((project) => project.name))
        assert.deepStrictEqual(yield* names({ filter: { tags: ["x", "y"] } }), ["project-1"])
        assert.deepStrictEqual(yield* names({ filter: { status: ["archived", "paused"] } }), ["Bravo"])
        assert.deepStrictEqual(yield* names({ filter: { template: ["standard@2"] } }), ["Bravo"])
        assert.deepStrictEqual(yield* names({ filter: { repository: "git@h:a/b" } }), ["project-1"])
        assert.deepStrictEqual(yield* names({ sort: "name" }), ["alpha", "Bravo", "project-1"])
        assert.deepStrictEqual(yield* names({ sort: "organization" }), ["Bravo", "alpha", "project-1"])
      }).pipe(
        Effect.provide(
          world([], [
            entry(1, { tags: ["x", "y", "z"], repository: "https://h/a/b.git" }),
            entry(2, { name: "Bravo", status: "archived", template: "standard", version: "2", organization: "acme" }),
            entry(3, { name: "alpha", tags: ["x"] })
          ])
        )
      ))

    it.effect("gives an entry without an id a lasting one, which the next write stores", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const before = (yield* registry.list()).projects[0]
        yield* registry.add([at("/code/api")])
        const after = (yield* registry.export).projects[0]
        assert.deepStrictEqual(after, { id: before?.id ?? "", name: "by hand", path: "/code/hand", note: 7 })
      }).pipe(Effect.provide(world(["/code/api"], [{ name: "by hand", path: "/code/hand", note: 7 }]))))
  })

  describe("update", () => {
    it.effect("sets and clears fields, keeping unknown keys and the order of keys", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        yield* registry.update([{ id: id(1), patch: { description: null, name: "renamed", tags: ["new"] } }])
        const stored = (yield* registry.export).projects[0]
        assert.deepStrictEqual(Object.keys(stored as object), ["id", "name", "path", "template", "version", "created", "status", "x-note", "tags"])
      }).pipe(Effect.provide(world([], [entry(1, { description: "old", "x-note": { deep: [1] } })]))))

    it.effect("is all or nothing", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const before = yield* registry.export
        const error = yield* Effect.flip(
          registry.update([
            { id: id(1), patch: { name: "fine" } },
            { id: id(2), patch: { status: "retired" } }
          ])
        )
        assert.strictEqual(error._tag, "ProjectInvalid")
        assert.deepStrictEqual(yield* registry.export, before)
      }).pipe(Effect.provide(world([], [entry(1), entry(2)]))))

    it.effect("does not put two projects into one folder, nor change an id", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const taken = yield* Effect.flip(registry.update([{ id: id(1), patch: { path: "/code/project-2" } }]))
        assert.strictEqual(taken._tag, "ProjectInvalid")
        const changed = yield* Effect.flip(registry.update([{ id: id(1), patch: { id: id(9) } }]))
        assert.strictEqual(changed._tag, "ProjectInvalid")
      }).pipe(Effect.provide(world([], [entry(1), entry(2)]))))
  })

  it.effect("restore brings back the status that archive put away", () =>
    Effect.gen(function* () {
      const registry = yield* Registry.Registry
      const before = yield* registry.export
      yield* registry.archive([id(1), id(2)])
      assert.deepStrictEqual((yield* registry.list()).projects.map((project) => project.status), ["archived", "archived"])
      yield* registry.archive([id(2)])
      yield* registry.restore([id(1), id(2)])
      assert.deepStrictEqual(yield* registry.export, before)
    }).pipe(Effect.provide(world([], [entry(1), entry(2, { status: "paused" })]))))

  describe("remove", () => {
    const two = entry(1, { checkouts: ["/code/second"] })

    it.effect("forgets a project with all its checkouts", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [outcome] = yield* registry.remove([{ id: id(1) }])
        assert.strictEqual(outcome?._tag, "Removed")
        assert.strictEqual((yield* registry.export).projects.length, 0)
      }).pipe(Effect.provide(world([], [two]))))

    it.effect("forgets one checkout only, and promotes another when the primary goes", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const [promoted] = yield* registry.remove([{ id: id(1), path: AbsolutePath.make("/code/project-1") }])
        assert.strictEqual(promoted?._tag, "Promoted")
        assert.strictEqual((yield* registry.get(id(1))).path, "/code/second")
        const [last] = yield* registry.remove([{ id: id(1), path: AbsolutePath.make("/code/second") }])
        assert.strictEqual(last?._tag, "Removed")
      }).pipe(Effect.provide(world([], [two]))))

    it.effect("changes nothing if one of the projects is not there", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const error = yield* Effect.flip(registry.remove([{ id: id(1) }, { id: id(7) }]))
        assert.strictEqual(error._tag, "ProjectNotFound")
        assert.strictEqual((yield* registry.export).projects.length, 1)
      }).pipe(Effect.provide(world([], [two]))))
  })

  describe("import", () => {
    it.effect("of an export changes nothing", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const before = yield* registry.export
        const report = yield* registry.import(before.projects)
        assert.deepStrictEqual([report.added.length, report.updated.length, report.unchanged.length], [0, 0, 2])
        assert.deepStrictEqual(yield* registry.export, before)
      }).pipe(Effect.provide(world([], [entry(1, { tags: ["a"], checkouts: ["/code/second"] }), entry(2)]))))

    it.effect("fills in what is missing, keeps what is here and says so, refuses what is no project", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const report = yield* registry.import([
          { path: "/code/project-1", name: "other", description: "from elsewhere", tags: ["b"] },
          { path: "/code/new", name: "new" },
          { path: "relative" },
          "text"
        ])
        assert.deepStrictEqual(report.updated.map((project) => [project.name, project.description, project.tags]), [["project-1", "from elsewhere", ["a", "b"]]])
        assert.deepStrictEqual(report.kept.map(({ field, here, imported }) => [field, here, imported]), [["name", "project-1", "other"]])
        assert.deepStrictEqual(report.added.map((project) => project.path as string), ["/code/new"])
        assert.deepStrictEqual(report.refused.map((one) => one.index), [2, 3])
      }).pipe(Effect.provide(world([], [entry(1, { tags: ["a"] })]))))

    it.effect("takes the import's values when told to overwrite, and writes nothing on a dry run", () =>
      Effect.gen(function* () {
        const registry = yield* Registry.Registry
        const entries = [{ path: "/code/project-1", name: "other" }]
        yield* registry.import(entries, { overwrite: true, dryRun: true })
        assert.strictEqual((yield* registry.get(id(1))).name, "project-1")
        yield* registry.import(entries, { overwrite: true })
        assert.strictEqual((yield* registry.get(id(1))).name, "other")
      }).pipe(Effect.provide(world([], [entry(1)]))))
  })
})
