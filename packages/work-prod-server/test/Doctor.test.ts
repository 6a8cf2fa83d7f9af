import { Database } from "@dev-infra/work-prod-server/Database"
import * as Doctor from "@dev-infra/work-prod-server/Doctor"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/TestClock"
import { callerOf, create, remove, world } from "./projectWorld.js"

/** The doctor compares the clock with that of the database, which is a real one if it is another process. */
const examine = Effect.zipRight(
  Effect.suspend(() => TestClock.setTime(Date.now())),
  Doctor.examine
)

/** Projects, deletions and paths. */
const used = Effect.gen(function* () {
  const caller = yield* callerOf("acme")
  yield* create(caller, { name: "one", path: "/one" })
  yield* create(caller, { name: "two", classification: "primary", project_type: "Work" })
  const { id } = yield* create(caller, { name: "three" })
  yield* remove(caller, id)
})

const wrong = Effect.map(examine, (findings) => findings.filter(({ severity }) => severity === "error" || severity === "warning"))

const run = (...statements: ReadonlyArray<string>) => Effect.flatMap(Database, ({ sql, write }) => write(Effect.forEach(statements, (statement) => sql.unsafe(statement))))

describe("the doctor", () => {
  it.scoped("finds nothing wrong with a database in use, and says what it has", () =>
    Effect.gen(function* () {
      yield* used
      assert.deepStrictEqual(yield* wrong, [])
      const findings = yield* examine
      assert.deepInclude(findings.find(({ subject }) => subject === "content"), { severity: "ok", what: "2 projects, 1 account, 0 valid keys" })
      assert.includeMembers(findings.map(({ subject }) => subject), ["integrity", "schema", "feed", "references", "values", "numbers", "clock"])
    }).pipe(Effect.provide(world)))

  it.scoped.each([
    ["feed", "accounts are behind the changes of their projects", "UPDATE accounts SET position = 1"],
    ["feed", "accounts have forgotten deletions", "UPDATE accounts SET pruned_position = 99"],
    ["feed", "changes have the position of a deletion", "UPDATE projects SET position = (SELECT position FROM tombstones) WHERE name = 'two'"],
    ["feed", "there and deleted at once", "UPDATE tombstones SET project_id = (SELECT MIN(id) FROM projects)"],
    ["references", "paths belong to no project of their account", "UPDATE locations SET account_id = account_id + 1"],
    ["values", "have a status that there is not", "UPDATE projects SET status = 'lost' WHERE name = 'two'"],
    ["values", "have a classification that there is not", "UPDATE projects SET classification = 'lost' WHERE name = 'two'"],
    ["values", "have a time that is none", "UPDATE projects SET created_at = 'now' WHERE name = 'two'"],
    ["clock", "the clock of this computer is behind", "UPDATE projects SET updated_at = '9999-12-31T00:00:00' WHERE name = 'two'"]
  ] as const)("tells of %s: %s", ([subject, what, statement]) =>
    Effect.gen(function* () {
      yield* used
      yield* run(statement)
      const found = yield* wrong
      assert.isTrue(found.some((finding) => finding.subject === subject && finding.what.includes(what)), JSON.stringify(found))
      assert.isTrue(found.every(({ fix }) => fix !== undefined))
    }).pipe(Effect.provide(world)))

  it.scoped("tells that a number would be given twice", () =>
    Effect.gen(function* () {
      yield* used
      const { sql } = yield* Database
      yield* run(sql.onDialectOrElse({ pg: () => "SELECT setval(pg_get_serial_sequence('projects', 'id'), 1)", orElse: () => "UPDATE sqlite_sequence SET seq = 1 WHERE name = 'projects'" }))
      assert.deepStrictEqual((yield* wrong).map(({ subject }) => subject), ["numbers"])
    }).pipe(Effect.provide(world)))
})
