import * as OverrideLog from "@dev-infra/registry/OverrideLog"
import * as LogLine from "@dev-infra/sync/LogLine"
import * as SyncLog from "@dev-infra/sync/SyncLog"
import * as SyncLogFile from "@dev-infra/sync/SyncLogFile"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/TestClock"
import * as fs from "node:fs"
import { join } from "node:path"
import { inNewHome, onDisk } from "./homes.js"
import { append, happened, overridden, read, records, testSyncLog } from "./SyncLog.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testSyncLog("memory", () => SyncLog.layerMemory)
testSyncLog("file on disk", () => inNewHome(SyncLogFile.layer))

const inHome = (home: string) => Layer.provide(SyncLogFile.layer, onDisk(home))

const override = (field: string): OverrideLog.Override => {
  const { kind: _, ...record } = overridden(field, { command: "refresh", source: "/code/api/.dev-infra.yml" })
  return record
}

const appendOverrides = (home: string, fields: ReadonlyArray<string>) =>
  Effect.flatMap(OverrideLog.OverrideLog, (log) => log.append(fields.map(override))).pipe(Effect.provide(Layer.provide(OverrideLog.layer, onDisk(home))))

describe("SyncLog in its file", () => {
  it.scoped("is one line of JSON for each record, for its owner alone", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      yield* Effect.provide(append([overridden("name"), happened("created")]), inHome(home))
      const path = join(home, "log/sync.jsonl")
      const lines = fs.readFileSync(path, "utf8").split("\n")
      assert.deepStrictEqual(lines.slice(0, 2).map((line) => JSON.parse(line).kind), ["overridden", "created"])
      assert.strictEqual(lines[2], "")
      assert.strictEqual(fs.statSync(path).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(join(home, "log")).mode & 0o777, 0o700)
      assert.deepStrictEqual(fs.readdirSync(join(home, "log")), ["sync.jsonl"])
    }))

  it.scopedLive("Y5: shows what refresh overrode among what syncs did, and refresh finds its own", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      yield* Effect.provide(append([overridden("one")]), inHome(home))
      yield* appendOverrides(home, ["two"])
      yield* Effect.provide(append([happened("created"), overridden("three")]), inHome(home))
      const found = (yield* Effect.provide(records, inHome(home))).map((record) => (record.kind === "overridden" ? record.field : record.kind))
      assert.deepStrictEqual(found, ["one", "two", "created", "three"])
      const others = yield* Effect.flatMap(OverrideLog.OverrideLog, (log) => log.read).pipe(Effect.provide(Layer.provide(OverrideLog.layer, onDisk(home))))
      assert.deepStrictEqual(others.map(({ field }) => field), ["one", "two", "three"])
    }))

  it.scopedLive("a line that a crash cut off costs only itself", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      const path = join(home, "log/sync.jsonl")
      const found = yield* Effect.gen(function* () {
        yield* append([overridden("first")])
        fs.appendFileSync(path, `{"time":"2026-01-02T03`)
        yield* append([overridden("second")])
        fs.appendFileSync(path, `{"another":"kind of line"}\n\n\0\0\n`)
        yield* append([overridden("third")])
        return yield* records
      }).pipe(Effect.provide(inHome(home)))
      assert.deepStrictEqual(found, ["first", "second", "third"].map((field) => overridden(field)))
    }))

  it.scopedLive("says what is in the way", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      fs.mkdirSync(join(home, "log/sync.jsonl"), { recursive: true })
      for (const attempt of [append([overridden("name")]), read]) {
        const failure = yield* Effect.flip(Effect.provide(attempt, inHome(home)))
        assert.deepInclude<object>(failure, { _tag: "FileFailure", reason: "NotAFile" })
      }
    }))

  it("what the quick predicate takes for a record is what the schema does", () => {
    const matches = (value: unknown) => (LogLine.parse(JSON.stringify(value)) !== undefined) === Schema.is(Schema.encodedSchema(SyncLog.SyncRecord))(value)
    const whole = Arbitrary.make(Schema.encodedSchema(SyncLog.SyncRecord)).map((record): unknown => JSON.parse(JSON.stringify(record)))
    FastCheck.assert(FastCheck.property(whole, matches), { numRuns: 200 })
    const samples: ReadonlyArray<object> = [
      overridden("name", { side: "local", conflict: true }),
      override("name"),
      happened("deleted", { row: { a: 1 }, fields: ["a"], reason: "why" })
    ]
    const odd: ReadonlyArray<unknown> = [null, "", 0, true, [], [0], {}, "local", "created", "overridden"]
    for (const sample of samples) {
      for (const key of Object.keys(sample)) {
        const entries = Object.entries(sample).filter(([name]) => name !== key)
        for (const variant of [Object.fromEntries(entries), ...odd.map((value) => Object.fromEntries([...entries, [key, value]]))]) {
          assert.isTrue(matches(variant), JSON.stringify(variant))
        }
      }
    }
  })
})

const now = "2026-06-01T00:00:00.000Z"
const daysAgo = (days: number) => new Date(Date.parse(now) - days * 24 * 60 * 60 * 1000).toISOString()

/** The log of a home in which these records stand, after one more was added today. */
const afterRotation = (before: ReadonlyArray<SyncLog.SyncRecord>, more: ReadonlyArray<SyncLog.SyncRecord> = []) =>
  Effect.gen(function* () {
    const home = join(yield* temporaryFolder, "home")
    fs.mkdirSync(join(home, "log"), { recursive: true })
    const path = join(home, "log/sync.jsonl")
    fs.writeFileSync(path, before.map((record) => `${LogLine.print(record)}\n`).join(""))
    yield* TestClock.setTime(Date.parse(now))
    const found = yield* Effect.zipRight(append([happened("created", { time: now }), ...more]), records).pipe(Effect.provide(inHome(home)))
    return { found: found.filter((record) => record.kind !== "created"), path, home }
  })

describe("SyncLog after 90 days", () => {
  it.scoped("drops what happened, and keeps what is younger", () =>
    Effect.gen(function* () {
      const young = [happened("updated", { time: daysAgo(89) }), overridden("name", { time: daysAgo(1), old: null })]
      const old = [happened("updated", { time: daysAgo(200) }), happened("refused", { time: daysAgo(95) }), overridden("name", { time: daysAgo(120), old: null })]
      assert.deepStrictEqual((yield* afterRotation([...old, ...young])).found, young)
    }))

  it.scoped("Y5: keeps the only copy of a value that was overridden, and of a row that was deleted", () =>
    Effect.gen(function* () {
      const only = [
        overridden("name", { time: daysAgo(400), old: "first" }),
        overridden("name", { time: daysAgo(300), old: "second" }),
        overridden("name", { time: daysAgo(300), old: "first", id: "another" }),
        happened("deleted", { time: daysAgo(200), row: { name: "api" } })
      ]
      const again = overridden("name", { time: daysAgo(10), old: "third" })
      const before = [overridden("name", { time: daysAgo(500), old: "first" }), ...only, overridden("name", { time: daysAgo(100), old: "third" }), again]
      assert.deepStrictEqual((yield* afterRotation(before)).found, [...only, again])
    }))

  it.scoped("names what stays as before", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      const kept = overridden("name", { time: daysAgo(300), old: "first" })
      const entry = yield* Effect.gen(function* () {
        yield* TestClock.setTime(Date.parse(daysAgo(300)))
        yield* append([kept])
        const [first] = yield* read
        yield* TestClock.setTime(Date.parse(now))
        yield* append([happened("created", { time: now })])
        return [first?.entry, (yield* read)[0]?.entry]
      }).pipe(Effect.provide(inHome(home)))
      assert.strictEqual(entry[0], entry[1])
    }))

  it.scoped("looks through the log at most once a day, also when old values stay in it", () =>
    Effect.gen(function* () {
      const { home, path } = yield* afterRotation([overridden("name", { time: daysAgo(400), old: "first" })])
      const identity = fs.statSync(path).ino
      yield* TestClock.adjust("23 hours")
      yield* Effect.provide(append([happened("updated", { time: now })]), inHome(home))
      assert.strictEqual(fs.statSync(path).ino, identity)
      yield* TestClock.adjust("92 days")
      yield* Effect.provide(append([happened("updated", { time: "2026-09-02T00:00:00.000Z" })]), inHome(home))
      assert.notStrictEqual(fs.statSync(path).ino, identity)
      assert.deepStrictEqual((yield* Effect.provide(records, inHome(home))).map(({ time }) => time), [daysAgo(400), "2026-09-02T00:00:00.000Z"])
    }))

  it.scoped("loses nothing to a clock that is a year ahead", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      const before = [happened("updated", { time: daysAgo(3) })]
      yield* Effect.gen(function* () {
        yield* append(before)
        yield* TestClock.setTime(Date.parse(daysAgo(-365)))
        yield* append([happened("updated", { time: daysAgo(2) })])
        assert.lengthOf(yield* records, 2)
      }).pipe(Effect.provide(inHome(home)))
    }))

  it.scoped("keeps lines that a later version wrote, and drops those that were cut off", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      fs.mkdirSync(join(home, "log"), { recursive: true })
      const path = join(home, "log/sync.jsonl")
      fs.writeFileSync(path, `{"time":"2020-01-01T00:00:00.000Z","kind":"from the future"}\n{"time":"2020-01-01\n`)
      yield* TestClock.setTime(Date.parse(now))
      yield* Effect.provide(append([happened("created", { time: now })]), inHome(home))
      assert.deepStrictEqual(fs.readFileSync(path, "utf8").split("\n").slice(1, 2), [`{"time":"2020-01-01T00:00:00.000Z","kind":"from the future"}`])
      assert.notInclude(fs.readFileSync(path, "utf8"), `{"time":"2020-01-01\n`)
    }))

  it.scopedLive("loses no line that others add at the same time", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      fs.mkdirSync(join(home, "log"), { recursive: true })
      const old = Array.from({ length: 2000 }, (_, index) => `${LogLine.print(happened("updated", { time: "2020-01-01T00:00:00.000Z", name: `old-${index}` }))}\n`)
      const start = old.join("")
      const path = join(home, "log/sync.jsonl")
      fs.writeFileSync(path, start)
      const fields = Array.from({ length: 30 }, (_, index) => `field-${index}`)
      yield* Effect.all(
        fields.map((field, index) =>
          index % 2 === 0 ? appendOverrides(home, [field]) : Effect.provide(append([overridden(field, { time: new Date().toISOString() })]), inHome(home))),
        { concurrency: 6 }
      )
      const found = yield* Effect.provide(records, inHome(home))
      assert.sameMembers(found.flatMap((record) => (record.kind === "overridden" ? [record.field] : [])), fields)
      assert.isEmpty(found.filter(({ name }) => name.startsWith("old-")))
    }))
})
