import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { temporaryFolder } from "./temporaryFolder.js"

const worlds = [
  { name: "on disk", layer: LocalFiles.layer, folder: temporaryFolder },
  { name: "in memory", layer: LocalFiles.layerMemory(), folder: Effect.succeed("/tmp") }
] as const

for (const { folder, layer, name } of worlds) {
  const inFolder = <A, E>(use: (folder: string, files: LocalFiles.LocalFiles["Type"]) => Effect.Effect<A, E>) =>
    Effect.scoped(Effect.flatMap(Effect.all([folder, LocalFiles.LocalFiles]), ([place, files]) => use(place, files))).pipe(Effect.provide(Layer.fresh(layer)))

  const make = (files: LocalFiles.LocalFiles["Type"], path: string) => files.create(path, 0o644, (file) => file.write(new TextEncoder().encode("text")))

  describe(`links and folders ${name}`, () => {
    it.effect("makes a link that says what it is told, also one to nothing", () =>
      inFolder((at, files) =>
        Effect.gen(function* () {
          yield* files.makeLink(`${at}/link`, "nowhere/at all")
          assert.deepStrictEqual(yield* files.readLink(`${at}/link`), Option.some("nowhere/at all"))
          assert.strictEqual(Option.getOrThrow(yield* files.stat(`${at}/link`)).kind, "Link")
          assert.strictEqual((yield* Effect.flip(files.makeLink(`${at}/link`, "elsewhere"))).code, "EEXIST")
          assert.strictEqual((yield* Effect.flip(files.makeLink(`${at}/missing/link`, "elsewhere"))).reason, "NotFound")
        })))

    it.effect("removes a folder only if nothing is in it", () =>
      inFolder((at, files) =>
        Effect.gen(function* () {
          yield* files.makeFolder(`${at}/a/b`, 0o755)
          assert.isFalse(yield* files.removeFolder(`${at}/a`))
          assert.isTrue(yield* files.removeFolder(`${at}/a/b`))
          assert.isTrue(yield* files.removeFolder(`${at}/a`))
          assert.isFalse(yield* files.removeFolder(`${at}/a`))
          assert.isFalse(yield* files.removeFolder(`${at}/a/b`))
          yield* make(files, `${at}/file`)
          assert.strictEqual((yield* Effect.flip(files.removeFolder(`${at}/file`))).reason, "NotAFolder")
        })))

    it.effect("sets the permissions of files and folders", () =>
      inFolder((at, files) =>
        Effect.gen(function* () {
          yield* files.makeFolder(`${at}/a`, 0o755)
          yield* make(files, `${at}/a/file`)
          yield* files.setMode(`${at}/a`, 0o770)
          yield* files.setMode(`${at}/a/file`, 0o750)
          assert.strictEqual(Option.getOrThrow(yield* files.stat(`${at}/a`)).mode, 0o770)
          assert.strictEqual(Option.getOrThrow(yield* files.stat(`${at}/a/file`)).mode, 0o750)
          assert.strictEqual((yield* Effect.flip(files.setMode(`${at}/missing`, 0o700))).reason, "NotFound")
        })))
  })
}
