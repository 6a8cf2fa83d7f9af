import * as TaskPlan from "@dev-infra/taskfile/TaskPlan"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import { failureTag, graphOf, runTasks } from "./taskRun.js"
import { graphs, taskfileOf, timesOf } from "./taskShapes.js"

const soak = process.env["DEV_INFRA_SOAK"] === "1"

describe("a run of any tasks without a circle", () => {
  it.effect.prop(
    "is what the plan says: the same tasks, each as often as it must be, in an order that keeps every edge",
    [graphs, FastCheck.array(FastCheck.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }), FastCheck.integer({ min: 0, max: 2 })],
    ([shapes, pauses, concurrency]) =>
      Effect.gen(function* () {
        const taskfile = taskfileOf(shapes)
        let asked = 0
        const ran = yield* runTasks(taskfile, ["t0"], {
          options: { concurrency },
          answer: () => Effect.as(Effect.repeatN(Effect.yieldNow(), pauses[asked++ % pauses.length] ?? 0), {})
        })
        assert.strictEqual(failureTag(ran), undefined)
        const graph = yield* graphOf({ "/work/project/Taskfile.yml": `version: "3"\n${taskfile}` })
        const plan = Either.getOrThrow(TaskPlan.plan(graph, [{ task: "t0" }]))
        const times = timesOf(shapes)
        assert.deepStrictEqual(new Set(plan.nodes.map(({ task }) => task)), new Set(times.keys()))
        for (const [name, expected] of times) assert.strictEqual(ran.commands.filter((command) => command === `begin ${name}`).length, expected, name)
        const nameOf = new Map(plan.nodes.map(({ id, task }) => [id, task]))
        const first = (what: string, id: string) => ran.commands.indexOf(`${what} ${nameOf.get(id)}`)
        for (const { from, reason, to } of plan.edges) {
          assert.isBelow(first("end", to), first(reason === "dependency" ? "begin" : "end", from), `${reason} of ${from}: ${to}`)
        }
        const waves = new Map(plan.waves.flatMap((wave, at) => wave.map((id) => [id, at] as const)))
        for (const { from, to } of plan.edges) assert.isBelow(waves.get(to) ?? 0, waves.get(from) ?? 0)
      }),
    { fastCheck: { numRuns: soak ? 100 : 15 } }
  )
})
