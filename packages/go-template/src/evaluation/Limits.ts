/**
 * How much a template may take, so that one that is hostile or broken cannot take time or memory without end.
 *
 * @module
 */

/** Steps of one rendering: statements, words, and in proportion to their size the texts and lists that functions are given and make. @category constants */
export const steps = 1_000_000

/** Templates that call each other. @category constants */
export const depth = 1000

/** UTF-16 units that a rendering or a function makes. @category constants */
export const textLength = 16 * 1024 * 1024

/** Entries of a list that a function makes, and values within one that is printed. */
const listLength = 1_000_000

/** Values within each other. @category constants */
export const valueDepth = 200

/** It stops what goes over a limit; it is caught where functions and templates end. @category errors */
export class LimitReached extends Error {
  override readonly name = "LimitReached"
}

/** @category combinators */
export const checkText = (length: number): void => {
  if (length > textLength) throw new LimitReached("it makes more text than is allowed")
}

/** @category combinators */
export const checkList = (length: number): void => {
  if (length > listLength) throw new LimitReached("it makes a longer list than is allowed")
}

/** What may still be visited of values within values. @category models */
export interface Visit {
  left: number
}

/** What functions did so far that grows with more than the size of what they are given. The evaluator looks at it before and after it calls one. @category models */
export const work: { done: number } = { done: 0 }

/** @category combinators */
export const visit = (counted: Visit, level: number): void => {
  counted.left--
  work.done++
  if (counted.left < 0) throw new LimitReached("a value is larger than is allowed")
  if (level > valueDepth) throw new LimitReached("a value is nested more deeply than is allowed")
}

/** @category constructors */
export const newVisit = (): Visit => ({ left: listLength })
