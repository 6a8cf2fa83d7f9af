import { openSync, type SyncHandle } from "@dev-infra/sync-work-prod/promise"
import { openRegistry, type RegistryHandle } from "@dev-infra/registry/promise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as fs from "node:fs"
import * as http from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as OldServer from "../../work-prod-client/test/double/OldServer.js"

interface World {
  readonly home: string
  readonly registry: RegistryHandle
  readonly sync: SyncHandle
}

const folder = Effect.acquireRelease(
  Effect.sync(() => fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "dev-infra-test-")))),
  (path) => Effect.sync(() => fs.rmSync(path, { recursive: true, force: true }))
)

const open = (url?: string): Effect.Effect<World, never, Scope.Scope> =>
  Effect.gen(function* () {
    const home = join(yield* folder, "home")
    const registry = yield* Effect.acquireRelease(Effect.promise(() => openRegistry({ home })), (handle) => Effect.promise(() => handle.close()))
    const sync = yield* Effect.acquireRelease(
      Effect.promise(() => openSync({ home, ...(url === undefined ? {} : { url }) })),
      (handle) => Effect.promise(() => handle.close())
    )
    return { home, registry, sync }
  })

const rejection = (promise: Promise<unknown>) =>
  Effect.promise(() => promise.then(() => assert.fail("it did not reject"), (error: unknown) => error))

const now = () => "2026-01-02T03:04:05"

describe("sync for scripts without Effect", () => {
  it.scopedLive("pushes what one home has, and tells another one of it", () =>
    Effect.gen(function* () {
      const { url } = yield* OldServer.start(now)
      const [laptop, desktop] = [yield* open(url), yield* open(url)]
      yield* Effect.promise(() => laptop.registry.import([{ name: "api", path: "/code/api", description: "The API" }]))
      const progress: Array<readonly [number, number]> = []
      const pushed = yield* Effect.promise(() => laptop.sync.push({ onProgress: (done, total) => void progress.push([done, total]) }))
      assert.strictEqual(pushed.counts.created, 1)
      assert.deepStrictEqual(progress.at(-1), [1, 1])
      const pulled = yield* Effect.promise(() => desktop.sync.pull())
      assert.strictEqual(pulled.counts.notLocal, 1)
      const { projects } = yield* Effect.promise(() => desktop.sync.status())
      assert.deepStrictEqual(projects.map(({ name, remote, state }) => [name, state, remote?.fields["description"]]), [["api", "not local", "The API"]])
    }))

  it.scopedLive("a conflict is in the log, and undo puts the other value back", () =>
    Effect.gen(function* () {
      const server = yield* OldServer.start(now)
      const { registry, sync } = yield* open(server.url)
      yield* Effect.promise(() => registry.import([{ name: "api", path: "/code/api", description: "One" }]))
      yield* Effect.promise(() => sync.push())
      const row = server.projects.byId(1)
      if (row === undefined) return assert.fail("there is no row")
      row.description = (row.description ?? "").replace("One", "Two")
      yield* Effect.promise(() => registry.update("api", { description: "Three" }))
      const { counts } = yield* Effect.promise(() => sync.push())
      assert.strictEqual(counts.conflicts, 1)
      const entries = yield* Effect.promise(() => sync.log())
      const lost = entries.find(({ record }) => record.kind === "overridden" && record.old === "Two")
      yield* Effect.promise(() => sync.undo(lost?.entry ?? ""))
      assert.strictEqual((yield* Effect.promise(() => registry.find("api"))).description, "Two")
    }))

  it.scopedLive("without a server status works, and pull rejects with the tagged error", () =>
    Effect.gen(function* () {
      const { home, sync } = yield* open()
      assert.deepInclude(yield* Effect.promise(() => sync.status()), { remote: null, projects: [] })
      assert.isFalse(fs.existsSync(home), "to look writes nothing")
      assert.include(yield* rejection(sync.pull()), { _tag: "RemoteFailed", reason: "NotConfigured" })
      const { stopped } = yield* Effect.promise(() => sync.push()).pipe(Effect.catchAllDefect((error) => Effect.succeed({ stopped: error })))
      assert.include(stopped, { reason: "NotConfigured" })
    }))

  it.scopedLive("settings that cannot be used reject the opening", () =>
    Effect.gen(function* () {
      const home = join(yield* folder, "home")
      assert.include(yield* rejection(openSync({ home, url: "http://work.example.org", key: "wp_secret_key" })), { _tag: "KeyNeedsHttps" })
      assert.include(yield* rejection(openSync({ home, url: "ftp://x" })), { _tag: "InvalidUrl" })
    }))

  it.scopedLive("a key that is stored for one server is not sent to another", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const { url } = yield* OldServer.start(now)
      const home = join(yield* folder, "home")
      fs.mkdirSync(home, { mode: 0o700 })
      fs.writeFileSync(join(home, "config.yml"), "api:\n  url: https://work.example.org\n  key: wp_secret_key\n", { mode: 0o600 })
      const proxy = yield* Effect.acquireRelease(
        Effect.promise(
          () =>
            new Promise<http.Server>((done) => {
              const server = http.createServer((incoming, outgoing) => {
                seen.push(incoming.headers.authorization)
                http.get(`${url}${incoming.url ?? ""}`, (answer) => {
                  outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
                  answer.pipe(outgoing)
                })
              })
              server.listen(0, "127.0.0.1", () => done(server))
            })
        ),
        (server) => Effect.sync(() => server.close())
      )
      const address = proxy.address()
      const sync = yield* Effect.acquireRelease(
        Effect.promise(() => openSync({ home, url: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}` })),
        (handle) => Effect.promise(() => handle.close())
      )
      yield* Effect.promise(() => sync.pull())
      assert.isAbove(seen.length, 0)
      assert.isTrue(seen.every((authorization) => authorization === undefined))
    }))
})
