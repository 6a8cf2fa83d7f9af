import { Database } from "@dev-infra/work-prod-server/Database"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestDatabase from "./testDatabase.js"

const addAccount = ({ sql }: Database["Type"], name: string) => sql`INSERT INTO accounts (name, tag, position, created_at) VALUES (${name}, ${name}, 1, '')`
const names = ({ read, sql }: Database["Type"]) =>
  Effect.map(read(sql<{ readonly name: string }>`SELECT name FROM accounts ORDER BY id`), (rows) => rows.map(({ name }) => name))

describe.skipIf(TestDatabase.isMissing)("a database of PostgreSQL", () => {
  it.scopedLive("keeps what was written", () =>
    Effect.gen(function* () {
      const database = yield* Database
      yield* database.write(addAccount(database, "one"))
      assert.deepStrictEqual(yield* names(database), ["one"])
    }).pipe(Effect.provide(TestDatabase.layer)))
})
