/**
 * Why a work-prod 0.3.0 cannot be read, as sentences.
 *
 * @module
 */
import type { OldSourceFailure } from "@dev-infra/work-prod-server/OldInstallation"
import { CommandFailed } from "./CommandError.js"

const ofStatus = (status: number | undefined): readonly [what: string, hint: string] => {
  switch (status) {
    case 401:
    case 403:
      return ["asks who you are, which work-prod 0.3.0 never does: a proxy may stand before it", "ask it where it runs, or name its SQLite file"]
    case 404:
      return ["has no list of projects at /api/projects", "name the address of the server alone, such as http://127.0.0.1:5000"]
    case 500:
      return ["cannot tell its list (status 500): one of its projects has a value that it cannot read itself", "name its SQLite file: the other projects come over, and that one is named"]
    default:
      return [`does not answer as work-prod 0.3.0 does (status ${status ?? "unknown"})`, "name the address of the server alone, such as http://127.0.0.1:5000"]
  }
}

const sentence = ({ problem, status }: OldSourceFailure): readonly [what: string, hint: string | undefined] => {
  switch (problem) {
    case "Unreachable":
      return ["does not answer", "start it, or name its SQLite file"]
    case "Refused":
      return ofStatus(status)
    case "NoList":
      return ["does not answer with a list of projects", "name the address of a work-prod 0.3.0"]
    case "TooLarge":
      return ["answers with more than a list can be", "name its SQLite file"]
    case "NotOld":
      return ["is no work-prod 0.3.0 but one like this", "work-prod backup and work-prod restore move its database"]
    case "NoFile":
      return ["does not exist or cannot be read", "name the SQLite file of work-prod 0.3.0, often instance/work_prod.db"]
    case "NoDatabase":
      return ["is no SQLite database, or a damaged one", "name the SQLite file of work-prod 0.3.0, often instance/work_prod.db"]
    case "NoProjects":
      return ["has no projects of work-prod 0.3.0", "name its SQLite file, often instance/work_prod.db"]
    case "Busy":
      return ["is held by another process for too long", "try again in a moment"]
    default:
      return problem satisfies never
  }
}

/** @category sentences */
export const tell = (failure: OldSourceFailure): CommandFailed => {
  const [what, hint] = sentence(failure)
  return new CommandFailed({ what: `${failure.source} ${what}`, hint: hint === undefined ? undefined : `${hint}; nothing was changed`, cause: failure.cause })
}
