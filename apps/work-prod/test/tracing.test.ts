import { assert, beforeAll, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { ensureBuilt, makePlace, serve, workProd } from "./Binary.js"
import { startCollector } from "./Collector.js"
import { request } from "./Http.js"

describe("the traces of a server", () => {
  beforeAll(ensureBuilt)

  it("go to the collector that the environment names: a span for each request, and those of the database below", async () => {
    const collector = await startCollector()
    const place = makePlace()
    const server = await serve(place, [], { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: "x-secret=hush%20hush", OTEL_SERVICE_NAME: "index" } })
    await server.shows(/next: /)
    const key = readFileSync(join(place.home, ".dev-infra/work-prod/work-prod.db.key"), "utf8").trimEnd()
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await request(`${server.url}/api/projects?search=hidden-query`, { key, headers: { traceparent } })
    await request(`${server.url}/api/projects`, { key, body: { name: "hidden-name" } })
    await request(`${server.url}/healthz`)
    const { stderr } = await server.stop()

    const [list, create] = ["GET /api/projects", "POST /api/projects"].map((name) => collector.spans.find((span) => span.name === name))
    assert.deepInclude(list, { traceId: "0af7651916cd43dd8448eb211c80319c", parentSpanId: "b7ad6b7169203331" })
    assert.deepInclude(create?.attributes, { "http.request.method": "POST", "http.route": "/api/projects", "url.path": "/api/projects", "http.response.status_code": "201" })
    const write = collector.spans.find(({ name, parentSpanId }) => name === "database write" && parentSpanId === create?.spanId)
    assert.deepInclude(write, { traceId: create?.traceId ?? "", events: ["turn", "changed"] })
    assert.strictEqual(write?.attributes["db.system.name"], "sqlite")
    assert.isFalse(collector.spans.some(({ name }) => name.includes("healthz")))
    assert.deepStrictEqual([collector.paths[0], collector.headers[0]?.["x-secret"]], ["/v1/traces", "hush hush"])
    assert.include(collector.text(), '{"key":"service.name","value":{"stringValue":"index"}}')
    for (const hidden of [key.replace(/^wp_[^_]+_/, ""), "hidden-name", "hidden-query"]) assert.notInclude(collector.text(), hidden)
    assert.include(stderr, `"trace":"${create?.traceId ?? "none"}"`)
    assert.notInclude(stderr, "hush")
  })

  it("follow what a caller has decided, or a part of the requests that was said", async () => {
    const collector = await startCollector()
    const server = await serve(makePlace(), ["--no-auth"], { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    await request(`${server.url}/api/projects/1`, { headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00" } })
    await request(`${server.url}/api/projects/2`)
    await server.stop()
    assert.deepStrictEqual(collector.spans.map(({ attributes }) => attributes["url.path"]).filter((path) => path !== undefined), ["/api/projects/2"])

    const none = await startCollector()
    const quiet = await serve(makePlace(), ["--no-auth"], { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: none.url, OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" } })
    await request(`${quiet.url}/api/projects/2`)
    await quiet.stop()
    assert.deepStrictEqual(none.spans, [])
  })

  it("do not keep the server from its work if there is no collector", async () => {
    const server = await serve(makePlace(), ["--no-auth"], { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" } })
    assert.strictEqual((await request(`${server.url}/api/projects`, { body: { name: "a" } })).status, 201)
    const { exitCode, stderr } = await server.stop()
    assert.strictEqual(exitCode, 0)
    assert.include(stderr, "spans are sent as http/json")
    assert.include(stderr, "spans could not be sent")
  })

  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }, "error: OTEL_EXPORTER_OTLP_ENDPOINT must be an address such as http://127.0.0.1:4318\nhint: see work-prod serve --help\n"],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://me:hush@127.0.0.1" }, "error: OTEL_EXPORTER_OTLP_TRACES_ENDPOINT must not hold a password\nhint: OTEL_EXPORTER_OTLP_HEADERS is the place for secrets of the collector\n"],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_SAMPLER: "some" }, 'error: OTEL_TRACES_SAMPLER must be always_on, always_off, traceidratio, or one of these after parentbased_, not "some"\nhint: see work-prod serve --help\n'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318", OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }, 'error: OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "2"\nhint: see work-prod serve --help\n']
  ])("are refused with a sentence if %j", async (environment, told) => {
    const { exitCode, stderr } = await workProd(makePlace(), ["serve", "--port", "0"], { environment })
    assert.deepStrictEqual({ exitCode, stderr }, { exitCode: 2, stderr: told })
  })
})
