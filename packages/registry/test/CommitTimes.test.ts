import * as CommitTimes from "@dev-infra/registry/CommitTimes"
import * as DirectoryReader from "@dev-infra/registry/DirectoryReader"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { chmodSync, readdirSync, truncateSync, writeFileSync } from "node:fs"
import { execFileSync } from "node:child_process"
import { testFolder, testGit, testGitEnvironment } from "./gitRepositories.js"

const live = Layer.provide(CommitTimes.layer, DirectoryReader.layer)

const read = (folder: string, commit: string) => Effect.map(CommitTimes.CommitTimes, (times) => times.read(folder, commit))

/** A repository with commits at different times; their messages are long and alike, so that git stores them as deltas. */
const repository = (folder: string, commits: number, ...init: ReadonlyArray<string>) => {
  testGit(folder, "init", "-q", "-b", "main", ...init, "repository")
  const path = `${folder}/repository`
  const message = Array.from({ length: 200 }, (_, line) => `the very same line ${line}`).join("\n")
  for (let number = 0; number < commits; number++) {
    const date = `${1_600_000_000 + number * 12_345} +0200`
    execFileSync("git", ["commit", "-q", "--allow-empty", "-m", `number ${number}\n\n${message}`], {
      cwd: path,
      env: { ...testGitEnvironment, GIT_AUTHOR_DATE: "1500000000 +0000", GIT_COMMITTER_DATE: date }
    })
  }
  return path
}

/** What git itself says: each commit with its time. */
const timesIn = (path: string) =>
  testGit(path, "log", "--all", "--format=%H %ct").trim().split("\n").map((line) => {
    const [commit = "", time] = line.split(" ")
    return { commit, time: Number(time) }
  })

const agrees = (path: string, folder = path) =>
  Effect.gen(function* () {
    const expected = timesIn(path)
    for (const { commit, time } of expected) assert.strictEqual(yield* read(folder, commit), time)
    return expected.length
  })

describe("CommitTimes", () => {
  it.scoped("tells the committer's time of loose commits", () =>
    Effect.gen(function* () {
      const path = repository(yield* testFolder, 3)
      assert.strictEqual(yield* agrees(path), 3)
    }).pipe(Effect.provide(live)))

  for (const [name, config] of [["deltas by offset", []], ["deltas by name", ["-c", "repack.useDeltaBaseOffset=false"]]] as const) {
    it.scoped(`tells the times of packed commits, ${name}`, () =>
      Effect.gen(function* () {
        const path = repository(yield* testFolder, 30)
        testGit(path, ...config, "repack", "-q", "-a", "-d", "-f", "--depth=20", "--window=50")
        testGit(path, "prune-packed")
        const stored = testGit(path, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(deltabase)")
        assert.isTrue(stored.split("\n").some((line) => line.startsWith("commit ") && !/ 0+$/.test(line)), "no commit was stored as a delta")
        assert.strictEqual(yield* agrees(path), 30)
      }).pipe(Effect.provide(live)))
  }

  it.scoped("in work trees, bare repositories and clones that borrow objects", () =>
    Effect.gen(function* () {
      const folder = yield* testFolder
      const path = repository(folder, 2)
      testGit(path, "worktree", "add", "-q", "-b", "side", "../side")
      testGit(folder, "clone", "-q", "--bare", "repository", "bare")
      testGit(folder, "clone", "-q", "--shared", "repository", "borrowed")
      for (const place of ["side", "bare", "borrowed"]) assert.strictEqual(yield* agrees(path, `${folder}/${place}`), 2)
    }).pipe(Effect.provide(live)))

  it.scoped("with object names of SHA-256", () =>
    Effect.gen(function* () {
      const path = repository(yield* testFolder, 2, "--object-format=sha256")
      testGit(path, "repack", "-q", "-a", "-d")
      assert.strictEqual(yield* agrees(path), 2)
    }).pipe(Effect.provide(live)))

  it.scoped("what is damaged, unknown or no commit has no time, and nothing fails", () =>
    Effect.gen(function* () {
      const folder = yield* testFolder
      const path = repository(folder, 2)
      const [first, second] = timesIn(path)
      if (first === undefined || second === undefined) return assert.fail()
      const tree = testGit(path, "rev-parse", "HEAD^{tree}").trim()
      writeFileSync(`${path}/.git/objects/${first.commit.slice(0, 2)}/${first.commit.slice(2)}`, "nonsense", { flag: "r+" })
      assert.isUndefined(yield* read(path, first.commit))
      assert.isUndefined(yield* read(path, tree))
      assert.isUndefined(yield* read(path, "f".repeat(40)))
      assert.isUndefined(yield* read(path, "../../../etc/passwd"))
      assert.isUndefined(yield* read(`${folder}/nowhere`, second.commit))
      assert.strictEqual(yield* read(path, second.commit), second.time)
    }).pipe(Effect.provide(live)))

  it.scoped("packs that are cut off anywhere have no time, and nothing fails", () =>
    Effect.gen(function* () {
      const path = repository(yield* testFolder, 3)
      testGit(path, "repack", "-q", "-a", "-d", "-f")
      const [commit] = timesIn(path)
      if (commit === undefined) return assert.fail()
      for (const kind of ["pack", "idx"]) {
        const folder = `${path}/.git/objects/pack`
        const name = readdirSync(folder).find((each) => each.endsWith(`.${kind}`))
        const file = name === undefined ? undefined : `${folder}/${name}`
        if (file === undefined) return assert.fail()
        chmodSync(file, 0o600)
        for (const length of [1100, 1060, 300, 100, 13, 5, 0]) {
          truncateSync(file, length)
          const time = yield* read(path, commit.commit)
          assert.isTrue(time === undefined || time === commit.time)
        }
      }
      assert.isUndefined(yield* read(path, commit.commit))
    }).pipe(Effect.provide(live)))
})
