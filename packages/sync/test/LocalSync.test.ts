import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
import * as LocalRegistry from "@dev-infra/registry/LocalRegistry"
import { Machine } from "@dev-infra/registry/Machine"
import { Registry } from "@dev-infra/registry/Registry"
import * as LocalSync from "@dev-infra/sync/LocalSync"
import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
import { Sync } from "@dev-infra/sync/Sync"
import { SyncBusy } from "@dev-infra/sync/SyncTurn"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

/** A home on the disk, as a program opens it: everything is built anew each time. */
const inHome = (home: string, server: MemoryRemoteIndex.MemoryRemote["Type"]) =>
  LocalSync.layer.pipe(
    Layer.provide(Layer.effect(RemoteIndex, Effect.map(Effect.flatMap(Machine, ({ ensure }) => ensure), ({ syncId }) => server.client(syncId, home)))),
    Layer.provideMerge(LocalRegistry.layer({ environment: {}, homeDirectory: home, workingDirectory: home, hostName: "here" })),
    Layer.provide(NodeFileSystem.layer)
  )

const add = (path: string) =>
  Effect.flatMap(Registry, (registry) => {
    fs.mkdirSync(path, { recursive: true })
    return registry.add([{ path: AbsolutePath.make(path), kind: "repository", repository: "https://example.org/api.git", fields: {}, derived: { name: "api" } }])
  })

const sync = <A, E>(use: (sync: Sync["Type"]) => Effect.Effect<A, E>) => Effect.flatMap(Sync, use)

describe("LocalSync", () => {
  for (const tellsDeletions of [true, false]) {
    it.scopedLive(`carries a project from one home to another, every step in a process of its own (${tellsDeletions ? "as ours" : "as 0.3.0"})`, () =>
      Effect.gen(function* () {
        const folder = yield* temporaryFolder
        const server = yield* MemoryRemoteIndex.make({ tellsDeletions })
        const [one, two] = [inHome(join(folder, "one"), server), inHome(join(folder, "two"), server)]
        const path = join(folder, "one/code/api")
        const [added] = yield* Effect.provide(add(path), one)
        assert.propertyVal(added, "_tag", "Added")
        fs.writeFileSync(join(path, ".dev-infra.yml"), "description: what its file says\n")
        const pushed = yield* Effect.provide(sync(({ push }) => push()), one)
        assert.strictEqual(pushed.counts.created, 1)
        const again = yield* Effect.provide(sync(({ push }) => push()), one)
        assert.deepStrictEqual(again.items, [])

        yield* Effect.provide(sync(({ pull }) => pull()), two)
        const [elsewhere] = yield* Effect.provide(sync(({ notLocal }) => notLocal), two)
        assert.strictEqual(elsewhere?.fields["description"], "what its file says")
        assert.strictEqual(elsewhere?.locations[0]?.path, path)
        const files = (home: string) => ["state/sync.json", "state/machine.json", "log/sync.jsonl"].map((name) => fs.existsSync(join(folder, home, ".dev-infra", name)))
        assert.deepStrictEqual(files("one"), [true, true, true])
      }))
  }

  it.scopedLive("Y4: of two syncs of one home at once both succeed, or one says that another is running", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const server = yield* MemoryRemoteIndex.make()
      const home = inHome(folder, server)
      yield* Effect.provide(add(join(folder, "code/api")), home)
      const outcomes = yield* Effect.all([1, 2, 3].map(() => Effect.either(Effect.provide(sync(({ push }) => push()), home))), { concurrency: "unbounded" })
      for (const outcome of outcomes) if (outcome._tag === "Left") assert.instanceOf(outcome.left, SyncBusy)
      assert.lengthOf(yield* server.rows, 1)
    }))

  it.scopedLive("status of a home that does not exist makes nothing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const server = yield* MemoryRemoteIndex.make()
      const layer = LocalSync.layer.pipe(
        Layer.provide(Layer.succeed(RemoteIndex, server.client("m", "n"))),
        Layer.provide(LocalRegistry.layer({ environment: {}, homeDirectory: folder, workingDirectory: folder, hostName: "here" })),
        Layer.provide(NodeFileSystem.layer)
      )
      const status = yield* Effect.provide(sync((service) => service.status), layer)
      assert.deepStrictEqual(status, { remote: null, projects: [], duplicates: [], problems: [] })
      assert.deepStrictEqual(fs.readdirSync(folder), [])
    }))
})
