/**
 * What every journal of updates of many projects promises; run on each of them.
 *
 * @module
 */
import { type FinishedProject, FleetBusy, FleetJournal, type FleetRun } from "@dev-infra/templates/FleetJournal"
import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"

export const aRun: FleetRun = { started: "2026-01-31T12:00:00.000Z", to: "v2.0.0", onConflict: "markers", ask: "skip", allowDirty: false, projects: ["a", "b", "c"] }

export const done = (id: string, state: FinishedProject["state"] = "clean"): FinishedProject => ({
  id,
  state,
  template: "standard-project",
  from: { version: "v1.0.0", commit: "1".repeat(40) },
  to: { version: "v2.0.0", commit: "2".repeat(40) },
  counts: { update: 2 },
  conflicts: [],
  warnings: []
})

/**
 * @param name of the layer, for the report
 * @param fresh a new layer each time it is called
 */
export const testFleetJournal = (name: string, fresh: Effect.Effect<Layer.Layer<FleetJournal>, never, Scope.Scope>): void => {
  const test = (sentence: string, effect: (journal: FleetJournal["Type"]) => Effect.Effect<void, unknown>) =>
    it.scoped(sentence, () => Effect.flatMap(fresh, (layer) => Effect.provide(Effect.flatMap(FleetJournal, effect), layer)))

  describe(`FleetJournal (${name})`, () => {
    test("knows of nothing at first", (journal) => Effect.map(journal.unfinished, (left) => assert.isTrue(Option.isNone(left))))

    test("knows what was done of a run that did not end", (journal) =>
      Effect.gen(function* () {
        yield* journal.begin(aRun)
        yield* journal.finish(done("a"))
        yield* journal.finish(done("b", "failed"))
        const left = Option.getOrThrow(yield* journal.unfinished)
        assert.deepStrictEqual(left.run, aRun)
        assert.deepStrictEqual([...left.finished.values()], [done("a"), done("b", "failed")])
      }))

    test("takes the last word on a project that was tried twice", (journal) =>
      Effect.gen(function* () {
        yield* journal.begin(aRun)
        yield* journal.finish(done("b", "failed"))
        yield* journal.finish(done("b"))
        assert.deepStrictEqual([...Option.getOrThrow(yield* journal.unfinished).finished.values()], [done("b")])
      }))

    test("forgets a run that came to its end", (journal) =>
      Effect.gen(function* () {
        yield* journal.begin(aRun)
        yield* journal.finish(done("a"))
        yield* journal.end
        assert.isTrue(Option.isNone(yield* journal.unfinished))
        yield* journal.end
      }))

    test("forgets an earlier run when another begins", (journal) =>
      Effect.gen(function* () {
        yield* journal.begin(aRun)
        yield* journal.finish(done("a"))
        const { to: _, ...second } = aRun
        yield* journal.begin(second)
        const left = Option.getOrThrow(yield* journal.unfinished)
        assert.deepStrictEqual(left.run, second)
        assert.strictEqual(left.finished.size, 0)
      }))

    test("notes projects that end at the same time", (journal) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 20 }, (_, at) => `project-${at}`)
        yield* journal.begin({ ...aRun, projects: ids })
        yield* Effect.forEach(ids, (id) => journal.finish(done(id)), { concurrency: 8, discard: true })
        assert.deepStrictEqual([...Option.getOrThrow(yield* journal.unfinished).finished.keys()].toSorted(), ids.toSorted())
      }))

    test("lets only one update run at a time", (journal) =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const first = yield* Effect.fork(journal.exclusively(Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
        yield* Deferred.await(begun)
        const second = yield* Effect.fork(Effect.either(journal.exclusively(Effect.void)))
        // Time goes on as long as somebody waits for it.
        yield* TestClock.adjust("1 second").pipe(Effect.zipRight(Effect.yieldNow()), Effect.repeat({ until: () => Effect.map(Fiber.poll(second), Option.isSome) }))
        const outcome = yield* Fiber.join(second)
        assert.isTrue(outcome._tag === "Left" && outcome.left instanceof FleetBusy)
        yield* Fiber.interrupt(first)
        assert.strictEqual(yield* journal.exclusively(Effect.succeed("free again")), "free again")
      }))
  })
}
