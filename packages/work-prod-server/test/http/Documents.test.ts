import * as Effect from "effect/Effect"
import { describe, expect, it } from "@effect/vitest"
import { openApi } from "@dev-infra/work-prod-api/WorkProdApi"
import { readFileSync } from "node:fs"
import { get, layer } from "./testServer.js"

const server = Effect.provide(layer())

describe("documents", () => {
  it.live("for programs: the contract as OpenAPI", () =>
    Effect.gen(function* () {
      const answer = yield* get("/openapi.json")
      expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"])
      expect(JSON.parse(answer.text)).toEqual(JSON.parse(JSON.stringify(openApi())))
      expect((yield* get("/openapi.json", { "accept-encoding": "gzip" })).headers["content-encoding"]).toBe("gzip")
    }).pipe(server)
  )

  it.live("for people: a page with every endpoint and schema that needs nothing from elsewhere", () =>
    Effect.gen(function* () {
      const { headers, status, text } = yield* get("/docs")
      expect([status, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"])
      const document = openApi()
      for (const path of Object.keys(document.paths)) expect(text).toContain(`<code>${path}</code>`)
      for (const name of Object.keys(document.components.schemas)) expect(text).toContain(`id="schema-${name}"`)
      expect(text).toContain('type="search"')
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
      expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; /)
      for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(text).toContain(`id="${target}"`)
    }).pipe(server)
  )

  it.live("say the version of this package", () =>
    Effect.gen(function* () {
      const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"))
      expect(JSON.parse((yield* get("/api/health")).text).version).toBe(manifest.version)
    }).pipe(server)
  )
})
