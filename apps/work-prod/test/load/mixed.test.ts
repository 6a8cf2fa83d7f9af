import { assert, beforeAll, describe, it } from "@effect/vitest"
import { ensureBuilt, makePlace, serve, type Served, workProd } from "../Binary.js"
import { hasPostgresPrograms, startPrivatePostgres } from "../processes/PrivatePostgres.js"
import { watchMemory } from "./Memory.js"
import { isSoak, thorough } from "./Soak.js"
import { makeTraffic, type Outcome } from "./Traffic.js"

/** Five minutes on each kind of database. */
const seconds = isSoak ? 300 : 0.5

/** How long it is tried how much is possible. */
const rushed = isSoak ? 15 : 0.3

/** What may come on top of the memory of the middle of the time: room for the collector of garbage to be late. */
const growth = 16

const millis = (time: number): string => `${time.toFixed(1)} ms`

const report = (name: string, top: Outcome, held: Outcome, memories: ReadonlyArray<string>): void => {
  const kinds = [...held.byKind].map(([kind, { count, p50, p99, worst }]) => `  ${kind.padEnd(8)} ${String(count).padStart(7)}  p50 ${millis(p50)}  p99 ${millis(p99)}  worst ${millis(worst)}`)
  console.log(
    [
      `${name}: ${Math.round(top.perSecond)} mixed requests a second at most; ${Math.round(held.perSecond)} a second for ${seconds} seconds: p50 ${millis(held.all.p50)}, p99 ${millis(held.all.p99)}, worst ${millis(held.all.worst)}`,
      ...kinds,
      ...memories.map((memory) => `  ${memory}`)
    ].join("\n")
  )
}

const playLoad = async (name: string, servers: ReadonlyArray<Served>, key: string): Promise<void> => {
  const traffic = await makeTraffic({ urls: servers.map(({ url }) => url), key })
  const warm = await traffic.rush(rushed)
  const top = await traffic.rush(rushed)
  const curves = servers.map(({ child }) => watchMemory(child.pid ?? 0))
  const held = await traffic.sustain(top.perSecond * 0.7, seconds)
  traffic.close()
  const memories = curves.flatMap((curve) => curve.seen() ?? [])
  if (isSoak) report(name, top, held, memories.map(({ end, highest, middle }) => `memory ${middle.toFixed(0)} MiB in the middle, ${end.toFixed(0)} MiB at the end, ${highest.toFixed(0)} MiB at most`))
  assert.deepStrictEqual([warm.errors, top.errors, held.errors], [[], [], []])
  assert.isAbove(held.all.count, 0)
  if (isSoak) for (const { end, middle } of memories) assert.isBelow(end, middle * 1.1 + growth)
}

describe("a server under mixed load at 70 % of what it can do", () => {
  beforeAll(ensureBuilt)

  it("makes no error, and its memory stays as it is, on its own database", async () => {
    const place = makePlace()
    const server = await serve(place, ["--log-level", "warning"])
    const { stdout } = await workProd(place, ["keys", "create", "--account", "default", "--label", "load"])
    await playLoad("own database", [server], stdout.trim())
  })

  const onPostgres = async () => {
    const postgres = await startPrivatePostgres({ settings: { shared_buffers: "128MB" } })
    const place = makePlace()
    const environment = { DATABASE_URL: postgres.url }
    const servers = await Promise.all([0, 1].map(() => serve(place, ["--log-level", "warning"], { environment })))
    const { stdout } = await workProd(place, ["keys", "create", "--account", "default", "--label", "load"], { environment })
    await playLoad("PostgreSQL, two processes", servers, stdout.trim())
  }
  thorough("makes no error, and its memory stays as it is, on PostgreSQL with two processes", onPostgres, hasPostgresPrograms())
})
