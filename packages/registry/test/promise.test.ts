import { openRegistry, type RegistryHandle } from "@dev-infra/registry/promise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import { join } from "node:path"
import { testBareBones, testFile, testFolder } from "./gitRepositories.js"

const world: Effect.Effect<{ readonly folder: string; readonly registry: RegistryHandle }, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* testFolder
  const registry = yield* Effect.acquireRelease(
    Effect.promise(() => openRegistry({ home: join(folder, "home") })),
    (handle) => Effect.promise(() => handle.close())
  )
  return { folder, registry }
})

describe("the registry for scripts without Effect", () => {
  it.scoped("registers folders, and says what became of each", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      const api = testBareBones(join(folder, "api"), { remote: "https://me:secret@git.example.invalid/acme/api.git" })
      testFile(join(folder, "site/.dev-infra.yml"), "name: Our site\ntemplate: static-site\n")
      testFile(join(folder, "notes/today.txt"))
      testFile(join(folder, "bad/.dev-infra.yml"), `template: none\n${"#\n".repeat(5)}status: gone\n`)
      const paths = [api, join(folder, "site"), join(folder, "notes"), join(folder, "bad")]
      const { outcomes, problems } = yield* Effect.promise(() => registry.add(paths))
      assert.deepStrictEqual(outcomes.map(({ _tag, path }) => [_tag, path]), paths.map((path) => ["Added", path]))
      assert.deepStrictEqual(problems.map(({ line, path }) => [path, line]), [[join(folder, "bad/.dev-infra.yml"), 7]])
      const projects = yield* Effect.promise(() => registry.list({ sort: "path" }))
      assert.deepStrictEqual(projects.map(({ name }) => name), ["api", "bad", "notes", "Our site"])
      assert.strictEqual(projects[0]?.repository, "https://git.example.invalid/acme/api.git")
      const again = yield* Effect.promise(() => registry.add(paths))
      assert.isTrue(again.outcomes.every(({ _tag }) => _tag === "AlreadyRegistered"))
    }))

  it.scoped("one path that is no folder, and nothing is registered: the promise rejects with the tagged error", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      fs.mkdirSync(join(folder, "good"))
      const error = yield* Effect.promise(() => registry.add([join(folder, "good"), join(folder, "nope")]).then(() => undefined, (reason: unknown) => reason))
      assert.deepInclude({ ...(error as object) }, { _tag: "FolderUnusable", reason: "NotFound", path: join(folder, "nope") }) // a rejection is unknown
      assert.isFalse(fs.existsSync(join(folder, "home")))
    }))

  it.scoped("only looks with dryRun", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      fs.mkdirSync(join(folder, "good"))
      const { outcomes } = yield* Effect.promise(() => registry.add([join(folder, "good")], { dryRun: true }))
      assert.strictEqual(outcomes[0]?._tag, "Added")
      assert.isFalse(fs.existsSync(join(folder, "home")))
    }))
})
