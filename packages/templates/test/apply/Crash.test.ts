import * as MemoryFiles from "@dev-infra/durable-files/MemoryFiles"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as Application from "@dev-infra/templates/Application"
import * as ApplyStep from "@dev-infra/templates/ApplyStep"
import * as InterruptedUpdates from "@dev-infra/templates/InterruptedUpdates"
import { Registry } from "@dev-infra/registry/Registry"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { contents, type Files, planned, planOf, record, world, write } from "./applyWorld.js"

const path = "/tmp/code/api"

const before: Files = {
  ".dev-infra.yml": record("v1"),
  "README.md": "# api\n",
  "docs/old/guide.md": "old\n",
  "docs/kept.md": "mine\n",
  "bin/run": "#!/bin/sh\n",
  "link": "->README.md",
  "thing": "a file\n",
  "folder/deep/er/inside": "in a folder\n",
  "moved-from.txt": "moving\n"
}

const plan = planOf(path, [
  planned("README.md", before["README.md"], "# API\n"),
  planned("bin/run", before["bin/run"], `!${before["bin/run"] ?? ""}`, { class: "mode" }),
  planned("docs/new/deep/page.md", undefined, "new\n"),
  planned("docs/old/guide.md", before["docs/old/guide.md"], undefined),
  planned("folder", undefined, "now a file\n"),
  planned("folder/deep/er/inside", before["folder/deep/er/inside"], undefined),
  planned("link", before["link"], "->docs/kept.md"),
  planned("link-too", undefined, "->bin/run"),
  planned("moved/to.txt", before["moved-from.txt"], "moved\n", { class: "rename", from: "moved-from.txt" }),
  planned("thing", before["thing"], undefined),
  planned("thing/deep/er/part", undefined, "now a folder\n")
])

const afterwards = (recorded: string): Files => ({
  ".dev-infra.yml": recorded,
  "README.md": "# API\n",
  "bin/run": "!#!/bin/sh\n",
  "docs/kept.md": "mine\n",
  "docs/new/deep/page.md": "new\n",
  "folder": "now a file\n",
  "link": "->docs/kept.md",
  "link-too": "->bin/run",
  "moved/to.txt": "moved\n",
  "thing/deep/er/part": "now a folder\n"
})

const newRecord = record("v2").replace("  name: api\n", "  name: api\n  license: MIT\n")

/** In a world of its own, with the project as it is before. */
const inMemory = <A, E, R>(use: Effect.Effect<A, E, R>) =>
  Effect.flatMap(MemoryFiles.makeControlled({}), ({ operations }) =>
    Effect.gen(function* () {
      yield* write(path, before)
      yield* (yield* LocalFiles.LocalFiles).makeFolder("/tmp/home", 0o700)
      return yield* use
    }).pipe(Effect.provide(world("/tmp", operations))))

/** Reach the points, and die when so many were reached. What dies does not go on and puts nothing in order, but for the lock of a process that lives. */
const dyingAt = (count: number, trace: Array<string> = []) => {
  const reach = (name: string) => Effect.suspend(() => (trace.push(name) === count ? Effect.die(new Error(`killed at ${name}`)) : Effect.void))
  return <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideService(effect, ApplyStep.ApplyStep, { reach })
}

/** The points that are reached when nothing goes wrong, in their order. */
const traceOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => {
    const trace: Array<string> = []
    return Effect.as(dyingAt(Number.POSITIVE_INFINITY, trace)(effect), trace)
  })

/** The first and the last time that each point is reached; in the long form, every time. Counted from 1. */
const pointsOf = (trace: ReadonlyArray<string>): ReadonlyArray<number> =>
  trace.flatMap((name, at) => (process.env["DEV_INFRA_SOAK"] === "1" || trace.indexOf(name) === at || trace.lastIndexOf(name) === at ? [at + 1] : []))

const leftovers = Effect.gen(function* () {
  const local = yield* LocalFiles.LocalFiles
  return [...(yield* local.list("/tmp/code"))].filter((name) => name !== "api")
})

const version = Effect.flatMap(Registry, (registry) => Effect.map(registry.list(), ({ projects }) => projects[0]?.version))

describe("a crash while a plan is applied", () => {
  it.effect("at any point leaves the old project or the new one, once the next command ran", () =>
    Effect.gen(function* () {
      const trace = yield* inMemory(traceOf(Application.apply(plan)))
      assert.includeMembers(trace, ["apply-commit:before", "apply-remove-folder:after", "apply-done:after"])
      const outcomes = new Set<string>()
      for (const count of pointsOf(trace)) {
        const outcome = yield* inMemory(Effect.gen(function* () {
          assert.isTrue(Exit.isFailure(yield* Effect.exit(dyingAt(count)(Application.apply(plan)))), `${count}`)
          yield* Application.recover(path)
          assert.deepStrictEqual(yield* InterruptedUpdates.list, [])
          assert.deepStrictEqual(yield* leftovers, [])
          const found = yield* contents(path)
          const isNew = found[".dev-infra.yml"] !== before[".dev-infra.yml"]
          assert.deepStrictEqual(found, isNew ? afterwards(newRecord) : before, trace[count - 1])
          assert.strictEqual(yield* version, isNew ? "v2" : "v1", trace[count - 1])
          if (isNew) {
            yield* Application.undo(path)
            assert.deepStrictEqual(yield* contents(path), before, trace[count - 1])
          } else {
            yield* Application.apply(plan)
            assert.deepStrictEqual(yield* contents(path), afterwards(newRecord), trace[count - 1])
          }
          return isNew ? "new" : "old"
        }))
        outcomes.add(outcome)
      }
      assert.deepStrictEqual([...outcomes].sort(), ["new", "old"])
    }))

  it.effect("and another one while that is ended leave the old project or the new one", () =>
    Effect.gen(function* () {
      const trace = yield* inMemory(traceOf(Application.apply(plan)))
      for (const first of ["apply-stage:after", "apply-remove:after", "apply-replace:after", "apply-finish:after", "apply-clear:after"]) {
        const count = trace.lastIndexOf(first) + 1
        const more = yield* inMemory(Effect.zipRight(Effect.exit(dyingAt(count)(Application.apply(plan))), traceOf(Application.recover(path))))
        for (const second of pointsOf(more)) {
          yield* inMemory(Effect.gen(function* () {
            yield* Effect.exit(dyingAt(count)(Application.apply(plan)))
            yield* Effect.exit(dyingAt(second)(Application.recover(path)))
            yield* Application.recover(path)
            assert.deepStrictEqual(yield* leftovers, [])
            const found = yield* contents(path)
            assert.deepStrictEqual(found, found["README.md"] === "# API\n" ? afterwards(newRecord) : before, `${first}, ${more[second - 1]}`)
          }))
        }
      }
    }))

  it.effect("and one while it is undone leaves the new project or the old one", () =>
    Effect.gen(function* () {
      const trace = yield* inMemory(Effect.zipRight(Application.apply(plan), traceOf(Application.undo(path))))
      for (const count of pointsOf(trace)) {
        yield* inMemory(Effect.gen(function* () {
          yield* Application.apply(plan)
          yield* Effect.exit(dyingAt(count)(Application.undo(path)))
          yield* Application.recover(path)
          assert.deepStrictEqual(yield* leftovers, [])
          const found = yield* contents(path)
          const isOld = found["README.md"] === "# api\n"
          assert.deepStrictEqual(found, isOld ? before : afterwards(newRecord), trace[count - 1])
          if (!isOld) yield* Application.undo(path)
          assert.deepStrictEqual(yield* contents(path), before)
          assert.strictEqual(yield* version, "v1")
          const nothing = yield* Effect.flip(Application.undo(path))
          assert.strictEqual(nothing._tag, "NothingToUndo")
        }))
      }
    }))

  it.effect("is rolled back if somebody changed a file in between, and what they wrote stays", () =>
    Effect.gen(function* () {
      const trace = yield* inMemory(traceOf(Application.apply(plan)))
      const count = trace.lastIndexOf("apply-replace:after") + 1
      yield* inMemory(Effect.gen(function* () {
        yield* Effect.exit(dyingAt(count)(Application.apply(plan)))
        assert.deepStrictEqual((yield* InterruptedUpdates.list).map(({ action, project }) => [action, project.path]), [["apply", path]])
        yield* write(path, { "README.md": "# mine\n" })
        const [recovered] = yield* Application.recover(path)
        assert.deepInclude(recovered, { outcome: "RolledBack", changed: ["README.md"] })
        assert.deepStrictEqual(yield* contents(path), { ...before, "README.md": "# mine\n" })
      }))
    }))
})
