import * as ConfiguredTraces from "@dev-infra/work-prod-server/ConfiguredTraces"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { version } from "../../src/http/ServerIdentity.js"

const found = ConfiguredTraces.read

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" }

describe("the settings of traces", () => {
  it.effect("want no traces where nobody has said where they go, or somebody has switched them off", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* found({}))
      assert.isUndefined(yield* found({ OTEL_EXPORTER_OTLP_ENDPOINT: "", OTEL_SERVICE_NAME: "index" }))
      assert.isUndefined(yield* found({ ...endpoint, OTEL_SDK_DISABLED: "TRUE" }))
      assert.isUndefined(yield* found({ ...endpoint, OTEL_TRACES_EXPORTER: "none" }))
      // What is switched off need not be right.
      assert.isUndefined(yield* found({ OTEL_EXPORTER_OTLP_ENDPOINT: "nonsense", OTEL_SDK_DISABLED: "true" }))
    })
  )

  it.effect("put the path of traces behind the address of a collector, and leave one for traces as it is", () =>
    Effect.gen(function* () {
      const url = (environment: { readonly [name: string]: string }) => Effect.map(found(environment), (settings) => settings?.options.url)
      assert.strictEqual(yield* url(endpoint), "http://127.0.0.1:4318/v1/traces")
      assert.strictEqual(yield* url({ OTEL_EXPORTER_OTLP_ENDPOINT: "https://otlp.example.org/tenant/" }), "https://otlp.example.org/tenant/v1/traces")
      assert.strictEqual(yield* url({ ...endpoint, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9411/spans" }), "http://127.0.0.1:9411/spans")
    })
  )

  it.effect("name the program, and keep the secret of the collector to themselves", () =>
    Effect.gen(function* () {
      const settings = yield* found({ ...endpoint, OTEL_RESOURCE_ATTRIBUTES: "deployment.environment=test, host.name=one%2Ctwo,nonsense", OTEL_EXPORTER_OTLP_HEADERS: "authorization=Basic%20hush=,x-other=1" })
      assert.deepStrictEqual(settings?.options.resource, { "service.name": "work-prod", "service.version": version, "deployment.environment": "test", "host.name": "one,two" })
      const named = yield* found({ ...endpoint, OTEL_SERVICE_NAME: "index", OTEL_RESOURCE_ATTRIBUTES: "service.name=other" })
      assert.strictEqual(named?.options.resource["service.name"], "index")
      assert.deepStrictEqual(settings === undefined ? undefined : Redacted.value(settings.options.headers), { authorization: "Basic hush=", "x-other": "1" })
      assert.notInclude(JSON.stringify(settings), "hush")
    })
  )

  it.effect("give spans to all requests, or to a part of them", () =>
    Effect.gen(function* () {
      const sampling = (environment: { readonly [name: string]: string }) =>
        Effect.map(found({ ...endpoint, ...environment }), (settings) => [settings?.options.ratio, settings?.options.followsCaller])
      assert.deepStrictEqual(yield* sampling({}), [1, true])
      assert.deepStrictEqual(yield* sampling({ OTEL_TRACES_SAMPLER: "always_on" }), [1, false])
      assert.deepStrictEqual(yield* sampling({ OTEL_TRACES_SAMPLER: "parentbased_always_off" }), [0, true])
      assert.deepStrictEqual(yield* sampling({ OTEL_TRACES_SAMPLER: "parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.1" }), [0.1, true])
    })
  )

  it.effect("speak one protocol, and say so if another was asked for", () =>
    Effect.gen(function* () {
      assert.isUndefined((yield* found({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" }))?.otherProtocol)
      assert.strictEqual((yield* found({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }))?.otherProtocol, "grpc")
    })
  )
})
