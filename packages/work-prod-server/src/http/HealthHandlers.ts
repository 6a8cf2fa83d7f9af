/**
 * The endpoints that tell whether the server is well.
 *
 * @module
 */
import { WorkProdApi } from "@dev-infra/work-prod-api/WorkProdApi"
import * as HttpApiBuilder from "@effect/platform/HttpApiBuilder"
import * as Effect from "effect/Effect"
import { Database } from "../Database.js"
import * as Answer from "./Answer.js"
import * as RequestRecord from "./RequestRecord.js"
import * as ServerIdentity from "./ServerIdentity.js"

const ok = Answer.value(200, { status: "ok" })

/**
 * The handlers of the group `health`.
 *
 * @category layers
 */
export const handlers = HttpApiBuilder.group(WorkProdApi, "health", (group) =>
  Effect.map(Database, (database) => {
    const health = Answer.value(200, ServerIdentity.health(database.instance))
    return group
      .handleRaw("health", () => Effect.succeed(health))
      .handleRaw("live", () => Effect.succeed(ok))
      .handleRaw("ready", ({ request }) =>
        Effect.catchAll(Effect.as(database.check, ok), (failure) => {
          RequestRecord.noteFailure(request, failure)
          return Effect.succeed(Answer.failure(failure))
        })
      )
  })
)
