import * as Effect from "effect/Effect"
import { expect, it } from "@effect/vitest"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"
import * as Option from "effect/Option"
import { Fake, instance, keys } from "./fakeServices.js"
import { call, layer, post, raw } from "./testServer.js"

it.live("every answer names the server, also one that says no, without a key, or to what is no request", () =>
  Effect.gen(function* () {
    const json = { "content-type": "application/json" }
    const answers = [
      yield* call({ path: "/api/health" }),
      yield* call({ path: "/api/projects", headers: { authorization: `Bearer ${keys.good}` } }),
      yield* call({ path: "/api/projects" }),
      yield* call({ path: "/api/projects/1", headers: { authorization: `Bearer ${keys.good}` }, method: "HEAD" }),
      yield* call({ path: "/api/projects", headers: { ...json, authorization: `Bearer ${keys.reader}` }, method: "POST", body: "{}" }),
      yield* call({ path: "/api/projects", headers: { ...json, authorization: `Bearer ${keys.good}` }, method: "POST", body: "{" }),
      yield* call({ path: "/nowhere" }),
      yield* call({ path: "/api/projects", method: "OPTIONS" }),
      yield* call({ path: `/${"x".repeat(9000)}` })
    ]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 404, 403, 400, 404, 204, 414])
    const { api, capabilities, version } = JSON.parse(answers[0]?.text ?? "")
    for (const { headers } of answers) {
      expect(Option.getOrThrow(ServerHeader.read(String(headers["x-dev-infra-server"])))).toEqual({ api, capabilities, instance, version })
    }
    expect(yield* raw("no request\r\n\r\n")).toContain(`\r\nX-Dev-Infra-Server: api=1; instance=${instance};`)
  }).pipe(Effect.provide(layer({ authentication: "keys" })))
)

it.live("a request that is meant for another server is refused before anything is done", () =>
  Effect.gen(function* () {
    const other = { "x-dev-infra-instance": "00000000-0000-4000-8000-000000000001" }
    const refused = yield* post("/api/projects", { name: "a" }, other)
    expect([refused.status, refused.text]).toEqual([421, '{"code":"other_server","error":"The request is meant for another server"}\n'])
    expect((yield* Fake).operations).toBe(0)
    expect((yield* post("/api/projects", { name: "a" }, { "x-dev-infra-instance": instance.toUpperCase() })).status).toBe(201)
    expect((yield* Fake).operations).toBe(1)
  }).pipe(Effect.provide(layer()))
)
