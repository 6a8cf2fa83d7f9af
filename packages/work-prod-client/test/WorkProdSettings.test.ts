import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import * as WorkProdSettings from "@dev-infra/work-prod-client/WorkProdSettings"
import * as HttpClient from "@effect/platform/HttpClient"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"

const resolved = (sources: Partial<WorkProdSettings.SettingsSources>) =>
  Either.match(WorkProdSettings.resolve({ environment: {}, ...sources }), {
    onLeft: (error) => error,
    onRight: ({ key, url }) => ({ url: url.base, key: key === undefined ? null : Redacted.value(key) })
  })

const url = "https://work.example.org"

describe("WorkProdSettings.resolve", () => {
  it("takes a flag before the environment, and that before the file", () => {
    const flags = { url: "https://flag", key: "flag-key" }
    const environment = { DEV_INFRA_API_URL: "https://environment", DEV_INFRA_API_KEY: "environment-key" }
    const configuration = { url: "https://file", key: Redacted.make("file-key") }
    expect(resolved({ flags, environment, configuration })).toEqual({ url: "https://flag", key: "flag-key" })
    expect(resolved({ environment, configuration })).toEqual({ url: "https://environment", key: "environment-key" })
    expect(resolved({ configuration })).toEqual({ url: "https://file", key: "file-key" })
    expect(resolved({ flags: { url: "https://flag" }, environment })).toEqual({ url: "https://flag", key: "environment-key" })
    expect(resolved({ configuration: { url } })).toEqual({ url, key: null })
  })

  it("takes an empty variable for none", () => {
    const environment = { DEV_INFRA_API_URL: " ", DEV_INFRA_API_KEY: "" }
    expect(resolved({ environment, configuration: { url, key: "file-key" } })).toEqual({ url, key: "file-key" })
  })

  it("never makes up a server", () => {
    expect(resolved({})).toMatchObject({ _tag: "NoServer" })
    expect(resolved({ flags: { url: "" }, configuration: { url } })).toMatchObject({ _tag: "InvalidUrl", problem: "Empty" })
    expect(resolved({ environment: { DEV_INFRA_API_URL: "localhost:5055" }, configuration: { url } })).toMatchObject({
      _tag: "InvalidUrl",
      source: "DEV_INFRA_API_URL",
      suggestion: "http://localhost:5055"
    })
    expect(resolved({ configuration: { url: "ftp://example.org" } })).toMatchObject({ source: "api.url in config.yml" })
  })

  it("takes any key that a header can hold, without what stands around it", () => {
    expect(resolved({ flags: { url, key: " wp_a.b/c+d=\n" } })).toEqual({ url, key: "wp_a.b/c+d=" })
    expect(resolved({ flags: { url, key: "two words" } })).toEqual({ url, key: "two words" })
  })

  it.each(["secret\nX-Other: 1", "secret\r", "sécret", "secret\0", "secret\u2028", "secret\u007f", "🔑secret"])("refuses the key %j without showing it", (key) => {
    for (const source of [{ flags: { url, key: `a${key}b` } }, { environment: { DEV_INFRA_API_URL: url, DEV_INFRA_API_KEY: `a${key}b` } }]) {
      const error = resolved(source)
      expect(error).toMatchObject({ _tag: "InvalidKey", problem: "Characters" })
      expect(inspect(error, { depth: null }) + String(error)).not.toMatch(/cret/)
    }
  })

  it("refuses an empty or endless key", () => {
    expect(resolved({ flags: { url, key: " " } })).toMatchObject({ _tag: "InvalidKey", problem: "Empty" })
    expect(resolved({ flags: { url, key: "x".repeat(4097) } })).toMatchObject({ _tag: "InvalidKey", problem: "TooLong" })
  })

  it("shows no key when settings are printed", () => {
    const settings = WorkProdSettings.resolve({ environment: {}, flags: { url, key: "the-secret" } })
    expect(inspect(settings, { depth: null }) + JSON.stringify(settings)).not.toContain("the-secret")
  })

  it("lets a key go over https and to this computer only, unless it is insisted", () => {
    const withKey = (text: string, insecure?: boolean) => resolved({ flags: { url: text, key: "k", insecure } })
    expect(withKey("http://work.example.org")).toMatchObject({ _tag: "KeyNeedsHttps", host: "work.example.org" })
    expect(withKey("http://192.168.1.5:5055")).toMatchObject({ _tag: "KeyNeedsHttps", host: "192.168.1.5:5055" })
    expect(withKey("http://127.0.0.1.example.org")).toMatchObject({ _tag: "KeyNeedsHttps" })
    for (const text of ["https://work.example.org", "http://localhost:5055", "http://127.0.0.1", "http://127.4.5.6", "http://[::1]:5055"]) {
      expect(withKey(text)).toMatchObject({ key: "k" })
    }
    expect(withKey("http://work.example.org", true)).toMatchObject({ key: "k" })
    expect(resolved({ flags: { url: "http://work.example.org" } })).toMatchObject({ key: null })
  })

  it("refuses a machine whose id is none", () => {
    expect(resolved({ flags: { url }, machine: { uid: "laptop", name: "laptop" } })).toMatchObject({ _tag: "InvalidMachine", uid: "laptop" })
  })
})

describe("WorkProd.layer", () => {
  it.effect("opens no connection over which a key could be read, whoever made the settings", () =>
    Effect.gen(function* () {
      let count = 0
      const client = HttpClient.make(() => Effect.sync(() => void count++).pipe(Effect.zipRight(Effect.never)))
      const settings: WorkProdSettings.WorkProdSettings = {
        url: Either.getOrThrow(ServerUrl.read("http://work.example.org", "")),
        key: Redacted.make("k"),
        insecure: false
      }
      const health = Effect.flatMap(WorkProd.WorkProd, (workProd) => workProd.health)
      const error = yield* Effect.flip(health.pipe(Effect.provide(WorkProd.layer(settings).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, client))))))
      expect(error).toMatchObject({ _tag: "KeyNeedsHttps" })
      expect(error.message).toContain("--insecure")
      expect(count).toBe(0)
    })
  )
})
