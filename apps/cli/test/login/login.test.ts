import { assert, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as OldServer from "../../../../packages/work-prod-client/test/double/OldServer.js"
import { devInfra, devInfraOnTerminal, ensureBuilt, hasTerminal, makePlace, type Place } from "../Binary.js"
import * as servers from "./servers.js"

const place = Effect.acquireRelease(
  Effect.sync(() => makePlace()),
  (made) => Effect.sync(() => made.remove())
)

const run = (where: Place, words: ReadonlyArray<string>, options?: Parameters<typeof devInfra>[2]) => Effect.promise(() => devInfra(where, words, options))

const configFile = (where: Place) => join(where.home, ".dev-infra/config.yml")
const configOf = (where: Place) => (existsSync(configFile(where)) ? readFileSync(configFile(where), "utf8") : "")

const wrongKey = `wp_aaaaaaaaaaaa_${"b".repeat(43)}`
const oldServer = Effect.map(OldServer.start(() => "2026-11-21T07:00:00"), ({ url }) => url)

/** What somebody may take for a work-prod server, and what they are told. */
const mistakes = [
  ["a web page", servers.webPage, /does not answer like a work-prod server: .*"Welcome to nginx!".*Check the host, the port and the path/],
  ["another API", servers.otherApi, /does not answer like a work-prod server: /],
  ["a redirect loop", servers.redirects, /sends GET \/api\/health elsewhere with 302, more than five times: check the URL/],
  ["a newer API", servers.later, /made for a later version of this program.*update dev-infra/],
  ["a server that is out of order", servers.faulty, /failed with 502 on GET \/api\/health.*look at the server's log/],
  ["a server that never answers", servers.silent, /did not answer GET \/api\/health within 6 seconds/]
] as const

describe("login", () => {
  beforeAll(ensureBuilt)

  it.scopedLive("stores the URL and the key of a server that accepts it, for the owner alone", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      // As people write it, and as a file with a key ends.
      const login = yield* run(here, ["login", `${url}/api/`, "--with-token"], { input: `${secret}\n` })
      expect(login).toMatchObject({ stdout: "", exitCode: 0 })
      expect(login.stderr).toMatch(new RegExp(`^Logged in to 127.0.0.1:\\d+ \\(work-prod 0.1.0, instance [-0-9a-f]{36}\\) with the key ${prefix}\\.\\nnext: `))
      expect(configOf(here)).toBe(`api:\n  url: ${url}\n  key: ${secret}\n`)
      expect(statSync(configFile(here)).mode & 0o777).toBe(0o600)
      const whoami = yield* run(here, ["whoami", "--json"])
      expect(whoami.exitCode).toBe(0)
      expect(JSON.parse(whoami.stdout)).toMatchObject({ url, works: true, error: null, key: { set: true, prefix, read_only: false } })
      expect(login.stderr + whoami.stdout + whoami.stderr).not.toContain(secret)
    })
  )

  it.scopedLive("needs no key for a server that asks for none, and stores none", () =>
    Effect.gen(function* () {
      for (const open of [oldServer, Effect.map(servers.ours("none"), ({ url }) => url)]) {
        const here = yield* place
        const url = yield* open
        const login = yield* run(here, ["login", url])
        expect(login.exitCode, login.stderr).toBe(0)
        expect(configOf(here)).toBe(`api:\n  url: ${url}\n`)
        const withKey = yield* run(here, ["login", url, "--with-token"], { input: wrongKey })
        expect(withKey.stderr).toContain("This server needs no key, so the one given was not stored.")
        expect(configOf(here)).toBe(`api:\n  url: ${url}\n`)
        expect(yield* run(here, ["whoami"])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("none, and none is needed") })
      }
    })
  )

  it.scopedLive("notices a key that may only read", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, url } = yield* servers.ours()
      const { secret } = yield* makeKey(true)
      const login = yield* run(here, ["login", url, "--with-token"], { input: secret })
      expect(login.exitCode).toBe(0)
      expect(login.stderr).toContain("warning: this key may only read: fetch and pull work with it, push does not\n")
      expect((yield* run(here, ["whoami"])).stdout).toContain("works, may only read")
    })
  )

  it.scopedLive("stores nothing if the key is wrong, revoked or none, and says so", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, revoke, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      yield* revoke(prefix)
      const wrong = yield* run(here, ["login", url, "--with-token"], { input: wrongKey })
      const revoked = yield* run(here, ["login", url, "--with-token"], { input: secret })
      const none = yield* run(here, ["login", url])
      expect([wrong.exitCode, revoked.exitCode, none.exitCode]).toEqual([1, 1, 2])
      expect(wrong.stderr).toMatch(/^error: could not log in \(http:[^)]+\): 127\.0\.0\.1:\d+ does not accept this key .*unknown.*\nhint: .*work-prod keys create.*nothing was stored\n$/)
      expect(revoked.stderr).toMatch(/does not accept this key .*revoked/)
      expect(none.stderr).toMatch(/hint: give --with-token and pipe the key in/)
      expect((yield* run(here, ["login", url, "--with-token"], { input: "two\nlines" })).stderr).toMatch(/holds characters that no key has/)
      expect((yield* run(here, ["login", url, "--with-token"], { input: "" }))).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("no key came from standard input") })
      expect(configOf(here)).toBe("")
      for (const { stderr } of [wrong, revoked, none]) expect(stderr).not.toMatch(new RegExp(`${secret}|${wrongKey}`))
    })
  )

  for (const [name, open, sentence] of mistakes) {
    it.scopedLive(`stores nothing if at the URL there is ${name}`, () =>
      Effect.gen(function* () {
        const here = yield* place
        const url = yield* open
        const begun = Date.now()
        const { exitCode, stderr, stdout } = yield* run(here, ["login", url, "--with-token"], { input: wrongKey })
        expect(stderr).toMatch(sentence)
        expect(stderr).toMatch(/^error: could not log in \(http:[^)]+\): .*\n(?:hint: .*)?nothing was stored\n$/)
        expect(stderr).not.toContain(wrongKey)
        expect([exitCode, stdout, configOf(here)]).toEqual([1, "", ""])
        // The program's own start is not part of it.
        assert.isBelow(Date.now() - begun, 12_000)
      })
    )
  }

  it.scopedLive("stores nothing if nobody answers, and keeps what was stored before", () =>
    Effect.gen(function* () {
      const here = yield* place
      const url = yield* Effect.scoped(servers.webPage)
      expect((yield* run(here, ["login", url])).stderr).toMatch(/nothing answers at 127\.0\.0\.1:\d+ \(connection refused\)/)
      const good = yield* oldServer
      yield* run(here, ["login", good])
      expect((yield* run(here, ["login", url])).exitCode).toBe(1)
      expect(configOf(here)).toBe(`api:\n  url: ${good}\n`)
    })
  )

  it.scopedLive("says how to write a URL that cannot be one", () =>
    Effect.gen(function* () {
      const here = yield* place
      for (const [text, sentence] of [
        ["localhost:5055", /does not begin with http:\/\/ or https:\/\/.*write http:\/\/localhost:5055/],
        ["ftp://work.example", /is neither http:\/\/ nor https:\/\//],
        ["https://me:secret@work.example", /holds a user or password/],
        ["", /is empty/]
      ] as const) {
        const { exitCode, stderr } = yield* run(here, ["login", text])
        expect(stderr).toMatch(sentence)
        expect(stderr).not.toContain("secret")
        expect(exitCode).toBe(1)
      }
      expect((yield* run(here, ["login"]))).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("dev-infra login URL") })
    })
  )

  it.scopedLive("never sends a key over plain http to another computer, unless that is allowed", () =>
    Effect.gen(function* () {
      const here = yield* place
      const refused = yield* run(here, ["login", "http://192.0.2.1:5055", "--with-token"], { input: wrongKey })
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/the key would go to 192\.0\.2\.1:5055 over plain http.*\nhint: use https:\/\/, or --insecure if the network is yours; nothing was stored/) })
      // The loopback under a name that is not one for sure: the proxy leads there.
      const { makeKey, url } = yield* servers.ours()
      const { secret } = yield* makeKey(false)
      const proxy = yield* servers.forwarding(url)
      const environment = { http_proxy: proxy }
      const login = yield* run(here, ["login", "http://work.test:5055", "--insecure", "--with-token"], { input: secret, environment })
      expect(login.exitCode, login.stderr).toBe(0)
      expect(login.stderr).toContain("warning: the key goes to work.test:5055 over plain http")
      expect(configOf(here)).toBe(`api:\n  url: http://work.test:5055\n  key: ${secret}\n  insecure: true\n`)
      expect((yield* run(here, ["whoami"], { environment })).exitCode).toBe(0)
      // What is allowed for one server is not allowed for the next.
      const next = yield* oldServer
      expect((yield* run(here, ["login", next])).exitCode).toBe(0)
      expect(configOf(here)).toBe(`api:\n  url: ${next}\n`)
    })
  )

  it.scopedLive("trusts an authority of one's own once it is named, and remembers it", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, url: behind } = yield* servers.ours()
      const { secret } = yield* makeKey(false)
      const { caFile, url } = yield* servers.withTls(behind)
      const refused = yield* run(here, ["login", url, "--with-token"], { input: secret })
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/no safe connection to 127\.0\.0\.1:\d+ .*\nhint: nothing was stored/) })
      const login = yield* run(here, ["login", url, "--ca-file", caFile, "--with-token"], { input: secret })
      expect(login.exitCode, login.stderr).toBe(0)
      expect(configOf(here)).toBe(`api:\n  url: ${url}\n  key: ${secret}\n  ca_file: ${caFile}\n`)
      for (const words of [["whoami"], ["push"], ["login"]]) expect((yield* run(here, words)).exitCode, words.join(" ")).toBe(0)
    })
  )

  it.scopedLive("takes the key of the environment without storing it, and tells what wins over the file", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      const login = yield* run(here, ["login", url], { environment: { DEV_INFRA_API_KEY: secret } })
      expect(login.stderr).toContain("The key comes from DEV_INFRA_API_KEY and was not stored.")
      expect(configOf(here)).toBe(`api:\n  url: ${url}\n`)
      const other = yield* oldServer
      const overridden = yield* run(here, ["login", other], { environment: { DEV_INFRA_API_URL: url } })
      expect(overridden.stderr).toContain(`warning: DEV_INFRA_API_URL wins over what is stored: commands go to ${url} as long as it is set`)
      const whoami = yield* run(here, ["whoami", "--json"], { environment: { DEV_INFRA_API_URL: url, DEV_INFRA_API_KEY: secret } })
      expect(JSON.parse(whoami.stdout)).toMatchObject({
        url,
        url_source: { from: "environment", variable: "DEV_INFRA_API_URL" },
        key: { prefix, source: { from: "environment", variable: "DEV_INFRA_API_KEY" } }
      })
    })
  )

  it.scopedLive("never leaves a key beside the URL of another server", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, url } = yield* servers.ours()
      const { secret } = yield* makeKey(false)
      yield* run(here, ["login", url, "--with-token"], { input: secret })
      const next = yield* oldServer
      // Killed just before and just after the file is replaced.
      const before = configOf(here)
      expect((yield* run(here, ["login", next], { environment: { DEV_INFRA_FAULT_POINT: "target-replace:before:1" } })).exitCode).toBe(137)
      expect(configOf(here)).toBe(before)
      expect((yield* run(here, ["login", next], { environment: { DEV_INFRA_FAULT_POINT: "target-replace:after:1" } })).exitCode).toBe(137)
      expect(configOf(here)).toBe(`api:\n  url: ${next}\n`)
    })
  )

  it.scopedLive("asks for URL and key on a terminal, without showing the key", () =>
    Effect.gen(function* () {
      if (!hasTerminal()) return
      const here = yield* place
      const { makeKey, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      const { stdout } = yield* Effect.promise(() => devInfraOnTerminal(here, "dev-infra login", `${url}\n${secret}\n`, { folder: here.home }))
      expect(stdout).toContain("What is the URL of the work-prod server")
      expect(stdout).toContain(`with the key ${prefix}`)
      expect(stdout).not.toContain(secret)
      expect(configOf(here)).toContain(secret)
      // Nothing typed: the stored key stays.
      yield* Effect.promise(() => devInfraOnTerminal(here, "dev-infra login", "\n", { folder: here.home }))
      expect(configOf(here)).toContain(secret)
    })
  )

  it.scopedLive("checks the stored key again where nobody can be asked", () =>
    Effect.gen(function* () {
      const here = yield* place
      const { makeKey, revoke, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      yield* run(here, ["login", url, "--with-token"], { input: secret })
      expect((yield* run(here, ["login"])).exitCode).toBe(0)
      yield* revoke(prefix)
      expect((yield* run(here, ["login"])).exitCode).toBe(1)
      expect((yield* run(here, ["whoami"]))).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/does not accept this key .*revoked/) })
      expect(configOf(here)).toContain(secret)
    })
  )
})

describe("logout", () => {
  beforeAll(ensureBuilt)

  it.scopedLive("forgets the server and nothing else, and never fails for want of one", () =>
    Effect.gen(function* () {
      const here = yield* place
      expect(yield* run(here, ["logout"])).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^No server is stored in /) })
      const { makeKey, url } = yield* servers.ours()
      const { prefix, secret } = yield* makeKey(false)
      yield* run(here, ["login", url, "--with-token"], { input: secret })
      writeFileSync(configFile(here), `# mine\n${configOf(here)}name: laptop # the old one\n`)
      const { exitCode, stderr } = yield* run(here, ["logout"], { environment: { DEV_INFRA_API_URL: url } })
      expect(exitCode).toBe(0)
      expect(stderr).toContain(`Forgot ${url} and the key to it.`)
      expect(stderr).toContain(`work-prod keys revoke ${prefix}`)
      expect(stderr).toContain("warning: DEV_INFRA_API_URL is set, and still counts")
      expect(configOf(here)).toBe("# mine\nname: laptop # the old one\n")
      expect(yield* run(here, ["whoami"])).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^error: no work-prod server is set up\nhint: dev-infra login URL/) })
    })
  )
})
