import { describe, expect, it } from "@effect/vitest"
import * as DurableFile from "@dev-infra/durable-files/DurableFile"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import * as os from "node:os"
import * as nodePath from "node:path"
import * as MetadataFile from "@dev-infra/metadata/MetadataFile"

const folder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(nodePath.join(os.tmpdir(), "dev-infra-metadata-"))),
  (path) => Effect.sync(() => fs.rmSync(path, { recursive: true, force: true }))
)

const live = MetadataFile.layer.pipe(Layer.provide(DurableFile.layer))

interface World {
  readonly project: string
  readonly layer: Layer.Layer<MetadataFile.MetadataFile>
}

const onDisk = (text: string | undefined): Effect.Effect<World, never, Scope.Scope> =>
  Effect.map(folder, (root) => {
    const project = nodePath.join(root, "my api 🎉")
    fs.mkdirSync(project)
    if (text !== undefined) fs.writeFileSync(nodePath.join(project, MetadataFile.fileName), text)
    return { project, layer: live }
  })

const inMemory = (text: string | undefined): Effect.Effect<World> =>
  Effect.succeed({ project: "/home/me/my api 🎉", layer: MetadataFile.layerMemoryWith(text === undefined ? [] : [["/home/me/my api 🎉", text]]) })

const contract = (name: string, setup: (text: string | undefined) => Effect.Effect<World, never, Scope.Scope>) =>
  describe(`MetadataFile (${name})`, () => {
    const using = <A, E>(text: string | undefined, use: (files: typeof MetadataFile.MetadataFile.Service, project: string) => Effect.Effect<A, E>) =>
      Effect.gen(function*() {
        const world = yield* setup(text)
        return yield* Effect.flatMap(MetadataFile.MetadataFile, (files) => use(files, world.project)).pipe(Effect.provide(world.layer))
      })

    it.scoped("finds nothing where no file is, and makes none", () =>
      using(undefined, (files, project) =>
        Effect.gen(function*() {
          expect(Option.isNone(yield* files.read(project))).toBe(true)
          expect(yield* Effect.flip(files.update(project, { version: "1" }))).toMatchObject({ _tag: "MetadataUnavailable", reason: "Missing" })
          expect(Option.isNone(yield* files.read(project))).toBe(true)
        })))

    it.scoped("makes a file once, reads it, and does not write over it", () =>
      using(undefined, (files, project) =>
        Effect.gen(function*() {
          const made = yield* files.create(project, { template: "standard", version: "0.8.0" }, { header: "Ours." })
          expect(made.text).toBe("# Ours.\ntemplate: standard\nversion: 0.8.0\n")
          const read = Option.getOrThrow(yield* files.read(`${project}/`))
          expect(read.text).toBe(made.text)
          expect(read.metadata).toEqual({ template: "standard", version: "0.8.0" })
          expect(yield* Effect.flip(files.create(project, { template: "other" }))).toMatchObject({ _tag: "MetadataUnavailable", reason: "AlreadyExists" })
          expect(Option.getOrThrow(yield* files.read(project)).text).toBe(made.text)
        })))

    it.scoped("changes a field and keeps the rest byte for byte", () =>
      using("\uFEFF# a\r\ntemplate: 'x'   # b\r\nversion: 0.8\r\n", (files, project) =>
        Effect.gen(function*() {
          yield* files.update(project, { version: "0.9", template: "y" })
          expect(Option.getOrThrow(yield* files.read(project)).text).toBe("\uFEFF# a\r\ntemplate: 'y'   # b\r\nversion: 0.9\r\n")
        })))

    it.scoped("leaves a file that it does not understand as it is, and says where", () =>
      using("template: a\nstatus: Active\n", (files, project) =>
        Effect.gen(function*() {
          expect(yield* Effect.flip(files.read(project))).toMatchObject({ _tag: "MetadataInvalid", line: 2, column: 9, path: `${project}/.dev-infra.yml` })
          expect(yield* Effect.flip(files.update(project, { version: "1" }))).toMatchObject({ _tag: "MetadataInvalid", line: 2 })
        })))

    it.scoped("never writes a secret", () =>
      using("template: a\n", (files, project) =>
        Effect.gen(function*() {
          expect(yield* Effect.flip(files.update(project, { api_key: "s3cr3t" }))).toMatchObject({ _tag: "MetadataEditRefused", reason: "Secret" })
          expect(Option.getOrThrow(yield* files.read(project)).text).toBe("template: a\n")
        })))

    it.scoped("loses no change when many are made at once", () =>
      using("template: a\n", (files, project) =>
        Effect.gen(function*() {
          yield* Effect.forEach(Array.from({ length: 10 }, (_, index) => index), (index) => files.update(project, { [`key${index}`]: index }), { concurrency: "unbounded" })
          expect(Object.keys(Option.getOrThrow(yield* files.read(project)).metadata)).toHaveLength(11)
        })))

    it.scoped("refuses a file larger than 1 MiB", () =>
      using(`# ${"x".repeat(1024 * 1024)}\n`, (files, project) =>
        Effect.gen(function*() {
          expect(yield* Effect.flip(files.read(project))).toMatchObject({ _tag: "MetadataInvalid", reason: "TooLarge" })
          expect(yield* Effect.flip(files.update(project, { version: "1" }))).toMatchObject({ _tag: "MetadataInvalid", reason: "TooLarge" })
        })))
  })

contract("disk", onDisk)
contract("memory", inMemory)

describe("MetadataFile (disk)", () => {
  const read = (project: string) => Effect.flatMap(MetadataFile.MetadataFile, (files) => files.read(project)).pipe(Effect.provide(live))
  const update = (project: string) => Effect.flatMap(MetadataFile.MetadataFile, (files) => files.update(project, { version: "2" })).pipe(Effect.provide(live))
  const create = (project: string) => Effect.flatMap(MetadataFile.MetadataFile, (files) => files.create(project, { version: "2" })).pipe(Effect.provide(live))

  it.scoped("refuses a folder, a link out of the project, and bytes that are no text", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const at = (name: string): string => nodePath.join(root, name)
      for (const name of ["a", "b", "c", "d"]) fs.mkdirSync(at(name))
      fs.mkdirSync(at("a/.dev-infra.yml"))
      fs.writeFileSync(at("secret.yml"), "template: outside\n")
      fs.symlinkSync("../secret.yml", at("b/.dev-infra.yml"))
      fs.writeFileSync(at("c/.dev-infra.yml"), new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0x0a]))
      fs.symlinkSync("../nowhere.yml", at("d/.dev-infra.yml"))
      for (const attempt of [(project: string) => Effect.asVoid(read(project)), (project: string) => Effect.asVoid(update(project))]) {
        expect(yield* Effect.flip(attempt(at("a")))).toMatchObject({ _tag: "MetadataUnavailable", reason: "Folder" })
        expect(yield* Effect.flip(attempt(at("b")))).toMatchObject({ _tag: "MetadataUnavailable", reason: "OutsideProject", target: at("secret.yml") })
        expect(yield* Effect.flip(attempt(at("c")))).toMatchObject({ _tag: "MetadataInvalid", reason: "NotText" })
        expect(yield* Effect.flip(attempt(at("d")))).toMatchObject({ _tag: "MetadataUnavailable", reason: "OutsideProject" })
      }
      expect(yield* Effect.flip(create(at("d")))).toMatchObject({ _tag: "MetadataUnavailable", reason: "OutsideProject" })
      expect(yield* Effect.flip(create(at("a")))).toMatchObject({ _tag: "MetadataUnavailable", reason: "Folder" })
      expect(fs.readFileSync(at("secret.yml"), "utf8")).toBe("template: outside\n")
      expect(fs.existsSync(at("nowhere.yml"))).toBe(false)
    }))

  it.scoped("follows links inside the project and keeps them", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const at = (name: string): string => nodePath.join(root, name)
      fs.mkdirSync(at("real/config"), { recursive: true })
      fs.writeFileSync(at("real/config/metadata.yml"), "version: 1\n")
      fs.symlinkSync("config/metadata.yml", at("real/.dev-infra.yml"))
      fs.symlinkSync("real", at("link"))
      yield* update(at("link"))
      expect(fs.readFileSync(at("real/config/metadata.yml"), "utf8")).toBe("version: 2\n")
      expect(fs.lstatSync(at("real/.dev-infra.yml")).isSymbolicLink()).toBe(true)
    }))

  it.scoped("leaves nothing else behind, keeps permissions, and makes no project folder", () =>
    Effect.gen(function*() {
      const root = yield* folder
      fs.writeFileSync(nodePath.join(root, ".dev-infra.yml"), "version: 1\n", { mode: 0o600 })
      yield* update(root)
      expect(fs.readdirSync(root)).toEqual([".dev-infra.yml"])
      expect(fs.statSync(nodePath.join(root, ".dev-infra.yml")).mode & 0o777).toBe(0o600)
      expect(yield* Effect.flip(create(nodePath.join(root, "missing")))).toMatchObject({ _tag: "FileFailure", reason: "NotFound" })
      expect(yield* Effect.flip(create(nodePath.join(root, ".dev-infra.yml")))).toMatchObject({ _tag: "FileFailure", reason: "NotAFolder" })
      expect(Option.isNone(yield* read(nodePath.join(root, "missing")))).toBe(true)
      expect(fs.readdirSync(root)).toEqual([".dev-infra.yml"])
    }))

  it.scoped("refuses 100 MB from the size alone", () =>
    Effect.gen(function*() {
      const root = yield* folder
      const file = nodePath.join(root, ".dev-infra.yml")
      fs.closeSync(fs.openSync(file, "w"))
      fs.truncateSync(file, 100 * 1024 * 1024)
      expect(yield* Effect.flip(read(root))).toMatchObject({ _tag: "MetadataInvalid", reason: "TooLarge" })
    }))
})
