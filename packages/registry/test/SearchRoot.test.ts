import * as LocalFiles from "@dev-infra/durable-files/LocalFiles"
import * as SearchRoot from "@dev-infra/registry/SearchRoot"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"

const files = LocalFiles.layerMemory({
  "/home/me/code/api/.git/HEAD": "ref: refs/heads/main\n",
  "/home/me/code/api/src/deep/index.ts": "",
  "/home/me/code/docs/.dev-infra.yml": "template: none\n",
  "/home/me/dotfiles/.git": "gitdir: elsewhere\n",
  "/home/me/loose/notes/a.md": "",
  "/project/.git/HEAD": "ref: refs/heads/main\n",
  "/etc/hosts": ""
})

const from = (folder: string, home: string | undefined = "/home/me") => SearchRoot.byDefault(folder, home)

describe("SearchRoot", () => {
  it.effect("is the folder around the project that one stands in, however deep", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/code/api"), { _tag: "Folder", path: "/home/me/code" })
      assert.deepStrictEqual(yield* from("/home/me/code/api/src/deep"), { _tag: "Folder", path: "/home/me/code" })
    }).pipe(Effect.provide(files)))

  it.effect("a .dev-infra.yml makes a project too", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/code/docs"), { _tag: "Folder", path: "/home/me/code" })
    }).pipe(Effect.provide(files)))

  it.effect("is the folder itself where there is no project around", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/loose/notes"), { _tag: "Folder", path: "/home/me/loose/notes" })
    }).pipe(Effect.provide(files)))

  it.effect("is never the whole home or the whole disk unasked: then the project is named", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/dotfiles"), { _tag: "TooWide", around: "/home/me", project: "/home/me/dotfiles" })
      assert.deepStrictEqual(yield* from("/project"), { _tag: "TooWide", around: "/", project: "/project" })
      assert.deepStrictEqual(yield* from("/home/me"), { _tag: "TooWide", around: "/home/me", project: undefined })
      assert.deepStrictEqual(yield* from("/"), { _tag: "TooWide", around: "/", project: undefined })
    }).pipe(Effect.provide(files)))

  it.effect("is never what is around the home, where the home is a repository", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/code/docs", "/home/me/code/docs/me"), { _tag: "TooWide", around: "/home/me/code", project: "/home/me/code/docs" })
      assert.deepStrictEqual(yield* from("/home/me/code/docs", "/home/me/code/docs"), { _tag: "TooWide", around: "/home/me/code", project: "/home/me/code/docs" })
      assert.deepStrictEqual(yield* from("/home/me/code/docs", "/home/me/codex"), { _tag: "Folder", path: "/home/me/code" })
    }).pipe(Effect.provide(files)))

  it.effect("does without a home", () =>
    Effect.gen(function* () {
      for (const home of [undefined, ""]) {
        assert.deepStrictEqual(yield* SearchRoot.byDefault("/home/me/dotfiles", home), { _tag: "Folder", path: "/home/me" })
      }
    }).pipe(Effect.provide(files)))

  it.effect("is never the root of another file system", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* from("/home/me/code/api"), { _tag: "TooWide", around: "/home/me/code", project: "/home/me/code/api" })
    }).pipe(
      Effect.provide(
        Layer.provide(
          Layer.effect(
            LocalFiles.LocalFiles,
            Effect.map(LocalFiles.LocalFiles, (inner) => ({
              ...inner,
              stat: (path: string) =>
                Effect.map(inner.stat(path), Option.map((identity) => ({ ...identity, device: path.startsWith("/home/me/code") ? 2n : 1n })))
            }))
          ),
          files
        )
      )
    ))

  it.scoped("sees through links on a real disk", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.mkdirSync(join(folder, "code/api/.git"), { recursive: true })
      fs.symlinkSync(join(folder, "code/api"), join(folder, "here"))
      assert.deepStrictEqual(yield* from(join(folder, "here")), { _tag: "Folder", path: join(folder, "code") })
      assert.deepStrictEqual(yield* from(join(folder, "here"), join(folder, "code")), {
        _tag: "TooWide", around: join(folder, "code"), project: join(folder, "code/api")
      })
    }).pipe(Effect.provide(LocalFiles.layer)))
})
