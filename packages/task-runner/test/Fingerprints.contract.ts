/**
 * What every up-to-date check promises; run on each of them.
 *
 * @module
 */
import type { FilePattern } from "@dev-infra/taskfile/Task"
import * as Fingerprints from "@dev-infra/task-runner/Fingerprints"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"

/** The service over files of a folder, and ways to change and read them; paths relative to the folder. */
export interface World {
  readonly fingerprints: Fingerprints.Fingerprints["Type"]
  readonly root: string
  readonly write: (path: string, content: string, modified?: number) => void
  readonly remove: (path: string) => void
  readonly text: (path: string) => string | undefined
  readonly modified: (path: string) => number | undefined
}

/** Patterns as a Taskfile has them; `!` excludes. */
export const patterns = (...texts: ReadonlyArray<string>): ReadonlyArray<FilePattern> =>
  texts.map((text) => (text.startsWith("!") ? { pattern: text.slice(1), excluded: true } : { pattern: text, excluded: false }))

/** A test of a world with some files. */
export type TestWorld = (says: string, files: ReadonlyArray<string>, body: (world: World) => Effect.Effect<void, unknown>) => void

export const worlds = (make: Effect.Effect<World, never, Scope.Scope>): TestWorld => (says, files, body) =>
  it.scoped(says, () =>
    Effect.flatMap(make, (world) => {
      for (const file of files) world.write(file, `content of ${file}\n`)
      return body(world)
    })
  )

/** What patterns match, relative to the root of the world. */
export const matched = ({ fingerprints, root }: World, ...texts: ReadonlyArray<string>) =>
  Effect.map(fingerprints.expand(root, patterns(...texts), { useGitignore: false }), (found) => found.map((path) => path.slice(root.length + 1)))

export const task = ({ root }: World, more: Partial<Fingerprints.Fingerprinted> = {}): Fingerprints.Fingerprinted =>
  ({ name: "build", method: "checksum", directory: root, sources: patterns("*.txt"), generates: [], useGitignore: false, folder: `${root}/.task`, ...more })

const look = ({ fingerprints }: World, of: Fingerprints.Fingerprinted, isDry = false) => Effect.map(fingerprints.check(of, { isDry }), ({ isUpToDate }) => isUpToDate)

/** Run the suite. */
export const testFingerprints = (name: string, make: Effect.Effect<World, never, Scope.Scope>): void => {
  const test = worlds(make)
  describe(`Fingerprints, ${name}`, () => {
    test("finds files by patterns, sorted, each once, hidden ones only by their dot", ["b.go", "a.go", "a.ts", ".hidden.go", "src/c.go", "src/deep/er/d.go", "src/.git/e.go"], (world) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* matched(world, "*.go", "a.go"), ["a.go", "b.go"])
        assert.deepStrictEqual(yield* matched(world, "**/*.go"), ["a.go", "b.go", "src/c.go", "src/deep/er/d.go"])
        assert.deepStrictEqual(yield* matched(world, "src/**"), ["src/c.go", "src/deep/er/d.go"])
        assert.deepStrictEqual(yield* matched(world, "./src/**/*.go"), ["src/c.go", "src/deep/er/d.go"])
        assert.deepStrictEqual(yield* matched(world, ".*.go"), [".hidden.go"])
        assert.deepStrictEqual(yield* matched(world, "src/.git/*"), ["src/.git/e.go"])
        assert.deepStrictEqual(yield* matched(world, "src", "nothing.go", "no/such/**"), [])
        assert.deepStrictEqual(yield* matched(world, "**/d.go", "s*/c.go"), ["src/c.go", "src/deep/er/d.go"])
      }))

    test("knows braces, sets of characters, quotes and backslashes", ["a1.c", "a2.c", "a10.c", "b1.h", "x y.c", "a*.c", "ab.c", "a].c"], (world) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* matched(world, "a[0-9].c"), ["a1.c", "a2.c"])
        assert.deepStrictEqual(yield* matched(world, "a[!0-9].c"), ["a*.c", "a].c", "ab.c"])
        assert.deepStrictEqual(yield* matched(world, "a[[:alpha:]].c", "a[]].c"), ["a].c", "ab.c"])
        assert.deepStrictEqual(yield* matched(world, "a?.c"), ["a*.c", "a1.c", "a2.c", "a].c", "ab.c"])
        assert.deepStrictEqual(yield* matched(world, "{a1,b1}.{c,h}"), ["a1.c", "b1.h"])
        assert.deepStrictEqual(yield* matched(world, "a{1..2}.c"), ["a1.c", "a2.c"])
        assert.deepStrictEqual(yield* matched(world, "x y.c", "a\\*.c"), ["a*.c", "x y.c"])
        assert.deepStrictEqual(yield* matched(world, "'a*.c'", "\"x y\".c"), ["a*.c", "x y.c"])
      }))

    test("lets the last pattern that matches a file decide", ["a.go", "a_test.go", "b_test.go"], (world) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* matched(world, "*.go", "!*_test.go"), ["a.go"])
        assert.deepStrictEqual(yield* matched(world, "*.go", "!*_test.go", "b*.go"), ["a.go", "b_test.go"])
      }))

    test("sorts by bytes, as Go does", ["\u{1f600}.x", "\u{ff5e}.x", "é.x", "Z.x", "a.x"], (world) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* matched(world, "*.x"), ["Z.x", "a.x", "é.x", "\u{ff5e}.x", "\u{1f600}.x"])
      }))

    test("leaves out what .gitignore files say, as git reads them", ["a.ts", "dist/b.ts", "sub/c.ts", "sub/d.gen.ts", "sub/keep.gen.ts"], (world) =>
      Effect.gen(function* () {
        world.write(".git/HEAD", "ref: refs/heads/main\n")
        world.write(".gitignore", "dist/\n*.gen.ts\n")
        world.write("sub/.gitignore", "!keep.gen.ts\n")
        const found = yield* world.fingerprints.expand(world.root, patterns("**/*.ts"), { useGitignore: true })
        assert.deepStrictEqual(found.map((path) => path.slice(world.root.length + 1)), ["a.ts", "sub/c.ts", "sub/keep.gen.ts"])
        assert.strictEqual((yield* matched(world, "**/*.ts")).length, 5)
      }))

    test("writes the very checksum that task writes, before the commands run", [], (world) =>
      Effect.gen(function* () {
        world.write("a.txt", "alpha\n")
        world.write("b.txt", "beta\n")
        const build = task(world, { name: "infra:build_all-x.y" })
        const first = yield* world.fingerprints.check(build, { isDry: false })
        assert.deepStrictEqual(first, { isUpToDate: false, value: "d1c67ee51767418b1a58fdb0a02fe3d6" })
        assert.strictEqual(world.text(".task/checksum/infra-build_all-x-y"), "d1c67ee51767418b1a58fdb0a02fe3d6\n")
        assert.isTrue(yield* look(world, build))
        world.write("b.txt", "changed\n")
        assert.isFalse(yield* look(world, build))
        assert.isTrue(yield* look(world, build))
      }))

    test("writes both halves of a checksum without zeros in front", [], (world) =>
      Effect.gen(function* () {
        const of = (content: string) => {
          world.write("n", content)
          return Effect.map(world.fingerprints.check(task(world, { sources: patterns("n") }), { isDry: true }), ({ value }) => value)
        }
        assert.strictEqual(yield* of("51"), "29ad113f714bb407f4968c31bb911a9")
        assert.strictEqual(yield* of("30"), "130c7287849fca3feeec5fe77732349")
        const none = yield* world.fingerprints.check(task(world, { sources: patterns("nothing-*") }), { isDry: true })
        assert.strictEqual(none.value, "99aa06d3014798d86001c324468d497f")
      }))

    test("sees that a file was renamed or is gone, and that one came", ["a.txt", "b.txt"], (world) =>
      Effect.gen(function* () {
        yield* look(world, task(world))
        world.remove("b.txt")
        assert.isFalse(yield* look(world, task(world)))
        world.write("c.txt", "content of b.txt\n")
        assert.isFalse(yield* look(world, task(world)))
        assert.isTrue(yield* look(world, task(world)))
      }))

    test("is not up to date until every pattern of what is generated has a file", ["a.txt"], (world) =>
      Effect.gen(function* () {
        const build = task(world, { generates: patterns("out/*.js", "!out/x.js", "out/{one,two}.css") })
        yield* look(world, build)
        world.write("out/a.js", "")
        world.write("out/one.css", "")
        assert.isFalse(yield* look(world, build))
        world.write("out/two.css", "")
        assert.isTrue(yield* look(world, build))
      }))

    test("notes nothing when it only looks, and forgets what failed", ["a.txt"], (world) =>
      Effect.gen(function* () {
        assert.isFalse(yield* look(world, task(world), true))
        assert.isUndefined(world.text(".task/checksum/build"))
        yield* look(world, task(world))
        yield* world.fingerprints.forget(task(world))
        assert.isUndefined(world.text(".task/checksum/build"))
        yield* world.fingerprints.forget(task(world))
        assert.isFalse(yield* look(world, task(world)))
      }))

    test("is never up to date without sources", ["a.txt"], (world) =>
      Effect.gen(function* () {
        for (const method of ["checksum", "timestamp"] as const) assert.isFalse(yield* look(world, task(world, { method, sources: [] })))
      }))

    test("compares times: of sources with what was generated, and with when the task last ended well", [], (world) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(5_000_000)
        const build = task(world, { method: "timestamp", name: "label", task: "ns:build" })
        world.write("a.txt", "", 1_000_000)
        assert.deepStrictEqual(yield* world.fingerprints.check(build, { isDry: false }), { isUpToDate: false, value: "1000000" })
        yield* world.fingerprints.forget(build)
        assert.isFalse(yield* look(world, build))
        yield* TestClock.adjust("1 minute")
        yield* world.fingerprints.succeed(build)
        assert.strictEqual(world.modified(".task/timestamp/ns-build"), 5_000_000)
        assert.isTrue(yield* look(world, build))
        world.write("a.txt", "", 5_030_000)
        assert.isFalse(yield* look(world, build))
        const generating = task(world, { method: "timestamp", generates: patterns("out") })
        assert.isFalse(yield* look(world, generating, true))
        world.write("out", "", 5_030_000)
        assert.isTrue(yield* look(world, generating, true))
      }))
  })
}
