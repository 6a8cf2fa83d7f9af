import { FileFailure } from "@dev-infra/durable-files/FileFailure"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as IdGenerator from "@dev-infra/metadata/IdGenerator"
import * as Machine from "@dev-infra/registry/Machine"
import * as Registry from "@dev-infra/registry/Registry"
import * as RegistryStore from "@dev-infra/registry/RegistryStore"
import * as MemoryRemoteIndex from "@dev-infra/sync/MemoryRemoteIndex"
import * as ProjectFiles from "@dev-infra/sync/ProjectFiles"
import { RemoteIndex } from "@dev-infra/sync/RemoteIndex"
import * as RemoteSnapshot from "@dev-infra/sync/RemoteSnapshot"
import * as Sync from "@dev-infra/sync/Sync"
import * as SyncLog from "@dev-infra/sync/SyncLog"
import * as SyncState from "@dev-infra/sync/SyncState"
import * as SyncTurn from "@dev-infra/sync/SyncTurn"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"

/** A disk that takes so many more writes. */
class Disk {
  left = Number.POSITIVE_INFINITY
  readonly write: Effect.Effect<void, FileFailure> = Effect.suspend(() =>
    this.left-- > 0 ? Effect.void : Effect.fail(new FileFailure({ path: "/home/user/.dev-infra", operation: "write", reason: "NoSpace", code: "ENOSPC" }))
  )
}

/** The layers in memory, each of whose writes takes space. */
const onDisk = (disk: Disk) => {
  const state = Layer.effect(
    SyncState.SyncState,
    Effect.map(SyncState.SyncState, ({ modify, read }) => ({ read, modify: (change) => Effect.zipRight(disk.write, modify(change)) }))
  ).pipe(Layer.provide(SyncState.layerMemory()))
  const log = Layer.effect(
    SyncLog.SyncLog,
    Effect.map(SyncLog.SyncLog, ({ append, read }) => ({ read, append: (records) => (records.length === 0 ? Effect.void : Effect.zipRight(disk.write, append(records))) }))
  ).pipe(Layer.provide(SyncLog.layerMemory))
  const snapshot = Layer.effect(
    RemoteSnapshot.RemoteSnapshot,
    Effect.map(RemoteSnapshot.RemoteSnapshot, ({ read, touch, write }) => ({
      read,
      write: (copy) => Effect.zipRight(disk.write, write(copy)),
      touch: (...words) => Effect.zipRight(disk.write, touch(...words))
    }))
  ).pipe(Layer.provide(RemoteSnapshot.layerMemory))
  const store = Layer.effect(
    RegistryStore.RegistryStore,
    Effect.map(RegistryStore.RegistryStore, (memory) => ({ ...memory, modify: (change) => Effect.zipRight(disk.write, memory.modify(change)) }))
  ).pipe(Layer.provide(RegistryStore.layerMemory()))
  return Layer.mergeAll(state, log, snapshot, store)
}

/** A machine with an edit in conflict and a new project, before its push. */
const begin = (disk: Disk, tellsDeletions: boolean) =>
  Effect.gen(function* () {
    const remote = yield* MemoryRemoteIndex.make({ tellsDeletions })
    const machine = yield* Layer.build(Machine.layerMemoryNamed("laptop"))
    const { syncId } = yield* Context.get(machine, Machine.Machine).ensure
    const context = yield* Layer.build(
      Sync.layer.pipe(
        Layer.provideMerge(Registry.layer),
        Layer.provideMerge(onDisk(disk)),
        Layer.provide(
          Layer.mergeAll(
            Layer.succeedContext(machine),
            IdGenerator.layerMemory,
            LocalFiles.layerMemory(),
            ProjectFiles.layerMemory(),
            SyncTurn.layerMemory,
            Layer.succeed(RemoteIndex, remote.client(syncId, "laptop"))
          )
        )
      )
    )
    const registry = Context.get(context, Registry.Registry)
    const sync = Context.get(context, Sync.Sync)
    yield* registry.import([{ name: "api", path: "/code/api", description: "Before" }])
    yield* sync.push()
    const [row] = yield* remote.rows
    if (row === undefined) return yield* Effect.dieMessage("nothing was pushed")
    yield* remote.edit(row.key, { description: "Edited there" })
    const [project] = (yield* registry.list()).projects
    if (project === undefined) return yield* Effect.dieMessage("there is no project")
    yield* registry.update([{ id: project.id, patch: { description: "Edited here" } }])
    yield* registry.import([{ name: "web", path: "/code/web" }])
    return { registry, remote, sync }
  })

describe.each([true, false])("a disk that is full in the middle of a push (the remote tells deletions: %s)", (tellsDeletions) => {
  it.scoped("Y2: wherever that is, it is said, nothing is lost, and the next push completes", () =>
    Effect.gen(function* () {
      for (let writes = 0; ; writes++) {
        const disk = new Disk()
        const { registry, remote, sync } = yield* begin(disk, tellsDeletions)
        disk.left = writes
        const pushed = yield* Effect.either(sync.push())
        disk.left = Number.POSITIVE_INFINITY
        const isStopped = Either.isLeft(pushed)
        if (isStopped) assert.include(pushed.left, { _tag: "FileFailure", reason: "NoSpace" })
        const { counts } = yield* sync.push()
        assert.strictEqual(counts.refused, 0, `after ${writes} writes`)
        yield* sync.pull()
        const rows = (yield* remote.rows).filter(({ deletedAt }) => deletedAt === null)
        assert.deepStrictEqual(rows.map(({ fields }) => [fields["name"], fields["description"]]), [["api", "Edited here"], ["web", undefined]], `after ${writes} writes`)
        assert.deepStrictEqual((yield* registry.list()).projects.map(({ description, name }) => [name, description]), [["api", "Edited here"], ["web", undefined]])
        const entries = yield* sync.log
        assert.isTrue(entries.some(({ record }) => record.kind === "overridden" && record.old === "Edited there"), `after ${writes} writes the overridden value is in the log`)
        const { projects } = yield* sync.status
        assert.deepStrictEqual(projects.map(({ state }) => state), ["in sync", "in sync"], `after ${writes} writes`)
        if (!isStopped) {
          assert.isAbove(writes, 3, "a push writes several times")
          return
        }
      }
    }))
})
