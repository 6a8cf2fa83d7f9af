/**
 * Which server it is and what it can do, from its answer to `GET /api/health`.
 *
 * @module
 */
import { isObject } from "@dev-infra/work-prod-api/ProjectInput"
import * as Option from "effect/Option"

/**
 * `instance` stays the same for the life of the server's database; it and `version` are null for 0.3.0, which tells neither and has
 * no capabilities.
 *
 * @category models
 */
export interface ServerFeatures {
  readonly instance: string | null
  readonly version: string | null
  readonly capabilities: ReadonlySet<string>
}

/** What can be done beyond 0.3.0; a server may name more. @category models */
export type Capability = "batch" | "changes" | "etag" | "locations" | "metadata" | "paging"

const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

const isText = (value: unknown): value is string => typeof value === "string"

/**
 * What a health answer says; none if it is not one of a work-prod server.
 *
 * @param body what JSON.parse gave
 * @category conversions
 * @example
 * ```ts
 * import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
 *
 * ServerFeatures.read({ message: "Flask backend is running", status: "ok" }) // Some: no capabilities
 * ServerFeatures.read({ hello: "world" }) // None
 * ```
 */
export const read = (body: unknown): Option.Option<ServerFeatures> => {
  if (!isObject(body) || body["status"] !== "ok" || !isText(body["message"])) return Option.none()
  const { capabilities, instance, version } = body
  const named: ReadonlyArray<unknown> = Array.isArray(capabilities) ? capabilities : []
  return Option.some({ instance: textOrNull(instance), version: textOrNull(version), capabilities: new Set(named.filter(isText)) })
}

/** Whether the server can do this. @category predicates */
export const can = (features: ServerFeatures, capability: Capability): boolean => features.capabilities.has(capability)
