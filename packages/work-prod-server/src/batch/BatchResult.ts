/**
 * Results of items, as they are stored and sent: JSON objects with sorted keys.
 *
 * @module
 */
import type { WriteRefused } from "@dev-infra/work-prod-api/ProjectFailure"
import * as AsciiJson from "../http/AsciiJson.js"
import * as FailureAnswer from "../http/FailureAnswer.js"

/**
 * The result of an item that was refused: the body of the answer that it alone would have had, with the status.
 *
 * @param failure why it was refused
 */
export const refused = (failure: WriteRefused): string => {
  const { status, body } = FailureAnswer.fromFailure(failure)
  return AsciiJson.write(Object.fromEntries(Object.entries({ ...body, status }).sort(([one], [other]) => (one < other ? -1 : 1))))
}

/**
 * The result of an item that was done.
 *
 * @param status the one that it alone would have had
 * @param project the project as it now is, as JSON; undefined if it was deleted
 */
export const done = (status: number, project: string | undefined): string => (project === undefined ? `{"status":${status}}` : `{"project":${project},"status":${status}}`)
