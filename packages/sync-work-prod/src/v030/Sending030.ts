/**
 * What the changes of one push to a server 0.3.0 have in common.
 *
 * @module
 */
import type { OperationResult } from "@dev-infra/sync/RemoteIndex"
import { around } from "@dev-infra/sync/SyncStep"
import type { RemoteProject } from "@dev-infra/work-prod-client/RemoteProject"
import type { WorkProdShape } from "@dev-infra/work-prod-client/WorkProd"
import type { WorkProdError } from "@dev-infra/work-prod-client/WorkProdError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FetchRows from "../remote/FetchRows.js"
import * as Mapping030 from "./Mapping030.js"
import * as RemoteFailure from "../remote/RemoteFailure.js"
import type { Results } from "../remote/Results.js"
import { Rows030 } from "./Rows030.js"

/** @category models */
export interface Sending030 {
  readonly workProd: WorkProdShape
  readonly address: string
  readonly self: Mapping030.AskingMachine
  readonly results: Results
}

/** A request that changes something, with its answer or why there is none. @category constructors */
export const change = <A>(request: Effect.Effect<A, WorkProdError>): Effect.Effect<Either.Either<A, WorkProdError>> => around("sync-request", Effect.either(request))

/** All rows as they are now. @category constructors */
export const list = ({ workProd }: Sending030): Effect.Effect<Rows030, WorkProdError> => Effect.map(FetchRows.listRows(workProd), ({ projects }) => new Rows030(projects))

/** What a row that was written makes of its change; only a later look shows for sure that nobody was quicker. @category constructors */
export const done = (project: RemoteProject | null): OperationResult => ({
  _tag: "Done",
  entry: project === null ? null : Mapping030.entryOf(Mapping030.open(project)),
  isConfirmed: false
})

/** The reason why a change was refused that could be sent; undefined if no other one can be sent either. */
const refusalOf = (error: WorkProdError): string | undefined => {
  switch (error._tag) {
    case "Conflict":
    case "Rejected":
    case "PayloadTooLarge":
    case "Unsendable":
    case "NotFound":
      return error.message
    // It fails so for what its database cannot hold, and says nothing more.
    case "ServerFault":
      return error.status === 500 ? error.message : undefined
    default:
      return undefined
  }
}

/** What a failed request makes of its change; if no other one can be sent, the push stops. @category constructors */
export const failed = ({ address, results }: Sending030, error: WorkProdError): OperationResult => {
  const reason = refusalOf(error)
  if (reason !== undefined) return { _tag: "Refused", reason }
  results.stop(RemoteFailure.toRemoteFailed(error, address))
  return RemoteFailure.mayBeDone(error) ? { _tag: "Unknown" } : { _tag: "Skipped" }
}

/** The reason why a row of a later version of this program is left alone. @category constants */
export const newer = (version: number): OperationResult => ({ _tag: "Refused", reason: `a newer version of this program wrote it (form ${version}): update dev-infra here` })
