import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
import { RequestLog } from "@dev-infra/work-prod-server/RequestLog"
import * as WorkProdServer from "@dev-infra/work-prod-server/WorkProdServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestDatabases from "../testDatabases.js"

/** An empty server that asks nobody for a key. `taken` gives the requests since it was last asked, like `GET /api/health`. */
export const countedServer = Effect.gen(function* () {
  const requests: Array<string> = []
  const log = Layer.succeed(RequestLog, { write: ({ method, path }) => Effect.sync(() => void requests.push(`${method} ${path}`)) })
  const server = WorkProdServer.layer({ host: "127.0.0.1", port: 0, authentication: "none", rateLimit: undefined })
  const built = yield* Layer.build(Layer.provide(server, [TestDatabases.layer, log]))
  return { url: Context.get(built, ListeningServer).url, taken: Effect.sync(() => requests.splice(0)) }
})
