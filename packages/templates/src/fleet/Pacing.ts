/**
 * Asking GitHub no more than it wants: one request at a time, a second between changes, a look at the limit before each batch, and a wait where it says so.
 *
 * @module
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { GitHubPulls, type PullRequestFailure } from "../GitHubPulls.js"

/** Asking, at a pace. */
export interface Pacing {
  /** Wait until so many requests may be made on these servers. */
  readonly reserve: (hosts: Iterable<string>, requests: number) => Effect.Effect<void, PullRequestFailure>
  /** Make a request when it is its turn; again if GitHub asked to wait. */
  readonly ask: <A, E, R>(request: Effect.Effect<A, E | PullRequestFailure, R>) => Effect.Effect<A, E | PullRequestFailure, R>
  /** The same for one that changes something. */
  readonly change: <A, E, R>(request: Effect.Effect<A, E | PullRequestFailure, R>) => Effect.Effect<A, E | PullRequestFailure, R>
}

/** GitHub asks for a second between requests that change something. */
const pauseMillis = 1000

/** So often a request is made again. */
const attempts = 5

/**
 * @param onWait hears for how many seconds, before each wait
 */
export const make = (onWait: (seconds: number) => Effect.Effect<void>): Effect.Effect<Pacing, never, GitHubPulls> =>
  Effect.gen(function* () {
    const pulls = yield* GitHubPulls
    const turn = yield* Effect.makeSemaphore(1)
    let changedAt = Number.NEGATIVE_INFINITY

    const wait = (seconds: number) => Effect.zipRight(onWait(seconds), Effect.sleep(Duration.seconds(seconds)))

    const patient = <A, E, R>(request: Effect.Effect<A, E | PullRequestFailure, R>, left: number = attempts): Effect.Effect<A, E | PullRequestFailure, R> =>
      Effect.catchIf(request, isRateLimited, (failure) => (left <= 1 ? Effect.fail(failure) : Effect.zipRight(wait(failure.seconds), patient(request, left - 1))))

    const paused = Effect.gen(function* () {
      const left = changedAt + pauseMillis - (yield* Clock.currentTimeMillis)
      if (left > 0) yield* Effect.sleep(Duration.millis(left))
    })

    const noted = Effect.map(Clock.currentTimeMillis, (now) => void (changedAt = now))

    return {
      reserve: (hosts, requests) =>
        Effect.forEach(
          hosts,
          (host) =>
            Effect.gen(function* () {
              const budget = yield* patient(pulls.budget(host))
              if (Option.isNone(budget) || budget.value.remaining >= requests) return
              const seconds = Math.ceil((budget.value.resetAt - (yield* Clock.currentTimeMillis)) / 1000)
              // The clock of GitHub may be ahead of ours by a little.
              if (seconds > 0) yield* wait(Math.min(seconds + 1, 3601))
            }),
          { discard: true }
        ),
      ask: (request) => turn.withPermits(1)(patient(request)),
      change: (request) => turn.withPermits(1)(patient(Effect.zipRight(paused, Effect.ensuring(request, noted))))
    }
  })

const isRateLimited = (failure: unknown): failure is Extract<PullRequestFailure, { readonly _tag: "RateLimited" }> =>
  typeof failure === "object" && failure !== null && "_tag" in failure && failure._tag === "RateLimited"
