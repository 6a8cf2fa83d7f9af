import * as CommandExecutor from "@effect/platform/CommandExecutor"
import * as PlatformError from "@effect/platform/Error"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { describe, expect, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import * as GitStatus from "../src/GitStatus.js"
import { testFile, testFolder, testGit, testGitEnvironment, testGitFailing, testRepository } from "./gitRepositories.js"

const live = (options: GitStatus.GitOptions = {}) =>
  Layer.provide(GitStatus.layerWith({ ...options, environment: { ...testGitEnvironment, ...options.environment } }), NodeContext.layer)

const inspect = (paths: ReadonlyArray<string>, options?: GitStatus.StatusOptions) =>
  Effect.gen(function*() {
    const git = yield* GitStatus.GitStatus
    return Chunk.toReadonlyArray(yield* Stream.runCollect(git.inspect(paths, options)))
  })

const clean = { _tag: "Checkout", ahead: 0, behind: 0, modified: 0, untracked: 0, conflicted: 0, stashes: 0 } as const

const pipe = (path: string): void => void execFileSync("mkfifo", [path])

/** A program named `git` at the front of the PATH. */
const fakeGit = (folder: string, script: string): Readonly<Record<string, string>> => {
  fs.chmodSync(testFile(join(folder, "bin/git"), `#!/bin/sh\n${script}\n`), 0o755)
  return { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, REAL_GIT: execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim() }
}

const contracts = [
  { name: "live", layer: live() },
  { name: "in memory", layer: GitStatus.layerMemory([]) }
]

for (const { layer, name } of contracts) {
  describe(`GitStatus ${name}`, () => {
    it.live("gives one result for each path, in order, whatever the path is", () =>
      Effect.gen(function*() {
        const paths = ["/nonexistent/b", "/nonexistent/a", "/nonexistent/b", "", "/nonexistent/\0", `/${"x".repeat(10_000)}`, "-x", "$(false)"]
        const results = yield* inspect(paths)
        expect(results).toEqual(paths.map((path) => ({ _tag: "Unavailable", path, reason: "Missing", detail: "no such folder" })))
        expect(yield* inspect([])).toEqual([])
      }).pipe(Effect.provide(layer)))
  })
}

describe("GitStatus", () => {
  it.effect("in memory gives the time of the last commit only when it is asked for", () =>
    Effect.gen(function*() {
      expect(yield* inspect(["/a"])).toEqual([{ ...clean, path: "/a", branch: "main" }])
      expect(yield* inspect(["/a"], { lastCommit: true })).toEqual([{ ...clean, path: "/a", branch: "main", committedAt: 5 }])
    }).pipe(Effect.provide(GitStatus.layerMemory([{ ...clean, path: "/a", branch: "main", committedAt: 5 }]))))

  it.scopedLive("counts what is modified, untracked, conflicted and stashed, ahead and behind", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const origin = testRepository(join(root, "origin"), { files: { a: "1\n", b: "1\n", c: "some\nlonger\ntext\n" } })
      const copy = join(root, "copy")
      testGit(root, "clone", "-q", origin, copy)
      testFile(join(origin, "theirs"), "x")
      testGit(origin, "add", "-A")
      testGit(origin, "commit", "-q", "-m", "theirs")
      testGit(copy, "fetch", "-q")
      testFile(join(copy, "b"), "stashed\n")
      testGit(copy, "stash", "-q")
      testFile(join(copy, "b"), "stashed again\n")
      testGit(copy, "stash", "-q")
      for (const name of ["one", "two"]) {
        testFile(join(copy, name), name)
        testGit(copy, "add", "-A")
        testGit(copy, "commit", "-q", "-m", name)
      }
      testGit(copy, "mv", "c", "renamed\nto this")
      testFile(join(copy, "a"), "changed\n")
      testFile(join(copy, "new\nfile"), "")
      testFile(join(copy, "= done"), "")
      testFile(join(copy, "folder/x"), "")

      const quarrel = testRepository(join(root, "quarrel"), { files: { f: "1\n" } })
      testGit(quarrel, "checkout", "-q", "-b", "side")
      testFile(join(quarrel, "f"), "2\n")
      testGit(quarrel, "commit", "-q", "-a", "-m", "two")
      testGit(quarrel, "checkout", "-q", "main")
      testFile(join(quarrel, "f"), "3\n")
      testGit(quarrel, "commit", "-q", "-a", "-m", "three")
      testGitFailing(quarrel, "merge", "side")

      const [first, second] = yield* inspect([copy, quarrel], { lastCommit: true })
      expect(first).toEqual({
        _tag: "Checkout",
        path: copy,
        branch: "main",
        commit: testGit(copy, "rev-parse", "HEAD").trim(),
        upstream: "origin/main",
        ahead: 2,
        behind: 1,
        modified: 2,
        untracked: 3,
        conflicted: 0,
        stashes: 2,
        committedAt: 1_700_000_000
      })
      expect(second).toMatchObject({ branch: "main", modified: 0, conflicted: 1 })
    }).pipe(Effect.provide(live())))

  it.scopedLive("does not take an upstream that is gone for one that has everything", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      testGit(testRepository(join(root, "origin")), "branch", "feature")
      testGit(root, "clone", "-q", "-b", "feature", join(root, "origin"), "copy")
      const copy = join(root, "copy")
      expect(yield* inspect([copy])).toMatchObject([{ branch: "feature", upstream: "origin/feature" }])
      testGit(join(root, "origin"), "branch", "-q", "-D", "feature")
      testGit(copy, "fetch", "-q", "--prune")
      testGit(copy, "commit", "-q", "--allow-empty", "-m", "nowhere else")
      const [state] = yield* inspect([copy])
      expect(state).toMatchObject({ branch: "feature", ahead: 0 })
      expect(state).not.toHaveProperty("upstream")
    }).pipe(Effect.provide(live())))

  it.scopedLive("knows unborn branches, detached heads, worktrees, submodules, bare repositories and inner folders", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const unborn = testRepository(join(root, "unborn"), { files: {}, branch: "trunk" })
      const main = testRepository(join(root, "main"), { files: { "packages/a/f": "1\n", "packages/b/f": "1\n" } })
      const library = testRepository(join(root, "library"))
      testGit(main, "submodule", "--quiet", "add", library, "lib")
      testGit(main, "commit", "-q", "-m", "submodule")
      testGit(main, "worktree", "add", "-q", "-b", "topic", join(root, "linked"))
      testGit(main, "worktree", "add", "-q", "--detach", join(root, "detached"))
      testGit(root, "clone", "-q", "--bare", main, "bare.git")
      testGit(root, "init", "-q", "--bare", "-b", "empty", "empty.git")
      testFile(join(main, "packages/a/f"), "2\n")
      testFile(join(main, "lib/new"), "")
      const commit = testGit(main, "rev-parse", "HEAD").trim()
      const paths = [unborn, join(root, "linked"), join(root, "detached"), join(root, "bare.git"), join(root, "empty.git"), join(main, "lib"), join(main, "packages/a"), join(main, "packages/b"), main]
      const results = yield* inspect(paths)
      expect(results).toEqual([
        { ...clean, path: paths[0], branch: "trunk" },
        { ...clean, path: paths[1], branch: "topic", commit },
        { ...clean, path: paths[2], commit },
        { ...clean, path: paths[3], branch: "main", commit },
        { ...clean, path: paths[4], branch: "empty" },
        { ...clean, path: paths[5], branch: "main", commit: testGit(library, "rev-parse", "HEAD").trim(), untracked: 1, upstream: "origin/main" },
        { ...clean, path: paths[6], branch: "main", commit, modified: 1 },
        { ...clean, path: paths[7], branch: "main", commit },
        { ...clean, path: paths[8], branch: "main", commit, modified: 2 }
      ])
      expect(yield* inspect([unborn, join(root, "bare.git")], { lastCommit: true })).toMatchObject([{ _tag: "Checkout" }, { committedAt: 1_700_000_000 }])
    }).pipe(Effect.provide(live())))

  it.scopedLive("takes any path for a path", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const names = ["new\nline\n", "-C", "--git-dir=x", "$(touch owned)", "a'b\"c\\d\\n`e`", " blank ", "😀é\x01", "*", "colon:colon", `${"x".repeat(250)}/${"y".repeat(250)}/${"z".repeat(250)}/${"w".repeat(250)}`]
      const paths = names.map((name) => testRepository(join(root, name), { branch: "here" }))
      expect(yield* inspect(paths)).toMatchObject(paths.map((path) => ({ _tag: "Checkout", path, branch: "here" })))
      expect(fs.existsSync("owned")).toBe(false)
    }).pipe(Effect.provide(live())))

  it.scopedLive("makes a broken repository one line with git's reason, in the midst of good ones", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const good = testRepository(join(root, "good"))
      const broken = testRepository(join(root, "broken"))
      fs.writeFileSync(join(broken, ".git/index"), "garbage")
      const empty = join(root, "empty")
      fs.mkdirSync(join(empty, ".git"), { recursive: true })
      const lost = join(root, "lost")
      testFile(join(lost, ".git"), "gitdir: /nowhere\n")
      const inside = join(good, "inside")
      fs.mkdirSync(join(inside, ".git"), { recursive: true })
      const plain = join(root, "plain")
      fs.mkdirSync(plain)
      const evil = join(root, "evil")
      testFile(join(evil, ".git"), "gitdir: /\x1b[31mred\n")
      const results = yield* inspect([good, broken, empty, lost, inside, plain, testFile(join(root, "file")), evil, good])
      expect(results.map((each) => (each._tag === "Unavailable" ? [each.reason, each.detail] : each.branch))).toEqual([
        "main",
        ["Broken", expect.stringMatching(/index file|signature/)],
        ["Broken", expect.stringContaining("not a git repository")],
        ["Broken", "not a git repository: /nowhere"],
        ["Broken", expect.stringContaining("not a git repository")],
        ["NotARepository", "not inside a git repository"],
        ["Missing", "no such folder"],
        ["Broken", expect.stringMatching(/^not a git repository: \P{Cc}*red$/u)],
        "main"
      ])
    }).pipe(Effect.provide(live())))

  it.scopedLive("says how to trust a repository of another user", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const other = testRepository(join(root, "it's"))
      expect(yield* inspect([other])).toMatchObject([
        { reason: "Broken", detail: `belongs to another user, so git does not trust it; if you do: git config --global --add safe.directory '${root}/it'\\''s'` }
      ])
    }).pipe(Effect.provide(live({ environment: { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" } }))))

  it.scopedLive("gives up one hanging repository of 200 and answers for all others", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const model = testRepository(join(root, "model"))
      const paths = Array.from({ length: 200 }, (_, index) => join(root, `r${index}`))
      for (const path of paths) fs.cpSync(model, path, { recursive: true })
      const hanging = join(root, "r77")
      fs.rmSync(join(hanging, ".git/HEAD"))
      pipe(join(hanging, ".git/HEAD"))
      const results = yield* inspect(paths, { timeLimit: 1 })
      expect(results.map((each) => each.path)).toEqual(paths)
      expect(results.filter((each) => each._tag === "Unavailable")).toEqual([
        { _tag: "Unavailable", path: hanging, reason: "TimedOut", detail: "git gave no answer within 1 s" }
      ])
    }).pipe(Effect.provide(live())))

  it.scopedLive("gives results while others are still to come, and ends every process when interrupted", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const good = testRepository(join(root, "good"))
      const hanging = testRepository(join(root, "hanging"))
      fs.rmSync(join(hanging, ".git/HEAD"))
      pipe(join(hanging, ".git/HEAD"))
      const environment = fakeGit(root, `[ "$1" = --version ] || echo $$ >> ${join(root, "pids")}\nexec "$REAL_GIT" "$@"`)
      const first = yield* Deferred.make<GitStatus.Checkout | GitStatus.Unavailable>()
      const fiber = yield* Effect.flatMap(GitStatus.GitStatus, (git) =>
        Stream.runForEach(git.inspect([good, hanging]), (each) => Deferred.succeed(first, each))).pipe(
        Effect.provide(live({ environment, concurrency: 1 })),
        Effect.fork
      )
      expect(yield* Deferred.await(first)).toMatchObject({ path: good, branch: "main" })
      const pids = () => fs.readFileSync(join(root, "pids"), "utf8").trim().split("\n").map(Number)
      while (pids().length < 2) yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      const isRunning = (pid: number) => {
        try {
          return !/^\d+ \(.*\) [ZX]/s.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"))
        } catch {
          return false
        }
      }
      while (pids().some(isRunning)) yield* Effect.sleep(5)
    }))

  it.scopedLive("says that git is not installed, or not usable, for each path", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      fs.mkdirSync(join(root, "bin"))
      const none = yield* inspect([root, "/x", root]).pipe(Effect.provide(live({ environment: { PATH: join(root, "bin") } })))
      expect(none).toEqual([
        { _tag: "Unavailable", path: root, reason: "NoGit", detail: "git is not installed, or not on the PATH" },
        { _tag: "Unavailable", path: "/x", reason: "Missing", detail: "no such folder" },
        { _tag: "Unavailable", path: root, reason: "NoGit", detail: "git is not installed, or not on the PATH" }
      ])
      const stub = yield* inspect([root]).pipe(Effect.provide(live({ environment: fakeGit(root, "echo 'no developer tools were found' >&2; exit 1") })))
      expect(stub).toMatchObject([{ reason: "NoGit", detail: "git does not work: no developer tools were found" }])
    }))

  it.scopedLive("counts stashes also with a git that does not do so with the status", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const one = testRepository(join(root, "one"), { files: { f: "1" } })
      testFile(join(one, "f"), "2")
      testGit(one, "stash", "-q")
      testGit(one, "worktree", "add", "-q", join(root, "linked"))
      fs.mkdirSync(join(one, "inner"))
      const old = `if [ "$1" = --version ]; then echo git version 2.25.1; exit; fi\ncase "$*" in *" status "*) "$REAL_GIT" "$@" | sed 's/# stash [0-9]*/# oid x/';; *) exec "$REAL_GIT" "$@";; esac`
      const results = yield* inspect([one, testRepository(join(root, "none")), join(root, "linked"), join(one, "inner")]).pipe(Effect.provide(live({ environment: fakeGit(root, old) })))
      expect(results).toMatchObject([{ stashes: 1 }, { stashes: 0 }, { stashes: 1 }, { stashes: 1 }])
    }))

  it.scopedLive("runs no program that a repository names, writes nothing, and ignores where git was told to look", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const repository = testRepository(join(root, "r"), { files: { f: "1" } })
      const mark = join(root, "ran")
      const program = testFile(join(root, "program"), `#!/bin/sh\necho "$0" >> ${mark}\n`)
      fs.chmodSync(program, 0o755)
      testGit(repository, "config", "core.fsmonitor", program)
      testGit(repository, "config", "core.hooksPath", join(root, "hooks"))
      testGit(repository, "config", "core.pager", program)
      testGit(repository, "config", "diff.external", program)
      testGit(repository, "config", "log.showSignature", "true")
      testGit(repository, "config", "gpg.program", program)
      fs.mkdirSync(join(root, "hooks"))
      fs.copyFileSync(program, join(root, "hooks/post-index-change"))
      fs.utimesSync(join(repository, "f"), 1, 1)
      const index = fs.readFileSync(join(repository, ".git/index"))
      fs.rmSync(mark, { force: true })
      const environment = { GIT_DIR: "/nonexistent", GIT_WORK_TREE: "/nonexistent", GIT_INDEX_FILE: "/nonexistent" }
      const results = yield* inspect([repository], { lastCommit: true }).pipe(Effect.provide(live({ environment })))
      expect(results).toMatchObject([{ _tag: "Checkout", modified: 0 }])
      expect(fs.existsSync(mark)).toBe(false)
      expect(fs.readFileSync(join(repository, ".git/index")).equals(index)).toBe(true)
    }))

  it.scopedLive("goes on when git is killed in the middle", () =>
    Effect.gen(function*() {
      const root = yield* testFolder
      const paths = ["a", "killed", "b"].map((name) => testRepository(join(root, name)))
      const environment = fakeGit(root, `case "$*" in *killed*status*) printf '2 half a rename'; kill -9 $PPID;; esac\nexec "$REAL_GIT" "$@"`)
      const results = yield* inspect(paths).pipe(Effect.provide(live({ environment, concurrency: 1 })))
      expect(results).toMatchObject([{ branch: "main" }, { reason: "Broken", detail: "git status ended before its time" }, { branch: "main" }])
    }))

  it.live("says so when no process can be started", () =>
    Effect.gen(function*() {
      const failing = CommandExecutor.makeExecutor(() =>
        Effect.fail(new PlatformError.SystemError({ module: "Command", method: "spawn", reason: "Busy", description: "no more processes" })))
      const results = yield* inspect(["/a", "/b"]).pipe(
        Effect.provide(Layer.provide(GitStatus.layer, Layer.succeed(CommandExecutor.CommandExecutor, failing)))
      )
      expect(results).toMatchObject([{ reason: "NoGit", path: "/a" }, { reason: "NoGit", path: "/b" }])
    }))
})
