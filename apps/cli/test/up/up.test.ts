import { RemoteFailed } from "@dev-infra/sync/RemoteIndex"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { item, report } from "../sync/Shown.js"
import { makeReader, revokeAll } from "./Keys.js"
import { listen, makeWorld, pushed, request, up, type World } from "./World.js"

const statusOf = (url: string, key?: string) => Effect.map(request(`${url}/api/projects`, key), Option.map(({ status }) => status))

/** A push that looks whether the server that is stored answers to the key that is stored. */
const asking = (world: World, seen: Array<number>) => () =>
  Effect.gen(function* () {
    const { key, url } = world.stored()
    seen.push(Option.getOrElse(yield* statusOf(url ?? "", key), () => 0))
    return yield* pushed()
  })

const database = "work-prod/work-prod.db"

describe("up without a terminal", () => {
  it.scopedLive("registers, serves while it pushes, and leaves nothing running", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const seen: Array<number> = []
      const { ended, stderr, stdout } = yield* up(world, {}, { push: asking(world, seen) })
      const { key = "", url = "" } = world.stored()
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.deepStrictEqual(seen, [200])
      assert.strictEqual(stdout, `api\t${world.code}/api\tactive\t\nweb\t${world.code}/web\tactive\t\n`)
      assert.include(stderr, `Registered 2 projects.\nserver: ${url} (this home's, for this run)\npushed: created 2, unchanged 0\n`)
      assert.include(stderr, `next: dev-infra up ${world.code} --detach`)
      assert.match(key, /^wp_/)
      assert.notInclude(stdout + stderr, key)
      assert.deepStrictEqual(["config.yml", "state/server.json", database].map(world.modeOf), ["600", "600", "600"])
      assert.deepStrictEqual(yield* statusOf(url, key), Option.none())
      assert.deepInclude(JSON.parse(world.read("state/server.json")), { url, kind: "once", pid: process.pid })
    }))

  it.scopedLive("stays at its port and keeps its key", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      const before = world.stored()
      const { stderr } = yield* up(world, { port: Option.none() })
      assert.deepStrictEqual(world.stored(), before)
      assert.include(stderr, `server: ${before.url ?? ""} (`)
      assert.notInclude(stderr, "key")
    }))

  it.scopedLive("says at the end what is wrong with the server, after what was registered", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const failure = new RemoteFailed({ reason: "Unreachable", address: "http://127.0.0.1:1", detail: "nobody answers" })
      const { ended, stderr, stdout } = yield* up(world, {}, { push: () => Effect.fail(failure) })
      assert.deepStrictEqual(ended, Either.left(failure))
      assert.include(stderr, "Registered 2 projects.")
      assert.strictEqual(stdout.split("\n").length, 3)
    }))

  it.scopedLive("tells everything as one document with --json", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const planned = JSON.parse((yield* up(world, { json: true, dryRun: true, port: Option.none() })).stdout)
      assert.deepInclude(planned, { dry_run: true, roots: [world.code], server: { url: "http://127.0.0.1:5055", own: true, state: "would be started", pid: null }, push: null, projects: [] })
      const done = JSON.parse((yield* up(world, { json: true })).stdout)
      assert.deepInclude(done, { dry_run: false, problems: [], server: { url: world.stored().url, own: true, state: "for this run", pid: null } })
      assert.deepStrictEqual(
        [done.folders.map(({ state }: { readonly state: string }) => state), done.push.counts.created, done.projects.map(({ name }: { readonly name: string }) => name)],
        [["new", "new"], 2, ["api", "web"]]
      )
      const failure = new RemoteFailed({ reason: "Unreachable", address: "http://127.0.0.1:1", detail: "nobody answers" })
      const failed = yield* up(world, { json: true }, { push: () => Effect.fail(failure) })
      assert.deepInclude(JSON.parse(failed.stdout), { server: null, push: null })
      assert.deepStrictEqual(failed.ended, Either.left(failure))
    }))

  it.scopedLive("ends with 1 if something was refused", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const refused = item(1, "api", "refused", { refusal: { reason: "OtherRepository", detail: "another repository" } })
      const { ended, stderr } = yield* up(world, {}, { push: () => Effect.succeed(report({ items: [refused], counts: { created: 1, refused: 1 } })) })
      assert.deepStrictEqual(ended, Either.right(1))
      assert.include(stderr, "pushed: created 1, unchanged 0, refused 1")
    }))

  it.scopedLive("starts no server for nothing", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      rmSync(world.code, { recursive: true })
      const { ended, stderr } = yield* up(world, { roots: [join(world.code, "..")] }, { push: () => Effect.die("nothing to push") })
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.include(stderr, "No projects yet.")
      assert.isFalse(existsSync(world.home))
    }))

  it.scopedLive("only shows with --dry-run", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const fresh = yield* up(world, { dryRun: true, port: Option.none() }, { push: () => Effect.die("a dry run") })
      assert.isFalse(existsSync(world.home))
      assert.include(fresh.stderr, "server: http://127.0.0.1:5055 (this home's, would be started); it would be pushed to\n")
      yield* up(world)
      const texts = () => ["config.yml", "registry.json", "state/server.json"].map(world.read)
      const before = texts()
      yield* up(world, { dryRun: true }, { push: () => Effect.die("a dry run") })
      assert.deepStrictEqual(texts(), before)
    }))
})

describe("up on a terminal", () => {
  it.scopedLive("serves until it is asked to stop", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const seen: Array<Option.Option<number>> = []
      const stopRequested = Effect.suspend(() => {
        const { key, url } = world.stored()
        return Effect.map(statusOf(url ?? "", key), (status) => void seen.push(status))
      })
      const { ended, stderr } = yield* up(world, { yes: true }, { terminal: true, stopRequested })
      assert.deepStrictEqual(ended, Either.right(undefined))
      const { url = "" } = world.stored()
      assert.deepStrictEqual(seen, [Option.some(200)])
      assert.match(stderr, /next: dev-infra up .*\/code --detach {3}serves in the background instead\nServing at http:\/\/127\.0\.0\.1:\d+ until Ctrl-C\.\n\nStopping\.\n$/)
      assert.deepStrictEqual(yield* statusOf(url), Option.none())
    }))

  it.scopedLive("starts nothing if nothing may be registered", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const { ended, stderr } = yield* up(world, {}, { terminal: true, answers: ["n"] })
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.include(stderr, "Nothing was registered.")
      assert.isFalse(existsSync(join(world.home, "work-prod")))
    }))
})

describe("a port that is taken", () => {
  const isElsewhere = (world: World, port: number) =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const { ended } = yield* up(world, { port: Option.some(port) }, { push: asking(world, seen) })
      const { url = "" } = world.stored()
      assert.deepStrictEqual([ended, seen], [Either.right(undefined), [200]])
      assert.notStrictEqual(url, `http://127.0.0.1:${port}`)
      assert.strictEqual(JSON.parse(world.read("state/server.json")).url, url)
    })

  it.scopedLive("by a web page is left to it: the next free one is taken and stored", () =>
    Effect.gen(function* () {
      const port = yield* listen((_, response) => response.end("<html>hello</html>"))
      yield* isElsewhere(yield* makeWorld, port)
    }))

  it.scopedLive("by something that says that it is this home's server is left to it too", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      const { instance } = JSON.parse(world.read("state/server.json"))
      const health = JSON.stringify({ api: 1, capabilities: [], instance, message: "Flask backend is running", status: "ok", version: "0.1.0" })
      const port = yield* listen((_, response) => response.setHeader("content-type", "application/json").end(health))
      yield* isElsewhere(world, port)
    }))

  it.scopedLive("by the server of another home is left to it", () =>
    Effect.gen(function* () {
      const [world, other] = [yield* makeWorld, yield* makeWorld]
      const stopRequested = Effect.suspend(() => Effect.orDie(isElsewhere(world, Number(new URL(other.stored().url ?? "").port))))
      const { ended } = yield* up(other, { yes: true }, { terminal: true, stopRequested: Effect.scoped(stopRequested) })
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.notStrictEqual(world.stored().key, other.stored().key)
    }))
})

describe("a server that the user set up", () => {
  it.scopedLive("is used, and none is started", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const text = "api:\n  url: https://work.example.org\n  key: secret\n"
      world.write("config.yml", text)
      const { ended, stderr } = yield* up(world)
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.include(stderr, "server: https://work.example.org (as configured)\npushed: created 2")
      assert.notInclude(stderr, "--detach")
      assert.deepStrictEqual([world.read("config.yml"), existsSync(join(world.home, "work-prod"))], [text, false])
    }))

  it.scopedLive("is used if only the environment names it, or a port of this computer", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const named = yield* up(world, {}, { environment: { DEV_INFRA_API_URL: "https://work.example.org/" } })
      assert.include(named.stderr, "server: https://work.example.org (as configured)")
      world.write("config.yml", "api:\n  url: http://127.0.0.1:5055\n  key: wp_other\n")
      const { stderr } = yield* up(world, {}, {})
      assert.include(stderr, "server: http://127.0.0.1:5055 (as configured)")
      assert.include((yield* up(world, { dryRun: true }, {})).stderr, "server: http://127.0.0.1:5055 (as configured); it would be pushed to")
      assert.isFalse(existsSync(join(world.home, "work-prod")))
    }))

  it.scopedLive("says how to get a new server of its own where all that was known of the old one is gone", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      for (const gone of ["state", "work-prod"]) rmSync(join(world.home, gone), { recursive: true })
      const unreachable = new RemoteFailed({ reason: "Unreachable", address: "127.0.0.1", detail: "nothing answers" })
      const { ended, stderr } = yield* up(world, {}, { push: () => Effect.fail(unreachable) })
      assert.deepStrictEqual(ended, Either.left(unreachable))
      assert.include(stderr, "(as configured)\n")
      assert.include(stderr, "dev-infra logout, then dev-infra up starts a new one")
    }))

  it.scopedLive("is used at the address of this home's own too, as at the end of a tunnel: the key tells", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      const text = `api:\n  url: ${world.stored().url ?? ""}\n  key: wp_abcdefghijkl_of-another-server\n`
      world.write("config.yml", text)
      const { ended, stderr } = yield* up(world)
      assert.deepStrictEqual([ended, world.read("config.yml")], [Either.right(undefined), text])
      assert.include(stderr, "(as configured)\npushed")
    }))

  it.scopedLive("is not replaced if its URL is wrong", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      world.write("config.yml", "api:\n  url: work.example.org\n")
      const { ended, stderr } = yield* up(world)
      assert.isTrue(Either.isLeft(ended) && ended.left._tag === "ConfigurationInvalid")
      assert.include(stderr, "Registered 2 projects.")
      assert.isFalse(existsSync(join(world.home, "work-prod")))
    }))
})

describe("up repairs", () => {
  const afterwards = (world: World, said: string | undefined) =>
    Effect.gen(function* () {
      const before = world.stored().key
      const seen: Array<number> = []
      const { ended, stderr } = yield* up(world, {}, { push: asking(world, seen) })
      assert.deepStrictEqual([ended, seen], [Either.right(undefined), [200]])
      if (said !== undefined) assert.include(stderr, said)
      assert.notStrictEqual(world.stored().key, before)
      assert.notInclude(stderr, world.stored().key ?? "none")
    })

  it.scopedLive("a key that was revoked", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      yield* revokeAll(join(world.home, database))
      yield* afterwards(world, "The key that was stored was revoked, so a new one was made and stored.")
    }))

  it.scopedLive("a key that may only read", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      const reader = yield* makeReader(join(world.home, database))
      world.write("config.yml", world.read("config.yml").replace(/wp_\S+/, reader))
      yield* afterwards(world, "The key that was stored may only read, so a new one was made and stored.")
    }))

  it.scopedLive("a configuration that was deleted", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      rmSync(join(world.home, "config.yml"))
      yield* afterwards(world, undefined)
      assert.strictEqual(world.modeOf("config.yml"), "600")
    }))

  it.scopedLive("a database that was deleted", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      rmSync(join(world.home, "work-prod"), { recursive: true })
      yield* afterwards(world, "The key that was stored is not one of this server, so a new one was made and stored.")
    }))

  it.scopedLive("a record of the server that was deleted or damaged", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* up(world)
      const { key } = world.stored()
      for (const spoil of [() => rmSync(join(world.home, "state/server.json")), () => world.write("state/server.json", "{")]) {
        spoil()
        const seen: Array<number> = []
        yield* up(world, {}, { push: asking(world, seen) })
        assert.deepStrictEqual(seen, [200])
        assert.strictEqual(world.stored().key, key)
      }
    }))

  it.scopedLive("nothing that the environment says: a wrong key there is an error", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const { ended } = yield* up(world, {}, { environment: { DEV_INFRA_API_KEY: "wp_other" } })
      assert.isTrue(Either.isLeft(ended) && ended.left._tag === "CommandFailed" && ended.left.what === "the key in DEV_INFRA_API_KEY is not one of this server")
    }))
})

describe("a database that cannot be used", () => {
  it.scopedLive("is left as it is, and said at the end", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      world.write(database, "these are notes of mine")
      const { ended, stdout } = yield* up(world)
      assert.isTrue(Either.isLeft(ended) && ended.left._tag === "CommandFailed" && ended.left.where === join(world.home, database))
      assert.strictEqual(world.read(database), "these are notes of mine")
      assert.include(stdout, "api\t")
    }))
})
