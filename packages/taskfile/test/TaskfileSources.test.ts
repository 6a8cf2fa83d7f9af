import * as LocalTaskfiles from "@dev-infra/taskfile/LocalTaskfiles"
import * as TaskfileSources from "@dev-infra/taskfile/TaskfileSources"
import * as TaskGraph from "@dev-infra/taskfile/TaskGraph"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { world } from "./graphs.js"
import { testTaskfileSources } from "./TaskfileSources.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testTaskfileSources("in memory", (files) =>
  Effect.succeed({ root: "/work/shop", layer: TaskfileSources.layerMemory({ files: Object.fromEntries(Object.entries(files).map(([file, text]) => [`/work/shop/${file}`, text])) }) })
)

const write = (folder: string, files: { readonly [file: string]: string }): void => {
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    fs.writeFileSync(path.join(folder, file), text)
  }
}

testTaskfileSources("on the disk", (files) =>
  Effect.map(temporaryFolder, (root) => {
    write(root, files)
    return { root, layer: LocalTaskfiles.layer }
  })
)

const here: TaskGraph.TaskfileOrigin = { _tag: "Local" }

const reasonOf = (target: string, within: TaskGraph.TaskfileOrigin = here) => Effect.map(Effect.flip(LocalTaskfiles.local.read(target, { within, checksum: undefined })), ({ reason }) => reason)

describe("Taskfiles on the disk", () => {
  it.scoped("of 50 MB are refused without being read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = path.join(folder, "Taskfile.yml")
      // A file with a hole: it takes no room, and reading it would show in memory.
      fs.writeFileSync(file, "")
      fs.truncateSync(file, 50 * 1024 * 1024)
      const before = process.memoryUsage().arrayBuffers
      assert.strictEqual(yield* reasonOf(file), "TooLarge")
      assert.isBelow(process.memoryUsage().arrayBuffers - before, 20 * 1024 * 1024)
    }))

  it.scoped("are files: no pipe is waited for, no device is read", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      execFileSync("mkfifo", [path.join(folder, "pipe.yml")])
      fs.mkdirSync(path.join(folder, "sub", "Taskfile.yml"), { recursive: true })
      assert.deepStrictEqual([yield* reasonOf(path.join(folder, "pipe.yml")), yield* reasonOf("/dev/zero"), yield* reasonOf(path.join(folder, "sub"))], ["NotAFile", "NotAFile", "NotFound"])
    }))

  it.scoped("are texts", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      fs.writeFileSync(path.join(folder, "a.yml"), Uint8Array.of(0x61, 0xff, 0xfe))
      fs.writeFileSync(path.join(folder, "b.yml"), "\uFFFD is a character")
      assert.strictEqual(yield* reasonOf(path.join(folder, "a.yml")), "Unreadable")
      assert.strictEqual((yield* LocalTaskfiles.local.read(path.join(folder, "b.yml"), { within: { _tag: "Local" }, checksum: undefined })).text, "\uFFFD is a character")
    }))

  it.scoped("may be links, but not out of a library, and not in a circle", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      write(folder, { "out.yml": "version: 3\n", "lib/in.yml": "version: 3\n" })
      fs.symlinkSync("../out.yml", path.join(folder, "lib", "link.yml"))
      fs.symlinkSync("in.yml", path.join(folder, "lib", "near.yml"))
      fs.symlinkSync("round.yml", path.join(folder, "round.yml"))
      const within: TaskGraph.TaskfileOrigin = { _tag: "Remote", url: "u", ref: undefined, commit: undefined, folder: path.join(folder, "lib") }
      assert.strictEqual(yield* reasonOf(path.join(folder, "lib", "link.yml"), within), "Escapes")
      assert.strictEqual((yield* LocalTaskfiles.local.read(path.join(folder, "lib", "near.yml"), { within, checksum: undefined })).origin, within)
      assert.strictEqual((yield* LocalTaskfiles.local.read(path.join(folder, "lib", "link.yml"), { within: { _tag: "Local" }, checksum: undefined })).text, "version: 3\n")
      assert.strictEqual(yield* reasonOf(path.join(folder, "round.yml")), "Unreadable")
    }))

  it.scoped("are not looked for in folders of somebody else", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      write(folder, { "Taskfile.yml": "version: 3\n", "mine/deep/x": "", "mine/Taskfile.txt": "" })
      assert.deepStrictEqual(yield* LocalTaskfiles.local.find(path.join(folder, "mine/deep")), Option.some(path.join(folder, "Taskfile.yml")))
      // Only the superuser can give a folder away, and tests may run as somebody else.
      if (process.getuid?.() !== 0) return
      fs.chownSync(path.join(folder, "mine"), 12_345, 12_345)
      assert.deepStrictEqual(yield* LocalTaskfiles.local.find(path.join(folder, "mine/deep")), Option.none())
    }))

  it.scoped("become a graph", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      write(folder, { "shop/Taskfile.yml": "version: 3\nincludes: {infra: ../infra}\ntasks: {build: make}\n", "infra/taskfile.yaml": "version: 3\ntasks: {test: x}\n", "shop/src/deep/a": "" })
      const graph = yield* Effect.provide(TaskGraph.load({ _tag: "Search", folder: path.join(folder, "shop/src/deep") }, { environment: {}, world }), LocalTaskfiles.layer)
      assert.deepStrictEqual([graph.directory, ...graph.tasks.keys()], [path.join(folder, "shop"), "build", "infra:test"])
      const failure = yield* Effect.flip(Effect.provide(TaskGraph.load({ _tag: "Search", folder: path.join(folder, "no/such") }, { environment: {}, world }), LocalTaskfiles.layer))
      assert.strictEqual(failure._tag, "TaskfileNotFound")
    }))
})
