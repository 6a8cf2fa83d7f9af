/**
 * What this server says of itself: in full to who asks for its health, and in a header of every answer.
 *
 * @module
 */
import * as Health from "@dev-infra/work-prod-api/Health"
import * as ServerHeader from "@dev-infra/work-prod-api/ServerHeader"

/** The version of this package. @category constants */
export const version = "0.1.0"

/** A server as its answers name it. @category models */
export interface ServerIdentity {
  readonly instance: string
  /** the text of the header */
  readonly header: string
}

/** @param instance names the database @category constructors */
export const health = (instance: string): Health.Health => ({
  api: Health.api,
  capabilities: Health.capabilities,
  instance,
  message: Health.message,
  status: "ok",
  version
})

/** @param instance names the database @category constructors */
export const make = (instance: string): ServerIdentity => ({
  instance,
  header: ServerHeader.write({ api: Health.api, instance, version, capabilities: Health.capabilities })
})
