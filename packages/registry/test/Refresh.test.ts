import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { JsonValue } from "@dev-infra/metadata/Project"
import type { MemoryFolder } from "@dev-infra/registry/DirectoryReader"
import * as Discovery from "@dev-infra/registry/Discovery"
import * as Machine from "@dev-infra/registry/Machine"
import * as OverrideLog from "@dev-infra/registry/OverrideLog"
import * as Refresh from "@dev-infra/registry/Refresh"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

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

interface Place {
  /** the text of its own file */
  readonly text?: string
  readonly remote?: string
}

interface World {
  readonly projects: ReadonlyArray<JsonValue>
  readonly places: { readonly [name: string]: Place }
  readonly log?: Layer.Layer<OverrideLog.OverrideLog>
}

const markers = ({ remote, text }: Place): MemoryFolder => ({
  ".git": { HEAD: "ref: refs/heads/main\n", config: remote === undefined ? "" : `[remote "origin"]\n\turl = ${remote}\n` },
  ...(text === undefined ? {} : { ".dev-infra.yml": text })
})

/** A machine in memory whose projects lie in `/code`. */
const world = ({ log = OverrideLog.layerMemory, places, projects }: World) =>
  Registry.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        RegistryStore.layerMemory({ version: "1.0", projects, rest: {} }),
        Machine.layerMemory,
        IdGenerator.layerMemory,
        LocalFiles.layerMemory(
          Object.fromEntries(
            Object.entries({ ...places, ".keep": {} }).flatMap(([name, { text }]: [string, Place]) => [
              [`/code/${name}/.git/HEAD`, ""],
              ...(text === undefined ? [] : [[`/code/${name}/.dev-infra.yml`, text]])
            ])
          )
        ),
        Discovery.layerMemory({ code: Object.fromEntries(Object.entries(places).map(([name, place]) => [name, markers(place)])) }),
        MetadataFile.layerMemoryWith(Object.entries(places).flatMap(([name, { text }]) => (text === undefined ? [] : [[`/code/${name}`, text]]))),
        log
      )
    )
  )

const all = Effect.flatMap(Registry.Registry, (registry) => Effect.map(registry.list(), ({ projects }) => projects))

const examine = (options?: Refresh.RefreshOptions) => Effect.flatMap(all, (projects) => Refresh.examine(projects, options))

const logged = Effect.flatMap(OverrideLog.OverrideLog, (log) => log.read)

const changesOf = (refreshes: ReadonlyArray<Refresh.ProjectRefresh>) =>
  refreshes.flatMap(({ changes }) => changes.map(({ after, before, field }) => ({ field, before, after })))

describe("Refresh", () => {
  it.effect("what the file states replaces the registry's value; what it does not mention stays", () =>
    Effect.gen(function* () {
      const refreshes = yield* examine()
      assert.deepStrictEqual(changesOf(refreshes), [
        { field: "template", before: "unknown", after: "standard" },
        { field: "description", before: "old", after: "new" },
        { field: "tags", before: null, after: ["go"] }
      ])
      yield* Refresh.apply(refreshes)
      const [project] = yield* all
      assert.deepInclude<object | undefined>(project, { template: "standard", description: "new", tags: ["go"], organization: "acme", mood: "good" })
    }).pipe(
      Effect.provide(
        world({
          projects: [entry(1, { description: "old", organization: "acme", mood: "good" })],
          places: { "project-1": { text: "template: standard\ndescription: new\ntags: [go]\n" } }
        })
      )
    ))

  it.effect("null in the file clears; a name stays, and what must have a value becomes unknown", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(examine(), Refresh.apply)
      const [project] = yield* all
      assert.deepInclude<object | undefined>(project, { name: "project-1", template: "unknown", status: "active" })
      assert.notProperty(project, "description")
      assert.notProperty(project, "tags")
    }).pipe(
      Effect.provide(
        world({
          projects: [entry(1, { description: "old", tags: ["a"], template: "standard", status: "paused" })],
          places: { "project-1": { text: "name:\ntemplate:\nstatus: null\ndescription: ~\ntags: []\n" } }
        })
      )
    ))

  it.effect("the second time nothing differs", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(examine({ accept: true }), Refresh.apply)
      const before = yield* logged
      const again = yield* examine({ accept: true })
      assert.deepStrictEqual(changesOf(again), [])
      assert.deepStrictEqual(yield* Refresh.apply(again), [])
      assert.deepStrictEqual(yield* logged, before)
    }).pipe(
      Effect.provide(
        world({
          projects: [entry(1, { description: "old" })],
          places: { "project-1": { text: `id: ${id(9)}\nname: other\ndescription: null\ntags: []\ncreated: 2024-05-06\n`, remote: "git@example.com:a.git" } }
        })
      )
    ))

  it.effect("every value that is replaced is logged: what it was, what it is, whose, and from which file", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(examine(), Refresh.apply)
      const records = yield* logged
      assert.deepStrictEqual(
        records.map((one) => ({ ...one, time: "then" })),
        [
          { time: "then", command: "refresh", id: id(1), name: "project-1", field: "name", old: "project-1", new: "The API", source: "/code/project-1/.dev-infra.yml" },
          { time: "then", command: "refresh", id: id(1), name: "project-1", field: "tags", old: ["a"], new: null, source: "/code/project-1/.dev-infra.yml" }
        ]
      )
      assert.match(records[0]?.time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }).pipe(
      Effect.provide(
        // Where there was no value, nothing is replaced.
        world({ projects: [entry(1, { tags: ["a"] })], places: { "project-1": { text: "name: The API\ntags:\ndescription: first\n" } } })
      )
    ))

  it.effect("what cannot be logged is not replaced", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Effect.flatMap(examine(), Refresh.apply))
      assert.strictEqual(failure._tag, "FileFailure")
      assert.deepInclude<object | undefined>((yield* all)[0], { description: "old" })
    }).pipe(
      Effect.provide(
        world({
          projects: [entry(1, { description: "old" })],
          places: { "project-1": { text: "description: new\n" } },
          log: Layer.succeed(OverrideLog.OverrideLog, {
            append: () => Effect.fail(new FileFailure({ path: "/home/user/.dev-infra/log/sync.jsonl", operation: "write", reason: "NoSpace", code: "ENOSPC" })),
            read: Effect.succeed([])
          })
        })
      )
    ))

  it.effect("a value that somebody changed meanwhile is not in the log, so it stays", () =>
    Effect.gen(function* () {
      const registry = yield* Registry.Registry
      const refreshes = yield* examine()
      const [project] = yield* all
      if (project !== undefined) yield* registry.update([{ id: project.id, patch: { description: "by hand" } }])
      yield* Refresh.apply(refreshes)
      assert.deepInclude<object | undefined>((yield* all)[0], { description: "by hand", organization: "acme" })
      yield* Effect.flatMap(examine(), Refresh.apply)
      assert.deepInclude<object | undefined>((yield* all)[0], { description: "new" })
      assert.include((yield* logged).map(({ old }) => old), "by hand")
    }).pipe(
      Effect.provide(world({ projects: [entry(1, { description: "old" })], places: { "project-1": { text: "description: new\norganization: acme\n" } } }))
    ))

  it.effect("another id in the file becomes an alias, once", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(examine(), Refresh.apply)
      const [project] = yield* all
      assert.strictEqual(String(project?.id), id(1))
      assert.deepStrictEqual(project?.["aliases"], [id(8), id(9)])
    }).pipe(
      Effect.provide(world({ projects: [entry(1, { aliases: [id(8)] })], places: { "project-1": { text: `id: ${id(9).toUpperCase()}\n` } } }))
    ))

  it.effect("a file that cannot be read is reported with line and column, and its project keeps its values", () =>
    Effect.gen(function* () {
      const refreshes = yield* examine()
      const { problem } = refreshes[0] ?? {}
      assert.deepInclude<object | undefined>(problem, { path: "/code/project-1/.dev-infra.yml", line: 7 })
      assert.isAtLeast(problem?.column ?? 0, 1)
      yield* Refresh.apply(refreshes)
      const projects = yield* all
      assert.deepStrictEqual(projects.map(({ description }) => description), ["one", "new"])
    }).pipe(
      Effect.provide(
        world({
          projects: [entry(1, { description: "one" }), entry(2, { description: "two" })],
          places: {
            "project-1": { text: "template: a\nversion: b\nname: c\ndescription: d\norganization: e\nstatus: active\ntags: a: b\n" },
            "project-2": { text: "description: new\n" }
          }
        })
      )
    ))

  it.effect("a project whose folder is gone is reported and left alone", () =>
    Effect.gen(function* () {
      const refreshes = yield* examine()
      assert.deepStrictEqual(refreshes.map(({ isMissing }) => isMissing), [true, false])
      assert.deepStrictEqual(changesOf(refreshes), [])
    }).pipe(Effect.provide(world({ projects: [entry(1), entry(2)], places: { "project-2": {} } }))))

  it.effect("another checkout takes the place of a primary folder that is gone, and its file is read", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(examine(), Refresh.apply)
      assert.deepStrictEqual(
        (yield* all).map(({ checkouts, description, path }) => ({ path: String(path), checkouts: checkouts?.map(String), description })),
        [{ path: "/code/third", checkouts: ["/code/second"], description: "here" }]
      )
      assert.deepStrictEqual((yield* logged).map(({ field, old }) => [field, old]), [
        ["path", "/code/project-1"],
        ["checkouts", ["/code/second", "/code/third"]]
      ])
    }).pipe(
      Effect.provide(
        world({ projects: [entry(1, { checkouts: ["/code/second", "/code/third"] })], places: { third: { text: "description: here\n" } } })
      )
    ))

  it.effect("on a disk that is not there, no other checkout is promoted", () =>
    Effect.gen(function* () {
      const refreshes = yield* examine()
      assert.deepStrictEqual(refreshes.map(({ changes, isMissing }) => ({ changes, isMissing })), [{ changes: [], isMissing: true }])
    }).pipe(Effect.provide(world({ projects: [entry(1, { path: "/mnt/disk/api", checkouts: ["/code/second"] })], places: { second: {} } }))))

  describe("a git remote", () => {
    const remote = "https://me:secret@example.com/fork.git"
    const differing = world({
      projects: [entry(1, { repository: "git@example.com:api.git" }), entry(2)],
      places: { "project-1": { remote }, "project-2": { remote: "git@example.com:two.git" } }
    })

    it.effect("that differs is only reported", () =>
      Effect.gen(function* () {
        const refreshes = yield* examine()
        assert.deepStrictEqual(changesOf(refreshes), [])
        assert.deepStrictEqual(refreshes.map((one) => one.remote), [
          { registered: "git@example.com:api.git", found: "https://example.com/fork.git" },
          { registered: undefined, found: "git@example.com:two.git" }
        ])
      }).pipe(Effect.provide(differing)))

    it.effect("is stored with accept, and the old one logged", () =>
      Effect.gen(function* () {
        yield* Effect.flatMap(examine({ accept: true }), Refresh.apply)
        assert.deepStrictEqual((yield* all).map(({ repository }) => repository), ["https://example.com/fork.git", "git@example.com:two.git"])
        assert.deepStrictEqual((yield* all)[0]?.["former_repositories"], ["https://example.com/api"])
        assert.deepStrictEqual((yield* logged).map(({ field, old }) => [field, old]), [["repository", "git@example.com:api.git"]])
      }).pipe(Effect.provide(differing)))

    it.effect("in another spelling is the same", () =>
      Effect.gen(function* () {
        assert.isUndefined((yield* examine())[0]?.remote)
      }).pipe(
        Effect.provide(
          world({ projects: [entry(1, { repository: "git@github.com:acme/api.git" })], places: { "project-1": { remote: "https://GitHub.com/acme/api/" } } })
        )
      ))
  })

  it.effect("many projects are one write and one batch of the log", () =>
    Effect.gen(function* () {
      const refreshes = yield* examine()
      const changed = yield* Refresh.apply(refreshes)
      assert.strictEqual(changed.length, 200)
      assert.strictEqual((yield* logged).length, 200)
      assert.isTrue((yield* all).every(({ description }, at) => description === `new ${at}`))
    }).pipe(
      Effect.provide(
        world({
          projects: Array.from({ length: 200 }, (_, at) => entry(at, { description: `old ${at}` })),
          places: Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`project-${at}`, { text: `description: new ${at}\n` }]))
        })
      )
    ))
})
