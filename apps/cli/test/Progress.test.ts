import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { defaults, GlobalFlags } from "../src/GlobalFlags.js"
import * as Progress from "../src/Progress.js"
import * as StandardStreams from "../src/StandardStreams.js"
import * as Surroundings from "../src/Surroundings.js"
import { withProgress } from "../src/SyncPrint.js"

/** The lines that were drawn while `work` ran. */
const drawn = <A>(work: Effect.Effect<A, never, Progress.Progress>, terminal = true) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const streams = StandardStreams.layerMemory({ stdout: "", stderr: "" }, { terminal })
    const recorded = Layer.effect(
      StandardStreams.StandardStreams,
      Effect.map(StandardStreams.StandardStreams, (all) => ({ ...all, stderr: { ...all.stderr, status: (line: string) => Effect.sync(() => void lines.push(line)) } }))
    ).pipe(Layer.provide(streams))
    yield* Effect.provide(work, Layer.provide(Progress.layer, Layer.mergeAll(recorded, Surroundings.layerMemory(), Layer.succeed(GlobalFlags, defaults))))
    return lines
  })

describe("the progress of a sync", () => {
  it.effect("is a bar once it is known how many there are, and is gone at the end", () =>
    Effect.gen(function* () {
      const lines = yield* drawn(
        withProgress("pushing", (report) =>
          Effect.gen(function* () {
            yield* report(0, 2000)
            yield* TestClock.adjust("1 second")
            yield* report(500, 2000)
            yield* report(501, 2000)
            yield* TestClock.adjust("1 second")
            yield* report(2000, 2000)
          })
        )
      )
      expect(lines.map((line) => line.trimEnd())).toEqual(["pushing [                    ] 0/2000", "pushing [#####               ] 500/2000", "pushing [####################] 2000/2000", ""])
    })
  )

  it.effect("is not drawn where nobody looks", () => Effect.map(drawn(withProgress("pushing", (report) => report(1, 2000)), false), (lines) => expect(lines).toEqual([])))
})
