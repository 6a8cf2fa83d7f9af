import { GitHubUnavailable } from "@dev-infra/templates/GitHub"
import { type Budget, GitHubPulls, type PullRequestFailure, RateLimited } from "@dev-infra/templates/GitHubPulls"
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as TestClock from "effect/TestClock"
import * as Pacing from "../../src/fleet/Pacing.js"

const unexpected = Effect.dieMessage("nobody asks for that here")

const withBudget = (budget: Option.Option<Budget>) =>
  Layer.succeed(GitHubPulls, { budget: () => Effect.succeed(budget), latest: () => unexpected, open: () => unexpected, edit: () => unexpected })

/** Answers one after the other; when each was asked for, in seconds. */
const scripted = (answers: ReadonlyArray<Effect.Effect<string, PullRequestFailure>>) => {
  const times: Array<number> = []
  const request = Effect.gen(function* () {
    times.push((yield* Clock.currentTimeMillis) / 1000)
    return yield* answers[Math.min(times.length, answers.length) - 1] ?? unexpected
  })
  return { times, request }
}

/** Let time go on until the work is done. */
const finish = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(work)
    yield* TestClock.adjust("1 second").pipe(Effect.repeat({ until: () => Effect.map(Fiber.poll(fiber), Option.isSome) }))
    return yield* Fiber.join(fiber)
  })

const paced = <A, E>(budget: Option.Option<Budget>, use: (pacing: Pacing.Pacing, waits: ReadonlyArray<number>) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const waits: Array<number> = []
    const pacing = yield* Pacing.make((seconds) => Effect.sync(() => void waits.push(seconds)))
    return yield* use(pacing, waits)
  }).pipe(Effect.provide(withBudget(budget)))

const limited = (seconds: number) => Effect.fail(new RateLimited({ seconds, detail: "slow down" }))

describe("the pace of requests", () => {
  it.effect("is kept waiting until the limit is renewed, if too little is left of it", () =>
    paced(Option.some({ remaining: 29, resetAt: 90_000 }), (pacing, waits) =>
      Effect.gen(function* () {
        yield* finish(pacing.reserve(["github.com"], 30))
        assert.deepStrictEqual(waits, [91])
        assert.isAtLeast(yield* Clock.currentTimeMillis, 91_000)
      })
    )
  )

  for (const [name, budget] of [
    ["enough is left", Option.some({ remaining: 30, resetAt: 90_000 })],
    ["it was renewed meanwhile", Option.some({ remaining: 0, resetAt: -1000 })],
    ["the server sets none", Option.none()]
  ] as const) {
    it.effect(`is not kept waiting if ${name}`, () =>
      paced(budget, (pacing, waits) => Effect.zipRight(pacing.reserve(["github.com"], 30), Effect.sync(() => assert.deepStrictEqual([...waits], [])))))
  }

  it.effect("is that of GitHub, which is asked again after the time that it names", () =>
    paced(Option.none(), (pacing, waits) =>
      Effect.gen(function* () {
        const { request, times } = scripted([limited(5), limited(60), Effect.succeed("done")])
        assert.strictEqual(yield* finish(pacing.ask(request)), "done")
        assert.deepStrictEqual(times, [0, 5, 65])
        assert.deepStrictEqual(waits, [5, 60])
      })
    )
  )

  it.effect("comes to an end if GitHub never has enough", () =>
    paced(Option.none(), (pacing) =>
      Effect.gen(function* () {
        const { request, times } = scripted([limited(1)])
        const failure = yield* finish(Effect.flip(pacing.ask(request)))
        assert.strictEqual(failure._tag, "RateLimited")
        assert.strictEqual(times.length, 5)
      })
    )
  )

  it.effect("does not ask again for what is refused", () =>
    paced(Option.none(), (pacing) =>
      Effect.gen(function* () {
        const { request, times } = scripted([Effect.fail(new GitHubUnavailable({ reason: "Refused", detail: "no" }))])
        yield* Effect.flip(pacing.change(request))
        assert.strictEqual(times.length, 1)
      })
    )
  )

  it.effect("has a second between two changes, also of different fibers", () =>
    paced(Option.none(), (pacing) =>
      Effect.gen(function* () {
        const { request, times } = scripted([Effect.succeed("done")])
        yield* finish(Effect.all([1, 2, 3].map(() => pacing.change(request)), { concurrency: 3 }))
        assert.deepStrictEqual(times, [0, 1, 2])
      })
    )
  )
})
