import * as SyncState from "@dev-infra/sync/SyncState"
import * as SyncStateFile from "@dev-infra/sync/SyncStateFile"
import * as StateText from "@dev-infra/sync/StateText"
import { assert, describe, it } from "@effect/vitest"
import * as Arbitrary from "effect/Arbitrary"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { join } from "node:path"
import { inMemory, inNewHome, onDisk } from "./homes.js"
import { everything, remote, testSyncState } from "./SyncState.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testSyncState("memory", () => SyncState.layerMemory())
testSyncState("file in memory", () => Layer.provide(SyncStateFile.layer, inMemory()))
testSyncState("file on disk", () => inNewHome(SyncStateFile.layer))

const inHome = (home: string) => Layer.provide(SyncStateFile.layer, onDisk(home))
const read = Effect.flatMap(SyncState.SyncState, (state) => state.read)
const modify = (change: (document: SyncState.StateDocument) => SyncState.StateDocument) => Effect.flatMap(SyncState.SyncState, (state) => state.modify(change))

/** A home with such a file. */
const homeWith = (text: string) =>
  Effect.map(temporaryFolder, (home) => {
    fs.mkdirSync(join(home, "state"))
    const path = join(home, "state/sync.json")
    fs.writeFileSync(path, text)
    return { path, layer: inHome(home) }
  })

describe("SyncState in its file", () => {
  it.scopedLive("is for its owner alone, and made by the first change only", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      yield* Effect.provide(read, inHome(home))
      yield* Effect.provide(modify((document) => document), inHome(home))
      assert.isFalse(fs.existsSync(home))
      yield* Effect.provide(modify(() => everything), inHome(home))
      assert.strictEqual(fs.statSync(join(home, "state/sync.json")).mode & 0o777, 0o600)
      assert.strictEqual(fs.statSync(join(home, "state")).mode & 0o777, 0o700)
      assert.deepStrictEqual(fs.readdirSync(join(home, "state")), ["sync.json"])
    }))

  it.scopedLive("keeps what was remembered before the last change, to be put back", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      yield* Effect.provide(modify(() => everything), inHome(home))
      yield* Effect.provide(modify(() => SyncState.empty), inHome(home))
      fs.renameSync(join(home, "state/sync.json.bak"), join(home, "state/sync.json"))
      assert.deepStrictEqual(yield* Effect.provide(read, inHome(home)), everything)
    }))

  it.scopedLive("sees what another process wrote meanwhile", () =>
    Effect.gen(function* () {
      const home = join(yield* temporaryFolder, "home")
      const counter = yield* Effect.gen(function* () {
        yield* modify(() => everything)
        yield* read
        yield* Effect.provide(modify(() => ({ ...everything, remotes: { one: remote("other", { counter: 9 }) } })), inHome(home))
        return (yield* read).remotes["one"]?.counter
      }).pipe(Effect.provide(inHome(home)))
      assert.strictEqual(counter, 9)
    }))

  const damages: ReadonlyArray<readonly [what: string, text: string, detail: RegExp]> = [
    ["is empty", "", /it is empty/],
    ["was cut off", JSON.stringify(everything).slice(0, 200), /cut off or edited/],
    ["holds NUL bytes", "\0\0\0\0", /cut off or edited/],
    ["holds something else", `{"projects": []}`, /at version: is missing/],
    ["lacks a field", JSON.stringify({ ...everything, remotes: { one: { ...remote("m"), counter: "4" } } }), /at remotes\.one\.counter: .*number/],
    ["is of a newer version", JSON.stringify({ ...everything, version: 2 }), /newer version of dev-infra, as version 2/]
  ]
  for (const [what, text, detail] of damages) {
    it.scopedLive(`a file that ${what} is an error that says so, and is never written over`, () =>
      Effect.gen(function* () {
        const { layer, path } = yield* homeWith(text)
        for (const attempt of [read, modify(() => everything)]) {
          const failure = yield* Effect.flip(Effect.provide(attempt, layer))
          assert.deepInclude<object>(failure, { _tag: "SyncStateUnreadable", path })
          assert.match(failure.message, detail)
        }
        assert.strictEqual(fs.readFileSync(path, "utf8"), text)
      }))
  }

  it("what the quick predicate accepts is what the schema accepts", () => {
    const matches = (value: unknown) => StateText.isDocument(value) === Schema.is(SyncState.StateDocument)(value)
    // What comes out of the schema went through JSON, as everything in the file did.
    const documents = Arbitrary.make(SyncState.StateDocument).map((document): unknown => JSON.parse(JSON.stringify(document)))
    FastCheck.assert(FastCheck.property(documents, matches), { numRuns: 100 })
    assert.isTrue(StateText.isDocument(JSON.parse(JSON.stringify(everything))))
    // Each value anywhere in a whole document, replaced by something else, and each key left out.
    const odd: ReadonlyArray<unknown> = [null, "", 0, true, [], {}, undefined]
    const variants = (value: unknown): ReadonlyArray<unknown> => {
      if (typeof value !== "object" || value === null) return odd
      const entries = Object.entries(value)
      const inner = entries.flatMap(([key, child]) =>
        variants(child).map((variant) => {
          const next = entries.map(([name, old]): readonly [string, unknown] => [name, name === key ? variant : old]).filter(([, each]) => each !== undefined)
          return Array.isArray(value) ? next.map(([, each]) => each) : Object.fromEntries(next)
        }))
      return [...odd, ...inner]
    }
    for (const variant of variants(JSON.parse(JSON.stringify(everything)))) assert.isTrue(matches(variant), JSON.stringify(variant))
  })

  it("a text that was printed is read again as the same document", () => {
    assert.deepStrictEqual(StateText.parse(StateText.print(everything)), Either.right(everything))
  })
})
