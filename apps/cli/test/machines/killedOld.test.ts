/**
 * `kill -9` of the real program at every fault point of a push to work-prod 0.3.0. Whatever was cut off, the next push completes.
 */
import { afterAll, beforeAll, describe, it } from "vitest"
import { killAndRepeat, report, steps, writes } from "./KilledPush.js"
import { ensureBuilt, startOld } from "./Machines.js"

describe("a push to work-prod 0.3.0 that is killed", () => {
  beforeAll(ensureBuilt)
  afterAll(() => void process.stdout.write(report("0.3.0")))

  it.each(steps)("at %s: the next one completes", async (point) => {
    await killAndRepeat("0.3.0", point, { old: 50, fresh: 200 }, startOld)
  })

  it.each(writes)("while it writes a file, at %s: the next one completes", async (point) => {
    await killAndRepeat("0.3.0", point, { old: 20, fresh: 130 }, startOld)
  })
})
