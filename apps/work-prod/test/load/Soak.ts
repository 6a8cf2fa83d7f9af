/**
 * How long the long forms are: `npm run test:soak` plays them, `npm test` only tries whether they would run.
 */
import { it } from "vitest"

export const isSoak = process.env["DEV_INFRA_SOAK"] === "1"

/** A test that `npm run test:soak` alone runs; it is skipped there if what it needs is not here. */
export const thorough: (title: string, run: () => Promise<void>, isPossible?: boolean) => void = isSoak
  ? (title, run, isPossible = true) => it.skipIf(!isPossible)(title, run)
  : () => undefined
