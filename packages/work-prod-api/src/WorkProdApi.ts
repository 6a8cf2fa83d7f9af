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
import * as Struct from "effect/Struct"
import { HealthApi } from "./HealthApi.js"
import { ProjectsApi } from "./ProjectsApi.js"

/** The errors by which `HttpApi` would refuse a request; here `ProjectInput` does, with `BadRequest`. */
const builtIn = ["HttpApiDecodeError", "Issue", "PropertyKey"] as const

/** Takes the built-in errors out of the document, and says that a change may come without a body. */
const withOwnErrors = (document: OpenApi.OpenAPISpec): OpenApi.OpenAPISpec => {
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => {
      const { 400: refused, ...others } = operation.responses
      const badRequest = { description: "The request says something that cannot be.", content: { "application/json": { schema: { $ref: "#/components/schemas/BadRequest" } } } }
      const takesInput = refused !== undefined && path.startsWith("/api/projects")
      const responses = takesInput ? { 400: badRequest, ...others } : others
      const body = operation.requestBody === undefined ? {} : { requestBody: { ...operation.requestBody, required: method === "post" } }
      return [method, { ...operation, ...body, responses }]
    })
    return [path, Object.fromEntries(operations)]
  })
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { ...document.components, schemas: Struct.omit(document.components.schemas, ...builtIn) }
  }
}

/** @category api */
export class WorkProdApi extends HttpApi.make("work-prod")
  .add(ProjectsApi)
  .add(HealthApi)
  .annotate(OpenApi.Title, "work-prod")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(OpenApi.Description, "An index of projects: what they are, where they are, and what changed.")
  // The annotation is typed for any record; what it is given is the document.
  .annotate(OpenApi.Transform, (document) => withOwnErrors(document as OpenApi.OpenAPISpec)) {}

/**
 * The contract as an OpenAPI 3.1 document.
 *
 * @example
 * ```ts
 * import { openApi } from "@dev-infra/work-prod-api/WorkProdApi"
 *
 * const paths = Object.keys(openApi().paths) // "/api/projects", …
 * ```
 *
 * @category conversions
 */
export const openApi = (): OpenApi.OpenAPISpec => OpenApi.fromApi(WorkProdApi)
