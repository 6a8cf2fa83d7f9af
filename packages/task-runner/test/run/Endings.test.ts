import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Fiber from "effect/Fiber"
import { type Answer, failureTag, runTasks } from "./taskRun.js"
import { graphs, taskfileOf } from "./taskShapes.js"

const soak = process.env["DEV_INFRA_SOAK"] === "1"

const pauses = FastCheck.array(FastCheck.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 })

/** Far more turns than any of these runs takes. */
const hanging = Effect.zipRight(Effect.repeatN(Effect.yieldNow(), 100_000), Effect.dieMessage("the run hangs"))

const count = (commands: ReadonlyArray<string>, command: string) => commands.filter((other) => other === command).length

describe("a run of any tasks of which some fail", () => {
  it.effect.prop(
    "ends, fails exactly if one did, and does what was put off for every task that began",
    [graphs, pauses, FastCheck.integer({ min: 0, max: 2 }), FastCheck.subarray([1, 2, 3, 4, 5]), FastCheck.boolean()],
    ([shapes, times, concurrency, failing, failFast]) =>
      Effect.gen(function* () {
        let asked = 0
        const broken = new Set(failing.map((at) => `end t${at}`))
        const answer: Answer = ({ script }) => Effect.as(Effect.repeatN(Effect.yieldNow(), times[asked++ % times.length] ?? 0), { status: broken.has(script) ? 3 : 0 })
        const ran = yield* Effect.raceFirst(runTasks(taskfileOf(shapes, { failFast, deferred: true }), ["t0"], { answer, options: { concurrency } }), hanging)
        assert.strictEqual(failureTag(ran), ran.commands.some((command) => broken.has(command)) ? "TaskCommandFailed" : undefined)
        for (const at of shapes.keys()) {
          const begun = count(ran.commands, `begin t${at}`)
          const cleaned = count(ran.commands, `clean t${at}`)
          if (failFast) assert.isAtLeast(cleaned, begun)
          else assert.strictEqual(cleaned, begun)
        }
      }),
    { fastCheck: { numRuns: soak ? 100 : 15 } }
  )

  it.effect.prop(
    "ends soon when it is interrupted, and does what was put off",
    [graphs, pauses, FastCheck.integer({ min: 0, max: 2 }), FastCheck.integer({ min: 0, max: 60 })],
    ([shapes, times, concurrency, patience]) =>
      Effect.gen(function* () {
        let asked = 0
        const commands: Array<string> = []
        const answer: Answer = ({ script }) => {
          commands.push(script)
          return Effect.as(Effect.repeatN(Effect.yieldNow(), times[asked++ % times.length] ?? 0), {})
        }
        const running = yield* Effect.fork(runTasks(taskfileOf(shapes, { failFast: false, deferred: true }), ["t0"], { answer, options: { concurrency } }))
        yield* Effect.repeatN(Effect.yieldNow(), patience * 5)
        yield* Effect.raceFirst(Fiber.interrupt(running), Effect.interruptible(hanging))
        for (const at of shapes.keys()) assert.isAtLeast(count(commands, `clean t${at}`), count(commands, `begin t${at}`))
      }),
    { fastCheck: { numRuns: soak ? 100 : 15 } }
  )
})
