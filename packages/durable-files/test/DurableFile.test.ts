import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import { fromCode } from "@dev-infra/durable-files/FileFailure"
import * as FileLock from "@dev-infra/durable-files/FileLock"
import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as MemoryFiles from "@dev-infra/durable-files/MemoryFiles"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { testDurableFile, World } from "./DurableFile.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

const above = DurableFile.layerOver.pipe(Layer.provideMerge(FileLock.layer))

const disk = Layer.scoped(World, Effect.map(temporaryFolder, (folder) => ({
  folder,
  edit: (path, text) => Effect.try({ try: () => fs.writeFileSync(path, text), catch: () => fromCode("write", path, undefined) }),
  makeLink: (path, points) => Effect.try({ try: () => fs.symlinkSync(points, path), catch: () => fromCode("link", path, undefined) })
})))

testDurableFile("on disk", (files) => above.pipe(
  Layer.provideMerge(files),
  Layer.provideMerge(Layer.mergeAll(disk, LocalFiles.layer, LocalProcess.layer))
))

const memory = Layer.effectContext(Effect.map(MemoryFiles.makeControlled(), ({ edit, makeLink, operations }) =>
  Context.make(World, { folder: "/tmp", edit, makeLink }).pipe(Context.add(LocalFiles.LocalFiles, operations))))

testDurableFile("in memory", (files) => above.pipe(
  Layer.provideMerge(files),
  Layer.provideMerge(Layer.merge(memory, LocalProcess.layer))
))
