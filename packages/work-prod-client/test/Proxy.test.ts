import * as Proxy from "@dev-infra/work-prod-client/Proxy"
import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"

const proxy = "http://proxy.example:3128"

const found = (url: string, environment: { readonly [variable: string]: string }) =>
  Either.getOrThrow(Proxy.find(Either.getOrThrow(ServerUrl.read(url, "")), environment))?.origin

describe("Proxy.find", () => {
  it("goes by the scheme of the server", () => {
    expect(found("https://work.example", { HTTPS_PROXY: proxy })).toBe(proxy)
    expect(found("https://work.example", { HTTP_PROXY: proxy })).toBeUndefined()
    expect(found("http://work.example", { HTTP_PROXY: proxy })).toBe(proxy)
    expect(found("http://work.example", { HTTPS_PROXY: proxy })).toBeUndefined()
    expect(found("https://work.example", {})).toBeUndefined()
  })

  it("takes names in lower case first, and an empty one for none", () => {
    expect(found("https://work.example", { https_proxy: proxy, HTTPS_PROXY: "http://other:1" })).toBe(proxy)
    expect(found("https://work.example", { https_proxy: "", HTTPS_PROXY: proxy })).toBe(proxy)
    expect(found("https://work.example", { HTTPS_PROXY: " " })).toBeUndefined()
  })

  it("takes http for a proxy without scheme", () => {
    expect(found("https://work.example", { HTTPS_PROXY: "proxy.example:3128" })).toBe(proxy)
  })

  it("never reaches this computer through a proxy", () => {
    for (const url of ["http://localhost:5055", "http://127.0.0.1:5055", "https://[::1]:5055"]) {
      expect(found(url, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy })).toBeUndefined()
    }
  })

  it.each([
    ["work.example", true],
    [".example", true],
    ["*.example", true],
    ["example", true],
    ["*", true],
    ["other, work.example", true],
    ["other work.example", true],
    ["WORK.EXAMPLE", true],
    ["work.example:443", true],
    ["work.example:8443", false],
    ["ork.example", false],
    ["sub.work.example", false],
    ["other", false],
    [",", false]
  ])("NO_PROXY=%s leaves it out: %s", (text, isDirect) => {
    for (const variable of ["NO_PROXY", "no_proxy"]) {
      expect(found("https://work.example", { HTTPS_PROXY: proxy, [variable]: text })).toBe(isDirect ? undefined : proxy)
    }
  })

  it("knows addresses in NO_PROXY", () => {
    expect(found("http://10.0.0.5:5055", { HTTP_PROXY: proxy, NO_PROXY: "10.0.0.5" })).toBeUndefined()
    expect(found("http://[fd00::5]:5055", { HTTP_PROXY: proxy, NO_PROXY: "[fd00::5]:5055" })).toBeUndefined()
    expect(found("http://10.0.0.50:5055", { HTTP_PROXY: proxy, NO_PROXY: "10.0.0.5" })).toBe(proxy)
  })

  it("refuses what is no proxy without showing it", () => {
    const url = Either.getOrThrow(ServerUrl.read("https://work.example", ""))
    for (const text of ["socks5://me:secret@proxy", "http://me:secret@", "http://me:%zz-secret@proxy", "::secret"]) {
      const error = Either.getOrThrow(Either.flip(Proxy.find(url, { HTTPS_PROXY: text })))
      expect(error.message).toContain("HTTPS_PROXY")
      expect(error.message + JSON.stringify(error)).not.toContain("secret")
    }
  })

  it("sends user and password in a header", () => {
    const url = Either.getOrThrow(ServerUrl.read("https://work.example", ""))
    expect(Either.getOrThrow(Proxy.find(url, { HTTPS_PROXY: "http://me:p%40ss@proxy:1" }))).toEqual({
      origin: "http://proxy:1",
      host: "proxy:1",
      authorization: `Basic ${btoa("me:p@ss")}`
    })
  })
})
