/**
 * How the program ends.
 *
 * @module
 */

/** Done, or stopped as asked. @category constants */
export const done = 0 as const
/** Something went wrong. @category constants */
export const failed = 1 as const
/** The line that was typed means nothing. @category constants */
export const usage = 2 as const

/** @category models */
export type ExitCode = 0 | 1 | 2
