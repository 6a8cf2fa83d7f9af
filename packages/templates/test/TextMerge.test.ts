import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as FileSystem from "@effect/platform/FileSystem"
import * as TextMerge from "@dev-infra/templates/TextMerge"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as path from "node:path"
import { temporaryFolder } from "./temporaryFolder.js"
import { testTextMerge } from "./TextMerge.contract.js"
import { bytes, textOf } from "./trees.js"

testTextMerge("git merge-file", Layer.provide(TextMerge.layer, NodeContext.layer))
testTextMerge("in process", TextMerge.layerMemory)

/** A folder of its own for temporary files, and one for programs: the only ones that are found. */
const inSurroundings = (git: string | undefined) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const programs = path.join(folder, "bin")
    const temporary = path.join(folder, "tmp")
    fs.mkdirSync(programs)
    fs.mkdirSync(temporary)
    if (git !== undefined) fs.writeFileSync(path.join(programs, "git"), `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${git}`, { mode: 0o755 })
    const executor = Layer.effect(
      CommandExecutor.CommandExecutor,
      Effect.map(CommandExecutor.CommandExecutor, (inner) => CommandExecutor.makeExecutor((command) => inner.start(Command.env(command, { PATH: programs, MARKS: folder }))))
    )
    const files = Layer.effect(
      FileSystem.FileSystem,
      Effect.map(FileSystem.FileSystem, (inner) => ({ ...inner, makeTempDirectoryScoped: (options) => inner.makeTempDirectoryScoped({ ...options, directory: temporary }) }))
    )
    return { folder, temporary, layer: Layer.provide(TextMerge.layer, Layer.provide(Layer.merge(executor, files), NodeContext.layer)) }
  })

/** Changes so close to each other that only looking at lines tells what becomes of them. */
const close: TextMerge.MergeInput = { base: bytes("1\n2\n"), ours: bytes("one\n2\n"), theirs: bytes("1\ntwo\n") }

const merge = Effect.flatMap(TextMerge.TextMerge, ({ mergeAll }) => mergeAll([close], { ours: "here", base: "v1", theirs: "v2" }))

const until = (condition: () => boolean): Effect.Effect<void> => Effect.suspend(() => (condition() ? Effect.void : Effect.zipRight(Effect.sleep(10), until(condition))))

describe("merging by git", () => {
  it.scoped("works without git", () =>
    Effect.gen(function* () {
      const { layer, temporary } = yield* inSurroundings(undefined)
      const [merged] = yield* Effect.provide(merge, layer)
      assert.strictEqual(merged?._tag, "Conflict")
      assert.deepStrictEqual(fs.readdirSync(temporary), [])
    }))

  it.scoped("says so if git fails, and leaves nothing behind", () =>
    Effect.gen(function* () {
      const { layer, temporary } = yield* inSurroundings("exit 255\n")
      const failure = yield* Effect.flip(Effect.provide(merge, layer))
      assert.deepInclude(failure, { _tag: "MergeFailed", detail: "git merge-file ended with 255" })
      assert.deepStrictEqual(fs.readdirSync(temporary), [])
    }))

  it.scopedLive("ends git and leaves nothing behind when it is interrupted", () =>
    Effect.gen(function* () {
      const { folder, layer, temporary } = yield* inSurroundings('echo $$ > "$MARKS/started.new"; /bin/mv "$MARKS/started.new" "$MARKS/started"; exec /bin/sleep 1000\n')
      const running = yield* Effect.fork(Effect.provide(merge, layer))
      yield* until(() => fs.existsSync(path.join(folder, "started")))
      const pid = Number(fs.readFileSync(path.join(folder, "started"), "utf8"))
      yield* Fiber.interrupt(running)
      assert.deepStrictEqual(fs.readdirSync(temporary), [])
      yield* until(() => {
        try {
          process.kill(pid, 0)
          return false
        } catch {
          return true
        }
      })
    }))

  it.scoped("gives the files to nobody else", () =>
    Effect.gen(function* () {
      const { folder, layer } = yield* inSurroundings('/bin/ls -ld . * > "$MARKS/modes"; exit 0\n')
      const [merged] = yield* Effect.provide(merge, layer)
      assert.strictEqual(merged?._tag === "Clean" ? textOf(merged.content) : undefined, "")
      const modes = fs.readFileSync(path.join(folder, "modes"), "utf8").trim().split("\n").map((line) => line.slice(0, 10))
      assert.deepStrictEqual([...new Set(modes.filter((mode) => mode !== "-rw-r--r--"))].toSorted(), ["-rw-------", "drwx------"])
    }))
})
