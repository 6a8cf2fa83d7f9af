import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ensureBuilt, makePlace, serve } from "../Binary.js"
import { request } from "../Http.js"
import { isSoak, thorough } from "../load/Soak.js"
import { type Fleet, startFleet } from "./Fleet.js"
import { hasPostgresPrograms, type PrivatePostgres, startPrivatePostgres } from "./PrivatePostgres.js"
import { play } from "./Story.js"

/** How often each thing happens. */
const rounds = isSoak ? 5 : 1

/** Changes between two of them. */
const between = isSoak ? 40 : 20

/** Asks each process until it answers with this status. */
const until = async (fleet: Fleet, path: string, status: number): Promise<void> => {
  for (let index = 0; index < fleet.size; index++) while ((await fleet.askOne(index, path)).status !== status);
}

/** The connections of the servers. */
const others = "pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"

/** What may happen to a PostgreSQL that is in use. */
const happenings: { readonly [what: string]: (postgres: PrivatePostgres, fleet: Fleet) => Promise<void> } = {
  "is restarted": async (postgres, fleet) => {
    await postgres.stop("fast")
    await until(fleet, "/api/projects", 503)
    await until(fleet, "/readyz", 503)
    // The process itself is well: nobody needs to start it anew.
    await until(fleet, "/healthz", 200)
    await postgres.start()
  },
  "crashes and recovers": async (postgres, fleet) => {
    await postgres.stop("immediate")
    await until(fleet, "/api/projects", 503)
    await postgres.start()
  },
  "ends all connections": (postgres) => {
    postgres.psql(`SELECT pg_terminate_backend(pid) FROM ${others}`)
    return Promise.resolve()
  },
  // The rest of it then starts anew by itself.
  "loses one of its own processes": (postgres) => {
    process.kill(Number(postgres.psql(`SELECT pid FROM ${others} LIMIT 1`)), "SIGKILL")
    return Promise.resolve()
  }
}

describe("a PostgreSQL", () => {
  beforeAll(ensureBuilt)

  it.skipIf(!hasPostgresPrograms())(`that, under load, ${Object.keys(happenings).join(", ")}: nothing acknowledged is lost, and all goes on without a hand`, async () => {
    const postgres = await startPrivatePostgres()
    const fleet = await startFleet(makePlace(), { size: 2, environment: { DATABASE_URL: postgres.url } })
    await play(fleet, 4, async ({ acknowledged, writers }) => {
      for (let round = 0; round < rounds; round++) {
        for (const happen of Object.values(happenings)) {
          await acknowledged(between)
          await happen(postgres, fleet)
        }
      }
      await acknowledged(between)
      assert.isAbove(writers.reduce((sum, { refusals }) => sum + refusals(), 0), 0)
    })
    await until(fleet, "/readyz", 200)
  })

  const isNoticed = async () => {
    const primary = await startPrivatePostgres()
    const first = await serve(makePlace(), ["--no-auth"], { environment: { DATABASE_URL: primary.url } })
    assert.strictEqual((await request(`${first.url}/api/projects`, { body: { name: "in time" } })).status, 201)
    const standby = await startPrivatePostgres({ standbyOf: primary.url })
    await standby.stop("fast")
    // What the standby never receives, and a client has read.
    assert.strictEqual((await request(`${first.url}/api/projects`, { body: { name: "too late" } })).status, 201)
    const { cursor } = (await request(`${first.url}/api/projects/changes?since=`)).json
    await first.stop()
    await primary.stop("immediate")

    await standby.start()
    standby.psql("SELECT pg_promote()")
    const second = await serve(makePlace(), ["--no-auth"], { environment: { DATABASE_URL: standby.url } })
    // As many changes as were lost: a number alone would not tell them apart.
    assert.strictEqual((await request(`${second.url}/api/projects`, { body: { name: "instead" } })).status, 201)
    const { json, status } = await request(`${second.url}/api/projects/changes?since=${cursor}`)
    assert.deepStrictEqual([status, json.code], [410, "cursor_gone"])
  }
  thorough("that takes over without having received everything begins a new epoch: no cursor passes by what is missing", isNoticed, hasPostgresPrograms())
})
