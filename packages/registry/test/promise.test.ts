import { AbsolutePath } from "@dev-infra/metadata/AbsolutePath"
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

  /** Once the system has been asked what is new. */
  const turn = Effect.async<void>((resume) => void setImmediate(() => resume(Effect.void)))
  const rejection = (promise: Promise<unknown>) => Effect.promise(() => promise.then(() => assert.fail("it did not reject"), (error: unknown) => error))
  const tagged = (error: unknown): object => ({ ...(error as object) }) // what a promise rejects with is unknown

  it.scoped("finds, changes, archives, restores and forgets projects", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      const [api, site] = [testBareBones(join(folder, "api"), { remote: "git@git.example.invalid:acme/api.git" }), join(folder, "site")]
      testFile(join(site, "index.html"))
      yield* Effect.promise(() => registry.add([api, site]))
      const found = yield* Effect.promise(() => registry.find("api"))
      assert.strictEqual(found.repository, "git@git.example.invalid:acme/api.git")
      assert.strictEqual(found.path, AbsolutePath.make(api))
      for (const reference of [found.id, found.id.slice(0, 8), api]) {
        assert.strictEqual((yield* Effect.promise(() => registry.find(reference))).id, found.id)
      }
      const updated = yield* Effect.promise(() => registry.update("api", { description: "The API", tags: ["go"] }))
      assert.deepInclude(updated, { description: "The API" })
      assert.isUndefined((yield* Effect.promise(() => registry.update("api", { description: null }))).description)
      assert.strictEqual((yield* Effect.promise(() => registry.archive("api"))).status, "archived")
      assert.deepStrictEqual((yield* Effect.promise(() => registry.list({ filter: { status: ["active"] } }))).map(({ name }) => name), ["site"])
      assert.strictEqual((yield* Effect.promise(() => registry.restore("api"))).status, "active")
      yield* Effect.promise(() => registry.remove("api"))
      assert.deepStrictEqual((yield* Effect.promise(() => registry.list())).map(({ name }) => name), ["site"])
      assert.isTrue(fs.existsSync(api))
      assert.deepStrictEqual(yield* Effect.promise(() => registry.problems()), [])
    }))

  it.scoped("rejects with the tagged error, and changes nothing", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      for (const name of ["a/twin", "b/twin"]) fs.mkdirSync(join(folder, name), { recursive: true })
      yield* Effect.promise(() => registry.add([join(folder, "a/twin"), join(folder, "b/twin")]))
      const file = join(folder, "home/registry.json")
      const before = fs.readFileSync(file, "utf8")
      assert.deepInclude(tagged(yield* rejection(registry.find("twni"))), { _tag: "ProjectNotFound", reference: "twni", suggestions: ["twin"] })
      for (const use of [registry.find, registry.archive, registry.restore, registry.remove]) {
        assert.deepInclude(tagged(yield* rejection(use("twin"))), { _tag: "AmbiguousProject", reference: "twin" })
      }
      const invalid = yield* rejection(registry.update(join(folder, "a/twin"), { status: "gone" }))
      assert.deepInclude(tagged(invalid), { _tag: "ProjectInvalid" })
      assert.instanceOf(invalid, Error)
      assert.strictEqual(fs.readFileSync(file, "utf8"), before)
      fs.writeFileSync(file, before.slice(0, -20))
      assert.deepInclude(tagged(yield* rejection(registry.list())), { _tag: "RegistryUnreadable", path: file })
    }))

  it.scoped("imports entries, and tells which of them are none", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      const entries = [{ path: join(folder, "one"), tags: ["x"] }, { path: join(folder, "two"), name: "Two" }]
      yield* Effect.promise(() => registry.import(entries))
      assert.deepStrictEqual((yield* Effect.promise(() => registry.list({ sort: "path" }))).map(({ name }) => name), ["one", "Two"])
      yield* Effect.promise(() => registry.import([{ path: join(folder, "one"), description: "first" }]))
      const projects = yield* Effect.promise(() => registry.list({ sort: "path" }))
      assert.strictEqual(projects.length, 2)
      assert.deepInclude(projects[0], { description: "first" })
    }))

  it.scoped("watches: a change by another is told, until one stops", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      const other = yield* Effect.acquireRelease(
        Effect.promise(() => openRegistry({ home: join(folder, "home") })),
        (handle) => Effect.promise(() => handle.close())
      )
      fs.mkdirSync(join(folder, "api"))
      yield* Effect.promise(() => registry.add([join(folder, "api")]))
      let changes = 0
      const stop = registry.watch(() => (changes += 1))
      // The watch needs a moment to begin, so the other changes something until it is noticed.
      for (let round = 0; changes === 0; round++) {
        yield* Effect.promise(() => other.update("api", { description: `round ${round}` }))
        yield* turn
      }
      yield* Effect.promise(() => stop())
      const before = changes
      yield* Effect.promise(() => other.update("api", { description: "unseen" }))
      assert.strictEqual(changes, before)
    }))

  it.scoped("tells what ends a watch", () =>
    Effect.gen(function* () {
      const { folder, registry } = yield* world
      fs.mkdirSync(join(folder, "api"))
      yield* Effect.promise(() => registry.add([join(folder, "api")]))
      let told: unknown
      registry.watch(() => { throw new Error("of the caller") }, (error) => (told = error))
      for (let round = 0; told === undefined; round++) {
        yield* Effect.promise(() => registry.update("api", { description: `round ${round}` }))
        yield* turn
      }
      assert.strictEqual(told instanceof Error ? told.message : told, "of the caller")
    }))

  it.scoped("is of no use once it is closed", () =>
    Effect.gen(function* () {
      const { registry } = yield* world
      yield* Effect.promise(() => registry.close())
      yield* rejection(registry.list())
      yield* Effect.promise(() => registry.close())
    }))
})
