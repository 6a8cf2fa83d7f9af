/** Which server a sync asks, with which key, and what it says where there is none. */
import { beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as OldServer from "../../../../packages/work-prod-client/test/double/OldServer.js"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import * as servers from "./servers.js"

const place = Effect.acquireRelease(
  Effect.sync(() => {
    const made = makePlace()
    mkdirSync(join(made.home, "code/api/.git"), { recursive: true })
    writeFileSync(join(made.home, "code/api/.git/HEAD"), "ref: refs/heads/main\n")
    return made
  }),
  (made) => Effect.sync(() => made.remove())
)

const run = (where: Place, words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]) => Effect.promise(() => devInfra(where, words, options))

const oldServer = Effect.map(OldServer.start(() => "2026-11-21T07:00:00"), ({ url }) => url)

const home = (where: Place, ...parts: ReadonlyArray<string>) => join(where.home, ".dev-infra", ...parts)

const loggedIn = Effect.gen(function* () {
  const here = yield* place
  const server = yield* servers.ours()
  const { prefix, secret } = yield* server.makeKey(false)
  const seen: Array<string> = []
  const url = yield* servers.forwarding(server.url, seen)
  yield* run(here, ["login", url, "--with-token"], { input: secret })
  yield* run(here, ["add", "code/api"])
  return { here, prefix, secret, seen, server, url }
})

describe("the server of a sync", () => {
  beforeAll(ensureBuilt)

  it.scopedLive("is none before one is named: that is said, and nothing is written", () =>
    Effect.gen(function* () {
      const here = yield* place
      for (const words of [["push"], ["pull"], ["sync", "fetch"], ["push", "--dry-run"]]) {
        expect(yield* run(here, words)).toEqual({
          exitCode: 1,
          stdout: "",
          stderr: "error: no work-prod server is set up: run `dev-infra login URL`, or `dev-infra up` for one on this machine\n"
        })
      }
      expect(existsSync(home(here, "cache")) ? readdirSync(home(here, "cache")) : []).toEqual([])
    })
  )

  it.scopedLive("is that of the environment before that of the file", () =>
    Effect.gen(function* () {
      const { here, seen } = yield* loggedIn
      const other: Array<string> = []
      const url = yield* servers.forwarding((yield* servers.ours("none")).url, other)
      seen.length = 0
      expect((yield* run(here, ["push"], { environment: { DEV_INFRA_API_URL: url } })).exitCode).toBe(0)
      expect([seen.length, other.length > 0]).toEqual([0, true])
      expect((yield* run(here, ["push"])).exitCode).toBe(0)
      expect(seen.length).toBeGreaterThan(0)
    })
  )

  it.scopedLive("is known to the next process: with nothing to do, one request each", () =>
    Effect.gen(function* () {
      const { here, seen } = yield* loggedIn
      expect((yield* run(here, ["push"])).exitCode).toBe(0)
      for (const words of [["push"], ["pull"], ["sync", "fetch"]]) {
        seen.length = 0
        expect((yield* run(here, words)).exitCode).toBe(0)
        expect(seen, words.join(" ")).toEqual([expect.stringMatching(/^GET \/api\/projects\/changes\?/)])
      }
    })
  )

  it.scopedLive("is told the name of this machine, its own or that of the configuration", () =>
    Effect.gen(function* () {
      const { here, server } = yield* loggedIn
      const names = Effect.gen(function* () {
        const other = yield* place
        yield* run(other, ["login", server.url, "--with-token"], { input: (yield* server.makeKey(true)).secret })
        yield* run(other, ["pull"])
        return (yield* run(other, ["list", "--all"])).stdout
      })
      yield* run(here, ["push"])
      expect(yield* names).toContain(`${hostname()}:${here.home}/code/api`)
      yield* run(here, ["config", "set", "name", "the big one"])
      mkdirSync(join(here.home, "code/web"))
      yield* run(here, ["add", "code/web"])
      yield* run(here, ["push"])
      expect(yield* names).toContain(`the big one:${here.home}/code/api`)
    })
  )

  it.scopedLive("gets no key over plain http because another one may", () =>
    Effect.gen(function* () {
      const { here, secret } = yield* loggedIn
      writeFileSync(home(here, "config.yml"), `api:\n  url: http://127.0.0.1:1\n  key: ${secret}\n  insecure: true\n`)
      const refused = yield* run(here, ["push"], { environment: { DEV_INFRA_API_URL: "http://work.test:5055" } })
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("the key would go to work.test:5055 over http") })
      expect(refused.stderr).toContain("DEV_INFRA_API_INSECURE=true")
      expect(refused.stderr).not.toContain(secret)
    })
  )

  it.scopedLive("is told apart by its name where it has no id of its own, and a login warns of two with one name", () =>
    Effect.gen(function* () {
      const here = yield* place
      const [first, second] = [yield* oldServer, yield* oldServer]
      const warning = "this server does not say which it is, so it is taken for the one that was at"
      expect((yield* run(here, ["login", first])).stderr).not.toContain(warning)
      yield* run(here, ["add", "code/api"])
      expect((yield* run(here, ["push"])).exitCode).toBe(0)
      expect((yield* run(here, ["login", first])).stderr).not.toContain(warning)
      expect((yield* run(here, ["login", second])).stderr).toContain(`${warning} ${new URL(first).host}`)
      expect((yield* run(here, ["login", second, "--name", "second"])).stderr).not.toContain(warning)
      // A new name is a new remote: what is here is new there.
      expect(yield* run(here, ["push"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("created\tapi") })
    })
  )

  it.scopedLive("of this home is started again by up --detach, and that is said", () =>
    Effect.gen(function* () {
      const { here } = yield* loggedIn
      const url = yield* Effect.scoped(servers.webPage)
      const process = { host: "here", boot: "", namespace: "", pid: 1, started: 0, command: "" }
      const record = { version: 1, url, instance: "5b2a9c1e-52a7-4a7e-9d4b-6a5f0f0c8a11", database: home(here, "work-prod/work-prod.db"), kind: "background", pid: 1, started: "2026-11-21T07:00:00.000Z", process }
      mkdirSync(home(here, "state"), { recursive: true })
      writeFileSync(home(here, "state/server.json"), JSON.stringify(record))
      yield* run(here, ["config", "set", "api.url", url])
      const sentence = "the work-prod server of this machine"
      expect((yield* run(here, ["push"])).stderr).toMatch(new RegExp(`^error: ${sentence} is not running \\(127\\.0\\.0\\.1:\\d+\\): start it with \`dev-infra up --detach\``))
      expect((yield* run(here, ["whoami"])).stderr).toMatch(new RegExp(`^error: ${sentence} is not running \\(http:[^)]+\\)\nhint: dev-infra up --detach starts it\n$`))
      expect((yield* run(here, ["doctor", "--online"])).stdout).toMatch(new RegExp(`warning\tserver\t${sentence} .*start it: dev-infra up --detach`))
      // One that came with a copy of another home is not ours to start.
      writeFileSync(home(here, "state/server.json"), JSON.stringify({ ...record, database: "/elsewhere/work-prod.db" }))
      expect((yield* run(here, ["push"])).stderr).toMatch(/^error: nothing answers at 127\.0\.0\.1:\d+/)
    })
  )
})
