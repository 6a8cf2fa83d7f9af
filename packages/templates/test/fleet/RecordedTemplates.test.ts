import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"
import type { Project } from "@dev-infra/metadata/Project"
import * as DevInfraHome from "@dev-infra/registry/DevInfraHome"
import * as RecordedTemplates from "@dev-infra/templates/RecordedTemplates"
import * as RecordedTemplatesLive from "@dev-infra/templates/RecordedTemplatesLive"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { projectAt } from "./fleetProjects.js"

const read = (projects: ReadonlyArray<Project>) => Effect.flatMap(RecordedTemplates.RecordedTemplates, (templates) => templates.read(projects))

const longAgo = new Date("2026-01-01T00:00:00Z")

/** A project with this file, which looks as if it had been written long ago. */
const made = (folder: string, number: number, text: string | undefined): Project => {
  const path = join(folder, `project-${number}`)
  fs.mkdirSync(path, { recursive: true })
  if (text !== undefined) write(path, text)
  return projectAt(path, number)
}

const write = (path: string, text: string): void => {
  fs.writeFileSync(join(path, ".dev-infra.yml"), text)
  fs.utimesSync(join(path, ".dev-infra.yml"), longAgo, longAgo)
}

/** The live side in a home, with the paths of the files that were really read. */
const watched = (home: string) => {
  const asked: Array<string> = []
  const counting = Layer.effect(
    MetadataFile.MetadataFile,
    Effect.map(MetadataFile.MetadataFile, (files) => ({ ...files, read: (path: string) => Effect.zipRight(Effect.sync(() => void asked.push(path)), files.read(path)) }))
  ).pipe(Layer.provide(MetadataFile.layer))
  const layer = RecordedTemplatesLive.layer.pipe(Layer.provide([DevInfraHome.layerFolder(home), counting]), Layer.provide(DurableFile.layer))
  return { asked, layer }
}

const text = "template: standard-project\nversion: v0.8.0\nsource: gh:acme/templates//standard\ncommit: abc\nauto_update: true\n"
const record = { template: "standard-project", version: "v0.8.0", source: "gh:acme/templates//standard", commit: "abc", autoUpdate: true }

describe("RecordedTemplates", () => {
  it.scoped("knows what the files of projects record", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = [
        made(folder, 1, text),
        made(folder, 2, "template: standard-project\nversion: 0.3.0\n"),
        made(folder, 3, "template: unknown\n"),
        made(folder, 4, undefined),
        made(folder, 5, "template: [a\n"),
        projectAt(join(folder, "gone"), 6)
      ]
      const { problems, records } = yield* Effect.provide(read(projects), watched(join(folder, "home")).layer)
      assert.deepStrictEqual([...records], [
        [join(folder, "project-1"), record],
        [join(folder, "project-2"), { template: "standard-project", version: "0.3.0", autoUpdate: false }]
      ])
      assert.deepStrictEqual(problems.map(({ folder: at }): string => at), [join(folder, "project-5")])
    })
  )

  it.scoped("reads only those again that changed", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const projects = Array.from({ length: 60 }, (_, at) => made(folder, at + 1, at % 3 === 0 ? "description: no template\n" : text))
      const first = watched(join(folder, "home"))
      const before = yield* Effect.provide(read(projects), first.layer)
      assert.strictEqual(first.asked.length, 60)
      assert.strictEqual(before.records.size, 40)

      const second = watched(join(folder, "home"))
      const after = yield* Effect.provide(read(projects), second.layer)
      assert.deepStrictEqual(second.asked, [])
      assert.deepStrictEqual([...after.records], [...before.records])

      write(join(folder, "project-2"), text.replace("v0.8.0", "v0.10.0"))
      const third = watched(join(folder, "home"))
      const changed = yield* Effect.provide(read(projects), third.layer)
      assert.deepStrictEqual(third.asked, [join(folder, "project-2")])
      assert.strictEqual(changed.records.get(join(folder, "project-2"))?.version, "v0.10.0")
    })
  )

  it.scoped("reads everything if what is remembered is damaged", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.mkdirSync(join(folder, "home/cache"), { recursive: true })
      fs.writeFileSync(join(folder, "home/cache/template-records.json"), `{"version":1,"files":{"x":`)
      const { records } = yield* Effect.provide(read([made(folder, 1, text)]), watched(join(folder, "home")).layer)
      assert.deepStrictEqual([...records.values()], [record])
    })
  )
})

describe("RecordedTemplates (memory)", () => {
  it.effect("knows what it was given", () =>
    Effect.gen(function* () {
      const { records } = yield* read([projectAt("/code/a", 1), projectAt("/code/b", 2)])
      assert.deepStrictEqual([...records], [["/code/a", record]])
    }).pipe(Effect.provide(RecordedTemplates.layerMemory({ "/code/a": record })))
  )
})
