import { assert, beforeAll, describe, it } from "@effect/vitest"
import { randomBytes } from "node:crypto"
import { begin, ensureBuilt, makePlace, program, serve } from "../Binary.js"
import { request } from "../Http.js"
import { hasPostgresPrograms, startPrivatePostgres } from "../processes/PrivatePostgres.js"
import { hasSmallDisks, makeSmallDisk, type SmallDisk } from "./SmallDisk.js"
import { thorough } from "./Soak.js"

const canFill = hasSmallDisks()

/** Something that no database makes smaller. */
const ballast = () => ({ ballast: randomBytes(30_000).toString("hex") })

/** Writes until the disk is full, and then again with room; what was acknowledged is there, and nothing else. */
const fill = async (url: string, makeRoom: () => void): Promise<void> => {
  const acknowledged: Array<string> = []
  const create = async (name: string) => {
    const answer = await request(`${url}/api/projects`, { body: { name, metadata: ballast() } })
    if (answer.status === 201) acknowledged.push(name)
    return answer
  }
  let last = await create("project 0")
  for (let count = 1; last.status === 201; count++) last = await create(`project ${count}`)
  assert.deepStrictEqual([last.status, last.json.error], [507, "The server's disk is full"])
  // Everybody who writes is told the same, and who reads notices nothing.
  const others = await Promise.all([1, 2, 3, 4].map((writer) => create(`refused ${writer}`)))
  for (const { status } of others) assert.include([201, 507], status)
  const names = async (): Promise<ReadonlyArray<string>> => (await request(`${url}/api/projects`)).json.map((project: { readonly name: string }) => project.name)
  assert.sameMembers([...(await names())], acknowledged)
  const feed = await request(`${url}/api/projects/changes?since=&limit=1`)
  assert.strictEqual(feed.status, 200)

  makeRoom()
  for (const count of [1, 2, 3, 4, 5, 6, 7, 8]) assert.strictEqual((await create(`with room ${count}`)).status, 201)
  assert.sameMembers([...(await names())], acknowledged)
}

describe("a disk that fills", () => {
  beforeAll(ensureBuilt)

  it.skipIf(!canFill)("refuses changes with 507, goes on reading, and takes changes again when there is room", async () => {
    const place = makePlace()
    const { folder, makeRoom, through } = makeSmallDisk(place.home, { megabytes: 8, kept: 4 })
    const [command = "", ...words] = [...through, process.execPath, program, "serve", "--port", "0", "--no-auth", "--database", `${folder}/work-prod.db`]
    const server = begin(place, command, words)
    const [, url = ""] = await server.shows(/listens at (http:\S+)/)
    await fill(url, () => makeRoom(server.child.pid ?? 0))
    server.child.kill("SIGTERM")
    assert.strictEqual((await server.ended).exitCode, 0)
  })

  const ofPostgres = async () => {
    let disk: SmallDisk | undefined
    const postgres = await startPrivatePostgres({
      through: (folder) => {
        disk = makeSmallDisk(folder, { megabytes: 24, kept: 8, isPerson: true })
        return disk.through
      }
    })
    postgres.psql(`CREATE TABLESPACE small LOCATION '${disk?.folder}/space'`)
    postgres.psql("CREATE DATABASE filling TEMPLATE template0 TABLESPACE small")
    const server = await serve(makePlace(), ["--no-auth"], { environment: { DATABASE_URL: postgres.urlOf("filling") } })
    await fill(server.url, () => disk?.makeRoom(postgres.pid()))
  }
  thorough("does so too when it is the disk of PostgreSQL", ofPostgres, canFill && hasPostgresPrograms())
})
