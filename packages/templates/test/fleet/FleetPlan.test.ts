import type { Project } from "@dev-infra/metadata/Project"
import * as FleetOutcome from "@dev-infra/templates/FleetOutcome"
import * as FleetPlan from "@dev-infra/templates/FleetPlan"
import type { UpdatePlan } from "@dev-infra/templates/UpdatePlan"
import { assert, describe, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as v8 from "node:v8"
import * as vm from "node:vm"
import { file, planOf, projectAt, projects } from "./fleetProjects.js"

class Broken extends Data.TaggedError("Broken")<{ readonly project: string }> {}

/** Collects what nothing refers to any more, at once. */
const collectGarbage = (): void => {
  v8.setFlagsFromString("--expose-gc")
  // the function that the flag brings
  const collect = vm.runInNewContext("gc") as () => void
  collect()
}

/** Summaries of plans that were made in some way. */
const planned = <E>(all: ReadonlyArray<Project>, planOne: (project: Project) => Effect.Effect<UpdatePlan, E>, options?: FleetPlan.FleetOptions) =>
  FleetPlan.each(all, (project) => Effect.map(planOne(project), FleetOutcome.ofPlan), options)

describe("FleetPlan", () => {
  it("tells of a plan how the project stands", () => {
    const [project] = projects(1)
    assert.isDefined(project)
    if (project === undefined) return
    const standing = (...classes: ReadonlyArray<Parameters<typeof file>[1]>) =>
      FleetOutcome.ofPlan(planOf(project, classes.map((each, at) => file(`file-${at}`, each))))
    assert.strictEqual(standing().state, "up to date")
    assert.strictEqual(standing("local", "never", "customised", "kept-deleted").state, "up to date")
    for (const each of ["new", "update", "merge", "delete", "rename", "mode", "ask"] as const) assert.strictEqual(standing("local", each).state, "clean", each)
    const conflicting = standing("update", "conflict", "update")
    assert.strictEqual(conflicting.state, "conflicts")
    assert.deepStrictEqual(conflicting.conflicts, ["file-1"])
    assert.deepStrictEqual(conflicting.counts, { update: 2, conflict: 1 })
  })

  it("says that a version without changes to files is to be recorded", () => {
    const project = projectAt("/code/a", 1)
    assert.isTrue(FleetOutcome.changesSomething(planOf(project, [])))
    assert.isFalse(FleetOutcome.changesSomething(planOf(project, [file("notes.md", "local")], project.version)))
  })

  it.effect("lets no project stand in the way of another, be it by a failure or by a fault of the program", () =>
    Effect.gen(function* () {
      const outcomes = Chunk.toReadonlyArray(
        yield* Stream.runCollect(
          planned(projects(9), (project) => {
            if (project.name === "project-2") return Effect.fail(new Broken({ project: project.name }))
            if (project.name === "project-5") return Effect.die(new Error("a fault"))
            return Effect.succeed(planOf(project, project.name === "project-7" ? [file("a", "conflict")] : [file("a", "update")]))
          })
        )
      )
      assert.deepStrictEqual(FleetOutcome.summarise(outcomes), { "up to date": 0, clean: 6, conflicts: 1, failed: 2, "no template": 0, missing: 0 })
      const failed = outcomes.filter(({ state }) => state === "failed").toSorted((a, b) => (a.project.name < b.project.name ? -1 : 1))
      assert.deepStrictEqual(failed.map(({ cause, project }) => [project.name, cause === undefined ? "" : String(Cause.squash(cause))]), [
        ["project-2", "Broken"],
        ["project-5", "Error: a fault"]
      ])
    })
  )

  it.effect("works on a few projects at a time", () =>
    Effect.gen(function* () {
      let now = 0
      let most = 0
      const three = yield* Deferred.make<void>()
      yield* Stream.runDrain(
        planned(
          projects(40),
          (project) =>
            Effect.gen(function* () {
              now += 1
              most = Math.max(most, now)
              if (now === 3) yield* Deferred.succeed(three, undefined)
              yield* Deferred.await(three)
              // A fourth one would begin now.
              yield* Effect.repeatN(Effect.yieldNow(), 20)
              now -= 1
              return planOf(project, [])
            }),
          { concurrency: 3 }
        )
      )
      assert.strictEqual(most, 3)
    })
  )

  it.effect("tells of each project as soon as it is known, not after all", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const first = yield* planned(projects(2), (project) =>
        Effect.as(project.name === "project-1" ? Deferred.await(gate) : Effect.void, planOf(project, []))
      ).pipe(Stream.tap(({ project }) => (project.name === "project-2" ? Deferred.succeed(gate, undefined) : Effect.void)), Stream.runHead)
      assert.strictEqual(Option.getOrUndefined(first)?.project.name, "project-2")
    })
  )

  it.live("keeps no contents of files, so that memory does not grow with the number of projects", () =>
    Effect.gen(function* () {
      const made: Array<WeakRef<Uint8Array>> = []
      let seen = 0
      let mostAlive = 0
      const outcomes = yield* Stream.runCollect(
        planned(projects(200), (project) =>
          Effect.sync(() => {
            const content = new Uint8Array(64 * 1024)
            made.push(new WeakRef(content))
            return planOf(project, [file("large", "update", content)])
          })
        ).pipe(
          Stream.tap(() =>
            Effect.gen(function* () {
              seen += 1
              if (seen % 50 !== 0) return
              // A WeakRef holds on until the present turn of the event loop is over.
              yield* Effect.promise(() => new Promise((done) => setImmediate(done)))
              collectGarbage()
              mostAlive = Math.max(mostAlive, made.filter((reference) => reference.deref() !== undefined).length)
            })
          )
        )
      )
      assert.strictEqual(Chunk.size(outcomes), 200)
      assert.isAtMost(mostAlive, 40)
    })
  )

  it.effect("ends when it is interrupted, without taking that for a failure of a project", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        Stream.runCollect(planned(projects(5), () => Effect.zipRight(Deferred.succeed(begun, undefined), Effect.never)))
      )
      yield* Deferred.await(begun)
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
    })
  )

  it("takes those of one version of a template one after another", () => {
    const mixed = [
      projectAt("/code/1", 1, { version: "v1.0.0" }),
      projectAt("/code/2", 2, { version: "v2.0.0" }),
      projectAt("/code/3", 3, { version: "v1.0.0" }),
      projectAt("/code/4", 4, { template: "learning-project", version: "v1.0.0" })
    ]
    assert.deepStrictEqual(FleetPlan.byTemplate(mixed).map(({ path }): string => path), ["/code/4", "/code/1", "/code/3", "/code/2"])
  })
})
