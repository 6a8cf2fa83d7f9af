import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ensureBuilt, makePlace } from "../Binary.js"
import { isSoak } from "../load/Soak.js"
import { startFleet } from "./Fleet.js"
import { hasPostgresPrograms, startPrivatePostgres } from "./PrivatePostgres.js"
import { runRaces } from "./Races.js"
import { play } from "./Story.js"

/** How often each race is run. */
const races = isSoak ? 25 : 2

/** How often a process is killed. */
const kills = isSoak ? 24 : 2

/** Changes between two of them. */
const between = isSoak ? 60 : 30

describe("four processes on one PostgreSQL", () => {
  beforeAll(ensureBuilt)

  it.skipIf(!hasPostgresPrograms())(`decide as one, and lose nothing and leave nothing out when they are killed (${kills} times)`, async () => {
    const postgres = await startPrivatePostgres()
    // All at once, on an empty database: one of them makes the tables.
    const fleet = await startFleet(makePlace(), { size: 4, environment: { DATABASE_URL: postgres.url } })
    await runRaces(fleet, races)
    for (let index = 0; index < fleet.size; index++) assert.strictEqual(fleet.server(index).stderr(), "")

    await play(fleet, 8, async ({ acknowledged, writers }) => {
      for (let kill = 0; kill < kills; kill++) {
        await acknowledged(between)
        await fleet.replace(kill)
      }
      await acknowledged(between)
      // A process that is gone keeps nobody else from the database.
      assert.deepStrictEqual(writers.map(({ refusals }) => refusals()), writers.map(() => 0))
    })
  })
})
