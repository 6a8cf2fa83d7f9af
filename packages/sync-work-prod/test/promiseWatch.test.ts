/** Watching for scripts without Effect: what they are told, and that every way out ends it. */
import { openRegistry } from "@dev-infra/registry/promise"
import type { WatchEvent } from "@dev-infra/sync/Sync"
import { openSync } from "@dev-infra/sync-work-prod/promise"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as OldServer from "../../work-prod-client/test/double/OldServer.js"
import { freshServer } from "../../work-prod-server/test/compatibility/freshServer.js"

const ourServer = Logger.withMinimumLogLevel(freshServer, LogLevel.None)

const oldServer = Effect.suspend(() => OldServer.start(() => "2026-01-01T00:00:00"))

/** A machine with a home of its own. */
const open = (url?: string) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => fs.realpathSync(fs.mkdtempSync(join(tmpdir(), "dev-infra-test-")))),
      (path) => Effect.sync(() => fs.rmSync(path, { recursive: true, force: true }))
    )
    const home = join(folder, "home")
    const registry = yield* Effect.acquireRelease(Effect.promise(() => openRegistry({ home })), (handle) => Effect.promise(() => handle.close()))
    const sync = yield* Effect.acquireRelease(
      Effect.promise(() => openSync({ home, ...(url === undefined ? {} : { url }) })),
      (handle) => Effect.promise(() => handle.close())
    )
    const push = async (name: string) => {
      await registry.import([{ name, path: `/code/${name}` }])
      await sync.push()
    }
    return { sync, push }
  })

const names = (event: WatchEvent): ReadonlyArray<string> => (event._tag === "Changed" ? event.differences.map(({ kind, name }) => `${kind} ${name}`) : [event._tag])

describe("watching for scripts without Effect", () => {
  it.scopedLive("tells what another machine pushes, as it happens, until the loop is left", () =>
    Effect.gen(function* () {
      const { url } = yield* ourServer
      const [laptop, desktop] = [yield* open(url), yield* open(url)]
      yield* Effect.promise(async () => {
        const told: Array<string> = []
        for await (const event of desktop.sync.watch()) {
          told.push(...names(event))
          if (told.length === 1) await laptop.push("api")
          if (told.length === 2) await laptop.push("web")
          if (told.length === 3) break
        }
        assert.deepStrictEqual(told, ["Watching", "added api", "added web"])
        // The handle is as good as before, and another one may watch.
        assert.deepStrictEqual((await desktop.sync.status()).projects.map(({ name }) => name).toSorted(), ["api", "web"])
        const again = desktop.sync.watch()
        assert.strictEqual((await again.next()).value?._tag, "Watching")
        await again.return?.()
      })
    }))

  it.scopedLive("ends when everything is closed, also where somebody waits for the next event", () =>
    Effect.gen(function* () {
      const { url } = yield* ourServer
      const { sync } = yield* open(url)
      yield* Effect.promise(async () => {
        const one = sync.watch()
        const other = sync.watch()
        for (const events of [one, other]) assert.strictEqual((await events.next()).value?._tag, "Watching")
        const waiting = [one.next(), one.next(), other.next()]
        const never = sync.watch()
        await sync.close()
        const answers: ReadonlyArray<IteratorResult<WatchEvent, undefined>> = await Promise.all([...waiting, one.next(), never.next()])
        assert.deepStrictEqual(answers, Array.from({ length: 5 }, (): IteratorResult<WatchEvent, undefined> => ({ done: true, value: undefined })))
      })
    }))

  it.scopedLive("ends by return, for whoever waits and whoever asks later", () =>
    Effect.gen(function* () {
      const { url } = yield* ourServer
      const { sync } = yield* open(url)
      yield* Effect.promise(async () => {
        const events = sync.watch()
        await events.next()
        const waiting = events.next()
        assert.deepStrictEqual(await events.return?.(), { done: true, value: undefined })
        assert.deepStrictEqual([await waiting, await events.next()], [{ done: true, value: undefined }, { done: true, value: undefined }])
        const unused = sync.watch()
        await unused.return?.()
        assert.strictEqual((await unused.next()).done, true)
      })
    }))

  it.scopedLive("rejects with the tagged error, once, if nobody can be asked", () =>
    Effect.gen(function* () {
      const { sync } = yield* open()
      yield* Effect.promise(async () => {
        const events = sync.watch()
        const error: unknown = await events.next().then(() => assert.fail("it did not reject"), (reason: unknown) => reason)
        assert.include(error, { _tag: "RemoteFailed", reason: "NotConfigured" })
        assert.deepStrictEqual(await events.next(), { done: true, value: undefined })
      })
    }))

  it.scopedLive("says how often a server is asked that tells nobody, and ends all the same", () =>
    Effect.gen(function* () {
      const { url } = yield* oldServer
      const { sync } = yield* open(url)
      yield* Effect.promise(async () => {
        const events = sync.watch()
        const { value } = await events.next()
        assert.deepInclude(value, { _tag: "Watching", polling: { shortest: 5, longest: 60 } })
        const waiting = events.next()
        await sync.close()
        assert.strictEqual((await waiting).done, true)
      })
    }))
})
