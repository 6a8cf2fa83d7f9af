import { Database } from "@dev-infra/work-prod-server/Database"
import * as Doctor from "@dev-infra/work-prod-server/Doctor"
import * as OldInstallation from "@dev-infra/work-prod-server/OldInstallation"
import * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as fs from "node:fs"
import { gunzipSync } from "node:zlib"
import { backUp, everything, fill, over, restore, services } from "../backup/backupWorld.js"
import { callerOf, changesSince, send, uid } from "../feedWorld.js"
import { bare, full, write } from "../oldDatabase.js"
import { create, get } from "../projectWorld.js"
import { temporaryFolder } from "../temporaryFolder.js"
import * as TestDatabase from "./testDatabase.js"

const at = (url: Redacted.Redacted, use: "restore" | "server") => services(PostgresDatabase.layer({ url, use, connections: 4 }))

/** The tables of a backup, without what it says of itself. */
const tablesOf = (file: string): ReadonlyArray<string> => gunzipSync(fs.readFileSync(file)).toString("utf8").split("\n").slice(1, -2)

/** As a text, for numbers may have come as texts. */
const asText = (content: unknown): string => JSON.stringify(content)

describe.skipIf(TestDatabase.isMissing)("a backup over PostgreSQL", () => {
  it.scoped("moves a database from a file to PostgreSQL and back, with every row, and ids go on", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const url = yield* TestDatabase.emptyDatabase
      const before = yield* Effect.gen(function* () {
        yield* fill
        yield* backUp(`${folder}/one`)
        return { content: asText(yield* everything), epoch: (yield* Database).epoch, instance: (yield* Database).instance }
      }).pipe(Effect.provide(over(`${folder}/from/work-prod.db`)))
      yield* Effect.provide(restore(`${folder}/one`), at(url, "restore"))
      yield* Effect.gen(function* () {
        assert.strictEqual(asText(yield* everything), before.content)
        const { epoch, instance } = yield* Database
        assert.strictEqual(instance, before.instance)
        assert.notStrictEqual(epoch, before.epoch)
        yield* backUp(`${folder}/two`)
        assert.deepStrictEqual(tablesOf(`${folder}/two`), tablesOf(`${folder}/one`))
        const [made] = yield* send(yield* callerOf("acme"), { uid: uid(10), project: { name: "new" } })
        assert.strictEqual(made?.status, 201)
      }).pipe(Effect.provide(at(url, "server")))
      const back = over(`${folder}/back/work-prod.db`)
      yield* Effect.provide(restore(`${folder}/two`), back)
      assert.strictEqual(asText(yield* Effect.provide(everything, back)), before.content)
    }))

  it.scoped("is refused while a server runs, and replaces a content as one step otherwise", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const url = yield* TestDatabase.emptyDatabase
      const { content, cursor } = yield* Effect.gen(function* () {
        yield* fill
        yield* backUp(`${folder}/one`)
        const content = asText(yield* everything)
        const caller = yield* callerOf("acme")
        yield* send(caller, { uid: uid(9), project: { name: "since" } })
        assert.deepInclude(yield* Effect.flip(Layer.build(PostgresDatabase.layer({ url, use: "restore" }))), { _tag: "RestoreAndServer" })
        return { content, cursor: (yield* changesSince(caller, "")).cursor }
      }).pipe(Effect.provide(at(url, "server")))
      yield* Effect.gen(function* () {
        assert.strictEqual((yield* Effect.flip(restore(`${folder}/one`)))._tag, "DatabaseNotEmpty")
        yield* restore(`${folder}/one`, { replace: true })
      }).pipe(Effect.provide(at(url, "restore")))
      yield* Effect.gen(function* () {
        assert.strictEqual(asText(yield* everything), content)
        assert.deepInclude(yield* Effect.flip(changesSince(yield* callerOf("acme"), cursor)), { _tag: "CursorGone", reason: "OtherEpoch" })
      }).pipe(Effect.provide(at(url, "server")))
    }))

  it.scoped("shows one moment, while others go on writing", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const url = yield* TestDatabase.emptyDatabase
      yield* Effect.gen(function* () {
        yield* fill
        const caller = yield* callerOf("other")
        const writer = Effect.forEach(Array.from({ length: 40 }, (_, index) => index), (index) =>
          send(caller, { uid: uid(5000 + index), project: { name: "late", path: `/late/${index}` } }, { uid: uid(6000 + index), project: { name: "twin" } })
        )
        yield* Effect.all([writer, backUp(`${folder}/one`)], { concurrency: 2 })
        const rows = tablesOf(`${folder}/one`)
        const late = rows.filter((row) => row.includes('"late"')).length
        const count = (part: string) => rows.filter((row) => row.includes(part)).length
        // What one change made is there as a whole or not at all.
        assert.strictEqual(count('"twin"'), late)
        assert.strictEqual(count('"/late/'), late)
      }).pipe(Effect.provide(at(url, "server")))
    }))
})

describe.skipIf(TestDatabase.isMissing)("a work-prod 0.3.0", () => {
  it.scoped("moves to PostgreSQL with every field, not twice, and the doctor finds nothing wrong", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = `${folder}/work_prod.db`
      write(file, [full, bare(2), bare(3, { path: "/home/me/three" })])
      const take = Effect.flatMap(OldInstallation.readFile(file), (rows) => OldInstallation.takeOverAll("default", rows))
      const url = yield* TestDatabase.emptyDatabase
      yield* Effect.gen(function* () {
        assert.deepStrictEqual((yield* take).map(({ fate }) => fate), [2, 3, 41].map((id) => ({ _tag: "Added" as const, id })))
        const caller = yield* callerOf("default")
        assert.deepInclude(yield* get(caller, 41), { ...full, created_at: "2025-12-03T09:57:56", updated_at: "2025-12-24T18:00:01" })
        assert.deepStrictEqual((yield* take).map(({ fate }) => fate._tag), ["Unchanged", "Unchanged", "Unchanged"])
        assert.isAbove((yield* create(caller, { name: "new" })).id, 41)
        assert.deepStrictEqual((yield* Doctor.examine).filter(({ severity }) => severity === "error"), [])
      }).pipe(Effect.provide(at(url, "server")))
    }))
})
