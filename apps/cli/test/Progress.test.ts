import { describe, expect, it } from "@effect/vitest"
import * as TemplateSources from "@dev-infra/templates/TemplateSources"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { defaults, GlobalFlags } from "../src/GlobalFlags.js"
import * as CloneProgress from "../src/CloneProgress.js"
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

describe("the progress of a clone", () => {
  const url = "https://example.org/web.git"
  const cloned = (time: Duration.DurationInput) =>
    Effect.gen(function* () {
      const sources = yield* TemplateSources.TemplateSources
      const source = yield* sources.parse(`git+${url}`)
      const slow = { ...sources, fetchMissing: (one: typeof source) => Effect.zipRight(Effect.sleep(time), sources.fetchMissing(one)) }
      const cloning = yield* Effect.fork(Effect.provideService(CloneProgress.fetchMissing(source), TemplateSources.TemplateSources, slow))
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(cloning)).toBe(true)
    }).pipe(Effect.provide(TemplateSources.layerMemory({ repositories: { [url]: { head: "main", branches: {}, tags: {}, commits: [] } } })), Effect.orDie)

  it.effect("tells the seconds that passed, and is gone at the end", () =>
    Effect.gen(function* () {
      expect(yield* drawn(cloned("2500 millis"))).toEqual([`cloning 1 s: git+${url}`, `cloning 2 s: git+${url}`, ""])
      expect(yield* drawn(cloned("500 millis"))).toEqual([""])
      expect(yield* drawn(cloned("2500 millis"), false)).toEqual([])
    })
  )
})
