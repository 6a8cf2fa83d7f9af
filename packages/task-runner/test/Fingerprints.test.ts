import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
import * as FingerprintsLive from "@dev-infra/task-runner/FingerprintsLive"
import { assert, describe } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import * as path from "node:path"
import { matched, patterns, task, testFingerprints, type World, worlds } from "./Fingerprints.contract.js"
import { temporaryFolder } from "./temporaryFolder.js"

testFingerprints("in memory", Effect.suspend(() => {
  const files = new Map<string, Fingerprints.FileInMemory>()
  const root = "/home/me/api"
  return Effect.map(Layer.build(Fingerprints.layerMemory(files)), (context): World => ({
    fingerprints: Context.get(context, Fingerprints.Fingerprints),
    root,
    write: (name, content, modified = 0) => void files.set(`${root}/${name}`, { content, modified }),
    remove: (name) => void files.delete(`${root}/${name}`),
    text: (name) => files.get(`${root}/${name}`)?.content,
    modified: (name) => files.get(`${root}/${name}`)?.modified
  }))
}))

const onDisk = Effect.gen(function* () {
  const context = yield* Layer.build(FingerprintsLive.layer)
  const root = path.join(yield* temporaryFolder, "with [a] {b,c} $HOME 'name'")
  fs.mkdirSync(root)
  const world: World = {
    fingerprints: Context.get(context, Fingerprints.Fingerprints),
    root,
    write: (name, content, modified) => {
      const place = path.join(root, name)
      fs.mkdirSync(path.dirname(place), { recursive: true })
      fs.writeFileSync(place, content)
      if (modified !== undefined) fs.utimesSync(place, modified / 1000, modified / 1000)
    },
    remove: (name) => fs.rmSync(path.join(root, name)),
    text: (name) => (fs.existsSync(path.join(root, name)) ? fs.readFileSync(path.join(root, name), "utf8") : undefined),
    modified: (name) => fs.statSync(path.join(root, name), { throwIfNoEntry: false })?.mtimeMs
  }
  return world
})

testFingerprints("of this computer", onDisk)

describe("up-to-date checks on this computer", () => {
  const test = worlds(onDisk)

  test("follow links to folders, but not in circles, and leave out links that lead nowhere", ["real/a.go", "real/deep/b.go"], (world) =>
    Effect.gen(function* () {
      fs.symlinkSync("real", path.join(world.root, "linked"))
      fs.symlinkSync("..", path.join(world.root, "real/deep/up"))
      fs.symlinkSync("nowhere", path.join(world.root, "broken.go"))
      fs.symlinkSync("real/a.go", path.join(world.root, "link.go"))
      assert.deepStrictEqual(yield* matched(world, "**/*.go"), ["link.go", "linked/a.go", "linked/deep/b.go", "real/a.go", "real/deep/b.go"])
    }))

  test("find files of folders above, and by absolute paths", ["lib/a.go", "app/b.go"], (world) =>
    Effect.gen(function* () {
      const expand = (...texts: ReadonlyArray<string>) => world.fingerprints.expand(`${world.root}/app`, patterns(...texts), { useGitignore: false })
      assert.deepStrictEqual(yield* expand("../lib/*.go", "./b.go"), [`${world.root}/app/b.go`, `${world.root}/lib/a.go`])
      const plain = world.root.replace(/\/with .*/, "")
      assert.deepStrictEqual(yield* expand(`${plain}/*/lib/a.go`), [`${world.root}/lib/a.go`])
    }))

  test("say which note cannot be written", ["a.txt"], (world) =>
    Effect.gen(function* () {
      fs.writeFileSync(path.join(world.root, ".task"), "")
      const failure = yield* Effect.flip(world.fingerprints.check(task(world), { isDry: false }))
      assert.strictEqual((failure as Fingerprints.FingerprintFailure).path, `${world.root}/.task/checksum/build`) // the only failure there is
    }))

  test("read files of every size", [], (world) =>
    Effect.gen(function* () {
      world.write("n", "x".repeat(256 * 1024))
      const exact = yield* world.fingerprints.check(task(world, { sources: patterns("n") }), { isDry: true })
      world.write("n", "x".repeat(256 * 1024 + 1))
      const more = yield* world.fingerprints.check(task(world, { sources: patterns("n") }), { isDry: true })
      assert.strictEqual(exact.value, "24fe5bcb42a6643b92b8c5d724fd2c50")
      assert.strictEqual(more.value, "e60b1395ba5dc818f593d9b859529883")
    }))

  test("keep whole notes when two runs look at once", ["a.txt"], (world) =>
    Effect.gen(function* () {
      yield* Effect.all(Array.from({ length: 8 }, () => world.fingerprints.check(task(world), { isDry: false })), { concurrency: "unbounded" })
      assert.deepStrictEqual(fs.readdirSync(path.join(world.root, ".task/checksum")), ["build"])
      assert.isTrue((yield* world.fingerprints.check(task(world), { isDry: true })).isUpToDate)
    }))
})
