/**
 * The endpoints that need no key.
 *
 * @module
 */
import * as HttpApiEndpoint from "@effect/platform/HttpApiEndpoint"
import * as HttpApiGroup from "@effect/platform/HttpApiGroup"
import * as OpenApi from "@effect/platform/OpenApi"
import * as Schema from "effect/Schema"
import * as ErrorBody from "./ErrorBody.js"
import { Health } from "./Health.js"

const Ok = Schema.Struct({ status: Schema.Literal("ok") }).annotations({ identifier: "Ok" })

/** @category groups */
export const HealthApi = HttpApiGroup.make("health")
  .add(
    HttpApiEndpoint.get("health", "/api/health")
      .addSuccess(Health)
      .annotate(OpenApi.Summary, "Which server this is, and what it can do")
      .annotate(OpenApi.Description, "Does not touch the database.")
  )
  .add(HttpApiEndpoint.get("live", "/healthz").addSuccess(Ok).annotate(OpenApi.Summary, "Whether the process answers"))
  .add(
    HttpApiEndpoint.get("ready", "/readyz")
      .addSuccess(Ok)
      .addError(ErrorBody.Unavailable)
      .annotate(OpenApi.Summary, "Whether the database can be used")
  )
  .annotate(OpenApi.Title, "Health")
  .annotate(OpenApi.Description, "Needs no key.")
