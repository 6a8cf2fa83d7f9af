/**
 * Which server it is and what it can do, from its answer to `GET /api/health` or the header of any other answer.
 *
 * @module
 */
import * as Health from "@dev-infra/work-prod-api/Health"
import { isObject } from "@dev-infra/work-prod-api/ProjectInput"
import type { ServerHeader } from "@dev-infra/work-prod-api/ServerHeader"
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
export type Capability = "batch" | "changes" | "etag" | "events" | "locations" | "metadata" | "paging"

const textOrNull = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null)

/** @category models */
interface StoredFeatures {
  readonly api: number
  readonly instance: string | null
  readonly version: string | null
  readonly capabilities: ReadonlyArray<string>
}

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

/** What the header of an answer says. @category conversions */
export const fromHeader = ({ capabilities, instance, version }: ServerHeader): ServerFeatures => ({ instance, version, capabilities: new Set(capabilities) })

/**
 * Features as JSON, to be kept and given to the client of the next process, which then need not ask.
 *
 * @category conversions
 * @example
 * ```ts
 * import * as ServerFeatures from "@dev-infra/work-prod-client/ServerFeatures"
 *
 * const old: ServerFeatures.ServerFeatures = { instance: null, version: null, capabilities: new Set() }
 * const kept = JSON.stringify(ServerFeatures.toJson(old))
 * ServerFeatures.fromJson(JSON.parse(kept)) // Some: the same
 * ```
 */
export const toJson = ({ capabilities, instance, version }: ServerFeatures): StoredFeatures => ({
  api: Health.api,
  instance,
  version,
  capabilities: [...capabilities].toSorted()
})

/**
 * Features that were kept; none if it is nothing that `toJson` of this version gives.
 *
 * @param value what JSON.parse gave
 * @category conversions
 */
export const fromJson = (value: unknown): Option.Option<ServerFeatures> => {
  if (!isObject(value)) return Option.none()
  const { api, capabilities, instance, version } = value
  if (api !== Health.api || !Array.isArray(capabilities) || !capabilities.every(isText)) return Option.none()
  if ((instance !== null && !isText(instance)) || (version !== null && !isText(version))) return Option.none()
  return Option.some({ instance, version, capabilities: new Set(capabilities) })
}

/** Whether it is the same server, and can do the same; versions may differ. @category predicates */
export const isSame = (one: ServerFeatures, other: ServerFeatures): boolean =>
  one.instance === other.instance && one.capabilities.size === other.capabilities.size && [...one.capabilities].every((name) => other.capabilities.has(name))

/** Whether the server can do this. @category predicates */
export const can = (features: ServerFeatures, capability: Capability): boolean => features.capabilities.has(capability)
