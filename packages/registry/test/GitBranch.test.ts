import { DirectoryReader, Failing, layer, layerMemory, type MemoryFolder, ReadFailure } from "@dev-infra/registry/DirectoryReader"
import * as GitBranch from "@dev-infra/registry/GitBranch"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { join } from "node:path"
import { testFolder, testGit, testRepository } from "./gitRepositories.js"
import { table } from "./reftables.js"

const positionOf = (folder: string) => Effect.map(DirectoryReader, (reader) => GitBranch.positionOf(reader, folder)).pipe(Effect.provide(layer))

const inMemory = (tree: MemoryFolder, folder: string) =>
  Effect.map(DirectoryReader, (reader) => GitBranch.positionOf(reader, folder)).pipe(Effect.provide(layerMemory(tree)))

/** A repository and a clone of it, whose `origin/HEAD` is noted as git does. */
const cloned = Effect.map(testFolder, (folder) => {
  const origin = testRepository(join(folder, "origin"), { branch: "develop" })
  testGit(origin, "branch", "main")
  const clone = join(folder, "clone")
  testGit(folder, "clone", "-q", origin, clone)
  return { folder, origin, clone }
})

describe("GitBranch", () => {
  it.scoped("Y13: the default branch is the one that the remote calls so", () =>
    Effect.gen(function* () {
      const { clone } = yield* cloned
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "develop", isDefault: true })
      testGit(clone, "checkout", "-q", "main")
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "main", isDefault: false })
      testGit(clone, "checkout", "-q", "-b", "feature/x")
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "feature/x", isDefault: false })
      testGit(clone, "pack-refs", "--all", "--prune")
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "feature/x", isDefault: false })
      testGit(clone, "checkout", "-q", "develop")
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "develop", isDefault: true })
    }))

  it.scoped("Y13: another remote's word counts where there is no origin, and none that points to a branch that is gone", () =>
    Effect.gen(function* () {
      const { clone } = yield* cloned
      testGit(clone, "checkout", "-q", "main")
      testGit(clone, "remote", "rename", "origin", "upstream")
      assert.strictEqual((yield* positionOf(clone))?.isDefault, false)
      testGit(clone, "update-ref", "-d", "refs/remotes/upstream/develop")
      assert.strictEqual((yield* positionOf(clone))?.isDefault, true)
    }))

  it.scoped("Y13: without a remote it is main, else master, else whichever is checked out", () =>
    Effect.gen(function* () {
      const folder = yield* testFolder
      const repository = testRepository(join(folder, "api"), { branch: "trunk" })
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "trunk", isDefault: true })
      testGit(repository, "branch", "master")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "trunk", isDefault: false })
      testGit(repository, "checkout", "-q", "master")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "master", isDefault: true })
      testGit(repository, "branch", "main")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "master", isDefault: false })
      testGit(repository, "pack-refs", "--all", "--prune")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "master", isDefault: false })
      testGit(repository, "checkout", "-q", "main")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "main", isDefault: true })
      testGit(repository, "checkout", "-q", "--orphan", "pages")
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "pages", isDefault: false })
    }))

  it.scoped("Y13: a repository without a commit is on its default branch", () =>
    Effect.gen(function* () {
      const repository = testRepository(join(yield* testFolder, "new"), { branch: "anything", files: {} })
      assert.deepStrictEqual(yield* positionOf(repository), { branch: "anything", isDefault: true })
    }))

  it.scoped("Y13: a commit on no branch is not the default branch", () =>
    Effect.gen(function* () {
      const { clone } = yield* cloned
      const commit = testGit(clone, "rev-parse", "HEAD").trim()
      testGit(clone, "checkout", "-q", "--detach")
      assert.deepStrictEqual(yield* positionOf(clone), { commit, isDefault: false })
    }))

  it.scoped("Y13: each worktree has its own branch, and the default of all", () =>
    Effect.gen(function* () {
      const { clone, folder } = yield* cloned
      testGit(clone, "worktree", "add", "-q", join(folder, "beside"), "-b", "feature")
      assert.deepStrictEqual(yield* positionOf(join(folder, "beside")), { branch: "feature", isDefault: false })
      testGit(clone, "checkout", "-q", "main")
      testGit(join(folder, "beside"), "checkout", "-q", "develop")
      assert.deepStrictEqual(yield* positionOf(join(folder, "beside")), { branch: "develop", isDefault: true })
    }))

  it.scoped("Y13: a submodule has a branch of its own, also seen through a link", () =>
    Effect.gen(function* () {
      const { clone, folder, origin } = yield* cloned
      testGit(clone, "submodule", "add", "-q", origin, "libs/inner")
      const inner = join(clone, "libs/inner")
      testGit(inner, "checkout", "-q", "-B", "feature")
      fs.symlinkSync(inner, join(folder, "link"))
      assert.deepStrictEqual(yield* positionOf(join(folder, "link")), { branch: "feature", isDefault: false })
      assert.deepStrictEqual(yield* positionOf(clone), { branch: "develop", isDefault: true })
    }))

  it.scoped("a folder inside a checkout is on the branch of that", () =>
    Effect.gen(function* () {
      const { clone } = yield* cloned
      fs.mkdirSync(join(clone, "packages/api"), { recursive: true })
      testGit(clone, "checkout", "-q", "-b", "feature")
      assert.deepStrictEqual(yield* positionOf(join(clone, "packages/api")), { branch: "feature", isDefault: false })
    }))

  it.scoped("outside of git, in a bare repository, and where git is broken, there is no branch", () =>
    Effect.gen(function* () {
      const folder = yield* testFolder
      testGit(folder, "init", "-q", "--bare", "bare.git")
      fs.mkdirSync(join(folder, "broken/.git"), { recursive: true })
      fs.mkdirSync(join(folder, "gone"))
      fs.writeFileSync(join(folder, "gone/.git"), "gitdir: ../nowhere\n")
      for (const name of ["", "bare.git", "broken", "gone", "not-there"]) assert.isUndefined(yield* positionOf(join(folder, name)), name)
    }))

  it.effect("believes what the clone noted where there are too many branches to read", () =>
    Effect.gen(function* () {
      const git: MemoryFolder = {
        HEAD: "ref: refs/heads/feature\n",
        "packed-refs": new Failing(new ReadFailure("Unreadable", "is larger than 1 MiB")),
        refs: { remotes: { origin: { HEAD: "ref: refs/remotes/origin/trunk\n" } } }
      }
      assert.deepStrictEqual(yield* inMemory({ api: { ".git": git } }, "/api"), { branch: "feature", isDefault: false })
    }))

  it.effect("Y13: reads repositories whose references are in tables", () =>
    Effect.gen(function* () {
      const repository = (own: string, shared: string): MemoryFolder => ({
        api: { ".git": { HEAD: "ref: refs/heads/.invalid\n", config: "", reftable: { "tables.list": "a\nb\n", a: shared, b: own } } }
      })
      const main = table([["refs/heads/main", "commit"], ["refs/heads/topic", "commit"]])
      const clone = table([["refs/heads/main", "commit"], ["refs/remotes/origin/HEAD", { symbolic: "refs/remotes/origin/trunk" }], ["refs/remotes/origin/trunk", "commit"]])
      const head = (branch: string) => table([["HEAD", { symbolic: `refs/heads/${branch}` }]])
      assert.deepStrictEqual(yield* inMemory(repository(head("main"), main), "/api"), { branch: "main", isDefault: true })
      assert.deepStrictEqual(yield* inMemory(repository(head("topic"), main), "/api"), { branch: "topic", isDefault: false })
      assert.deepStrictEqual(yield* inMemory(repository(head("main"), clone), "/api"), { branch: "main", isDefault: false })
      assert.deepStrictEqual(yield* inMemory(repository(head("trunk"), clone), "/api"), { branch: "trunk", isDefault: true })
      assert.deepStrictEqual(yield* inMemory(repository(table([["HEAD", { symbolic: "refs/heads/topic" }], ["refs/heads/main", "deleted"]]), main), "/api"), { branch: "topic", isDefault: true })
      const position = yield* inMemory(repository(table([["HEAD", "commit"]]), main), "/api")
      assert.match(position?.commit ?? "", /^[0-9a-f]{40}$/)
    }))
})
