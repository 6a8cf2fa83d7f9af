import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as FleetJournal from "@dev-infra/templates/FleetJournal"
import * as FleetJournalFile from "@dev-infra/templates/FleetJournalFile"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { aRun, done, testFleetJournal } from "./FleetJournal.contract.js"

const layerIn = (home: string) =>
  FleetJournalFile.layer.pipe(Layer.provide([DevInfraHome.layerFolder(home), DurableFile.layer, NodeFileSystem.layer]))

testFleetJournal("memory", Effect.succeed(FleetJournal.layerMemory))
testFleetJournal("file", Effect.map(temporaryFolder, layerIn))

describe("the file of FleetJournal", () => {
  it.scoped("is read by another process, and a line that was cut off counts as not written", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      yield* Effect.gen(function* () {
        const journal = yield* FleetJournal.FleetJournal
        yield* journal.begin(aRun)
        yield* journal.finish(done("a"))
      }).pipe(Effect.provide(layerIn(home)))
      fs.appendFileSync(join(home, "state/fleet.jsonl"), `{"id":"b","state":"cle`)
      const after = yield* Effect.gen(function* () {
        const journal = yield* FleetJournal.FleetJournal
        yield* journal.finish(done("c"))
        return yield* journal.unfinished
      }).pipe(Effect.provide(layerIn(home)))
      assert.deepStrictEqual([...Option.getOrThrow(after).finished.keys()], ["a", "c"])
    })
  )

  it.scoped("counts as nothing if it holds something else", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      fs.mkdirSync(join(home, "state"))
      fs.writeFileSync(join(home, "state/fleet.jsonl"), `{"version":2}\nnot even JSON\n`)
      const left = yield* Effect.flatMap(FleetJournal.FleetJournal, (journal) => journal.unfinished).pipe(Effect.provide(layerIn(home)))
      assert.isTrue(Option.isNone(left))
    })
  )

  it.scoped("is for its owner alone", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      yield* Effect.flatMap(FleetJournal.FleetJournal, (journal) => journal.begin(aRun)).pipe(Effect.provide(layerIn(home)))
      assert.strictEqual(fs.statSync(join(home, "state/fleet.jsonl")).mode & 0o777, 0o600)
    })
  )
})
