import * as SyncTurn from "@dev-infra/sync/SyncTurn"
import * as SyncTurnFile from "@dev-infra/sync/SyncTurnFile"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as fs from "node:fs"
import { join } from "node:path"
import { inMemory, inNewHome, onDisk } from "./homes.js"
import { take, testSyncTurn } from "./SyncTurn.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testSyncTurn("memory", () => SyncTurn.layerMemory)
testSyncTurn("lock in memory", () => Layer.provide(SyncTurnFile.layer, inMemory()))
testSyncTurn("lock on disk", () => inNewHome(SyncTurnFile.layer))

const inHome = (home: string) => Layer.provide(SyncTurnFile.layer, onDisk(home))

/** A home whose lock somebody holds. */
const homeLockedBy = (holder: object | string) =>
  Effect.map(temporaryFolder, (home) => {
    fs.mkdirSync(join(home, "state"))
    const lock = join(home, "state/sync.lock")
    fs.writeFileSync(lock, typeof holder === "string" ? holder : JSON.stringify(holder))
    return { lock, layer: inHome(home) }
  })

const self = Effect.flatMap(LocalProcess.LocalProcess, (processes) => processes.self).pipe(Effect.provide(LocalProcess.layer))

const waiting = <A, E>(effect: Effect.Effect<A, E, SyncTurn.SyncTurn>, layer: Layer.Layer<SyncTurn.SyncTurn>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.provide(Effect.flip(take(effect)), layer))
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

describe("SyncTurn by its lock", () => {
  it.scoped("Y4: keeps two homes apart, and other processes of one out, with their number and since when", () =>
    Effect.gen(function* () {
      const holder = { ...(yield* self), pid: process.ppid, started: 0, token: "1-2-0123456789abcdef" }
      const { layer, lock } = yield* homeLockedBy(holder)
      // The clock of the test stands at 1970, that of the disk does not.
      yield* TestClock.setTime(fs.statSync(lock).mtimeMs + 60_000)
      const failure = yield* waiting(Effect.die("nobody may come in"), layer)
      const since = `${new Date(fs.statSync(lock).mtimeMs).toISOString().slice(0, 16)}`
      assert.propertyVal(failure, "_tag", "SyncBusy")
      assert.include((failure as SyncTurn.SyncBusy).message, `process ${process.ppid}, since ${since}`)
      assert.isTrue(fs.existsSync(lock))
      const other = join(yield* temporaryFolder, "other")
      assert.strictEqual(yield* Effect.provide(take(Effect.succeed("free")), inHome(other)), "free")
    }))

  it.scoped("Y4: a sync that takes minutes keeps its turn", () =>
    Effect.gen(function* () {
      const layer = inHome(join(yield* temporaryFolder, "home"))
      const [begun, end] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const first = yield* Effect.fork(Effect.provide(take(Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(end))), layer))
      yield* Deferred.await(begun)
      yield* TestClock.adjust("10 minutes")
      assert.propertyVal(yield* waiting(Effect.die("nobody may come in"), layer), "_tag", "SyncBusy")
      yield* Deferred.succeed(end, undefined)
      yield* Fiber.join(first)
    }))

  it.scopedLive("Y4: takes over at once from a process that died", () =>
    Effect.gen(function* () {
      const { layer } = yield* homeLockedBy({ ...(yield* self), pid: 4_194_300, started: 1, token: "1-2-0123456789abcdef" })
      const before = yield* Clock.currentTimeMillis
      assert.strictEqual(yield* Effect.provide(take(Effect.succeed("taken over")), layer), "taken over")
      assert.isBelow((yield* Clock.currentTimeMillis) - before, 2500)
    }))

  it.scoped("takes over a lock that was left half-written", () =>
    Effect.gen(function* () {
      const { layer, lock } = yield* homeLockedBy("")
      yield* TestClock.setTime(fs.statSync(lock).mtimeMs + 60_000)
      assert.strictEqual(yield* Effect.provide(take(Effect.succeed("taken over")), layer), "taken over")
    }))

  it.scoped("says which file to remove if another computer holds it", () =>
    Effect.gen(function* () {
      const { layer, lock } = yield* homeLockedBy({ ...(yield* self), host: "elsewhere", boot: "other", token: "1-2-0123456789abcdef" })
      const failure = yield* waiting(Effect.die("nobody may come in"), layer)
      assert.include((failure as SyncTurn.SyncBusy).message, "on elsewhere")
      assert.include((failure as SyncTurn.SyncBusy).message, lock)
    }))
})
