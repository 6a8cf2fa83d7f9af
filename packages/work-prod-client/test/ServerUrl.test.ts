import * as ServerUrl from "@dev-infra/work-prod-client/ServerUrl"
import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as fc from "effect/FastCheck"

const base = (text: string) => Either.match(ServerUrl.read(text, "--url"), { onLeft: ({ problem }) => problem, onRight: (url) => url.base })

const fault = (text: string) => Either.getOrThrow(Either.flip(ServerUrl.read(text, "--url")))

describe("ServerUrl", () => {
  it.each([
    ["http://localhost:5055", "http://localhost:5055"],
    ["http://localhost:5055/", "http://localhost:5055"],
    ["http://localhost:5055/api", "http://localhost:5055"],
    ["http://localhost:5055/api/", "http://localhost:5055"],
    ["  https://work.example.org\n", "https://work.example.org"],
    ["https://host/work-prod/", "https://host/work-prod"],
    ["https://host/work-prod/api", "https://host/work-prod"],
    ["https://host/work-prod/api///", "https://host/work-prod"],
    ["https://host/myapi", "https://host/myapi"],
    ["HTTPS://Work.Example.ORG:443", "https://work.example.org"],
    ["https://host:8443/a/b", "https://host:8443/a/b"],
    ["http://[::1]:5055/api", "http://[::1]:5055"],
    ["http://bücher.example", "http://xn--bcher-kva.example"]
  ])("%s is %s", (text, expected) => {
    expect(base(text)).toBe(expected)
  })

  it.each([
    ["", "Empty"],
    ["  ", "Empty"],
    ["localhost:5055", "NoScheme"],
    ["example.com", "NoScheme"],
    ["//example.com", "NoScheme"],
    ["127.0.0.1", "NoScheme"],
    ["http:example.com", "NoScheme"],
    ["http:/example.com", "NoScheme"],
    ["ftp://example.com", "OtherScheme"],
    ["ftp:example.com", "OtherScheme"],
    ["file:///etc", "OtherScheme"],
    ["unix:///run/work-prod.sock", "OtherScheme"],
    ["http://", "NoHost"],
    ["https:///path", "NoHost"],
    ["https://?x", "NoHost"],
    ["http://host name", "Unreadable"],
    ["http://host:99999", "Unreadable"],
    ["http://[::1", "Unreadable"],
    ["http://host\\path", "Unreadable"],
    ["https://me:secret@host", "UserInfo"],
    ["https://me@host", "UserInfo"],
    ["https://@host", "UserInfo"],
    ["https://host?x=1", "QueryOrFragment"],
    ["https://host/?", "QueryOrFragment"],
    ["https://host/#/projects", "QueryOrFragment"]
  ])("%s is refused: %s", (text, expected) => {
    expect(base(text)).toBe(expected)
  })

  it("says what may have been meant, with http for this computer only", () => {
    expect(fault("localhost:5055").message).toBe('the work-prod URL "localhost:5055" (--url) does not begin with http:// or https://: write http://localhost:5055')
    expect(fault("example.com/work-prod").suggestion).toBe("https://example.com/work-prod")
    expect(fault("ftp://example.com").message).toContain("write https://example.com")
    expect(fault("[::1]:5055").suggestion).toBe("http://[::1]:5055")
    expect(fault("https://host/x?y").suggestion).toBe("https://host/x")
    expect(fault("").message).toContain("write it like https://work.example.org")
  })

  it("never shows a password", () => {
    for (const text of ["https://me:secret@host/x", "ftp://me:secret@host", "me:secret@host", "https://me:secret@", "https://host?key=secret", "http://me:secret@ho st", "https://me:x/secret@host", "https://me:x?secret@host", "https://me:5#secret@host", "me:x@secret@host"]) {
      expect(`${fault(text).message} ${JSON.stringify(fault(text))}`).not.toContain("secret")
    }
  })

  it("knows this computer", () => {
    for (const text of ["http://localhost", "http://127.0.0.1:1", "http://127.9.8.7", "http://127.1", "http://[::1]:5", "http://[0:0:0:0:0:0:0:1]"]) {
      expect(Either.getOrThrow(ServerUrl.read(text, "")).isLoopback, text).toBe(true)
    }
    for (const text of ["http://localhost.example.com", "http://127.0.0.1.example.com", "http://1270.example", "http://0.0.0.0", "http://[::2]", "http://10.0.0.1"]) {
      expect(Either.getOrThrow(ServerUrl.read(text, "")).isLoopback, text).toBe(false)
    }
  })

  it("reads what it gives again as the same", () => {
    fc.assert(
      fc.property(fc.webUrl({ validSchemes: ["http", "https"] }), (text) => {
        const once = ServerUrl.read(text, "")
        if (Either.isLeft(once)) return
        // A path that ends with /api twice loses one each time: no server lies there.
        if (/\/api(?:\/|$)/.test(once.right.base)) return
        expect(ServerUrl.read(once.right.base, "")).toEqual(once)
      })
    )
  })
})
