import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as TestDatabase from "../../../packages/work-prod-server/test/postgres/testDatabase.js"
import { until } from "../../../packages/work-prod-server/test/postgres/until.js"
import { begin, ensureBuilt, makePlace, program, serve, workProd } from "./Binary.js"
import { enlarged } from "./enlargedBackup.js"
import { request } from "./Http.js"

const withDatabase = (use: (url: string) => Promise<void>): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(TestDatabase.emptyDatabase, (url) => Effect.promise(() => use(Redacted.value(url))))))

describe.skipIf(TestDatabase.isMissing)("a database in a file", () => {
  beforeAll(ensureBuilt)

  it("moves to PostgreSQL by a backup; a restore that is killed leaves what was there; no password is told", () =>
    withDatabase(async (url) => {
      const place = makePlace()
      const first = await serve(place, ["--no-auth"])
      await request(`${first.url}/api/projects`, { body: { name: "one" } })
      const run = (words: ReadonlyArray<string>, DATABASE_URL?: string) => workProd(place, words, { environment: { DATABASE_URL } })
      assert.strictEqual((await run(["backup", "b"])).exitCode, 0)
      await first.stop()
      const moved = await run(["restore", "b"], url)
      assert.deepStrictEqual({ exitCode: moved.exitCode, stderr: moved.stderr }, { exitCode: 0, stderr: "" })
      const { host, password } = new URL(url)
      assert.include(moved.stdout, `at ${host}, as they were at`)
      if (password !== "") assert.notInclude(moved.stdout, password)

      writeFileSync(join(place.home, "large"), enlarged(join(place.home, "b"), 2600))
      const restoring = begin(place, process.execPath, [program, "restore", "large", "--replace", "--safety-backup", "safe"], { environment: { DATABASE_URL: url } })
      const others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
      await until(url, `EXISTS (SELECT 1 ${others} AND query LIKE 'INSERT INTO "projects"%' AND backend_xid IS NOT NULL)`)
      restoring.child.kill("SIGKILL")
      assert.strictEqual((await restoring.ended).exitCode, 137)
      await until(url, `NOT EXISTS (SELECT 1 ${others} AND backend_type = 'client backend')`)

      const second = await serve(place, ["--no-auth"], { environment: { DATABASE_URL: url } })
      assert.deepStrictEqual((await request(`${second.url}/api/projects`)).json.map(({ name }: { readonly name: string }) => name), ["one"])
      const refused = await run(["restore", "b", "--replace"], url)
      assert.strictEqual(refused.exitCode, 1)
      assert.include(refused.stderr, "is in use by a work-prod server\nhint: stop all servers of it first")
      await second.stop()
      assert.strictEqual((await run(["doctor"], url)).exitCode, 0)
    }))
})
