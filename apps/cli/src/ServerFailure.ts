/**
 * What a server, or the way to it, has done to a command that only asked: as failures of that command.
 *
 * @module
 */
import type { SettingsError } from "@dev-infra/work-prod-client/WorkProdSettings"
import { CommandFailed } from "./CommandError.js"
import type { ServerCheckError } from "./ServerCheck.js"

/** The sentence for what went wrong, without the name of what was tried. @category printing */
export const explain = (error: ServerCheckError): string => {
  switch (error._tag) {
    case "Unauthorized": {
      const said = error.text === null || error.text === "" ? "" : ` (${error.text})`
      return error.keySent
        ? `${error.host} does not accept this key${said}: it may be mistyped, revoked or expired, or the key to another server`
        : `${error.host} wants a key${said}`
    }
    case "Forbidden":
      return `${error.host} does not allow this key to list projects${error.text === null ? "" : ` (${error.text})`}`
    default:
      return error.message
  }
}

/** What to do beside what the sentence says. */
const hintFor = (error: ServerCheckError, otherwise: string): string => {
  switch (error._tag) {
    case "Unauthorized":
    case "Forbidden":
      return `on the server's computer, work-prod keys list shows the keys and work-prod keys create makes one; ${otherwise}`
    case "KeyNeedsHttps":
      return `use https://, or --insecure if the network is yours; ${otherwise}`
    default:
      return otherwise
  }
}

/**
 * A command that asked a server failed. `what` was tried, `otherwise` says what holds nevertheless.
 *
 * @category errors
 */
export const toFailure =
  (what: string, where: string, otherwise: string) =>
  (error: ServerCheckError | SettingsError): CommandFailed | Exclude<SettingsError, ServerCheckError> => {
    switch (error._tag) {
      case "InvalidKey":
      case "InvalidMachine":
      case "InvalidUrl":
      case "NoServer":
        return error
      case "KeyNeedsHttps":
        return new CommandFailed({ what, where, why: `the key would go to ${error.host} over plain http, where everybody on the way can read it`, hint: hintFor(error, otherwise) })
      default:
        return new CommandFailed({ what, where, why: explain(error), hint: hintFor(error, otherwise), cause: error })
    }
  }
