/** What the doctor says of syncs. */
import { beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { mkdirSync, renameSync } from "node:fs"
import { join } from "node:path"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import * as servers from "./servers.js"

const run = (where: Place, words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]) => Effect.promise(() => devInfra(where, words, options))

/** What the doctor finds about these subjects: severity, subject and what. */
const findings = (where: Place, subjects: ReadonlyArray<string>, ...flags: ReadonlyArray<string>) =>
  Effect.map(run(where, ["doctor", ...flags]), ({ exitCode, stdout }) => ({
    exitCode,
    found: stdout.split("\n").map((line) => line.split("\t")).filter(([, subject]) => subjects.includes(subject ?? "")).map(([severity, , what]) => `${severity}: ${what}`)
  }))

/** A home that pushed one project. */
const synced = Effect.gen(function* () {
  const here = yield* Effect.acquireRelease(
    Effect.sync(() => makePlace()),
    (made) => Effect.sync(() => made.remove())
  )
  mkdirSync(join(here.home, "api"))
  const server = yield* servers.ours()
  const { prefix, secret } = yield* server.makeKey(false)
  yield* run(here, ["login", server.url, "--with-token"], { input: secret })
  yield* run(here, ["add", "api"])
  expect((yield* run(here, ["push"])).exitCode).toBe(0)
  return { here, host: new URL(server.url).host, prefix, server }
})

describe("dev-infra doctor, of syncs", () => {
  beforeAll(ensureBuilt)

  it.scopedLive("tells of the lock and the change that a killed sync leaves, and removes the lock", () =>
    Effect.gen(function* () {
      const { here, host } = yield* synced
      yield* run(here, ["update", "api", "--description", "new"])
      expect((yield* run(here, ["push"], { environment: { DEV_INFRA_FAULT_POINT: "sync-request:before:1" } })).exitCode).toBe(137)
      expect(yield* findings(here, ["lock", "sync"])).toEqual({
        exitCode: 0,
        found: [expect.stringMatching(/^note: process \d+ on .* is gone and left its lock/), `ok: in order; ${host} was asked last, 1 change waits for the next push`]
      })
      yield* run(here, ["doctor", "--repair", "--yes"])
      expect((yield* findings(here, ["lock"])).found).toEqual([])
      expect((yield* run(here, ["push"])).stderr + (yield* run(here, ["push"])).stderr).toMatch(/updated 1[^]*unchanged 1/)
      expect((yield* findings(here, ["sync"])).found).toEqual([`ok: in order; ${host} was asked last`])
    })
  )

  it.scopedLive("Y3: tells that this machine is not the one that synced, before a sync takes it for a new one", () =>
    Effect.gen(function* () {
      const { here } = yield* synced
      const file = join(here.home, ".dev-infra/state/machine.json")
      renameSync(file, `${file}.aside`)
      const { exitCode, found } = yield* findings(here, ["sync"])
      expect([exitCode, found]).toEqual([1, [expect.stringMatching(/^warning: what is remembered of syncs is of another machine, or state\/machine\.json was deleted/)]])
      renameSync(`${file}.aside`, file)
      expect((yield* findings(here, ["sync"])).exitCode).toBe(0)
    })
  )

  it.scopedLive("asks the server only with --online: who it is, and whether the key is accepted", () =>
    Effect.gen(function* () {
      const { here, prefix, server } = yield* synced
      expect(yield* findings(here, ["server"])).toEqual({ exitCode: 0, found: [] })
      expect((yield* findings(here, ["server"], "--online")).found).toEqual([expect.stringMatching(/^ok: http:.* is work-prod 0\.1\.0, instance [-0-9a-f]{36}, and accepts the key$/)])
      yield* server.revoke(prefix)
      expect(yield* findings(here, ["server"])).toEqual({ exitCode: 0, found: [] })
      expect(yield* findings(here, ["server"], "--online")).toEqual({ exitCode: 1, found: [expect.stringMatching(/^error: .* does not accept this key \(The key was revoked\)/)] })
      yield* run(here, ["config", "set", "api.url", yield* servers.webPage])
      expect((yield* findings(here, ["server"], "--online")).found).toEqual([expect.stringMatching(/^error: .* does not answer like a work-prod server/)])
    })
  )
})
