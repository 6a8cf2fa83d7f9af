/** The traces of the server that `up` starts. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { onTestFinished } from "vitest"
import { startCollector } from "../../../work-prod/test/Collector.js"
import { devInfra, ensureBuilt, makePlace, type Place } from "../Binary.js"
import { makeWorld, pushed, request, up } from "./World.js"

const isProjects = ({ name }: { readonly name: string }): boolean => name === "GET /api/projects"

/** Until it is so: spans are sent once a second. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((next) => setTimeout(next, 20))
}

/** A home with one project below `code`; the server that it leaves running is stopped after the test. */
const setup = (environment: { readonly [name: string]: string }): Place & { readonly run: (...words: ReadonlyArray<string>) => ReturnType<typeof devInfra> } => {
  const place = makePlace()
  const run = (...words: ReadonlyArray<string>) => devInfra(place, words, { environment })
  onTestFinished(async () => {
    await run("down")
    place.remove()
  })
  const repository = join(place.home, "code/api/.git")
  for (const folder of ["objects", "refs"]) mkdirSync(join(repository, folder), { recursive: true })
  writeFileSync(join(repository, "HEAD"), "ref: refs/heads/main\n")
  return { ...place, run }
}

describe("the server that up starts", () => {
  beforeAll(ensureBuilt)

  it.scopedLive("sends its traces to the collector that the environment names, until its end", () =>
    Effect.gen(function* () {
      const collector = yield* Effect.promise(() => startCollector())
      const world = yield* makeWorld
      const push = () =>
        Effect.gen(function* () {
          const { key, url = "" } = world.stored()
          yield* request(`${url}/api/projects`, key)
          yield* Effect.promise(() => until(() => collector.spans.some(isProjects)))
          return yield* pushed()
        })
      const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: "x-secret=hush" }
      const { ended, stderr, stdout } = yield* Logger.withMinimumLogLevel(up(world, {}, { push, environment }), LogLevel.Warning)
      assert.deepStrictEqual(ended, Either.right(undefined))
      const span = collector.spans.find(isProjects)
      assert.deepInclude(span?.attributes, { "http.route": "/api/projects", "http.response.status_code": "200" })
      assert.strictEqual(collector.headers[0]?.["x-secret"], "hush")
      assert.include(collector.text(), '{"key":"service.name","value":{"stringValue":"work-prod"}}')
      assert.notInclude(collector.text(), world.stored().key ?? "none")
      assert.notInclude(stdout + stderr, "hush")
    }))

  it.scopedLive("goes on where the environment asks for what cannot be done, and says so", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const { ended, stderr } = yield* up(world, {}, { environment: { OTEL_EXPORTER_OTLP_ENDPOINT: "http://me:hush@127.0.0.1:4318" } })
      assert.deepStrictEqual(ended, Either.right(undefined))
      assert.include(stderr, "warning: no traces are sent: OTEL_EXPORTER_OTLP_ENDPOINT must not hold a password (OTEL_EXPORTER_OTLP_HEADERS is the place for secrets of the collector)\n")
      assert.include(stderr, "pushed: created 2")
      assert.notInclude(stderr, "hush")
    }))

  it("sends them from the background too", async () => {
    const collector = await startCollector()
    const { run } = setup({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_SERVICE_NAME: "laptop" })
    const { exitCode, stderr } = await run("up", "code", "--port", "0", "--detach")
    assert.strictEqual(exitCode, 0, stderr)
    assert.include(stderr, "pushed: created 1")
    await until(() => collector.spans.some(({ name }) => name === "POST /api/projects/batch"))
    assert.include(collector.text(), '{"key":"service.name","value":{"stringValue":"laptop"}}')
  })

  it("says in its log that there is no collector, and serves", async () => {
    const { home, run } = setup({ OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" })
    const { exitCode, stderr } = await run("up", "code", "--port", "0", "--detach")
    assert.strictEqual(exitCode, 0, stderr)
    assert.include(stderr, "pushed: created 1")
    const log = () => readFileSync(join(home, ".dev-infra/log/server.log"), "utf8")
    await until(() => log().includes("spans could not be sent"))
    assert.match(log(), /^warning: spans could not be sent collector=127\.0\.0\.1:9 reason=it cannot be reached spans=\d+$/m)
  })
})
