/**
 * The whole contract of work-prod as one value, from which the server takes its routes, the client its requests, and the
 * documentation its text.
 *
 * It holds everything that work-prod 0.3.0 promised to its callers, and adds what `Health.capabilities` names.
 *
 * @module
 */
import * as HttpApi from "@effect/platform/HttpApi"
import * as OpenApi from "@effect/platform/OpenApi"
import { HealthApi } from "./HealthApi.js"
import { ProjectsApi } from "./ProjectsApi.js"

/** @category api */
export class WorkProdApi extends HttpApi.make("work-prod")
  .add(ProjectsApi)
  .add(HealthApi)
  .annotate(OpenApi.Title, "work-prod")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(OpenApi.Description, "An index of projects: what they are, where they are, and what changed.") {}

/** The contract as an OpenAPI 3.1 document. @category conversions */
export const openApi = (): OpenApi.OpenAPISpec => OpenApi.fromApi(WorkProdApi)
