/**
 * `kill -9` of the real program at every fault point of a push to our server. Whatever was cut off, the next push completes.
 */
import { afterAll, beforeAll, describe, it } from "vitest"
import { isSoak, killAndRepeat, report, steps, writes } from "./KilledPush.js"
import { ensureBuilt, startOurs } from "./Machines.js"

describe("a push to our server that is killed", () => {
  beforeAll(ensureBuilt)
  afterAll(() => void process.stdout.write(report("ours")))

  const newAccounts = async () => {
    const server = await startOurs()
    let accounts = 0
    return () => server.account(`account-${++accounts}`)
  }

  it.each(steps)("at %s: the next one completes", async (point) => {
    // Two chunks, and three where it matters which of them it is.
    const isRequest = point.startsWith("sync-request")
    await killAndRepeat("ours", point, isSoak && isRequest ? { old: 300, fresh: 2000 } : { old: 100, fresh: 1100 }, await newAccounts())
  })

  it.each(writes)("while it writes a file, at %s: the next one completes", async (point) => {
    await killAndRepeat("ours", point, { old: 50, fresh: 100 }, await newAccounts())
  })
})
