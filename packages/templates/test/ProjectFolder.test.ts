import * as ProjectFolder from "@dev-infra/templates/ProjectFolder"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { testProjectFolder, type World } from "./ProjectFolder.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

const inMemory: World = (files) =>
  Effect.map(ProjectFolder.ProjectFolder, (folder) => [folder, "/home/me/api"] as const).pipe(Effect.provide(ProjectFolder.layerMemory({ "/home/me/api": files })))

const onDisk: World = (files) =>
  Effect.gen(function* () {
    const root = yield* temporaryFolder
    for (const { content, mode, path: name } of files.values()) {
      const place = path.join(root, name)
      fs.mkdirSync(path.dirname(place), { recursive: true })
      if (mode === "symlink") fs.symlinkSync(Buffer.from(content), place)
      else fs.writeFileSync(place, content, { mode: mode === "executable" ? 0o755 : 0o644 })
    }
    return [yield* ProjectFolder.ProjectFolder, root] as const
  }).pipe(Effect.provide(ProjectFolder.layer))

testProjectFolder("memory", inMemory)
testProjectFolder("disk", onDisk)

describe("the folder on disk", () => {
  it.scoped("does not wait for a named pipe, and reads no large file", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      execFileSync("mkfifo", [path.join(root, "pipe")])
      fs.writeFileSync(path.join(root, "large"), "")
      fs.truncateSync(path.join(root, "large"), 65 * 1024 * 1024)
      const folder = yield* ProjectFolder.ProjectFolder
      const { obstacles } = yield* folder.read(root, ["pipe", "large"])
      assert.deepStrictEqual([...obstacles], [["pipe", { reason: "Other", at: "pipe" }], ["large", { reason: "TooLarge", at: "large" }]])
    }).pipe(Effect.provide(ProjectFolder.layer)))

  it.scoped("may itself be named by a link", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      fs.mkdirSync(path.join(root, "real"))
      fs.writeFileSync(path.join(root, "real/a"), "1\n")
      fs.symlinkSync("real", path.join(root, "named"))
      const folder = yield* ProjectFolder.ProjectFolder
      const { files } = yield* folder.read(path.join(root, "named"), ["a"])
      assert.deepStrictEqual([...files.keys()], ["a"])
    }).pipe(Effect.provide(ProjectFolder.layer)))
})
