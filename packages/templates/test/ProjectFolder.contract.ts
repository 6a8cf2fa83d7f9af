/**
 * What every way to read the folder of a project promises; run on each of them.
 *
 * @module
 */
import type { FileTree } from "@dev-infra/git-repositories/FileTree"
import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Scope from "effect/Scope"
import { executable, link, shown, tree } from "./trees.js"

/** The service over a folder that holds some files, and the folder's path. */
export type World = (files: FileTree) => Effect.Effect<readonly [folder: ProjectFolder.ProjectFolder["Type"], root: string], never, Scope.Scope>

/** Run the suite. */
export const testProjectFolder = (name: string, world: World): void => {
  describe(`ProjectFolder, ${name}`, () => {
    const read = (files: FileTree, ...paths: ReadonlyArray<string>) => Effect.flatMap(world(files), ([folder, root]) => folder.read(root, paths))

    it.scoped("reads what was asked for, with modes, and nothing else", () =>
      Effect.gen(function* () {
        const { files, obstacles } = yield* read(tree({ "a.txt": "\x80\r\n", "bin/run": executable("#!\n"), other: "x" }), "bin/run", "a.txt", "missing", "no/such/folder")
        assert.deepStrictEqual(shown(files), { "a.txt": "\x80\r\n", "bin/run": "executable: #!\n" })
        assert.deepStrictEqual([...files.keys()], ["a.txt", "bin/run"])
        assert.strictEqual(obstacles.size, 0)
      }))

    it.scoped("takes a link for what it says, wherever it leads", () =>
      Effect.gen(function* () {
        const { files } = yield* read(tree({ a: link("../outside"), b: link("nowhere"), c: link(".") }), "a", "b", "c")
        assert.deepStrictEqual(shown(files), { a: "symlink: ../outside", b: "symlink: nowhere", c: "symlink: ." })
      }))

    it.scoped("never reads through a folder that is a link", () =>
      Effect.gen(function* () {
        const { files, obstacles } = yield* read(tree({ "real/a": "secret\n", docs: link("real"), "x/up": link("..") }), "docs/a", "x/up/real/a")
        assert.strictEqual(files.size, 0)
        assert.deepStrictEqual([...obstacles], [
          ["docs/a", { reason: "BelowLink", at: "docs" }],
          ["x/up/real/a", { reason: "BelowLink", at: "x/up" }]
        ])
      }))

    it.scoped("says what stands in the place of a file", () =>
      Effect.gen(function* () {
        const { files, obstacles } = yield* read(tree({ "folder/one": "1", "folder/deep/two": "2", file: "x" }), "folder", "file/a/b")
        assert.strictEqual(files.size, 0)
        const folder = obstacles.get("folder")
        assert.deepStrictEqual({ ...folder, files: folder?.files?.toSorted() }, { reason: "Folder", at: "folder", files: ["folder/deep/two", "folder/one"] })
        assert.deepStrictEqual(obstacles.get("file/a/b"), { reason: "BelowFile", at: "file" })
      }))

    it.scoped("says that there is no such folder", () =>
      Effect.gen(function* () {
        const [folder, root] = yield* world(tree({}))
        const result = yield* Effect.either(folder.read(`${root}/nothing`, ["a"]))
        assert.deepStrictEqual(Either.mapLeft(result, ({ path, reason }) => ({ path, reason })), Either.left({ path: `${root}/nothing`, reason: "NotFound" as const }))
      }))
  })
}
