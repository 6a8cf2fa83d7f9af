/**
 * Where a server listens, and why it cannot.
 *
 * @module
 */
import * as Context from "effect/Context"
import * as Data from "effect/Data"

/**
 * Where the server can be reached. With port 0 in the options `port` is the one that the system chose.
 *
 * @category models
 */
export interface ListeningServerShape {
  readonly host: string
  readonly port: number
  /** `http://HOST:PORT` */
  readonly url: string
  /** where the metrics are, if they have an address of their own */
  readonly metricsUrl?: string
}

/**
 * The server while it listens.
 *
 * @example
 * ```ts
 * import { ListeningServer } from "@dev-infra/work-prod-server/ListeningServer"
 * import * as Effect from "effect/Effect"
 *
 * export const told = Effect.flatMap(ListeningServer, ({ url }) => Effect.log(`listening at ${url}`))
 * ```
 *
 * @category tags
 */
export class ListeningServer extends Context.Tag("@dev-infra/work-prod-server/ListeningServer")<ListeningServer, ListeningServerShape>() {}

/** Another process listens at this address already. @category errors */
export class AddressInUse extends Data.TaggedError("AddressInUse")<{ readonly host: string; readonly port: number }> {
  override get message(): string {
    return `port ${this.port} of ${this.host} is in use`
  }
}

/** The address cannot be listened at: it is not of this computer, or not allowed. @category errors */
export class CannotListen extends Data.TaggedError("CannotListen")<{ readonly host: string; readonly port: number; readonly cause: unknown }> {
  override get message(): string {
    return `cannot listen at port ${this.port} of ${this.host}`
  }
}
