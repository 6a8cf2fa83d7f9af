import * as FaultPoint from "@dev-infra/durable-files/FaultPoint"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"

const target = "/tmp/file"
const lock = "/tmp/file.lock"

const me: LocalProcess.ProcessIdentity = { host: "desk", boot: "boot-2", namespace: "n", pid: 10, started: 100, command: "dev-infra" }
const neighbour = { ...me, pid: 20, started: 200, command: "other" }
const token = (process: LocalProcess.ProcessIdentity) => `${process.pid}-${process.started}-00112233aabbccdd`
const lockOf = (process: LocalProcess.ProcessIdentity) => `${JSON.stringify({ ...process, token: token(process) })}\n`

/** A computer on which this process and one neighbour run, with a lock file that says something. */
const world = (content?: string) =>
  FileLock.layer.pipe(
    Layer.provideMerge(Layer.merge(
      LocalFiles.layerMemory(content === undefined ? {} : { [lock]: content }),
      LocalProcess.layerMemory(me, () => [me, neighbour])
    ))
  )

const take = Effect.flatMap(FileLock.FileLock, (locks) => locks.withLock(target, (held) => Effect.succeed(held.token)))
const inspect = Effect.flatMap(FileLock.FileLock, (locks) => locks.inspect(target))
const names = Effect.flatMap(LocalFiles.LocalFiles, (files) => files.list("/tmp"))

const write = (path: string, text: string) =>
  Effect.flatMap(LocalFiles.LocalFiles, (files) => files.create(path, 0o600, (file) => file.write(new TextEncoder().encode(text))))

/** Take the lock while the clock goes on; how many milliseconds that took, and what came of it. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.either(effect))
    let millis = 0
    for (; millis <= 60_000 && Option.isNone(yield* Fiber.poll(fiber)); millis += 200) yield* TestClock.adjust("200 millis")
    return { millis, outcome: yield* Fiber.join(fiber) }
  })

describe.concurrent("FileLock", () => {
  it.effect("says who holds it, and is gone afterwards", () =>
    Effect.gen(function* () {
      const locks = yield* FileLock.FileLock
      yield* locks.withLock(target, (held) => Effect.gen(function* () {
        const report = Option.getOrThrow(yield* inspect)
        assert.deepInclude(report, { path: lock, state: "Held" })
        assert.deepStrictEqual(Option.getOrThrow(report.holder), { ...me, token: held.token })
        assert.isTrue(yield* held.check)
      }))
      assert.deepStrictEqual(yield* names, [])
      assert.deepStrictEqual(yield* inspect, Option.none())
    }).pipe(Effect.provide(world())))

  describe("takes over at once", () => {
    const dead: ReadonlyArray<readonly [string, LocalProcess.ProcessIdentity]> = [
      ["from a process that is gone", { ...me, pid: 30 }],
      ["from a process whose number another one has now", { ...neighbour, started: 199 }],
      ["from before the last start of the computer", { ...neighbour, boot: "boot-1" }],
      ["from a process that is gone, though the computer was renamed since", { ...me, pid: 30, host: "laptop" }]
    ]
    for (const [name, process] of dead) {
      it.effect(name, () =>
        Effect.gen(function* () {
          assert.strictEqual(Option.getOrThrow(yield* inspect).state, "Dead")
          const { millis } = yield* timed(take)
          assert.isAtMost(millis, 200)
          assert.deepStrictEqual(yield* names, [])
        }).pipe(Effect.provide(world(lockOf(process)))))
    }
  })

  describe("takes over after 10 seconds without a change", () => {
    const stuck: ReadonlyArray<readonly [string, string, FileLock.LockReport["state"]]> = [
      ["from a process that is stopped", lockOf(neighbour), "Held"],
      ["from a process in another container of this computer", lockOf({ ...me, namespace: "other", pid: 77 }), "Held"],
      ["a lock file that is empty", "", "Unreadable"],
      ["a lock file that says something else", "1234\n", "Unreadable"]
    ]
    for (const [name, content, state] of stuck) {
      it.effect(name, () =>
        Effect.gen(function* () {
          assert.strictEqual(Option.getOrThrow(yield* inspect).state, state)
          const { millis, outcome } = yield* timed(take)
          assert.strictEqual(outcome._tag, "Right")
          assert.isAtLeast(millis, 10_000)
          assert.isAtMost(millis, 10_400)
          assert.deepStrictEqual(yield* names, [])
        }).pipe(Effect.provide(world(content))))
    }
  })

  it.effect("never takes over from another computer, and gives up after 30 seconds", () =>
    Effect.gen(function* () {
      const { millis, outcome } = yield* timed(take)
      assert.isAtLeast(millis, 30_000)
      assert.isAtMost(millis, 30_400)
      assert.strictEqual(outcome._tag, "Left")
      if (outcome._tag === "Left") {
        assert.deepInclude(outcome.left, { _tag: "LockUnavailable", reason: "HeldOnOtherHost", path: lock, holder: { host: "server", pid: 20, command: "other" } })
      }
      assert.strictEqual(Option.getOrThrow(yield* inspect).state, "Elsewhere")
    }).pipe(Effect.provide(world(lockOf({ ...neighbour, host: "server", boot: "boot-9" })))))

  it.effect("gives up after 30 seconds if the lock changes hands again and again", () =>
    Effect.gen(function* () {
      const files = yield* LocalFiles.LocalFiles
      const busy = Effect.gen(function* () {
        for (let round = 0; ; round++) {
          yield* write("/tmp/next", lockOf({ ...neighbour }).replace("00112233", String(round).padStart(8, "0")))
          yield* files.rename("/tmp/next", lock)
          yield* Effect.sleep("3 seconds")
        }
      })
      const others = yield* Effect.fork(busy)
      const { outcome } = yield* timed(take)
      assert.deepInclude(outcome._tag === "Left" ? outcome.left : {}, { _tag: "LockUnavailable", reason: "Held" })
      yield* Fiber.interrupt(others)
    }).pipe(Effect.provide(world(lockOf(neighbour)))))

  it.effect("gives back a lock that came between the look and the takeover", () =>
    Effect.gen(function* () {
      const files = yield* LocalFiles.LocalFiles
      const fresh = lockOf(neighbour)
      const swap = Effect.gen(function* () {
        yield* write("/tmp/next", fresh)
        yield* files.rename("/tmp/next", lock)
      }).pipe(Effect.provideService(LocalFiles.LocalFiles, files), Effect.orDie)
      const returned = yield* Deferred.make<void>()
      const points = Layer.succeed(FaultPoint.FaultPoint, {
        reach: (name) => name === "lock-takeover:before" ? swap : name === "lock-return:after" ? Effect.asVoid(Deferred.succeed(returned, undefined)) : Effect.void
      })
      const fiber = yield* Effect.fork(Effect.provide(take, points))
      yield* Deferred.await(returned)
      assert.strictEqual(Option.getOrThrow(Option.getOrThrow(yield* inspect).holder).token, token(neighbour))
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* names, ["file.lock"])
    }).pipe(Effect.provide(world(lockOf({ ...me, pid: 30 })))))

  it.effect("tells a holder whose lock was taken over, and leaves the new holder's lock alone", () =>
    Effect.gen(function* () {
      const locks = yield* FileLock.FileLock
      const files = yield* LocalFiles.LocalFiles
      yield* locks.withLock(target, (held) => Effect.gen(function* () {
        yield* files.remove(lock)
        yield* write(lock, lockOf(neighbour))
        assert.isFalse(yield* held.check)
      }))
      assert.strictEqual(Option.getOrThrow(Option.getOrThrow(yield* inspect).holder).token, token(neighbour))
    }).pipe(Effect.provide(world())))

  it.effect("is removed by hand only if its process is dead, or by force", () =>
    Effect.gen(function* () {
      const locks = yield* FileLock.FileLock
      assert.isFalse(yield* locks.remove(target))
      assert.isTrue(yield* locks.remove(target, { force: true }))
      assert.isTrue(yield* locks.remove(target))
      yield* write(lock, lockOf({ ...me, pid: 30 }))
      assert.isTrue(yield* locks.remove(target))
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(world(lockOf(neighbour)))))

  it.effect("sweeps away what dead competitors left, and nothing else", () =>
    Effect.gen(function* () {
      const locks = yield* FileLock.FileLock
      const dead = { ...me, pid: 30, started: 1 }
      yield* write(`${lock}.${token(dead)}.claim`, lockOf(dead))
      yield* write(`${lock}.${token(neighbour)}.claim`, lockOf(neighbour))
      yield* write(`${lock}.${token(me)}.stale`, lockOf(dead))
      yield* write(`${lock}.notes`, "mine")
      yield* locks.sweep(target, yield* names)
      assert.sameMembers([...(yield* names)], [`file.lock.${token(neighbour)}.claim`, "file.lock.notes"])
    }).pipe(Effect.provide(world())))

  it.effect("lets fibers of one process in one after the other, and forgets those that stop waiting", () =>
    Effect.gen(function* () {
      const locks = yield* FileLock.FileLock
      let [inside, most, done] = [0, 0, 0]
      const visit = locks.withLock(target, () => Effect.gen(function* () {
        most = Math.max(most, ++inside)
        yield* Effect.sleep("1 second")
        inside -= 1
        done += 1
      }))
      const fibers = yield* Effect.forEach([1, 2, 3, 4, 5], () => Effect.fork(visit))
      const impatient = yield* Effect.fork(Effect.either(locks.withLock(target, () => Effect.void, { wait: "2 seconds" })))
      yield* TestClock.adjust("1 millis")
      yield* Effect.forEach(fibers.slice(1, 2), Fiber.interrupt)
      yield* Effect.forEach(Array.from({ length: 60 }), () => TestClock.adjust("100 millis"))
      assert.deepInclude(yield* Fiber.join(impatient), { _tag: "Left" })
      assert.deepStrictEqual([most, done], [1, 4])
      assert.deepStrictEqual(yield* names, [])
    }).pipe(Effect.provide(world())))
})
