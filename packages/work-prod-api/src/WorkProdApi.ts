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
import { EventsApi } from "./EventsApi.js"
import * as Health from "./Health.js"
import { HealthApi } from "./HealthApi.js"
import { ProjectsApi } from "./ProjectsApi.js"

const description = `An index of projects: what they are, where they are, and what changed.

Every answer, also one that says no, has the header X-Dev-Infra-Server: "api=${Health.api}; instance=UUID; version=VERSION; can=NAME,NAME". It says what GET /api/health says, so that a client who knows the server need not ask. "api" is the generation of this contract; it changes when earlier clients could not go on. X-Request-Id is the id of the request in the server's log.`

/** The errors by which `HttpApi` would refuse a request; here `ProjectInput` does, with `BadRequest`. */
const builtIn = ["HttpApiDecodeError", "Issue", "PropertyKey"] as const

/** Headers that every answer has. */
const headers = {
  "X-Dev-Infra-Server": { description: "Which server answers and what it can do, as /api/health says it.", schema: { type: "string" } },
  "X-Request-Id": { description: "The id of the request in the server's log.", schema: { type: "string" } }
}

const headerReferences = Object.fromEntries(Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }]))

/** Takes the built-in errors out of the document, says that a change may come without a body, and names the headers of answers. */
const corrected = (document: OpenApi.OpenAPISpec): OpenApi.OpenAPISpec => {
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => {
      const { 400: refused, ...others } = operation.responses
      const badRequest = { description: "The request says something that cannot be.", content: { "application/json": { schema: { $ref: "#/components/schemas/BadRequest" } } } }
      const takesInput = refused !== undefined && (path.startsWith("/api/projects") || path === "/api/events")
      const all = takesInput ? { 400: badRequest, ...others } : others
      const responses = Object.fromEntries(Object.entries(all).map(([status, response]) => [status, { ...response, headers: headerReferences }]))
      const body = operation.requestBody === undefined ? {} : { requestBody: { ...operation.requestBody, required: method === "post" } }
      return [method, { ...operation, ...body, responses }]
    })
    return [path, Object.fromEntries(operations)]
  })
  const components = { ...document.components, headers, schemas: Struct.omit(document.components.schemas, ...builtIn) }
  return { ...document, paths: Object.fromEntries(paths), components }
}

/** @category api */
export class WorkProdApi extends HttpApi.make("work-prod")
  .add(ProjectsApi)
  .add(EventsApi)
  .add(HealthApi)
  .annotate(OpenApi.Title, "work-prod")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(OpenApi.Description, description)
  // The annotation is typed for any record; what it is given is the document.
  .annotate(OpenApi.Transform, (document) => corrected(document as OpenApi.OpenAPISpec)) {}

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
