/**
 * Failures of a PostgreSQL database as sentences.
 *
 * @module
 */
import type * as PostgresDatabase from "@dev-infra/work-prod-server/PostgresDatabase"
import type { StorageFailure, StorageReason } from "@dev-infra/work-prod-server/StorageFailure"
import { CommandFailed } from "./CommandError.js"

const reasons: { readonly [reason in StorageReason]: readonly [what: string, hint: string] } = {
  Full: ["cannot be written: the disk of its server is full", "free some space and try again; nothing was changed"],
  ReadOnly: ["may not be written", "connect to the primary server, as a user who may make and change tables"],
  Gone: ["does not exist", "make it with createdb, or say another one in DATABASE_URL"],
  Busy: ["has no time or no connection left", "try again in a moment"],
  Damaged: ["is damaged", "it was left as it is; put back a backup"],
  Unavailable: ["cannot be reached", "look whether its server runs and DATABASE_URL is right; --log-level debug tells what it says"]
}

const codeOf = (cause: unknown): string => (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string" ? cause.code : "")

/** By what the server or the system said. */
const clauses: { readonly [code: string]: readonly [what: string, hint: string] } = {
  "28P01": ["does not accept the password of its user", "look at user and password in DATABASE_URL"],
  "28000": ["does not let its user in", "look at the user in DATABASE_URL, and at pg_hba.conf of the server"],
  "3D000": reasons.Gone,
  ECONNREFUSED: ["cannot be reached: nothing listens there", "start its server, or look at host and port in DATABASE_URL"],
  ENOTFOUND: ["cannot be reached: its host cannot be found", "look at the host in DATABASE_URL"],
  EAI_AGAIN: ["cannot be reached: its host cannot be found", "look at the host in DATABASE_URL"]
}

/** @category sentences */
export const tell =
  (name: string) =>
  ({ cause, reason }: StorageFailure): CommandFailed => {
    const [what, hint] = clauses[codeOf(cause)] ?? reasons[reason]
    return new CommandFailed({ what: `the database ${name} ${what}`, hint, cause })
  }

const unsuitable: { readonly [reason in PostgresDatabase.UnsuitableDatabase["reason"]]: readonly [what: string, hint: string] } = {
  OtherProgram: ["has tables of another program, so nothing was changed in it", "make a database for work-prod alone, with createdb"],
  Encoding: ["does not keep texts as UTF-8", "make one that does: createdb --encoding=UTF8 --template=template0 NAME"],
  TooOld: ["is of a PostgreSQL before 12", "update PostgreSQL"]
}

/** Why a database cannot be opened. @category sentences */
export const tellOpening =
  (name: string) =>
  (failure: PostgresDatabase.OpenFailure): CommandFailed => {
    switch (failure._tag) {
      case "UnsuitableDatabase": {
        const [what, hint] = unsuitable[failure.reason]
        return new CommandFailed({ what: `the database ${name} ${what}`, hint })
      }
      case "RestoreAndServer":
        return failure.running === "Server"
          ? new CommandFailed({ what: `the database ${name} is in use by a work-prod server`, hint: "stop all servers of it first" })
          : new CommandFailed({ what: `a backup is being restored to the database ${name}`, hint: "start again when that is done" })
      case "SchemaTooNew":
        return new CommandFailed({
          what: `the database ${name} was written by a newer work-prod (schema ${failure.found}; this one knows up to ${failure.known}), so it was left as it is`,
          hint: "update work-prod"
        })
      case "StorageFailure":
        return tell(name)(failure)
      default:
        return failure satisfies never
    }
  }
