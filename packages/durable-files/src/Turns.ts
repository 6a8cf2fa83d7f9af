/**
 * One at a time for each key, first come, first served, among the fibers of one process. A fiber that stops waiting, by its
 * time limit or by interruption, never takes its turn with it: a plain semaphore can lose a permit there.
 *
 * @module
 */
import * as Deferred from "effect/Deferred"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

interface Ticket {
  readonly called: Deferred.Deferred<void>
  isCalled: boolean
}

/** @category models */
export interface Turns {
  /** Do something when it is this fiber's turn; none if that was not so within `wait`. */
  readonly take: <A, E, R>(key: string, wait: Duration.DurationInput, use: Effect.Effect<A, E, R>) => Effect.Effect<Option.Option<A>, E, R>
}

/**
 * A new set of queues, all empty.
 *
 * @example
 * ```ts
 * import * as Turns from "@dev-infra/durable-files/Turns"
 * import * as Effect from "effect/Effect"
 *
 * const turns = Turns.make()
 * const both = Effect.all([turns.take("a", "1 second", Effect.log("one")), turns.take("a", "1 second", Effect.log("two"))], { concurrency: 2 })
 * ```
 * @category constructors
 */
export const make = (): Turns => {
  /** by key: those who wait; the key is there while somebody has the turn */
  const queues = new Map<string, Array<Ticket>>()

  const pass = (key: string) =>
    Effect.suspend(() => {
      const next = queues.get(key)?.shift()
      if (next === undefined) {
        queues.delete(key)
        return Effect.void
      }
      next.isCalled = true
      return Effect.asVoid(Deferred.succeed(next.called, undefined))
    })

  const giveUp = (key: string, ticket: Ticket) =>
    Effect.suspend(() => {
      if (ticket.isCalled) return pass(key)
      const queue = queues.get(key)
      queue?.splice(queue.indexOf(ticket), 1)
      return Effect.void
    })

  const wait = (key: string, limit: Duration.DurationInput) =>
    Effect.suspend(() => {
      const queue = queues.get(key)
      if (queue === undefined) {
        queues.set(key, [])
        return Effect.succeed(true)
      }
      return Effect.flatMap(Deferred.make<void>(), (called) => {
        const ticket: Ticket = { called, isCalled: false }
        queue.push(ticket)
        return Effect.interruptible(Effect.timeoutOption(Deferred.await(called), limit)).pipe(
          Effect.onInterrupt(() => giveUp(key, ticket)),
          Effect.flatMap((outcome) => Option.isSome(outcome) ? Effect.succeed(true) : Effect.as(giveUp(key, ticket), false))
        )
      })
    })

  return {
    take: (key, limit, use) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(wait(key, limit), (isOurs) =>
          isOurs ? Effect.ensuring(Effect.asSome(restore(use)), pass(key)) : Effect.succeedNone))
  }
}
