import * as WorkProd from "@dev-infra/work-prod-client/WorkProd"
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApi from "@effect/platform/HttpApi"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { json, newHealth, project, scriptedServer } from "./scriptedServer.js"

/** Method, path, and the names of query parameters and headers of every endpoint. */
const endpoints = () => {
  const found: Array<{ readonly method: string; readonly path: RegExp; readonly name: string }> = []
  HttpApi.reflect(WorkProdApi, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint }) => {
      found.push({ name: endpoint.name, method: endpoint.method, path: new RegExp(`^${endpoint.path.replace(/:\w+/g, "[^/]+")}$`) })
    }
  })
  return found
}

it.effect("every request is one of the contract, and every endpoint for projects is used", () =>
  Effect.gen(function* () {
    const server = scriptedServer(newHealth, ({ path }) => json(200, path.endsWith("batch") ? { results: [{ status: 200 }] } : project(7)))
    yield* Effect.flatMap(WorkProd.WorkProd, (workProd) =>
      Effect.all([
        workProd.health,
        Effect.ignore(Stream.runDrain(workProd.list({ path: "/a", status: "active" }))),
        workProd.get(7),
        workProd.create({ name: "a" }),
        workProd.update(7, { name: "a" }, { ifMatch: "1" }),
        workProd.archive(7, { ifMatch: "1" }),
        workProd.remove(7),
        Effect.ignore(workProd.import([{ name: "a" }])),
        workProd.batch([{ uid: newHealth.instance, delete: true }], "k"),
        Effect.ignore(workProd.changes(""))
      ])
    ).pipe(Effect.provide(server.layer))
    // The first endpoint that fits: /api/projects/changes stands before /api/projects/:id.
    const used = server.all.map(({ method, path }) => endpoints().find((endpoint) => endpoint.method === method && endpoint.path.test(path))?.name)
    expect(used).not.toContain(undefined)
    expect([...new Set(used)].toSorted()).toEqual(["archive", "batch", "changes", "create", "get", "health", "import", "list", "remove", "update"])
  })
)
