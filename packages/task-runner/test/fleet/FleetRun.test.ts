import * as FleetPlan from "@dev-infra/task-runner/FleetPlan"
import * as FleetRun from "@dev-infra/task-runner/FleetRun"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"

const planOf = (edges: { readonly [name: string]: ReadonlyArray<string> }) =>
  Either.getOrThrow(FleetPlan.make(Object.entries(edges).map(([name, dependsOn]) => ({ id: `id-${name}`, name, path: `/repos/${name}`, dependsOn, task: "test" }))))

const told = (outcomes: ReadonlyArray<FleetRun.FleetOutcome<unknown>>) => Object.fromEntries(outcomes.map(({ project, reason, state }) => [project.name, reason === "" ? state : `${state}: ${reason}`]))

const failing = (...names: ReadonlyArray<string>) => (node: FleetPlan.FleetNode<string>) =>
  names.includes(node.project.name) ? Effect.fail("broken") : Effect.succeed("ran" as const)

describe("FleetRun", () => {
  it.effect("does not run what needs a project that failed, and goes on with the others if told to", () =>
    Effect.gen(function* () {
      const plan = planOf({ api: [], web: ["api"], shop: ["web"], docs: [] })
      expect(told(yield* FleetRun.run(plan, { jobs: 2, keepGoing: true }, failing("api")))).toEqual({
        api: "failed",
        web: "not run: needs api, which failed",
        shop: "not run: needs web, which was not run",
        docs: "ran"
      })
    })
  )

  it.effect("starts nothing new after a failure, and lets what runs end", () =>
    Effect.gen(function* () {
      const plan = planOf({ slow: [], bad: [], later: [], after: ["slow"] })
      const fiber = yield* Effect.fork(
        FleetRun.run(plan, { jobs: 2, keepGoing: false }, ({ project }) =>
          project.name === "bad" ? Effect.delay(Effect.fail("broken"), "1 second") : Effect.delay(Effect.succeed("ran" as const), "1 minute")
        )
      )
      yield* TestClock.adjust("2 minutes")
      const outcomes = yield* Fiber.join(fiber)
      expect(told(outcomes)).toEqual({ slow: "ran", bad: "failed", later: "not run: stopped after bad failed", after: "not run: stopped after bad failed" })
      expect(outcomes.find(({ project }) => project.name === "slow")?.duration).toBe(60_000)
    })
  )

  it.effect("takes a fault of the program for the failure of that project", () =>
    Effect.gen(function* () {
      const outcomes = yield* FleetRun.run(planOf({ a: [], b: [] }), { jobs: 1, keepGoing: true }, ({ project }) =>
        project.name === "a" ? Effect.dieMessage("a defect") : Effect.succeed("up to date" as const)
      )
      expect(told(outcomes)).toEqual({ a: "failed", b: "up to date" })
    })
  )

  it.effect("does not run again what ended well, and runs what waited for it", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const finished = new Map([["id-api", { state: "ran" as const, duration: 7 }]])
      const outcomes = yield* FleetRun.run(planOf({ api: [], web: ["api"] }), { jobs: 2, keepGoing: false, finished }, ({ project }) =>
        Effect.sync(() => (ran.push(project.name), "ran" as const))
      )
      expect(ran).toEqual(["web"])
      expect(outcomes.map(({ duration, earlier, project }) => [project.name, duration, earlier])).toEqual([
        ["api", 7, true],
        ["web", 0, false]
      ])
    })
  )

  it.effect("interrupts all that runs, and starts nothing more", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const fiber = yield* Effect.fork(
        FleetRun.run(planOf({ a: [], b: [], c: [] }), { jobs: 2, keepGoing: true }, ({ project }) =>
          Effect.onInterrupt(Effect.zipRight(Effect.sync(() => events.push(`start ${project.name}`)), Effect.never), () => Effect.sync(() => events.push(`stop ${project.name}`)))
        )
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      expect(events.toSorted()).toEqual(["start a", "start b", "stop a", "stop b"])
    })
  )

  it.effect("ends at once where there is nothing to run", () =>
    Effect.gen(function* () {
      const plan = Either.getOrThrow(FleetPlan.make<string>([{ id: "1", name: "a", path: "/a", dependsOn: [], task: undefined }]))
      expect(told(yield* FleetRun.run(plan, { jobs: 4, keepGoing: false }, () => Effect.succeed("ran" as const)))).toEqual({ a: "skipped: no such task" })
    })
  )

  const runs = fc.record({
    needs: fc.integer({ min: 1, max: 15 }).chain((size) => fc.tuple(...Array.from({ length: size }, (_, at) => fc.array(fc.nat({ max: Math.max(0, at - 1) }), { maxLength: at === 0 ? 0 : 3 })))),
    bad: fc.array(fc.nat({ max: 14 }), { maxLength: 3 }),
    delays: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 15, maxLength: 15 }),
    jobs: fc.integer({ min: 1, max: 4 }),
    keepGoing: fc.boolean()
  })

  it.effect("never runs more at a time than it may, nor anything before what it needs, nor anything twice", () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(runs, ({ bad, delays, jobs, keepGoing, needs }) =>
          Effect.runPromise(
            Effect.gen(function* () {
              const edges = Object.fromEntries(needs.map((each, at) => [`p${at}`, each.map((need) => `p${need}`)]))
              const plan = planOf(edges)
              const ended = new Map<string, number>()
              let running = 0
              const fiber = yield* Effect.fork(
                FleetRun.run(plan, { jobs, keepGoing }, ({ needs: before, project }) =>
                  Effect.gen(function* () {
                    running += 1
                    expect(running).toBeLessThanOrEqual(jobs)
                    for (const { name } of before) expect(ended.get(name)).toBe(1)
                    const at = Number(project.name.slice(1))
                    yield* Effect.sleep((delays[at] ?? 0) * 1000)
                    running -= 1
                    ended.set(project.name, (ended.get(project.name) ?? 0) + 1)
                    return bad.includes(at) ? yield* Effect.fail("broken") : ("ran" as const)
                  })
                )
              )
              yield* TestClock.adjust("10 minutes")
              const outcomes = yield* Fiber.join(fiber)
              expect(outcomes.map(({ project }) => project.name).toSorted()).toEqual(Object.keys(edges).toSorted())
              const state = new Map(outcomes.map((outcome) => [outcome.project.name, outcome.state]))
              for (const { cause } of outcomes) if (cause !== undefined) expect(cause._tag).toBe("Fail")
              for (const { needs: before, project } of plan.nodes) {
                const blocked = before.some(({ name }) => state.get(name) !== "ran")
                if (blocked) expect(state.get(project.name)).toBe("not run")
                else if (keepGoing) expect(state.get(project.name)).not.toBe("not run")
              }
            }).pipe(Effect.provide(TestContext.TestContext))
          )
        ),
        { numRuns: 20 }
      )
    )
  )
})
