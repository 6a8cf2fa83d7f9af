/**
 * How much of a list of cases is run: all of them by `npm run test:soak`, some by `npm test`, which has to be quick.
 */
import { it } from "vitest"

const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

/** The first `count` cases, or all. */
export const some = <A>(cases: ReadonlyArray<A>, count: number): ReadonlyArray<A> => (isSoak ? cases : cases.slice(0, count))

/** A test that `npm run test:soak` runs, and `npm test` leaves out because others show nearly the same. */
export const thorough: (title: string, run: () => Promise<void> | void, limitMillis?: number) => void = isSoak ? it : () => undefined
