/**
 * The documents about the contract: `/openapi.json` for programs, `/docs` for people.
 *
 * @module
 */
import { openApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import * as Answer from "./Answer.js"
import * as DocsPage from "./DocsPage.js"

/** Where they are. @category constants */
export const paths: ReadonlyArray<string> = ["/openapi.json", "/docs"]

const byEncoding = { vary: "Accept-Encoding" }

/**
 * The routes of the documents. They are written when they are first asked for.
 *
 * @category layers
 */
export const routes = HttpApiBuilder.Router.use((router) =>
  Effect.gen(function* () {
    const document = yield* Effect.cached(Effect.sync(openApi))
    const json = yield* Effect.cached(Effect.map(document, (openApi) => Answer.value(200, openApi, byEncoding)))
    const page = yield* Effect.cached(
      Effect.map(document, (openApi) => {
        const { html, policy } = DocsPage.render(openApi)
        return HttpServerResponse.raw(html, { contentType: "text/html; charset=utf-8", headers: { ...byEncoding, "content-security-policy": policy } })
      })
    )
    yield* router.get("/openapi.json", json)
    yield* router.get("/docs", page)
  })
)
