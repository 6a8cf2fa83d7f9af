import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { UsageError } from "../src/CommandError.js"
import * as Settings from "../src/Settings.js"
import { Surroundings } from "../src/Surroundings.js"

/** What a setting comes to, or the sentence that refuses it. */
const told = <A>(setting: Effect.Effect<A, UsageError, Surroundings>, environment: { readonly [name: string]: string } = {}) =>
  setting.pipe(
    Effect.catchAll(({ hint, what }) => Effect.succeed(hint === undefined ? what : `${what} | ${hint}`)),
    Effect.provideService(Surroundings, { environment, homeFolder: "/home/user", workingFolder: "/" })
  )

const line = (flags: { readonly [name: string]: string }) => ({ flags: new Map(Object.entries(flags)), words: [] })

describe("Settings", () => {
  it.effect("take the flag, else the variable, else the default", () =>
    Effect.gen(function* () {
      const environment = { WORK_PROD_PORT: "81", WORK_PROD_HOST: "" }
      assert.strictEqual(yield* told(Settings.port(line({ port: "80" })), environment), 80)
      assert.strictEqual(yield* told(Settings.port(line({})), environment), 81)
      assert.strictEqual(yield* told(Settings.port(line({}))), 5055)
      assert.deepStrictEqual(yield* told(Settings.host(line({})), environment), { name: "127.0.0.1", isLoopback: true })
    })
  )

  it.effect("refuse what is no port, and name where it was said", () =>
    Effect.gen(function* () {
      for (const text of ["65536", "-1", "80.5", "http", "0x50", " 80", "1e3", ""]) {
        assert.strictEqual(yield* told(Settings.port(line({ port: text }))), `--port must be a number from 0 to 65535, not "${text}"`)
      }
      assert.strictEqual(yield* told(Settings.port(line({})), { WORK_PROD_PORT: "x" }), 'WORK_PROD_PORT must be a number from 0 to 65535, not "x"')
    })
  )

  it.effect("know which hosts only this computer reaches", () =>
    Effect.gen(function* () {
      for (const host of ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "::1", "[::1]", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1"]) {
        assert.propertyVal(yield* told(Settings.host(line({ host }))), "isLoopback", true, host)
      }
      for (const host of ["0.0.0.0", "::", "192.168.1.2", "127.1", "2130706433", "localhost.example.org", "my-machine", "::ffff:10.0.0.1", "fe80::1%lo"]) {
        assert.propertyVal(yield* told(Settings.host(line({ host }))), "isLoopback", false, host)
      }
    })
  )

  it.effect("refuse what is no host", () =>
    Effect.gen(function* () {
      for (const host of ["", "a b", "-x", "a\nb"]) assert.include(yield* told(Settings.host(line({ host }))), "--host must be a host name or an address")
      for (const host of ["http://localhost", "localhost:80"]) assert.include(yield* told(Settings.host(line({ host }))), "say the host alone")
    })
  )

  it.effect("limit requests where others can reach the server, unless told otherwise", () =>
    Effect.gen(function* () {
      const [here, everywhere] = [{ name: "localhost", isLoopback: true }, { name: "0.0.0.0", isLoopback: false }]
      assert.strictEqual(yield* told(Settings.rateLimit(line({}), here)), undefined)
      assert.strictEqual(yield* told(Settings.rateLimit(line({}), everywhere)), 600)
      assert.strictEqual(yield* told(Settings.rateLimit(line({ "rate-limit": "5" }), here)), 5)
      assert.strictEqual(yield* told(Settings.rateLimit(line({ "rate-limit": "0" }), everywhere)), undefined)
      for (const text of ["-1", "1.5", "many", ""]) assert.include(yield* told(Settings.rateLimit(line({ "rate-limit": text }), here)), "--rate-limit must be a number")
    })
  )

  it.effect("tell the metrics here, at an address of their own, or not at all", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told(Settings.metrics(line({}))), "local")
      assert.strictEqual(yield* told(Settings.metrics(line({})), { WORK_PROD_METRICS: "off" }), "off")
      assert.deepStrictEqual(yield* told(Settings.metrics(line({ metrics: "127.0.0.1:9464" })), { WORK_PROD_METRICS: "off" }), { host: "127.0.0.1", port: 9464 })
      assert.deepStrictEqual(yield* told(Settings.metrics(line({ metrics: "[::1]:0" }))), { host: "::1", port: 0 })
      assert.deepStrictEqual(yield* told(Settings.metrics(line({ metrics: "monitor.example.org:80" }))), { host: "monitor.example.org", port: 80 })
      for (const text of ["", "on", "9464", ":9464", "localhost", "localhost:x", "localhost:65536", "[localhost]:1", "::1:9464", "http://localhost:9464", "a/b:1"]) {
        assert.include(yield* told(Settings.metrics(line({ metrics: text }))), "--metrics must be local, off, or an address", text)
      }
    })
  )

  it.effect("read how long a key is valid", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told(Settings.expiresInDays(line({}))), undefined)
      assert.strictEqual(yield* told(Settings.expiresInDays(line({ expires: "90d" }))), 90)
      assert.strictEqual(yield* told(Settings.expiresInDays(line({ expires: "12h" }))), 0.5)
      assert.strictEqual(yield* told(Settings.expiresInDays(line({ expires: "4w" }))), 28)
      for (const expires of ["", "0d", "90", "d", "-1d", "1.5d", "3m", "1y", "90 d", "90D", "tomorrow"]) {
        assert.include(yield* told(Settings.expiresInDays(line({ expires }))), "--expires must be a number of hours")
      }
      assert.include(yield* told(Settings.expiresInDays(line({ expires: "999999999w" }))), "more than a hundred years")
    })
  )

  it.effect("refuse names that are no names", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* told(Settings.account(line({ account: " acme " }), [])), "acme")
      assert.strictEqual(yield* told(Settings.label(line({ label: "büro №1 🖥" }), [])), "büro №1 🖥")
      for (const label of ["", "  ", "x".repeat(101), "a\nb", "\u001b[31mred", "\ud800"]) assert.include(yield* told(Settings.label(line({ label }), [])), "--label must")
    })
  )

  it.effect("know the levels of the log", () =>
    Effect.gen(function* () {
      assert.propertyVal(yield* told(Settings.logLevel(line({}), ["serve"])), "_tag", "Info")
      assert.propertyVal(yield* told(Settings.logLevel(line({ "log-level": "none" }), ["serve"])), "_tag", "None")
      assert.strictEqual(yield* told(Settings.logLevel(line({ "log-level": "loud" }), ["serve"])), '--log-level must be one of debug, info, warning, error, none, not "loud"')
    })
  )
})
