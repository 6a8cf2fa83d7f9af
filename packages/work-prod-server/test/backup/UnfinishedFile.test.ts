import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import * as UnfinishedFile from "../../src/backup/UnfinishedFile.js"
import { temporaryFolder } from "../temporaryFolder.js"

const me: LocalProcess.ProcessIdentity = { host: "desk, the [old] one", boot: "b-2", namespace: "pid:[4026531836]", pid: 10, started: 100, command: "work-prod" }
const colleague = { ...me, pid: 11, started: 200 }

/** On a computer on which these two run. */
const here = Layer.merge(NodeFileSystem.layer, LocalProcess.layerMemory(me, () => [me, colleague]))

/** The name that a process gives to what it writes. */
const nameOf = (writer: LocalProcess.ProcessIdentity) => Effect.provide(UnfinishedFile.name, LocalProcess.layerMemory(writer, () => []))

describe("the file of a backup that is not whole", () => {
  it.effect("says who writes it, and never has the name of another", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* nameOf(me), yield* nameOf(me)]
      assert.notStrictEqual(one, other)
      assert.notMatch(one, /[/\s[\]]/)
      assert.deepStrictEqual(UnfinishedFile.writerOf(one), Option.some(me))
      for (const foreign of ["monday.backup", "notes.part", "work-prod-backup,1,2,b,n,%E0%A4%A,1a.part", one.slice(1), `${one}.bak`]) assert.deepStrictEqual(UnfinishedFile.writerOf(foreign), Option.none(), foreign)
    }))

  it.scoped("is removed where its process is gone for sure, and stays in every other case", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const gone = [{ ...me, pid: 12 }, { ...colleague, started: 150 }, { ...me, boot: "b-1" }]
      const others = [me, colleague, { ...me, host: "laptop", boot: "b-7" }, { ...me, pid: 12, namespace: "pid:[5]" }]
      const write = (writers: ReadonlyArray<LocalProcess.ProcessIdentity>) =>
        Effect.forEach(writers, (writer) => Effect.tap(nameOf(writer), (name) => Effect.sync(() => fs.writeFileSync(`${folder}/${name}`, "half"))))
      yield* write(gone)
      const kept = [...(yield* write(others)), "monday.backup", "monday.backup.part"]
      for (const name of kept.slice(others.length)) fs.writeFileSync(`${folder}/${name}`, "")
      // What cannot be removed as a file is none of ours.
      const odd = yield* nameOf({ ...me, pid: 13 })
      fs.mkdirSync(`${folder}/${odd}`)
      yield* Effect.provide(UnfinishedFile.clear(folder), here)
      assert.deepStrictEqual(fs.readdirSync(folder).toSorted(), [...kept, odd].toSorted())
    }))

  it.effect("is looked for in vain where there is no folder", () => Effect.provide(UnfinishedFile.clear("/nowhere/at/all"), here))
})
