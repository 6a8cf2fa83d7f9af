import * as LocalProcess from "@dev-infra/durable-files/LocalProcess"
import * as FileTree from "@dev-infra/git-repositories/FileTree"
import * as StagedFolders from "@dev-infra/templates/StagedFolders"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Ref from "effect/Ref"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { shown, tree } from "../trees.js"
import { stagedFoldersContract } from "./StagedFolders.contract.js"

const read = (root: string, inside = ""): ReadonlyArray<FileTree.TreeFile> =>
  fs.readdirSync(join(root, inside), { withFileTypes: true }).flatMap((entry): ReadonlyArray<FileTree.TreeFile> => {
    const path = inside === "" ? entry.name : `${inside}/${entry.name}`
    const full = join(root, path)
    if (entry.isDirectory()) return read(root, path)
    if (entry.isSymbolicLink()) return [{ path, mode: "symlink", content: Buffer.from(fs.readlinkSync(full)) }]
    return [{ path, mode: (fs.statSync(full).mode & 0o100) === 0 ? "file" : "executable", content: fs.readFileSync(full) }]
  })

stagedFoldersContract(
  "on disk",
  Effect.map(temporaryFolder, (root) => ({
    root,
    at: (path) => Effect.sync(() => (fs.existsSync(join(root, path)) ? shown(FileTree.fromFiles(read(join(root, path)))) : undefined)),
    layer: StagedFolders.layer
  }))
)

stagedFoldersContract(
  "in memory",
  Effect.map(Ref.make<ReadonlyMap<string, FileTree.FileTree>>(new Map()), (folders) => ({
    root: "/code",
    at: (path) => Effect.map(Ref.get(folders), (all) => { const found = all.get(`/code/${path}`); return found === undefined ? undefined : shown(found) }),
    layer: StagedFolders.layerMemory(folders)
  }))
)

describe("StagedFolders on disk", () => {
  const staged = (root: string, target: string, files: FileTree.FileTree) =>
    Effect.scoped(
      Effect.gen(function* () {
        const folders = yield* StagedFolders.StagedFolders
        yield* (yield* folders.stage(join(root, target), files)).move
      })
    ).pipe(Effect.provide(StagedFolders.layer))

  it.scoped("leaves nothing beside the folder", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      yield* staged(root, "api", tree({ a: "1" }))
      assert.deepStrictEqual(fs.readdirSync(root), ["api"])
      yield* Effect.exit(staged(root, "b", tree({ "a/b": "1", "a/b/c": "2" })))
      assert.deepStrictEqual(fs.readdirSync(root), ["api"])
    }))

  it.scoped("replaces no link that leads nowhere, or to an empty folder", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      fs.mkdirSync(join(root, "empty"))
      fs.symlinkSync("nowhere", join(root, "dangling"))
      fs.symlinkSync("empty", join(root, "link"))
      for (const target of ["dangling", "link"]) {
        assert.strictEqual((yield* Effect.flip(staged(root, target, tree({ a: "1" })))).code, "EEXIST")
      }
      assert.deepStrictEqual(fs.readdirSync(root), ["dangling", "empty", "link"])
      assert.deepStrictEqual(fs.readdirSync(join(root, "empty")), [])
    }))

  it.scoped("takes the place of an empty folder, with its mode, and gives it back if what came after failed", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const target = join(root, "api")
      fs.mkdirSync(target)
      fs.chmodSync(target, 0o2750)
      const look = () => ({ files: fs.readdirSync(target), mode: fs.statSync(target).mode & 0o7777, beside: fs.readdirSync(root) })
      const failed = Effect.scoped(Effect.zipRight(Effect.flatMap(Effect.flatMap(StagedFolders.StagedFolders, (folders) => folders.stage(target, tree({ a: "1" }))), ({ move }) => move), Effect.fail("afterwards")))
      yield* Effect.exit(Effect.provide(failed, StagedFolders.layer))
      assert.deepStrictEqual(look(), { files: [], mode: 0o2750, beside: ["api"] })
      yield* staged(root, "api", tree({ a: "1" }))
      assert.deepStrictEqual(look(), { files: ["a"], mode: 0o2750, beside: ["api"] })
    }))

  it.scoped("does not replace an empty folder to which something came meanwhile, nor the one that it stands in", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      fs.mkdirSync(join(root, "api"))
      const late = Effect.scoped(
        Effect.gen(function* () {
          const folder = yield* (yield* StagedFolders.StagedFolders).stage(join(root, "api"), tree({ a: "1" }))
          fs.writeFileSync(join(root, "api/mine"), "")
          yield* folder.move
        })
      ).pipe(Effect.provide(StagedFolders.layer))
      assert.strictEqual((yield* Effect.flip(late)).code, "EEXIST")
      assert.deepStrictEqual(fs.readdirSync(join(root, "api")), ["mine"])
      const here = process.cwd()
      fs.mkdirSync(join(root, "here"))
      yield* Effect.acquireUseRelease(
        Effect.sync(() => process.chdir(join(root, "here"))),
        () => Effect.map(Effect.flip(staged(root, "here", tree({ a: "1" }))), ({ code }) => assert.strictEqual(code, "EEXIST")),
        () => Effect.sync(() => process.chdir(here))
      )
    }))

  it.scoped("writes to where a link leads, and says where that is", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      fs.mkdirSync(join(root, "real"))
      fs.symlinkSync("real", join(root, "link"))
      const target = yield* Effect.scoped(
        Effect.gen(function* () {
          const folder = yield* (yield* StagedFolders.StagedFolders).stage(join(root, "link/api"), tree({ a: "1" }))
          yield* folder.move
          return folder.target
        })
      ).pipe(Effect.provide(StagedFolders.layer))
      assert.strictEqual(target, join(root, "real/api"))
      assert.deepStrictEqual(fs.readdirSync(join(root, "real/api")), ["a"])
    }))

  it.scoped("says where it cannot write, and leaves folders that were there", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      fs.writeFileSync(join(root, "file"), "")
      const failure = yield* Effect.flip(staged(root, "file/api", tree({ a: "1" })))
      assert.strictEqual(failure.reason, "NotAFolder")
      fs.mkdirSync(join(root, "kept"))
      yield* Effect.exit(staged(root, "kept/new/api", tree({ "a/b": "1", "a/b/c": "2" })))
      assert.deepStrictEqual(fs.readdirSync(join(root, "kept")), [])
    }))

  it.scopedLive("removes what processes left that were killed, and nothing else", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      const self = yield* Effect.flatMap(LocalProcess.LocalProcess, (processes) => processes.self).pipe(Effect.provide(LocalProcess.layer))
      const leave = (name: string, maker: object | string | undefined, more: ReadonlyArray<string> = []) => {
        for (const path of ["", ...more]) fs.mkdirSync(join(root, name, path), { recursive: true })
        if (maker !== undefined) fs.writeFileSync(join(root, name, "process.json"), typeof maker === "string" ? maker : JSON.stringify(maker))
      }
      const old = (name: string) => fs.utimesSync(join(root, name), 1, 1)
      leave(".dead.new-aaaaaa", { ...self, started: self.started + 1 }, ["project/.git"])
      leave(".rebooted.new-bbbbbb", { ...self, boot: "another" }, ["project"])
      leave(".begun.new-cccccc", undefined)
      leave(".half.new-dddddd", '{"ho')
      const gone = fs.readdirSync(root)
      leave(".living.new-aaaaaa", self, ["project"])
      leave(".elsewhere.new-aaaaaa", { ...self, host: "other", boot: "other" }, ["project"])
      leave(".young.new-aaaaaa", undefined)
      leave(".theirs.new-aaaaaa", undefined, ["project"])
      leave("notes.new-aaaaaa", { ...self, started: self.started + 1 })
      for (const name of [".begun.new-cccccc", ".half.new-dddddd", ".theirs.new-aaaaaa"]) old(name)
      const kept = fs.readdirSync(root).filter((name) => !gone.includes(name))
      yield* staged(root, "api", tree({ a: "1" }))
      assert.deepStrictEqual(fs.readdirSync(root), [...kept, "api"].sort())
    }))
})
