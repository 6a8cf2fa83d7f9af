import * as GitSetup from "@dev-infra/templates/GitSetup"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as Command from "@effect/platform/Command"
import * as CommandExecutor from "@effect/platform/CommandExecutor"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "../temporaryFolder.js"
import { gitSetupContract, type Situation } from "./GitSetup.contract.js"

const nothing = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null", GIT_AUTHOR_NAME: "", GIT_AUTHOR_EMAIL: "", GIT_COMMITTER_NAME: "", GIT_COMMITTER_EMAIL: "", EMAIL: "" }
const ada = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org", GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org" }

/** Programs that start in these surroundings. */
const executor = (environment: { readonly [name: string]: string }) =>
  Layer.effect(
    CommandExecutor.CommandExecutor,
    Effect.map(CommandExecutor.CommandExecutor, (real) => CommandExecutor.makeExecutor((command) => real.start(Command.env(command, environment))))
  ).pipe(Layer.provide(NodeContext.layer))

const environmentOf = (situation: Situation, folder: string): { readonly [name: string]: string } =>
  situation === "somebody" ? { ...nothing, ...ada } : situation === "nobody" ? nothing : { ...nothing, PATH: join(folder, "bin") }

const live = (situation: Situation) =>
  Effect.map(temporaryFolder, (root) => {
    const folder = join(root, "api")
    fs.mkdirSync(join(folder, "bin"), { recursive: true })
    fs.writeFileSync(join(folder, "README.md"), "# api\n")
    return { folder, layer: Layer.provide(GitSetup.layer, executor(environmentOf(situation, root))) }
  })

gitSetupContract("with git", live)
gitSetupContract("in memory", (situation) =>
  Effect.succeed({
    folder: "/code/api",
    layer: GitSetup.layerMemory(situation === "somebody" ? { identity: { name: "Ada", email: "ada@example.org" } } : { isMissing: situation === "no git" })
  }))

const git = (folder: string, ...words: ReadonlyArray<string>): string => execFileSync("git", ["-C", folder, ...words], { encoding: "utf8", env: { ...process.env, ...nothing } })

const begin = (folder: string, message: string) => Effect.flatMap(GitSetup.GitSetup, (setup) => setup.begin(folder, message))

describe("GitSetup with git", () => {
  it.scoped("commits everything but what is ignored, with the message as it is", () =>
    Effect.gen(function* () {
      const { folder, layer } = yield* live("somebody")
      fs.writeFileSync(join(folder, ".gitignore"), "*.log\n")
      fs.writeFileSync(join(folder, "x.log"), "")
      fs.writeFileSync(join(folder, "tool"), "", { mode: 0o755 })
      fs.symlinkSync("README.md", join(folder, "link"))
      const message = "# Create $(id) `id` \"api\" -m --amend 'x'"
      yield* Effect.provide(begin(folder, message), layer)
      assert.strictEqual(git(folder, "log", "--format=%B").trimEnd(), message)
      const listed = git(folder, "ls-tree", "-r", "HEAD").trim().split("\n").map((line) => line.replace(/ blob [0-9a-f]+\t/, " "))
      assert.deepStrictEqual(listed, ["100644 .gitignore", "100644 README.md", "120000 link", "100755 tool"])
      assert.strictEqual(git(folder, "status", "--porcelain"), "")
    }))

  it.scoped("makes a repository of its own inside another one, whatever the surroundings name", () =>
    Effect.gen(function* () {
      const { folder } = yield* live("somebody")
      const around = join(folder, "..")
      git(around, "init", "-q")
      const layer = Layer.provide(GitSetup.layer, executor({ ...nothing, ...ada, GIT_DIR: join(around, ".git"), GIT_WORK_TREE: around, GIT_INDEX_FILE: join(around, "other") }))
      yield* Effect.provide(begin(folder, "Create api"), layer)
      assert.isTrue(fs.existsSync(join(folder, ".git/HEAD")))
      assert.isFalse(fs.existsSync(join(around, "other")))
      assert.strictEqual(git(folder, "log", "--format=%s").trim(), "Create api")
    }))

  it.scoped("runs no hook, whoever put it there", () =>
    Effect.gen(function* () {
      const { folder } = yield* live("somebody")
      const hooks = join(folder, "../hooks")
      fs.mkdirSync(hooks)
      for (const hook of ["pre-commit", "post-commit", "commit-msg", "post-index-change"]) fs.writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${join(hooks, "ran")}\nexit 1\n`, { mode: 0o755 })
      const config = join(folder, "../config")
      fs.writeFileSync(config, `[core]\n\thooksPath = ${hooks}\n`)
      const layer = Layer.provide(GitSetup.layer, executor({ ...nothing, ...ada, GIT_CONFIG_GLOBAL: config }))
      assert.strictEqual((yield* Effect.provide(begin(folder, "Create api"), layer))._tag, "Committed")
      assert.isFalse(fs.existsSync(join(hooks, "ran")))
    }))

  it.scoped("says why git refused, and leaves the repository", () =>
    Effect.gen(function* () {
      const { folder } = yield* live("somebody")
      const config = join(folder, "../config")
      fs.writeFileSync(config, "[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = /nonexistent/gpg\n")
      const layer = Layer.provide(GitSetup.layer, executor({ ...nothing, ...ada, GIT_CONFIG_GLOBAL: config }))
      const outcome = yield* Effect.provide(begin(folder, "Create api"), layer)
      assert.deepInclude(outcome, { _tag: "NotCommitted", reason: "Refused" })
      assert.isTrue(fs.existsSync(join(folder, ".git")))
    }))
})
