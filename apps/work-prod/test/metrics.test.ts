import { assert, beforeAll, describe, it } from "@effect/vitest"
import { valueOf } from "../../../packages/work-prod-server/test/metrics/prometheus.js"
import { ensureBuilt, makePlace, serve, workProd } from "./Binary.js"
import { request } from "./Http.js"

describe("the metrics of a running server", () => {
  beforeAll(ensureBuilt)

  it("are told on this computer without a key, with the lag of the feed", async () => {
    const server = await serve(makePlace(), ["--no-auth"])
    assert.notInclude(server.stdout(), "metrics:")
    await request(`${server.url}/api/projects`, { body: { name: "api" } })
    const { headers, status, text } = await request(`${server.url}/metrics`)
    assert.deepStrictEqual([status, headers.get("content-type")], [200, "text/plain; version=0.0.4; charset=utf-8"])
    assert.strictEqual(valueOf(text, 'work_prod_http_requests_total{method="POST",route="/api/projects",status="201"}'), 1)
    assert.strictEqual(valueOf(text, "work_prod_database_up"), 1)
    assert.strictEqual(valueOf(text, "feed_lag_seconds"), 0)
    assert.isAtLeast(valueOf(text, 'work_prod_database_duration_seconds_count{operation="write"}') ?? 0, 1)
  })

  it("have an address of their own if that is said, and the server says it too", async () => {
    const server = await serve(makePlace(), ["--no-auth", "--metrics", "127.0.0.1:0"])
    const [, url = ""] = await server.shows(/^metrics: (http:\/\/127\.0\.0\.1:\d+\/metrics)$/m)
    assert.strictEqual(valueOf((await request(url)).text, "work_prod_database_up"), 1)
    assert.strictEqual((await request(`${server.url}/metrics`)).status, 404)
  })

  it("need an address that is free", async () => {
    const holder = await serve(makePlace(), ["--metrics", "127.0.0.1:0"])
    const [, port = ""] = await holder.shows(/^metrics: http:\/\/127\.0\.0\.1:(\d+)\/metrics$/m)
    const { exitCode, stderr } = await workProd(makePlace(), ["serve", "--port", "0", "--metrics", `127.0.0.1:${port}`])
    assert.strictEqual(exitCode, 1)
    assert.include(stderr, `error: the port ${port} of 127.0.0.1 is taken`)
    assert.include(stderr, "--metrics HOST:PORT names one")
  })
})
