/**
 * How something ended.
 *
 * @module
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"

/** The failure, even if others were broken off because of it. */
export const failureOf = <A, E>(exit: Exit.Exit<A, E>): E | undefined => (Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined)

/** Broken off, and nothing else. */
export const wasInterrupted = <A, E>(exit: Exit.Exit<A, E>): boolean => Exit.isFailure(exit) && failureOf(exit) === undefined && Cause.isInterrupted(exit.cause)
