/**
 * The results of many changes, as they come in.
 *
 * @module
 */
import type { OperationResult, RemoteFailed, Sent } from "@dev-infra/sync/RemoteIndex"
import * as Effect from "effect/Effect"

/** Collects results by the place of their operation. What is never told counts as not sent. @category models */
export class Results {
  readonly #results: Array<OperationResult | undefined>
  readonly #report: (done: number) => Effect.Effect<void>
  #done = 0
  #stopped: RemoteFailed | undefined
  /** where the feed goes on, as long as it is known */
  cursor: string | undefined

  constructor(count: number, report: (done: number) => Effect.Effect<void> = () => Effect.void) {
    this.#results = Array.from({ length: count })
    this.#report = report
  }

  /** The reason why no more is sent. */
  get stopped(): RemoteFailed | undefined {
    return this.#stopped
  }

  stop(failure: RemoteFailed): void {
    this.#stopped ??= failure
  }

  has(index: number): boolean {
    return this.#results[index] !== undefined
  }

  set(index: number, result: OperationResult): void {
    if (this.#results[index] === undefined) this.#done += 1
    this.#results[index] = result
  }

  /** Tells how many are done by now, with those that arrived but whose results are still to come. */
  tell(arrived = 0): Effect.Effect<void> {
    return Effect.suspend(() => this.#report(this.#done + arrived))
  }

  get sent(): Sent {
    return {
      results: this.#results.map((result): OperationResult => result ?? { _tag: "Skipped" }),
      ...(this.cursor === undefined ? {} : { cursor: this.cursor }),
      ...(this.#stopped === undefined ? {} : { stopped: this.#stopped })
    }
  }
}
